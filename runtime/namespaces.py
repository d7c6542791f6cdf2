"""Namespaces: which there are, how they are joined or made, and the mappings of a user namespace (config-linux.md#namespaces)."""

from __future__ import annotations

from sys import byteorder

from runtime import lean_os as os
from runtime import syscalls
from runtime.faults import Fault
from runtime.kernel import buffer

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from runtime.releases import Rules

NAMESPACES = {  # OCI type -> (clone flag, file under /proc/PID/ns), in the order they are entered
    "user": (0x10000000, "user"),  # first: it grants what making the others needs
    "time": (0x00000080, "time"),  # before the first process: offsets are frozen once one exists
    "cgroup": (0x02000000, "cgroup"),
    "ipc": (0x08000000, "ipc"),
    "uts": (0x04000000, "uts"),
    "network": (0x40000000, "net"),
    "pid": (0x20000000, "pid"),  # counts for the children: the init is forked behind it
    "mount": (0x00020000, "mnt"),  # last: afterwards the host's paths may look different
}
LATER = ("cgroup",)  # made by the first process itself: its root is the group that it is in by then
BEFORE = ("user", "time")  # what must be set up between making and the first process in it
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def problems(config: dict[str, Any], rules: Rules) -> Iterator[str]:
    """An unknown type, a duplicate, a relative path; a namespace that something else in the config needs.

    See config-linux.md#namespaces.
    """
    seen = set()
    for each in (config.get("linux") or {}).get("namespaces") or []:
        kind, path = each["type"], each.get("path")
        if kind not in NAMESPACES:
            yield f"linux.namespaces has the unknown type {kind!r}; known are {', '.join(NAMESPACES)}"
        if kind in seen:
            yield f"linux.namespaces names {kind} twice"
        seen.add(kind)
        if path and not path.startswith("/"):
            yield f"the {kind} namespace's path {path} is not absolute"
    if wanted(config).get("mount") != "":
        yield "a container needs a mount namespace of its own: add it to linux.namespaces, without a path"
    for name in ("hostname", "domainname"):
        if config.get(name) and "uts" not in seen:
            yield f"{name} needs a uts namespace"


def wanted(config: dict[str, Any]) -> dict[str, str]:
    """Type -> path ("" for a new one), in the order of the table (config-linux.md#namespaces)."""
    asked = {
        each["type"]: each.get("path") or "" for each in (config.get("linux") or {}).get("namespaces") or []
    }
    return {kind: asked[kind] for kind in NAMESPACES if kind in asked}


def enter(kinds: dict[str, str]) -> None:
    """Joins those with a path, in order, then makes the others in one call. The pid namespace counts for children.

    See config-linux.md#namespaces.
    """
    flags = 0
    for kind, path in kinds.items():
        flag, file = NAMESPACES[kind]
        if not path:
            flags |= flag
            continue
        try:
            fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as failed:
            raise Fault(f"the {kind} namespace {path} cannot be opened: {failed.strerror}") from None
        try:
            syscalls.setns(fd, flag, path)
        except OSError as failed:
            raise Fault(
                f"{path} cannot be joined as a {kind} namespace (/proc/PID/ns/{file}): {failed.strerror}"
            ) from None
        finally:
            os.close(fd)
    if flags:
        syscalls.unshare(flags)


def at_birth(kinds: dict[str, str]) -> int | None:
    """The clone flags of the new namespaces that the first process can begin in; None where a gate must enter some first."""
    if kinds.get("pid") or any(kind in BEFORE for kind in kinds):
        return None
    return sum(NAMESPACES[kind][0] for kind, path in kinds.items() if not path and kind not in LATER)


def raise_loopback() -> None:
    """Brings `lo` up in a new network namespace (runtime-linux.md asks for a usable one; every runtime does it)."""
    control = syscalls.socket(syscalls.AF_INET, syscalls.SOCK_DGRAM)
    try:
        request = buffer(b"lo".ljust(40, b"\0"))  # struct ifreq: 16 bytes of name, 24 of content
        syscalls.ioctl(control, SIOCGIFFLAGS, request)
        flags = int.from_bytes(request.raw[16:18], byteorder) | IFF_UP
        request.raw = b"lo".ljust(16, b"\0") + flags.to_bytes(2, byteorder).ljust(24, b"\0")
        syscalls.ioctl(control, SIOCSIFFLAGS, request)
    finally:
        os.close(control)
