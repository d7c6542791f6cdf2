"""What of a config this kernel, or the rights of this user, cannot grant; asked without making a container."""

from __future__ import annotations

import resource

from runtime import capabilities, cgroups, idmaps, intelrdt, labels, limits, namespaces, process
from runtime import lean_os as os
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def problems(config: dict[str, Any], bundle: str) -> Iterator[tuple[str, str]]:
    """(anchor in the specification, sentence) for each thing this host cannot do."""
    linux = config.get("linux") or {}
    kinds = namespaces.wanted(config)
    if os.geteuid() != 0 and "user" not in kinds:
        yield "config-linux.md#configLinuxNamespaces", "an ordinary user needs a user namespace with mappings"
    for kind, path in kinds.items():
        file = namespaces.NAMESPACES[kind][1]
        if not os.path.exists(f"/proc/self/ns/{file}"):
            yield "config-linux.md#configLinuxNamespaces", f"this kernel has no {kind} namespaces"
        elif path and not os.path.exists(path):
            yield "config-linux.md#configLinuxNamespaces", f"the {kind} namespace {path} does not exist"
    root = os.path.join(bundle, config["root"]["path"])
    if not os.path.isdir(root):
        yield "config.md#configRoot", f"root.path {root} is not a directory"
    yield from _mounts(config.get("mounts") or [], bundle)
    yield from _process(config.get("process") or {})
    yield from _resources(linux.get("resources") or {})
    yield from _groups(config)
    yield from labels.problems(config, labels.modules())
    if kinds.get("user") == "":
        for problem in idmaps.lacking(linux):
            yield "config-linux.md#configLinuxUserNamespaceMappings", problem
    if intelrdt.of(config) is not None:
        try:
            intelrdt.prepare(config, "validate", False)
        except Fault as fault:
            yield intelrdt.ANCHOR, str(fault)
    for point, each in (
        (point, hook) for point, hooks in (config.get("hooks") or {}).items() for hook in hooks or []
    ):
        if point != "startContainer" and not os.access(each["path"], os.X_OK):
            yield "config.md#configHooks", f"the {point} hook {each['path']} is not an executable file here"


def _mounts(mounts: list[dict[str, Any]], bundle: str) -> Iterator[tuple[str, str]]:
    with open("/proc/filesystems", encoding="ascii") as table:
        known = {line.split()[-1] for line in table}
    for each in mounts:
        kind, options = each.get("type") or "", each.get("options") or []
        if "bind" in options or "rbind" in options:
            source = os.path.join(bundle, each.get("source") or "")
            if not os.path.exists(source):
                yield (
                    "config.md#configMounts",
                    f"the source {source} of the mount on {each['destination']} does not exist",
                )
        elif kind not in known | {"cgroup", "bind", "none", ""}:
            yield (
                "config.md#configMounts",
                f"this kernel does not know the file system {kind} (or has not loaded it)",
            )


def _process(wanted: dict[str, Any]) -> Iterator[tuple[str, str]]:
    anchor = "config.md#configLinuxProcess"
    for name in sorted(
        {name for names in (wanted.get("capabilities") or {}).values() for name in names or []}
    ):
        if not capabilities.is_known(name):
            yield anchor, f"this kernel does not know the capability {name}"
        elif os.geteuid() == 0 and not capabilities.is_held(name):
            yield anchor, f"the capability {name} is not held here, so that it cannot be granted"
    for limit in wanted.get("rlimits") or []:
        kind = process.RLIMITS[limit["type"]]
        hard = resource.getrlimit(kind)[1]
        if (
            hard != resource.RLIM_INFINITY
            and limit["hard"] > hard
            and not capabilities.is_held("CAP_SYS_RESOURCE")
        ):
            yield (
                "config.md#configPOSIXProcess",
                f"process.rlimits {limit['type']} {limit['hard']} is above this host's hard limit {hard}",
            )


def _groups(config: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Limits need a group, and that a folder which this user may write into."""
    if not cgroups.asks_for_limits(config):
        return
    places = [os.path.dirname(folder) for folder in cgroups.paths(config, "validate").values()]
    if not any(os.access(_existing(place), os.W_OK) for place in places):
        yield (
            "config-linux.md#configLinuxControlGroups",
            "linux.resources needs a control group, and this user may make none"
            if places
            else "linux.resources needs control groups, and none are mounted here",
        )


def _existing(folder: str) -> str:
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    return folder


def _resources(resources: dict[str, Any]) -> Iterator[tuple[str, str]]:
    points = cgroups.hierarchies()
    version2 = None
    if cgroups.UNIFIED in points:
        version2 = set(cgroups.read(f"{points[cgroups.UNIFIED]}/cgroup.controllers").split())
    if resources.get("devices") and not points.keys() & {"devices", cgroups.UNIFIED}:
        yield (
            "config-linux.md#configLinuxDeviceAllowedlist",
            "linux.resources.devices needs the devices controller or cgroup version 2, and this host has neither",
        )
    try:
        limits.plan(resources, set(points) - {cgroups.UNIFIED}, version2)
    except Fault as fault:
        yield "config-linux.md#configLinuxControlGroups", str(fault)
