"""The type of each property of config.json, in one table; a value of another type is an error that names its path.

It follows the order of config.md and config-linux.md. What the table does not know is not looked at: unknown properties
are ignored (config.md#extensibility). A null counts as absent, as it does for every runtime that people use.
"""

from __future__ import annotations

from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

STRING, BOOLEAN = "a string", "true or false"
RANGES = {  # defs.json of the specification's schema
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint16": (0, 2**16 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
}
INT32, INT64, UINT16, UINT32, UINT64 = RANGES


def _object(*required: str, **properties: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    return properties, required


record = _object  # for former.py, which has the shapes of earlier releases


def _map(each: Any) -> dict[str, Any]:
    return {"": each}  # an object with names of the author's own


STRINGS = [STRING]
_MAPPING = _object("containerID", "hostID", "size", containerID=UINT32, hostID=UINT32, size=UINT32)
_HOOKS = [_object("path", path=STRING, args=STRINGS, env=STRINGS, timeout=INT64)]
_WEIGHTS = [_object("major", "minor", major=INT64, minor=INT64, weight=UINT16, leafWeight=UINT16)]
_RATES = [_object("major", "minor", "rate", major=INT64, minor=INT64, rate=UINT64)]
_OFFSET = _object(secs=INT64, nanosecs=UINT32)

PROCESS = _object(
    "cwd",
    terminal=BOOLEAN,
    consoleSize=_object("height", "width", height=UINT64, width=UINT64),
    cwd=STRING, env=STRINGS, args=STRINGS,
    rlimits=[_object("type", "soft", "hard", type=STRING, soft=UINT64, hard=UINT64)],
    apparmorProfile=STRING, selinuxLabel=STRING, noNewPrivileges=BOOLEAN, oomScoreAdj=INT64,
    capabilities=_object(bounding=STRINGS, effective=STRINGS, inheritable=STRINGS, permitted=STRINGS, ambient=STRINGS),
    scheduler=_object(
        "policy", policy=STRING, nice=INT32, priority=INT32, flags=STRINGS, runtime=UINT64, deadline=UINT64, period=UINT64
    ),
    ioPriority=_object("class", "priority", priority=INT64, **{"class": STRING}),
    execCPUAffinity=_object(initial=STRING, final=STRING),
    user=_object(uid=UINT32, gid=UINT32, umask=UINT32, additionalGids=[UINT32], username=STRING),
)  # fmt: skip

RESOURCES = _object(
    devices=[_object("allow", allow=BOOLEAN, type=STRING, major=INT64, minor=INT64, access=STRING)],
    memory=_object(
        limit=INT64, reservation=INT64, swap=INT64, kernel=INT64, kernelTCP=INT64, swappiness=UINT64,
        disableOOMKiller=BOOLEAN, useHierarchy=BOOLEAN, checkBeforeUpdate=BOOLEAN,
    ),
    cpu=_object(
        shares=UINT64, quota=INT64, burst=UINT64, period=UINT64, realtimeRuntime=INT64, realtimePeriod=UINT64,
        cpus=STRING, mems=STRING, idle=INT64,
    ),
    blockIO=_object(
        weight=UINT16, leafWeight=UINT16, weightDevice=_WEIGHTS, throttleReadBpsDevice=_RATES, throttleWriteBpsDevice=_RATES,
        throttleReadIOPSDevice=_RATES, throttleWriteIOPSDevice=_RATES,
    ),
    hugepageLimits=[_object("pageSize", "limit", pageSize=STRING, limit=UINT64)],
    network=_object(classID=UINT32, priorities=[_object("name", "priority", name=STRING, priority=UINT32)]),
    pids=_object(limit=INT64),
    rdma=_map(_object(hcaHandles=UINT32, hcaObjects=UINT32)),
    unified=_map(STRING),
)  # fmt: skip

SECCOMP = _object(
    "defaultAction",
    defaultAction=STRING, defaultErrnoRet=UINT32, architectures=STRINGS, flags=STRINGS, listenerPath=STRING,
    listenerMetadata=STRING,
    syscalls=[
        _object(
            "names", "action", names=STRINGS, action=STRING, errnoRet=UINT32,
            args=[_object("index", "value", "op", index=UINT32, value=UINT64, valueTwo=UINT64, op=STRING)],
        )
    ],
)  # fmt: skip

LINUX = _object(
    namespaces=[_object("type", type=STRING, path=STRING)],
    uidMappings=[_MAPPING], gidMappings=[_MAPPING],
    timeOffsets=_object(monotonic=_OFFSET, boottime=_OFFSET),
    devices=[_object("type", "path", type=STRING, path=STRING, major=INT64, minor=INT64, fileMode=UINT32, uid=UINT32, gid=UINT32)],
    netDevices=_map(_object(name=STRING)),
    cgroupsPath=STRING, resources=RESOURCES,
    intelRdt=_object(closID=STRING, schemata=STRINGS, l3CacheSchema=STRING, memBwSchema=STRING, enableMonitoring=BOOLEAN),
    memoryPolicy=_object(mode=STRING, nodes=STRING, flags=STRINGS),
    sysctl=_map(STRING), seccomp=SECCOMP, rootfsPropagation=STRING, maskedPaths=STRINGS, readonlyPaths=STRINGS,
    mountLabel=STRING, personality=_object("domain", domain=STRING, flags=STRINGS),
)  # fmt: skip

CONFIG = _object(
    "ociVersion", "root",
    ociVersion=STRING,
    root=_object("path", path=STRING, readonly=BOOLEAN),
    mounts=[
        _object(
            "destination", destination=STRING, source=STRING, type=STRING, options=STRINGS,
            uidMappings=[_MAPPING], gidMappings=[_MAPPING],
        )
    ],
    process=PROCESS, hostname=STRING, domainname=STRING,
    hooks=_object(
        prestart=_HOOKS, createRuntime=_HOOKS, createContainer=_HOOKS, startContainer=_HOOKS, poststart=_HOOKS, poststop=_HOOKS
    ),
    annotations=_map(STRING),
    linux=LINUX,
)  # fmt: skip


def check(value: Any, shape: Any, path: str = "") -> None:
    """Raises Fault for the first value that has another type than the table says, or that is missing and required."""
    for problem in problems(value, shape, path):
        raise Fault(problem)


def problems(value: Any, shape: Any, path: str = "") -> Iterator[str]:
    """Every such value, as a sentence that begins with its path.

    See config.md#extensibility, config.md#platform-specific-configuration.
    """
    kind = type(value)
    if shape is STRING:
        if kind is not str:
            yield _wrong(value, path, shape)
        elif "\0" in value:  # no path, name or argument of the kernel's can hold it
            yield f"{path} must not contain a NUL character"
        elif not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            yield f"{path} must not contain half a character (a lone surrogate)"
    elif shape is BOOLEAN:
        if kind is not bool:
            yield _wrong(value, path, shape)
    elif type(shape) is str:
        low, high = RANGES[shape]
        if kind is not int or not low <= value <= high:
            yield _wrong(value, path, f"a whole number from {low} to {high}")
    elif type(shape) is list:
        if kind is not list:
            yield _wrong(value, path, "an array")
            return
        for at, each in enumerate(value):
            yield from problems(each, shape[0], f"{path}[{at}]")
    elif kind is not dict:
        yield _wrong(value, path, "an object")
    else:
        if type(shape) is dict:
            yield from _names(value, path)
        properties, required = (dict.fromkeys(value, shape[""]), ()) if type(shape) is dict else shape
        for name in required:
            if value.get(name) is None:
                yield f"{path}.{name} is missing".lstrip(".")
        for name, each in value.items():
            if each is not None and name in properties:
                yield from problems(each, properties[name], f"{path}.{name}" if path else name)


def right(value: Any, shape: Any) -> Any:
    """The value without what `problems` tells of, so that the rest of it can be asked too; None when nothing is left."""
    if not any(problems(value, shape)):
        return value
    if type(shape) is list and type(value) is list:
        return [kept for each in value if (kept := right(each, shape[0])) is not None]
    if type(value) is not dict or type(shape) not in (dict, tuple):
        return None
    properties, required = (dict.fromkeys(value, shape[""]), ()) if type(shape) is dict else shape
    found = {
        name: right(each, properties[name]) if name in properties else each for name, each in value.items()
    }
    found = {name: each for name, each in found.items() if each is not None}
    return None if any(name not in found for name in required) else found


def _names(value: dict[str, Any], path: str) -> Iterator[str]:
    """The author's own names become files, devices and parameters."""
    for name in value:
        yield from problems(name, STRING, f"{path} has the name {name!r}, which")


def _wrong(value: Any, path: str, wanted: str) -> str:
    names = {str: "a string", bool: "true or false", dict: "an object", list: "an array", type(None): "null"}
    found = names.get(type(value)) or f"the number {value}"
    return f"{path or 'config.json'} must be {wanted}, not {found}"
