"""Which processes are a container's: those in its control groups, or, where it has none, those in its pid namespace."""

from __future__ import annotations

from runtime import cgroups
from runtime import lean_os as os


def of(folders: dict[str, str], first: int) -> list[int]:
    """Their host pids. `first` is the first process, 0 when it ended; without groups and pid namespace it is all we know."""
    return cgroups.processes(folders) or (_with(first) if first else [])


def _with(first: int) -> list[int]:
    try:
        inside = os.readlink(f"/proc/{first}/ns/pid")
        if inside == os.readlink("/proc/self/ns/pid"):
            return [first]
    except OSError:
        return [first]
    found = []
    for name in os.listdir("/proc"):
        if name.isdecimal():
            try:
                if os.readlink(f"/proc/{name}/ns/pid") == inside:
                    found.append(int(name))
            except OSError:
                continue  # it ended, or is none of ours
    return sorted(found) or [first]
