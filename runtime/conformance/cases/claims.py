"""Claims of the features document that stand in other sections: its own versions and names, and the flags that it knows."""

import socket
from typing import Any

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


@case("features.md#specification-version features.md#features-structure", since="v1.3.0")
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
    for flag in supported:
        bundle = t.bundle()
        rule: dict[str, Any] = {"names": ["swapoff"], "action": "SCMP_ACT_ERRNO"}
        filter_ = {"defaultAction": "SCMP_ACT_ALLOW", "flags": [flag], "syscalls": [rule]}
        bundle.linux["seccomp"] = filter_
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as agent:
            if flag == FOR_AGENTS:
                rule["action"], filter_["listenerPath"] = "SCMP_ACT_NOTIFY", str(bundle.folder / "agent")
                agent.bind(str(bundle.folder / "agent"))
                agent.listen()
            t.equal(f"Seccomp with {flag}", t.report(bundle).status("Seccomp"), "2")


@case("features-linux.md#memorypolicy", since="v1.3.0", needs=("memory-policy",))
def every_claimed_flag_of_memory_policies_is_taken(t: Trial) -> None:
    """Each flag that the document names is taken with a mode that it belongs to."""
    for flag in _linux(t, "memoryPolicy").get("flags") or []:
        t.check(flag in FLAGS, f"{flag} is no flag of the specification")
        mode, nodes = FLAGS[flag]
        bundle = t.bundle().args("exit", "0")
        bundle.linux["memoryPolicy"] = {"mode": mode, "nodes": nodes, "flags": [flag]}
        t.accepted(t.run(bundle), f"the memory policy {mode} with {flag}")
