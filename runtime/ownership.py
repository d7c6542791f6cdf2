"""Who owns the container's control group: on version 2 it may be handed to the container's user (config-linux.md#cgroup-ownership)."""

from __future__ import annotations

from runtime import lean_os as os
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

DELEGATE = "/sys/kernel/cgroup/delegate"  # what cgroups(7) says may be handed over; Linux 4.15
WITHOUT_DELEGATE = ("cgroup.procs", "cgroup.subtree_control", "cgroup.threads")


def is_asked(config: dict[str, Any]) -> bool:
    """Whether the config mounts the group's file system writable in a cgroup namespace of the container's own.

    See config-linux.md#cgroup-ownership.
    """
    kinds = [
        each["type"] for each in (config.get("linux") or {}).get("namespaces") or [] if not each.get("path")
    ]
    return "cgroup" in kinds and any(
        each.get("source") == "cgroup"
        and each["destination"] == "/sys/fs/cgroup"
        and "ro" not in (each.get("options") or [])
        for each in config.get("mounts") or []
    )


def owner(config: dict[str, Any], pid: int) -> int:
    """The host's uid of process.user.uid in the user namespace of `pid`. Raises Fault for one that is not mapped."""
    uid = ((config.get("process") or {}).get("user") or {}).get("uid", 0)
    with open(f"/proc/{pid}/uid_map", encoding="ascii") as file:
        found = host_id(uid, file.read())
    if found is None:
        raise Fault(
            f"process.user.uid {uid} is not among linux.uidMappings, so that it cannot own the control group"
        )
    return found


def host_id(inside: int, uid_map: str) -> int | None:
    """The id outside, by the rows of a uid_map (user_namespaces(7)); None for one that no row has."""
    for line in uid_map.splitlines():
        first, outside, size = map(int, line.split())
        if first <= inside < first + size:
            return outside + inside - first
    return None


def files(delegate: str | None) -> list[str]:
    """The files that go with the folder: those the kernel lists, or three where it lists none."""
    return list(WITHOUT_DELEGATE) if delegate is None else delegate.split()


def change(folder: str, uid: int) -> None:
    """Gives the folder and those of its files to `uid`; a file that this group does not have is no error.

    See config-linux.md#cgroup-ownership.
    """
    try:
        with open(DELEGATE, encoding="ascii") as file:
            names = files(file.read())
    except OSError:
        names = files(None)
    for name in ("", *names):
        try:
            os.chown(f"{folder}/{name}", uid, -1)
        except FileNotFoundError:
            continue
        except PermissionError:
            return  # an ordinary user's group is its own already
