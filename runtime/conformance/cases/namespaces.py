"""Namespaces (config-linux.md#namespaces): new ones, shared ones, joined ones, and what the host must not see."""

import os
import sys

from runtime.conformance import host
from runtime.conformance.declare import Skipped, case
from runtime.conformance.trial import Trial

ANCHOR = "config-linux.md#namespaces"
ALL = ("pid", "ipc", "uts", "network", "mount")
FILES = {
    "pid": "pid",
    "ipc": "ipc",
    "uts": "uts",
    "network": "net",
    "mount": "mnt",
    "cgroup": "cgroup",
    "user": "user",
    "time": "time",
}


def _is_new(t: Trial, kind: str) -> None:
    bundle = t.bundle()
    bundle.namespaces(*dict.fromkeys([*ALL, kind]))
    container = t.running(bundle)
    file = FILES[kind]
    seen = container.namespace(file)
    t.check(seen != os.readlink(f"/proc/self/ns/{file}"), f"the {kind} namespace is the host's")
    another = t.bundle()
    another.namespaces(*dict.fromkeys([*ALL, kind]))
    t.check(t.running(another).namespace(file) != seen, f"two containers have one new {kind} namespace")


@case(ANCHOR)
def a_new_pid_namespace(t: Trial) -> None:
    """A pid namespace without a path is a new one, in which the program is pid 1."""
    _is_new(t, "pid")
    t.equal("the program's pid inside", t.report(t.bundle())["pid"], "1")


@case(ANCHOR)
def a_new_network_namespace(t: Trial) -> None:
    """A network namespace without a path is a new one."""
    _is_new(t, "network")


@case(ANCHOR)
def a_new_mount_namespace(t: Trial) -> None:
    """A mount namespace without a path is a new one."""
    _is_new(t, "mount")


@case(ANCHOR)
def a_new_ipc_namespace(t: Trial) -> None:
    """An ipc namespace without a path is a new one."""
    _is_new(t, "ipc")


@case(ANCHOR)
def a_new_uts_namespace(t: Trial) -> None:
    """A uts namespace without a path is a new one."""
    _is_new(t, "uts")


@case(ANCHOR, since="v1.0.0-rc1")
def a_new_cgroup_namespace(t: Trial) -> None:
    """A cgroup namespace without a path is a new one."""
    _is_new(t, "cgroup")


@case(ANCHOR, needs=("root",))
def an_unlisted_namespace_is_the_runtime_s(t: Trial) -> None:
    """A namespace the config does not list is inherited from the runtime."""
    bundle = t.bundle()
    bundle.namespaces("pid", "mount")
    container = t.running(bundle)
    for file in ("ipc", "uts", "net"):
        t.equal(f"the {file} namespace", container.namespace(file), os.readlink(f"/proc/self/ns/{file}"))


@case(ANCHOR, needs=("root",))
def a_namespace_with_a_path_is_joined(t: Trial) -> None:
    """A namespace with a path is the one that stands there."""
    first = t.running(t.bundle())
    bundle = t.bundle()
    for each in bundle.linux["namespaces"]:
        if each["type"] in ("network", "ipc", "uts"):
            each["path"] = f"/proc/{first.pid}/ns/{FILES[each['type']]}"
    second = t.running(bundle)
    for file in ("net", "ipc", "uts"):
        t.equal(f"the {file} namespace", second.namespace(file), first.namespace(file))


@case(ANCHOR, since="v1.0.0-rc6", needs=("root",))
def a_path_of_another_type_is_an_error(t: Trial) -> None:
    """A path that is not a namespace of the entry's type MUST be an error."""
    bundle = t.bundle()
    for each in bundle.linux["namespaces"]:
        if each["type"] == "network":
            each["path"] = "/proc/self/ns/uts"
    t.refused(t.run(bundle), "a uts namespace given as a network namespace")


@case(ANCHOR, since="v1.0.0-rc3")
def duplicate_namespaces_are_an_error(t: Trial) -> None:
    """Two entries of one type MUST be an error."""
    bundle = t.bundle()
    bundle.linux["namespaces"].append({"type": "uts"})
    t.refused(t.run(bundle), "two uts namespaces")


@case("config-linux.md#user-namespace-mappings", needs=("root",))
def user_namespace_mappings_are_the_config_s(t: Trial) -> None:
    """uidMappings and gidMappings are the user namespace's maps."""
    if t.source.kind == "host" and not host.world_may_reach(sys.executable):
        raise Skipped(f"the interpreter {sys.executable} lies where a mapped user cannot reach it")
    bundle = t.bundle()
    bundle.namespaces(*ALL, "user")
    for name in ("uidMappings", "gidMappings"):
        bundle.linux[name] = [{"containerID": 0, "hostID": 100000, "size": 1000}]
    for path in (bundle.folder, bundle.rootfs, bundle.journal):
        os.chmod(path, 0o777)
    container = t.running(bundle)
    t.check(
        container.namespace("user") != os.readlink("/proc/self/ns/user"), "the user namespace is the host's"
    )
    for file in ("uid_map", "gid_map"):
        t.equal(file, container.proc(file).split(), ["0", "100000", "1000"])


@case("config.md#hostname")
def hostname_is_the_config_s(t: Trial) -> None:
    """hostname is what the program's uts namespace says, and the host keeps its own."""
    before = os.uname().nodename
    bundle = t.bundle()
    bundle.config["hostname"] = "quay-seven"
    t.equal("hostname inside", t.report(bundle)["hostname"], "quay-seven")
    t.equal("hostname of the host", os.uname().nodename, before)


@case("config.md#domainname", since="v1.1.0-rc.1")
def domainname_is_the_config_s(t: Trial) -> None:
    """domainname (since v1.1) is what the program's uts namespace says."""
    bundle = t.bundle()
    bundle.config["domainname"] = "harbour.example"
    t.equal("domainname inside", t.report(bundle)["domainname"], "harbour.example")


@case("config.md#extensibility", since="v1.0.0-rc3", until="v1.0.2")
def domainname_is_an_unknown_property(t: Trial) -> None:
    """Before v1.1 there is no domainname: it is ignored, and MUST NOT be an error."""
    bundle = t.bundle()
    bundle.config["domainname"] = "harbour.example"
    seen = t.report(bundle)["domainname"]
    if t.tells_releases_apart:
        t.check(seen != "harbour.example", "the domainname of a release that does not know it was applied")
    t.check(seen != "", "the program saw no domain name at all")


@case("config-linux.md#sysctl", escape=True)
def sysctl_is_set_inside_only(t: Trial) -> None:
    """A sysctl of the container's network namespace is set there, and not on the host."""
    with open("/proc/sys/net/ipv4/ip_default_ttl", encoding="ascii") as file:
        before = file.read()
    bundle = t.bundle()
    bundle.linux["sysctl"] = {"net.ipv4.ip_default_ttl": "77"}
    bundle.args("cat", "/proc/sys/net/ipv4/ip_default_ttl")
    t.equal("inside", t.output(bundle).strip(), "77")
    with open("/proc/sys/net/ipv4/ip_default_ttl", encoding="ascii") as file:
        t.equal("on the host", file.read(), before)


@case(ANCHOR, since="v1.1.0-rc.2", needs=("time-namespace", "root"))
def a_new_time_namespace(t: Trial) -> None:
    """A time namespace (since v1.1) without a path is a new one."""
    _is_new(t, "time")


@case(f"{ANCHOR} config-linux.md#user-namespace-mappings", needs=("root",))
def several_ranges_of_ids_are_mapped(t: Trial) -> None:
    """Each entry of uidMappings and gidMappings is a row of the map, in the listed order."""
    if t.source.kind == "host" and not host.world_may_reach(sys.executable):
        raise Skipped(f"the interpreter {sys.executable} lies where a mapped user cannot reach it")
    bundle = t.bundle()
    bundle.namespaces(*ALL, "user")
    rows = [(0, 100000, 500), (500, 200000, 500)]
    for name in ("uidMappings", "gidMappings"):
        bundle.linux[name] = [{"containerID": c, "hostID": h, "size": s} for c, h, s in rows]
    for path in (bundle.folder, bundle.rootfs):
        os.chmod(path, 0o777)
    container = t.running(bundle)
    for file in ("uid_map", "gid_map"):
        seen = [tuple(int(word) for word in line.split()) for line in container.proc(file).splitlines()]
        t.equal(file, seen, rows)
    owner = (bundle.rootfs / "probe").stat()
    t.equal("the owner of the root's files on the host", (owner.st_uid, owner.st_gid), (0, 0))


@case(ANCHOR, since="v1.0.0-rc6", needs=("root",))
def a_relative_namespace_path_is_an_error(t: Trial) -> None:
    """The path of a namespace MUST be absolute."""
    bundle = t.bundle()
    for each in bundle.linux["namespaces"]:
        if each["type"] == "ipc":
            each["path"] = "../" * 20 + "proc/self/ns/ipc"
    t.refused(t.run(bundle), "a relative namespace path")
