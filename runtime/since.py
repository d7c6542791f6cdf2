"""When each property and value of config.json appeared; to a release before that it is unknown.

Unknown properties are ignored (config.md#extensibility), so they are left out; unknown values are errors (config.md#valid-values).
Everything that is not here was in v0.4.0. Loaded for old releases only.
"""

from __future__ import annotations

from runtime.releases import RELEASES, Rules, parse

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

SINCE = {  # property -> the release that brought it under this name; `[]`: of each entry, `*`: under each name
    **{f"hooks.{point}[].timeout": "0.5.0" for point in ("prestart", "poststart", "poststop")},
    "linux.maskedPaths": "0.5.0",
    "linux.readonlyPaths": "0.5.0",
    "linux.mountLabel": "1.0.0-rc1",
    "process.consoleSize": "1.0.0-rc3",
    "linux.seccomp.syscalls[].names": "1.0.0-rc5",  # was `name`
    "process.oomScoreAdj": "1.0.0-rc6",  # was in linux.resources
    "linux.intelRdt": "1.0.0-rc6",
    **{  # were blkioWeight and so on
        f"linux.resources.blockIO.{name}": "1.0.0-rc6"
        for name in (
            "weight", "leafWeight", "weightDevice", "throttleReadBpsDevice", "throttleWriteBpsDevice", "throttleReadIOPSDevice",
            "throttleWriteIOPSDevice",
        )
    },
    "linux.resources.memory.disableOOMKiller": "1.0.0",  # was in linux.resources
    "hooks.createRuntime": "1.0.2",
    "hooks.createContainer": "1.0.2",
    "hooks.startContainer": "1.0.2",
    "process.user.umask": "1.0.2",
    "linux.personality": "1.0.2",
    "linux.seccomp.flags": "1.0.2",
    "linux.resources.rdma": "1.0.2",
    "linux.resources.memory.useHierarchy": "1.0.2",
    "linux.intelRdt.closID": "1.0.2",
    "linux.intelRdt.memBwSchema": "1.0.2",
    "domainname": "1.1.0-rc.1",
    "mounts[].uidMappings": "1.1.0-rc.1",
    "mounts[].gidMappings": "1.1.0-rc.1",
    "linux.intelRdt.enableCMT": "1.1.0-rc.1",  # until v1.2.1
    "linux.intelRdt.enableMBM": "1.1.0-rc.1",
    "linux.resources.unified": "1.1.0-rc.1",
    "linux.resources.cpu.burst": "1.1.0-rc.1",
    "linux.resources.cpu.idle": "1.1.0-rc.1",
    "linux.resources.memory.checkBeforeUpdate": "1.1.0-rc.1",
    "linux.seccomp.defaultErrnoRet": "1.1.0-rc.1",
    "linux.seccomp.listenerPath": "1.1.0-rc.1",
    "linux.seccomp.listenerMetadata": "1.1.0-rc.1",
    "linux.seccomp.syscalls[].errnoRet": "1.1.0-rc.1",
    "linux.timeOffsets": "1.1.0-rc.2",
    "process.scheduler": "1.1.0-rc.3",
    "process.ioPriority": "1.1.0-rc.3",
    "process.execCPUAffinity": "1.2.1",
    "linux.netDevices": "1.3.0",
    "linux.memoryPolicy": "1.3.0",
    "linux.intelRdt.schemata": "1.3.0",
    "linux.intelRdt.enableMonitoring": "1.3.0",
}  # fmt: skip
ACTIONS = {
    "SCMP_ACT_LOG": "1.0.2",
    "SCMP_ACT_KILL_PROCESS": "1.1.0-rc.1",
    "SCMP_ACT_KILL_THREAD": "1.1.0-rc.1",
    "SCMP_ACT_NOTIFY": "1.1.0-rc.1",
}
VALUES = {  # property -> {value: the release that brought it}
    "linux.namespaces[].type": {"cgroup": "1.0.0-rc1", "time": "1.1.0-rc.2"},
    "linux.rootfsPropagation": {"unbindable": "1.0.0-rc6", "runbindable": "1.0.0-rc6"},
    "linux.seccomp.defaultAction": ACTIONS,
    "linux.seccomp.syscalls[].action": ACTIONS,
    "linux.seccomp.flags[]": {"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV": "1.1.0-rc.1"},
}


def leave_out(config: dict[str, Any], rules: Rules) -> None:
    """Takes away what the release does not know (config.md#extensibility)."""
    for path in unknown_properties(rules):
        *folders, name = path.split(".")
        for holder in _at(config, folders):
            if isinstance(holder, dict):
                holder.pop(name, None)


def unknown_properties(rules: Rules) -> list[str]:
    """What the release does not know yet, by its path (config.md#extensibility)."""
    horizon = _horizon(rules)
    return [path for path, release in SINCE.items() if horizon < parse(release)]


def unknown_values(config: dict[str, Any], rules: Rules) -> Iterator[tuple[str, str, str]]:
    """(property, value, the release that brings it) for each value that the release does not know yet (config.md#valid-values)."""
    horizon = _horizon(rules)
    for path, values in VALUES.items():
        for found in _at(config, path.split(".")):
            release = values.get(found) if isinstance(found, str) else None
            if release is not None and horizon < parse(release):
                yield path.replace("[]", ""), found, release


def _horizon(rules: Rules) -> tuple[int, int, int, int]:
    """Up to which release properties are known. `1.0.2-dev` was the text on its way from v1.0.2 to the next release."""
    if not rules.in_development:
        return rules.release
    return min((later for name in RELEASES if (later := parse(name)) > rules.release), default=rules.release)


def _at(value: Any, names: list[str]) -> Iterator[Any]:
    """Everything that stands at a path; nothing where the config has another shape."""
    if not names:
        yield value
        return
    name = names[0].removesuffix("[]")
    found = value.get(name) if isinstance(value, dict) else None
    for each in (found if isinstance(found, list) else []) if names[0].endswith("[]") else [found]:
        yield from _at(each, names[1:])
