"""The features document (features.md, features-linux.md): every claim in it is tried, since a claim is only as good as that."""

import os
from pathlib import Path
from typing import Any

from runtime.conformance import host
from runtime.conformance.bundles import Bundle
from runtime.conformance.cases.cgroups import folder_of
from runtime.conformance.declare import NotApplicable, case
from runtime.conformance.network import in_a_network_of_its_own, make_device, names
from runtime.conformance.trial import Trial

SINCE = "v1.1.0-rc.2"
MAPPED = 5000
# Need another mount or a mapping beside them, or are nothing that a new file system takes.
ARCHITECTURES = {
    "x86_64": ("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"),
    "aarch64": ("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"),
}  # a filter cannot mix byte orders
NOT_FOR_A_FILE_SYSTEM = {"bind", "rbind", "idmap", "ridmap", "remount", "move"}
CAPABILITIES = """CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE
NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE
SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM
BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE""".split()  # by number


def _claims(t: Trial) -> dict[str, Any]:
    if not t.runtime.features:
        raise NotApplicable(f"{t.runtime.name} gives no features document")
    return t.runtime.features


def _linux(t: Trial, name: str) -> Any:
    """A part of the document's `linux`. A runtime may leave out what it does not want to tell."""
    found = (_claims(t).get("linux") or {}).get(name)
    if found is None:
        raise NotApplicable(f"the features document of {t.runtime.name} says nothing of linux.{name}")
    return found


@case("features.md#specification-version", since=SINCE)
def both_ends_of_the_claimed_range_are_taken(t: Trial) -> None:
    """ociVersionMin and ociVersionMax MUST be accepted as a config's ociVersion."""
    for name in ("ociVersionMin", "ociVersionMax"):
        version = _claims(t).get(name)
        t.check(isinstance(version, str) and version.count(".") >= 2, f"{name} is {version!r}")
        bundle = t.bundle()
        machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
        bundle.config.update(
            platform={"os": "linux", "arch": machine}
        )  # REQUIRED until rc5, unknown to others
        bundle.oci_version = str(version)
        t.accepted(t.run(bundle.args("exit", "0")), f"a config of {name} {version}")


@case("features.md#hooks", since=SINCE)
def every_claimed_hook_is_run(t: Trial) -> None:
    """Each hook the document names is run in the life of one container."""
    points = _claims(t).get("hooks") or []
    bundle = t.bundle()
    for point in points:
        if point == "startContainer":
            bundle.config.setdefault("hooks", {})[point] = [
                {"path": "/probe", "args": ["/probe", "note", point]}
            ]
        else:
            bundle.hook(point, f'echo {point} >> "$JOURNAL/lines"')
    container = t.running(bundle)
    container.kill("KILL")
    t.soon("it stops", lambda: container.status == "stopped")
    t.accepted(container.delete(), "delete")
    t.equal("hooks that ran", set(bundle.lines()) - {"staying"}, set(points))


@case("features.md#mount-options", since=SINCE)
def every_claimed_mount_option_is_known(t: Trial) -> None:
    """Each mount option the document names is taken for a tmpfs, which itself refuses what it does not know."""
    options = [each for each in _claims(t).get("mountOptions") or [] if each not in NOT_FOR_A_FILE_SYSTEM]
    bundle = t.bundle()
    for option in options:
        bundle.mount(f"/m/{option}", "tmpfs", "tmpfs", option)
    report = t.report(bundle)
    t.equal("options without a mount", [each for each in options if not report.mount(f"/m/{each}")], [])


@case("features.md#platform-specific-features features.md#features-structure", since=SINCE)
def the_document_has_the_shape_of_its_section(t: Trial) -> None:
    """Lists are lists of strings, and `linux` is an object whose switches are true or false."""
    document = _claims(t)
    for name in ("hooks", "mountOptions"):
        _is_list(t, name, document.get(name, []))
    linux = document.get("linux", {})
    t.check(isinstance(linux, dict), f"linux is {linux!r}, not an object")
    for name in ("namespaces", "capabilities"):
        _is_list(t, f"linux.{name}", linux.get(name) or [])
    for name in ("seccomp", "apparmor", "selinux", "intelRdt", "netDevices"):
        enabled = (linux.get(name) or {}).get("enabled")
        t.check(enabled in (None, True, False), f"linux.{name}.enabled is {enabled!r}")


def _is_list(t: Trial, name: str, value: Any) -> None:
    holds = isinstance(value, list) and all(isinstance(each, str) for each in value)
    t.check(holds, f"{name} is {value!r}, not a list of strings")


@case("features.md#annotations", since=SINCE)
def the_document_s_annotations_are_strings(t: Trial) -> None:
    """annotations of the document are a map of strings with keys that are not empty."""
    found = _claims(t).get("annotations") or {}
    t.check(isinstance(found, dict), f"annotations is {found!r}, not an object")
    wrong = {key: value for key, value in found.items() if not key or not isinstance(value, str)}
    t.equal("annotations that are no pair of strings", wrong, {})


@case("features.md#unsafe-annotations-in-configjson", since="v1.2.0")
def only_unsafe_annotations_change_anything(t: Trial) -> None:
    """potentiallyUnsafeConfigAnnotations is a list of strings; an annotation that is not on it changes nothing."""
    listed = _claims(t).get("potentiallyUnsafeConfigAnnotations") or []
    _is_list(t, "potentiallyUnsafeConfigAnnotations", listed)
    key = "org.example.hostname"
    t.check(not any(key.startswith(each) for each in listed), f"{key} is on the list: {listed}")
    bundle = t.bundle()
    bundle.config["hostname"] = "quay-nine"
    bundle.config["annotations"] = {key: "another"}
    t.equal("hostname", t.report(bundle)["hostname"], "quay-nine")


@case("features-linux.md#namespaces", since=SINCE, needs=("root",))
def every_claimed_namespace_can_be_made(t: Trial) -> None:
    """A container gets a new namespace of each type that the document names."""
    files = {"network": "net", "mount": "mnt"}
    kinds = [kind for kind in _linux(t, "namespaces") if kind != "user"]
    bundle = t.bundle()
    bundle.linux["namespaces"] = [{"type": kind} for kind in kinds]
    container = t.running(bundle)
    for kind in kinds:
        file = files.get(kind, kind)
        ours = os.readlink(f"/proc/self/ns/{file}")
        t.check(container.namespace(file) != ours, f"the {kind} namespace is the host's")


@case("features-linux.md#capabilities", since=SINCE)
def every_claimed_capability_is_known(t: Trial) -> None:
    """Each capability that the document names and the kernel grants is in the bounding set when the config asks for all."""
    listed = _linux(t, "capabilities")
    unknown = [name for name in listed if name.removeprefix("CAP_") not in CAPABILITIES]
    t.equal("names that no kernel has", unknown, [])
    bundle = t.bundle()
    bundle.process["capabilities"] = {"bounding": listed}
    mask = sum(1 << CAPABILITIES.index(name.removeprefix("CAP_")) for name in listed)
    t.equal("CapBnd", int(t.report(bundle).status("CapBnd"), 16), _granted() & mask)


def _granted() -> int:
    """What root hands on is its own bounding set; in a user namespace there is every capability of the kernel."""
    if os.geteuid() != 0:
        return (1 << int(Path("/proc/sys/kernel/cap_last_cap").read_text()) + 1) - 1
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("CapBnd")), 16)


@case("features-linux.md#cgroup", since=SINCE, needs=("pids",))
def the_claimed_cgroup_version_is_used(t: Trial) -> None:
    """A runtime that claims this host's version of control groups puts the program into a group of its own."""
    version = "v2" if host.cgroup_layout() == "v2" else "v1"
    if not _linux(t, "cgroup").get(version):
        raise NotApplicable(f"{t.runtime.name} does not claim cgroup {version}, which this host has")
    container = t.running(t.bundle())
    t.check(
        folder_of(container.pid, "pids") != folder_of(os.getpid(), "pids"),
        "the program is in the runtime's own group",
    )


@case("features-linux.md#seccomp", since=SINCE, needs=("seccomp",))
def every_claimed_word_of_seccomp_is_taken(t: Trial) -> None:
    """A filter with every action and operator that the document names is loaded, and with every architecture of this machine."""
    claim = _linux(t, "seccomp")
    if not claim.get("enabled"):
        raise NotApplicable(f"{t.runtime.name} does not claim seccomp")
    actions = [
        each for each in claim.get("actions") or [] if each not in ("SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE")
    ]
    rules: list[dict[str, Any]] = [
        {"names": [name], "action": action}
        for name, action in zip(
            ("swapoff", "swapon", "reboot", "acct", "settimeofday", "setdomainname", "sethostname"),
            actions,
            strict=False,
        )
        if action != "SCMP_ACT_ALLOW"
    ]
    rules += [
        {
            "names": ["personality"],
            "action": "SCMP_ACT_ERRNO",
            "args": [{"index": n, "value": 9, "valueTwo": 1, "op": op}],
        }
        for n, op in enumerate((claim.get("operators") or [])[:6])
    ]
    family = ARCHITECTURES.get(os.uname().machine, ())
    archs = [each for each in claim.get("archs") or [] if each in family]
    bundle = t.bundle()
    bundle.linux["seccomp"] = {
        "defaultAction": "SCMP_ACT_ALLOW",
        "architectures": archs,
        "syscalls": rules,
    }
    bundle.args("report")
    t.equal("Seccomp in the program's status", t.report(bundle).status("Seccomp"), "2")


@case("features-linux.md#apparmor", since=SINCE, needs=("no-apparmor",))
def apparmor_is_never_ignored(t: Trial) -> None:
    """Claimed or not: without AppArmor on the host a profile MUST be refused, since it cannot be applied."""
    t.check(
        _linux(t, "apparmor").get("enabled") in (True, False, None), "linux.apparmor.enabled is no switch"
    )
    bundle = t.bundle()
    bundle.process["apparmorProfile"] = "harbour"
    t.refused(t.run(bundle), "an AppArmor profile that nothing can apply")


@case("features-linux.md#selinux", since=SINCE, needs=("no-selinux",))
def selinux_is_never_ignored(t: Trial) -> None:
    """Claimed or not: without SELinux on the host a label MUST be refused, since it cannot be applied."""
    t.check(_linux(t, "selinux").get("enabled") in (True, False, None), "linux.selinux.enabled is no switch")
    bundle = t.bundle()
    bundle.process["selinuxLabel"] = "system_u:system_r:svirt_lxc_net_t:s0:c124,c675"
    t.refused(t.run(bundle), "a SELinux label that nothing can apply")


@case("features-linux.md#intel-rdt", since=SINCE, needs=("no-resctrl",))
def intel_rdt_is_never_ignored(t: Trial) -> None:
    """Claimed or not: without a resctrl file system intelRdt MUST be refused."""
    t.check(
        _linux(t, "intelRdt").get("enabled") in (True, False, None), "linux.intelRdt.enabled is no switch"
    )
    bundle = t.bundle()
    bundle.linux["intelRdt"] = {"closID": "harbour"}
    t.refused(t.run(bundle), "intelRdt that nothing can apply")


@case("features-linux.md#memorypolicy", since="v1.3.0", needs=("memory-policy",))
def every_claimed_memory_policy_is_taken(t: Trial) -> None:
    """Each mode that the document names is taken on this kernel, but for those that it does not have."""
    claim = _linux(t, "memoryPolicy")
    without = ("MPOL_DEFAULT", "MPOL_LOCAL")
    for mode in claim.get("modes") or []:
        bundle = t.bundle().args("exit", "0")
        bundle.linux["memoryPolicy"] = {"mode": mode, "nodes": "" if mode in without else "0"}
        if mode == "MPOL_WEIGHTED_INTERLEAVE" and host.kernel() < (6, 9):
            continue
        t.accepted(t.run(bundle), f"the memory policy {mode}")


@case("features-linux.md#mountextensions", since="v1.2.0", needs=("idmapped-mounts",))
def idmap_is_as_it_is_claimed(t: Trial) -> None:
    """mountExtensions.idmap: where it is claimed a mapped mount shows other owners, where it is denied it is refused."""
    enabled = (_linux(t, "mountExtensions").get("idmap") or {}).get("enabled")
    container, answer = t.create(_mapped(t))
    if enabled:
        t.accepted(answer, "a mapped mount")
        t.equal("owner inside", os.stat(f"/proc/{container.pid}/root/mnt").st_uid, MAPPED)
    else:
        t.refused(answer, "a mapped mount by a runtime that has none")


@case("features-linux.md#mountextensions", since="v1.2.0", needs=("idmapped-mounts",))
def a_runtime_that_maps_some_mounts_claims_it(t: Trial) -> None:
    """A runtime with part of it MUST claim idmap too: where any form of mapped mount shows other owners, it is claimed."""
    enabled = ((_claims(t).get("linux") or {}).get("mountExtensions") or {}).get("idmap", {}).get("enabled")
    shown = []
    for option in ("idmap", "ridmap", ""):
        container, answer = t.create(_mapped(t, option))
        if answer.ok and os.stat(f"/proc/{container.pid}/root/mnt").st_uid == MAPPED:
            shown.append(option or "mappings alone")
    t.check(
        enabled is True or not shown, f"{', '.join(shown)} maps the owners, and idmap.enabled is {enabled!r}"
    )


def _mapped(t: Trial, option: str = "idmap") -> Bundle:
    """A bundle with a mount whose owner is root outside and MAPPED inside."""
    bundle = t.bundle().args("stay")
    (bundle.folder / "given").mkdir()
    bundle.mount("/mnt", "bind", str(bundle.folder / "given"), "bind", *filter(None, (option,)))
    mapping = [{"containerID": 0, "hostID": MAPPED, "size": 10}]
    bundle.config["mounts"][-1].update(uidMappings=mapping, gidMappings=mapping)
    return bundle


@case("features-linux.md#netdevices", since="v1.3.0", needs=("root",))
def network_devices_are_as_they_are_claimed(t: Trial) -> None:
    """netDevices.enabled: a device is moved into the container where it is claimed."""
    if not _linux(t, "netDevices").get("enabled"):
        raise NotApplicable(f"{t.runtime.name} does not claim network devices")

    def work() -> None:
        make_device("crane0", 1400, "10.9.8.7")
        bundle = t.bundle()
        bundle.linux["netDevices"] = {"crane0": {}}
        inside = names(t.running(bundle).proc("net/dev"))
        t.check("crane0" in inside, f"crane0 is not among the container's devices: {inside}")

    in_a_network_of_its_own(work)
