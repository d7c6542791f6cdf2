"""linux.resources as files and values: one function for each controller and version, and the rule that chooses between them.

A controller on a version 1 hierarchy is used there; otherwise the version 2 tree is, if it has the controller
(config-linux.md#unified says that a runtime may convert). What no hierarchy here has is an error.
"""

from __future__ import annotations

from runtime import cgroups, device_rules
from runtime import lean_os as os
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Settings = list[tuple[str, str]]  # (file, value), in the order to write them


def _given(*pairs: tuple[str, Any]) -> Settings:
    return [(file, str(value)) for file, value in pairs if value is not None and value != ""]


def _limit(value: int | None) -> str | None:
    """A number, or `max` for a negative one."""
    return None if value is None else "max" if value < 0 else str(value)


def _devices(entries: list[dict[str, Any]] | None, key: str, write: Callable[[int], str] = str) -> list[str]:
    return [
        f"{each['major']}:{each['minor']} {write(each[key])}"
        for each in entries or []
        if each.get(key) is not None
    ]


# --- memory


def _memory_v1(resources: dict[str, Any]) -> Settings:
    """memory on version 1 (config-linux.md#memory)."""
    memory = resources.get("memory") or {}
    return _given(
        ("memory.limit_in_bytes", memory.get("limit")),
        ("memory.memsw.limit_in_bytes", memory.get("swap")),
        ("memory.soft_limit_in_bytes", memory.get("reservation")),
        ("memory.kmem.limit_in_bytes", memory.get("kernel")),
        ("memory.kmem.tcp.limit_in_bytes", memory.get("kernelTCP")),
        ("memory.swappiness", memory.get("swappiness")),
        ("memory.oom_control", 1 if memory.get("disableOOMKiller") else None),
        ("memory.use_hierarchy", 1 if memory.get("useHierarchy") else None),
    )


def _memory_v2(resources: dict[str, Any]) -> Settings:
    """Version 1 counts swap with memory, version 2 apart. Raises Fault for what version 2 has not.

    See config-linux.md#memory.
    """
    memory = resources.get("memory") or {}
    limit, swap = memory.get("limit"), memory.get("swap")
    for name in ("kernelTCP", "swappiness", "disableOOMKiller"):
        if memory.get(name):
            raise Fault(f"linux.resources.memory.{name} has no equal on cgroup version 2")
    if swap is not None and swap >= 0:
        if limit is None or limit < 0:
            raise Fault("linux.resources.memory.swap needs memory.limit on cgroup version 2")
        if swap < limit:
            raise Fault("linux.resources.memory.swap (memory and swap together) is below memory.limit")
        swap -= limit
    return _given(
        ("memory.max", _limit(limit)),
        ("memory.swap.max", _limit(swap)),
        ("memory.low", _limit(memory.get("reservation"))),
    )


# --- cpu


def _cpu_v1(resources: dict[str, Any]) -> Settings:
    """cpu on version 1 (config-linux.md#cpu)."""
    cpu = resources.get("cpu") or {}
    return _given(
        ("cpu.rt_period_us", cpu.get("realtimePeriod")), ("cpu.rt_runtime_us", cpu.get("realtimeRuntime")),
        ("cpu.shares", cpu.get("shares")), ("cpu.cfs_period_us", cpu.get("period")),
        ("cpu.cfs_quota_us", cpu.get("quota")), ("cpu.cfs_burst_us", cpu.get("burst")), ("cpu.idle", cpu.get("idle")),
    )  # fmt: skip


def _cpu_v2(resources: dict[str, Any]) -> Settings:
    """cpu on version 2, which counts shares otherwise and has no real-time limits (config-linux.md#cpu)."""
    cpu = resources.get("cpu") or {}
    if cpu.get("realtimePeriod") or cpu.get("realtimeRuntime"):
        raise Fault(
            "linux.resources.cpu.realtimeRuntime and realtimePeriod have no equal on cgroup version 2"
        )
    quota, period, shares = cpu.get("quota"), cpu.get("period"), cpu.get("shares")
    both = None if quota is None and period is None else f"{_limit(quota) or 'max'} {period or 100000}"
    # cpu.shares (2 to 262144) as cpu.weight (1 to 10000), linear, as the field converts it
    weight = None if not shares else 1 + (shares - 2) * 9999 // 262142
    return _given(
        ("cpu.idle", cpu.get("idle")),
        ("cpu.weight", weight),
        ("cpu.max", both),
        ("cpu.max.burst", cpu.get("burst")),
    )


def _cpuset(resources: dict[str, Any]) -> Settings:
    """cpus and mems (config-linux.md#cpu)."""
    cpu = resources.get("cpu") or {}
    return _given(("cpuset.cpus", cpu.get("cpus")), ("cpuset.mems", cpu.get("mems")))


# --- block devices

THROTTLES = {  # property -> (version 1 file, version 2 key)
    "throttleReadBpsDevice": ("blkio.throttle.read_bps_device", "rbps"),
    "throttleWriteBpsDevice": ("blkio.throttle.write_bps_device", "wbps"),
    "throttleReadIOPSDevice": ("blkio.throttle.read_iops_device", "riops"),
    "throttleWriteIOPSDevice": ("blkio.throttle.write_iops_device", "wiops"),
}


def _block_v1(resources: dict[str, Any]) -> Settings:
    """blockIO on version 1 (config-linux.md#block-io)."""
    block = resources.get("blockIO") or {}
    found = _given(
        ("blkio.weight|blkio.bfq.weight", block.get("weight")), ("blkio.leaf_weight", block.get("leafWeight"))
    )
    found += [
        ("blkio.weight_device|blkio.bfq.weight_device", line)
        for line in _devices(block.get("weightDevice"), "weight")
    ]
    found += [
        ("blkio.leaf_weight_device", line) for line in _devices(block.get("weightDevice"), "leafWeight")
    ]
    for name, (file, _) in THROTTLES.items():
        found += [(file, line) for line in _devices(block.get(name), "rate")]
    return found


def _block_v2(resources: dict[str, Any]) -> Settings:
    """blockIO on version 2, which has no leaf weights (config-linux.md#block-io)."""
    block = resources.get("blockIO") or {}
    if block.get("leafWeight") is not None or any(
        "leafWeight" in each for each in block.get("weightDevice") or []
    ):
        raise Fault("linux.resources.blockIO.leafWeight has no equal on cgroup version 2")
    found = _given(("io.bfq.weight|io.weight", block.get("weight")))
    found += [("io.bfq.weight|io.weight", line) for line in _devices(block.get("weightDevice"), "weight")]
    for name, (_, key) in THROTTLES.items():
        found += [("io.max", line) for line in _devices(block.get(name), "rate", f"{key}={{}}".format)]
    return found


# --- the others


def _pids(resources: dict[str, Any]) -> Settings:
    """pids.limit; a negative one is none (config-linux.md#pids)."""
    return _given(("pids.max", _limit((resources.get("pids") or {}).get("limit"))))


def _huge_pages(file: str, resources: dict[str, Any]) -> Settings:
    """The reservation is limited where the kernel can, and the use in any case (config-linux.md#huge-page-limits)."""
    found = []
    for each in resources.get("hugepageLimits") or []:
        size, limit = each["pageSize"], str(each["limit"])
        if not (size[:-2].isdecimal() and size[-2:] in ("KB", "MB", "GB")):
            raise Fault(f"linux.resources.hugepageLimits.pageSize {size!r} is not a size such as 2MB")
        found += [(f"hugetlb.{size}.rsvd.{file}?", limit), (f"hugetlb.{size}.{file}", limit)]
    return found


def _rdma(resources: dict[str, Any]) -> Settings:
    """The handles and objects of each device (config-linux.md#rdma)."""
    found = []
    for device, each in (resources.get("rdma") or {}).items():
        words = {"hca_handle": each.get("hcaHandles"), "hca_object": each.get("hcaObjects")}
        found.append(
            ("rdma.max", " ".join([device, *(f"{k}={v}" for k, v in words.items() if v is not None)]))
        )
    return found


def _class(resources: dict[str, Any]) -> Settings:
    """The class of the container's packets (config-linux.md#network)."""
    return _given(("net_cls.classid", (resources.get("network") or {}).get("classID") or None))


def _priorities(resources: dict[str, Any]) -> Settings:
    """The priority of each device's traffic (config-linux.md#network)."""
    entries = (resources.get("network") or {}).get("priorities") or []
    return [("net_prio.ifpriomap", f"{each['name']} {each['priority']}") for each in entries]


SUBJECTS: dict[
    str, tuple[Callable[[dict[str, Any]], Settings], str, Callable[[dict[str, Any]], Settings] | None]
] = {
    # version 1 controller -> (its settings, the version 2 controller, its settings or None where version 2 has none)
    "memory": (_memory_v1, "memory", _memory_v2),
    "cpu": (_cpu_v1, "cpu", _cpu_v2),
    "cpuset": (_cpuset, "cpuset", _cpuset),
    "blkio": (_block_v1, "io", _block_v2),
    "pids": (_pids, "pids", _pids),
    "hugetlb": (lambda r: _huge_pages("limit_in_bytes", r), "hugetlb", lambda r: _huge_pages("max", r)),
    "rdma": (_rdma, "rdma", _rdma),
    "net_cls": (_class, "net_cls", None),
    "net_prio": (_priorities, "net_prio", None),
}


def plan(
    resources: dict[str, Any], version1: set[str], version2: set[str] | None
) -> list[tuple[str, str, str]]:
    """(controller, file, value) for each limit, "" as the controller of version 2. Raises Fault for what is not here.

    `a|b` in a file name is the first of the two that exists, `a?` one that is written only where it exists.

    See config-linux.md#control-groups, config-linux.md#unified.
    """
    found = []
    for controller, (old, new_name, new) in SUBJECTS.items():
        if controller in version1:
            found += [(controller, file, value) for file, value in old(resources)]
        elif new is not None and new_name in (version2 or ()):
            found += [(cgroups.UNIFIED, file, value) for file, value in new(resources)]
        elif asked := old(resources):
            raise Fault(
                f"linux.resources asks for {asked[0][0].partition('|')[0]}, but this host has no {controller} controller"
            )
    unified = resources.get("unified") or {}
    if unified and version2 is None:
        raise Fault("linux.resources.unified needs cgroup version 2")
    for file, value in unified.items():
        name = file.partition(".")[0]
        if "/" in file or (name != "cgroup" and name not in (version2 or ())):
            raise Fault(
                f"linux.resources.unified asks for {file}, but this host's cgroup version 2 has no {name} controller"
            )
        found.append((cgroups.UNIFIED, file, value))
    return found


def apply(folders: dict[str, str], resources: dict[str, Any]) -> None:
    """Writes the plan. A value that the kernel refuses because another one must change first is tried once more.

    See config-linux.md#control-groups.
    """
    version1 = set(folders) - {cgroups.UNIFIED}
    version2, point = None, ""
    if cgroups.UNIFIED in folders:
        point = cgroups.hierarchies()[cgroups.UNIFIED]
        version2 = set(cgroups.read(f"{point}/cgroup.controllers").split())
    settings = plan(resources, version1, version2)
    needed = {file.partition(".")[0] for controller, file, _ in settings if controller == cgroups.UNIFIED} - {
        "cgroup"
    }
    if needed or (version2 and not version1):
        every = set() if version1 else version2 or set()
        cgroups.enable(folders[cgroups.UNIFIED], point, needed | every, needed)
    again = [setting for setting in settings if not _write(folders, *setting, last=False)]
    for setting in again:
        _write(folders, *setting, last=True)
    device_rules.apply(folders, resources.get("devices") or [])


def check_use(folders: dict[str, str], resources: dict[str, Any]) -> None:
    """memory.checkBeforeUpdate: a limit below what is in use is refused (config-linux.md#memory). Raises Fault."""
    memory = resources.get("memory") or {}
    wanted = memory.get("limit")
    if not memory.get("checkBeforeUpdate") or wanted is None or wanted < 0:
        return
    folder = folders.get("memory") or folders.get(cgroups.UNIFIED, "")
    used = int(
        cgroups.read(f"{folder}/memory.usage_in_bytes" if "memory" in folders else f"{folder}/memory.current")
    )
    if used > wanted:
        raise Fault(f"linux.resources.memory.limit {wanted} is below the {used} bytes in use")


def restore(folders: dict[str, str], before: dict[str, Any], changed: dict[str, Any]) -> None:
    """Puts back, as far as it was set, what a failed update has changed in the sections it touched."""
    try:
        apply(
            folders,
            {
                section: value
                for section, value in before.items()
                if section in changed and section != "devices"
            },
        )
    except Fault:
        return  # the first error is the one to tell


def _write(folders: dict[str, str], controller: str, file: str, value: str, last: bool) -> bool:
    folder = folders[controller]
    optional = file.endswith("?")
    names = file.rstrip("?").split("|")
    path = next((f"{folder}/{name}" for name in names if os.path.exists(f"{folder}/{name}")), "")
    if not path:
        if optional:
            return True
        raise Fault(
            f"linux.resources asks for {names[0]}, but this host's {controller or 'cgroup2'} controller has no such file"
        )
    if names[-1] == "io.weight" and path.endswith("/io.weight"):
        value = _io_weight(value)
    try:
        cgroups.write(path, value)
    except OSError as failed:
        if not last:
            return False
        raise Fault(f"{path} does not take {value!r}: {failed.strerror}") from None
    return True


def _io_weight(value: str) -> str:
    """A weight of version 1 (10 to 1000) as io.weight (1 to 10000)."""
    device, _, weight = value.rpartition(" ")
    return f"{device} {1 + (int(weight) - 10) * 9999 // 990}".strip()
