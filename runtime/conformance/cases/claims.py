"""Claims of the features document that stand in other sections: its own versions and names, and the flags that it knows."""

import os
import socket
from typing import Any

from runtime.conformance.cases.features import ARCHITECTURES as MACHINES
from runtime.conformance.cases.features import SINCE, _claims, _linux
from runtime.conformance.declare import NotApplicable, case
from runtime.conformance.requirements.history import order
from runtime.conformance.trial import Trial

KNOWN = {  # of v1.3.0: the part of the document -> its properties
    "": {
        "ociVersionMin", "ociVersionMax", "hooks", "mountOptions", "annotations", "potentiallyUnsafeConfigAnnotations", "linux",
    },
    "linux": {
        "namespaces", "capabilities", "cgroup", "seccomp", "apparmor", "selinux", "intelRdt", "memoryPolicy", "mountExtensions",
        "netDevices",
    },
}  # fmt: skip
FOR_AGENTS = "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"  # the kernel takes it only with a listener
SECCOMP_FLAGS = {FOR_AGENTS, *(f"SECCOMP_FILTER_FLAG_{name}" for name in ("TSYNC", "LOG", "SPEC_ALLOW"))}
ARCHITECTURES = {  # config-linux.md#seccomp
    f"SCMP_ARCH_{name}"
    for name in (
        "X86", "X86_64", "X32", "ARM", "AARCH64", "MIPS", "MIPS64", "MIPS64N32", "MIPSEL", "MIPSEL64", "MIPSEL64N32", "PPC",
        "PPC64", "PPC64LE", "S390", "S390X", "PARISC", "PARISC64", "RISCV64", "LOONGARCH64", "M68K", "SH", "SHEB",
    )
}  # fmt: skip
RARE = (
    "swapon",
    "reboot",
    "acct",
    "settimeofday",
    "setdomainname",
    "sethostname",
    "personality",
    "pivot_root",
)
OF_ONE_FILE_SYSTEM = {  # words of tmpfs, proc, devpts, overlay and ext4
    "size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "huge", "mpol", "hidepid", "subset", "newinstance", "ptmxmode", "max",
    "lowerdir", "upperdir", "workdir", "data", "errors", "barrier",
}  # fmt: skip
FLAGS = {  # flag -> a mode that takes it, and its nodes
    "MPOL_F_STATIC_NODES": ("MPOL_BIND", "0"),
    "MPOL_F_RELATIVE_NODES": ("MPOL_BIND", "0"),
    "MPOL_F_NUMA_BALANCING": ("MPOL_BIND", "0"),
}


@case("features.md#specification-version", since=SINCE)
def the_claimed_range_is_one(t: Trial) -> None:
    """ociVersionMax MUST NOT be less than ociVersionMin."""
    least, most = (str(_claims(t).get(name)) for name in ("ociVersionMin", "ociVersionMax"))
    t.check(order(least) <= order(most), f"the range goes from {least} to {most}")


@case("features.md#specification-version features.md#features-structure", since=SINCE)
def the_document_has_no_property_of_its_own(t: Trial) -> None:
    """The document MUST NOT have properties that its version of the specification does not define."""
    document = _claims(t)
    if str(document.get("ociVersionMax")).partition("-")[0] != "1.3.0":
        raise NotApplicable(
            f"{t.runtime.name} is of {document.get('ociVersionMax')}, and this knows the names of 1.3.0"
        )
    for part, names in KNOWN.items():
        found = document.get(part, {}) if part else document
        t.equal(
            f"properties of {part or 'the document'} that are not defined", sorted(set(found) - names), []
        )


@case("features-linux.md#seccomp", since=SINCE, needs=("seccomp",))
def every_claimed_flag_of_seccomp_is_taken(t: Trial) -> None:
    """Each of supportedFlags is taken with a filter; each of knownFlags is known, though it may be refused."""
    claim = _linux(t, "seccomp")
    supported, known = claim.get("supportedFlags") or [], claim.get("knownFlags") or []
    if not supported:
        raise NotApplicable(f"{t.runtime.name} names no flag of seccomp")
    t.equal("supported flags that are not known", sorted(set(supported) - set(known)), [])
    t.equal("flags that no kernel has", sorted(set(known) - SECCOMP_FLAGS), [])
    for flags in (
        [each for each in supported if each != FOR_AGENTS],
        [each for each in supported if each == FOR_AGENTS],
    ):
        bundle = t.bundle()
        rule: dict[str, Any] = {"names": ["swapoff"], "action": "SCMP_ACT_ERRNO"}
        filter_ = {"defaultAction": "SCMP_ACT_ALLOW", "flags": flags, "syscalls": [rule]}
        bundle.linux["seccomp"] = filter_
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as agent:
            if FOR_AGENTS in flags:
                rule["action"], filter_["listenerPath"] = "SCMP_ACT_NOTIFY", str(bundle.folder / "agent")
                agent.bind(str(bundle.folder / "agent"))
                agent.listen()
            t.equal(f"Seccomp with {', '.join(flags)}", t.report(bundle).status("Seccomp"), "2")


@case("features-linux.md#memorypolicy", since="v1.3.0", needs=("memory-policy",))
def every_claimed_flag_of_memory_policies_is_taken(t: Trial) -> None:
    """Each flag that the document names is taken with a mode that it belongs to."""
    for flag in _linux(t, "memoryPolicy").get("flags") or []:
        t.check(flag in FLAGS, f"{flag} is no flag of the specification")
        mode, nodes = FLAGS[flag]
        bundle = t.bundle().args("exit", "0")
        bundle.linux["memoryPolicy"] = {"mode": mode, "nodes": nodes, "flags": [flag]}
        t.accepted(t.run(bundle), f"the memory policy {mode} with {flag}")


@case("features-linux.md#seccomp", since=SINCE, needs=("seccomp",))
def every_claimed_operator_of_seccomp_is_taken(t: Trial) -> None:
    """A filter with each operator, and with the one action that no other case has (SCMP_ACT_TRACE), is loaded."""
    claim = _linux(t, "seccomp")
    operators, actions = claim.get("operators") or [], claim.get("actions") or []
    if not operators:
        raise NotApplicable(f"{t.runtime.name} names no operator of seccomp")
    compared = {"index": 0, "value": 9, "valueTwo": 1}
    rules = [
        {"names": [name], "action": "SCMP_ACT_ERRNO", "args": [{**compared, "op": op}]}
        for name, op in zip(RARE, operators, strict=False)
    ]
    rules += [{"names": ["swapoff"], "action": each} for each in actions if each == "SCMP_ACT_TRACE"]
    bundle = t.bundle()
    bundle.linux["seccomp"] = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": rules}
    t.equal("Seccomp in the program's status", t.report(bundle).status("Seccomp"), "2")


@case("features-linux.md#seccomp", since=SINCE, needs=("seccomp",))
def every_claimed_architecture_is_one(t: Trial) -> None:
    """Each architecture that the document names is one of the specification's, and those of this machine are taken."""
    named = _linux(t, "seccomp").get("archs") or []
    t.equal("architectures that there are not", sorted(set(named) - ARCHITECTURES), [])
    mine = [name for name in named if name in MACHINES.get(os.uname().machine, ())]
    bundle = t.bundle()
    rule = {"names": ["swapoff"], "action": "SCMP_ACT_ERRNO"}
    bundle.linux["seccomp"] = {"defaultAction": "SCMP_ACT_ALLOW", "architectures": mine, "syscalls": [rule]}
    t.equal(f"Seccomp with {', '.join(mine)}", t.report(bundle).status("Seccomp"), "2")


@case("features.md#mount-options", level="SHOULD", since=SINCE)
def no_option_of_one_file_system_is_claimed(t: Trial) -> None:
    """mountOptions SHOULD NOT hold what is handed to one kind of file system."""
    named = {each.partition("=")[0] for each in _claims(t).get("mountOptions") or []}
    t.equal("options of one file system", sorted(named & OF_ONE_FILE_SYSTEM), [])
