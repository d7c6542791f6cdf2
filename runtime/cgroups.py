"""Control groups: where a container's group is on version 1, hybrid and version 2, and how limits are written (config-linux.md#control-groups)."""

from __future__ import annotations

import os
import time

from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

BASE = "refrun"
UNIFIED = ""  # the controller name under which the version 2 tree is kept


def hierarchies() -> dict[str, str]:
    """Controller -> mount point: one for each on version 1 (name=systemd too), only "" -> tree on version 2."""
    found, unified = {}, ""
    with open("/proc/self/mountinfo", encoding="utf-8") as table:
        for line in table:
            before, _, after = line.partition(" - ")
            point = before.split()[4]
            fstype, _, options = after.split()[:3]
            if fstype == "cgroup2":
                unified = point
            elif fstype == "cgroup":
                for option in options.split(","):
                    if option.startswith("name=") or os.path.basename(point).find(option) >= 0:
                        found[option] = point
    return found or ({UNIFIED: unified} if unified else {})


def paths(config: dict[str, Any], id_: str) -> dict[str, str]:
    """Controller -> this container's folder. An absolute cgroupsPath is read from the mount point, a relative one from ours."""
    linux = config.get("linux") or {}
    asked = linux.get("cgroupsPath") or ""
    if ".." in asked.split("/"):
        raise Fault(f"linux.cgroupsPath {asked} must not contain ..")
    inside = asked.lstrip("/") if asked.startswith("/") else f"{BASE}/{asked or id_}"
    return {controller: f"{point}/{inside}" for controller, point in hierarchies().items()}


def make(folders: dict[str, str], pid: int, resources: dict[str, Any], required: bool) -> dict[str, str]:
    """Makes the groups, writes the limits and moves the process in. Returns those that were made.

    Without the right to (an ordinary user) nothing is made, unless limits were asked for: then it is a Fault.
    """
    made = {}
    try:
        for controller, folder in folders.items():
            try:
                _make_folder(controller, folder)
                made[controller] = folder
                _write(f"{folder}/cgroup.procs", str(pid))
            except OSError as failed:
                if controller in made:
                    os.rmdir(made.pop(controller))
                if required and failed.errno in (1, 13, 30):
                    raise Fault(
                        f"the limits in linux.resources need a cgroup, and {folder} cannot be made: {failed.strerror}"
                    ) from None
                if failed.errno not in (
                    1,
                    13,
                    30,
                ):  # EPERM, EACCES, EROFS: no right to; anything else is a fault
                    raise Fault(f"the cgroup {folder} cannot be used: {failed.strerror}") from None
        limit(made, resources)
    except Fault:
        _move_out(made, pid)
        remove(made)
        raise
    return made


def _make_folder(controller: str, folder: str) -> None:
    """Makes one group with its parents. Another refrun may take an empty parent away in between: then once more."""
    for attempt in range(50):
        try:
            os.makedirs(folder, mode=0o755, exist_ok=True)
            if controller == UNIFIED:
                _enable(folder)
            if controller == "cpuset":
                _inherit_cpuset(folder)
            return
        except FileNotFoundError:
            if attempt == 49:
                raise


def limit(folders: dict[str, str], resources: dict[str, Any]) -> None:
    """Writes linux.resources. Raises Fault for a limit whose controller this host does not have."""
    for controller, file, value in _settings(resources, UNIFIED in folders):
        folder = folders.get(UNIFIED) or folders.get(controller)
        if folder is None or not os.path.exists(f"{folder}/{file}"):
            raise Fault(f"linux.resources asks for {file}, but this host has no {controller} controller")
        try:
            _write(f"{folder}/{file}", value)
        except OSError as failed:
            raise Fault(f"{folder}/{file} does not take {value!r}: {failed.strerror}") from None


def _settings(resources: dict[str, Any], unified: bool) -> list[tuple[str, str, str]]:
    """(controller, file, value) for each limit of the config, in the spelling of the host's version."""
    cpu, memory, pids = (resources.get(name) or {} for name in ("cpu", "memory", "pids"))
    found: list[tuple[str, str, Any]] = []
    if unified:
        if resources.get("devices"):
            raise Fault(
                "linux.resources.devices needs an eBPF filter on cgroup version 2, which this refrun does not load"
            )
        quota, period = cpu.get("quota"), cpu.get("period")
        found += [
            ("memory", "memory.max", _limit(memory.get("limit"))),
            ("memory", "memory.low", memory.get("reservation")),
            ("cpu", "cpu.weight", _weight(cpu.get("shares"))),
            ("cpu", "cpu.max", f"{_limit(quota) or 'max'} {period or 100000}" if quota or period else None),
        ]
        found += [("unified", file, value) for file, value in (resources.get("unified") or {}).items()]
    else:
        found += [
            ("memory", "memory.limit_in_bytes", memory.get("limit")),
            ("memory", "memory.soft_limit_in_bytes", memory.get("reservation")),
            ("cpu", "cpu.shares", cpu.get("shares")),
            ("cpu", "cpu.cfs_period_us", cpu.get("period")),
            ("cpu", "cpu.cfs_quota_us", cpu.get("quota")),
        ]
        found += [
            ("devices", "devices.allow" if rule.get("allow") else "devices.deny", _device(rule))
            for rule in resources.get("devices") or []
        ]
        if resources.get("unified"):
            raise Fault("linux.resources.unified needs cgroup version 2")
    found += [
        ("cpuset", "cpuset.cpus", cpu.get("cpus")),
        ("cpuset", "cpuset.mems", cpu.get("mems")),
        ("pids", "pids.max", _limit(pids.get("limit"))),
    ]
    return [(controller, file, str(value)) for controller, file, value in found if value not in (None, "")]


def _limit(value: int | None) -> str | None:
    return None if value is None else "max" if value < 0 else str(value)


def _weight(shares: int | None) -> int | None:
    """cpu.shares (2 to 262144) as cpu.weight (1 to 10000), linear, as the field converts it."""
    return None if not shares else 1 + (shares - 2) * 9999 // 262142


def _device(rule: dict[str, Any]) -> str:
    kind = rule.get("type") or "a"
    major, minor = (("*" if n is None or n < 0 else n) for n in (rule.get("major"), rule.get("minor")))
    return (
        "a"
        if kind == "a" and major == minor == "*"
        else f"{kind} {major}:{minor} {rule.get('access') or 'rwm'}"
    )


def _enable(folder: str) -> None:
    """Hands every controller of version 2 down to the folder's parent, as far as the kernel allows."""
    parent = os.path.dirname(folder)
    try:
        with open(f"{parent}/cgroup.controllers", encoding="ascii") as file:
            available = file.read().split()
        for controller in available:
            _write(f"{parent}/cgroup.subtree_control", f"+{controller}")
    except OSError:
        return  # a limit that needs it will say so


def _inherit_cpuset(folder: str) -> None:
    """A new cpuset of version 1 is empty and takes no process until it has its parent's cpus and mems."""
    for file in ("cpuset.cpus", "cpuset.mems"):
        with open(f"{folder}/{file}", encoding="ascii") as own:
            if own.read().strip():
                continue
        parent = os.path.dirname(folder)
        with open(f"{parent}/{file}", encoding="ascii") as above:
            value = above.read().strip()
        if not value:
            _inherit_cpuset(parent)
            with open(f"{parent}/{file}", encoding="ascii") as above:
                value = above.read().strip()
        _write(f"{folder}/{file}", value)


def processes(folders: dict[str, str]) -> list[int]:
    """Every process in the container's groups."""
    found: set[int] = set()
    for folder in folders.values():
        try:
            with open(f"{folder}/cgroup.procs", encoding="ascii") as file:
                found.update(int(line) for line in file)
        except OSError:
            continue
    return sorted(found)


def _move_out(folders: dict[str, str], pid: int) -> None:
    for folder in folders.values():
        try:
            _write(f"{os.path.dirname(os.path.dirname(folder))}/cgroup.procs", str(pid))
        except OSError:
            continue


def remove(folders: dict[str, str]) -> None:
    """Takes the groups away once their processes are gone (the kernel needs a moment), and our empty base after them."""
    for folder in folders.values():
        for _ in range(100):
            try:
                os.rmdir(folder)
                break
            except FileNotFoundError:
                break
            except OSError:
                time.sleep(0.01)
        parent = os.path.dirname(folder)
        if os.path.basename(parent) == BASE:
            try:
                os.rmdir(parent)
            except OSError:
                continue  # another container's groups are in it


def _write(path: str, value: str) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(fd, value.encode())
    finally:
        os.close(fd)
