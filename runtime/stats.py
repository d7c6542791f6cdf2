"""What a container uses, in the shape of runc's `events --stats`, read from whichever version has each controller."""

from __future__ import annotations

from runtime import lean_os as os
from runtime.cgroups import UNIFIED, read

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

UNLIMITED = 2**64 - 1
CPUSET_SWITCHES = (
    "cpu_exclusive", "mem_hardwall", "mem_exclusive", "memory_migrate", "memory_spread_page", "memory_spread_slab",
    "memory_pressure", "sched_load_balance", "sched_relax_domain_level",
)  # fmt: skip
TICK = 10**9 // os.sysconf("SC_CLK_TCK")  # nanoseconds


def of(folders: dict[str, str]) -> dict[str, Any]:
    """The `data` of one event. A controller that is not here is left out."""
    found: dict[str, Any] = {}
    for name, read_one in READERS.items():
        try:
            value = read_one(folders)
        except (OSError, KeyError, ValueError):
            continue
        if value:
            found[name] = value
    return found


def _folder(folders: dict[str, str], controller: str) -> tuple[str, bool]:
    """(folder, whether it is version 1). Raises KeyError where neither is here."""
    return (folders[controller], True) if controller in folders else (folders[UNIFIED], False)


def _number(path: str) -> int:
    text = read(path)
    return UNLIMITED if text == "max" else int(text)


def _table(path: str) -> dict[str, int]:
    """A flat file of `name number` lines."""
    return {name: int(value) for name, _, value in (line.partition(" ") for line in read(path).splitlines())}


def _cpu(folders: dict[str, str]) -> dict[str, Any]:
    folder, old = _folder(folders, "cpu")
    table = _table(f"{folder}/cpu.stat")
    throttled = table.get("throttled_time", table.get("throttled_usec", 0) * 1000)
    throttling = {"periods": table.get("nr_periods", 0), "throttledPeriods": table.get("nr_throttled", 0), "throttledTime": throttled}  # fmt: skip
    usage: dict[str, Any]
    if not old:
        usage = {
            "total": table["usage_usec"] * 1000,
            "kernel": table["system_usec"] * 1000,
            "user": table["user_usec"] * 1000,
        }
        return {"usage": usage, "throttling": throttling}
    account = folders["cpuacct"]
    split = _table(f"{account}/cpuacct.stat")
    usage = {
        "total": _number(f"{account}/cpuacct.usage"),
        "percpu": [int(each) for each in read(f"{account}/cpuacct.usage_percpu").split()],
        **_by_processor(account),
        "kernel": split["system"] * TICK,
        "user": split["user"] * TICK,
    }  # fmt: skip
    return {"usage": usage, "throttling": throttling}


def _by_processor(account: str) -> dict[str, list[int]]:
    """Version 1's table of processor, user and kernel nanoseconds; nothing where this kernel has none."""
    try:
        rows = [line.split() for line in read(f"{account}/cpuacct.usage_all").splitlines()[1:]]
    except OSError:
        return {}
    return {"percpu_kernel": [int(row[2]) for row in rows], "percpu_user": [int(row[1]) for row in rows]}


def _cpuset(folders: dict[str, str]) -> dict[str, Any]:
    """The processors and memory nodes of version 1, as lists, and its switches as numbers."""
    folder = folders["cpuset"]
    found: dict[str, Any] = {name: _members(read(f"{folder}/cpuset.{name}")) for name in ("cpus", "mems")}
    return found | {name: _number(f"{folder}/cpuset.{name}") for name in CPUSET_SWITCHES}


def _members(text: str) -> list[int]:
    """0-2,5 as 0, 1, 2, 5."""
    ranges = [part.partition("-") for part in text.strip().split(",") if part]
    return [number for first, _, last in ranges for number in range(int(first), int(last or first) + 1)]


def _memory(folders: dict[str, str]) -> dict[str, Any]:
    folder, old = _folder(folders, "memory")
    raw = _table(f"{folder}/memory.stat")
    if not old:
        usage = {
            "limit": _number(f"{folder}/memory.max"),
            "usage": _number(f"{folder}/memory.current"),
            "max": 0,
            "failcnt": 0,
        }
        return {"usage": usage, "cache": raw.get("file", 0), "raw": raw}
    return {
        "usage": _counter(folder, "memory"), "swap": _counter(folder, "memory.memsw"), "kernel": _counter(folder, "memory.kmem"),
        "kernelTCP": _counter(folder, "memory.kmem.tcp"), "cache": raw.get("cache", 0), "raw": raw,
    }  # fmt: skip


def _counter(folder: str, name: str) -> dict[str, int]:
    """The four numbers that version 1 keeps of everything it counts; zeros where this kernel does not count it."""
    files = {
        "limit": "limit_in_bytes",
        "usage": "usage_in_bytes",
        "max": "max_usage_in_bytes",
        "failcnt": "failcnt",
    }
    return {
        key: _number(path) if os.path.exists(path := f"{folder}/{name}.{file}") else 0
        for key, file in files.items()
    }


def _pids(folders: dict[str, str]) -> dict[str, int]:
    folder, _ = _folder(folders, "pids")
    limit = read(f"{folder}/pids.max")
    return {"current": _number(f"{folder}/pids.current"), "limit": 0 if limit == "max" else int(limit)}


def _blkio(folders: dict[str, str]) -> dict[str, Any]:
    folder, old = _folder(folders, "blkio")
    found: dict[str, Any] = {}
    if old:
        files = {
            "ioServiceBytesRecursive": "io_service_bytes_recursive",
            "ioServicedRecursive": "io_serviced_recursive",
        }
        for key, file in files.items():
            path = next(
                (p for kind in ("bfq", "throttle") if os.path.exists(p := f"{folder}/blkio.{kind}.{file}")),
                "",
            )
            found[key] = (
                [_entry(line.split()) for line in read(path).splitlines() if line.count(" ") == 2]
                if path
                else []
            )
        return found
    for line in read(f"{folder}/io.stat").splitlines():
        device, *pairs = line.split()
        values = dict(pair.split("=") for pair in pairs)
        for key, names in (
            ("ioServiceBytesRecursive", ("rbytes", "wbytes")),
            ("ioServicedRecursive", ("rios", "wios")),
        ):
            for op, name in zip(("Read", "Write"), names, strict=True):
                found.setdefault(key, []).append(_entry([device, op, values.get(name, "0")]))
    return found


def _entry(words: list[str]) -> dict[str, Any]:
    major, _, minor = words[0].partition(":")
    return {"major": int(major), "minor": int(minor), "op": words[1], "value": int(words[2])}


def _hugetlb(folders: dict[str, str]) -> dict[str, Any]:
    folder, old = _folder(folders, "hugetlb")
    limit_file, usage_file = ("limit_in_bytes", "usage_in_bytes") if old else ("max", "current")
    found = {}
    for name in os.listdir(folder):
        parts = name.split(".")
        if len(parts) == 3 and parts[0] == "hugetlb" and parts[2] == limit_file:
            usage = _number(f"{folder}/hugetlb.{parts[1]}.{usage_file}")
            found[parts[1]] = {"usage": usage, "limit": _number(f"{folder}/{name}")}
    return found


READERS = {
    "cpu": _cpu,
    "cpuset": _cpuset,
    "memory": _memory,
    "pids": _pids,
    "blkio": _blkio,
    "hugetlb": _hugetlb,
}


def out_of_memory(folders: dict[str, str]) -> int:
    """How often the kernel ended a process of the container for want of memory."""
    try:
        folder, old = _folder(folders, "memory")
        return _table(f"{folder}/memory.oom_control" if old else f"{folder}/memory.events").get("oom_kill", 0)
    except (OSError, KeyError, ValueError):
        return 0
