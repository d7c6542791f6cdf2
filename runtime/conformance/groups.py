"""Control groups of version 2 for a case on any host: a mount namespace of its own, in which that tree alone is mounted."""

import ctypes
import os
import threading
from collections.abc import Callable

from runtime.conformance import host
from runtime.conformance.declare import Skipped

ROOT = "/sys/fs/cgroup"
LISTS = "/sys/kernel/cgroup"  # where the kernel says what may be handed over (cgroups(7), `delegate`)
# include/uapi/linux/sched.h, mount.h
CLONE_NEWNS, MS_REC, MS_PRIVATE, MNT_DETACH = 0x20000, 0x4000, 1 << 18, 2
_libc = ctypes.CDLL(None, use_errno=True)


def in_a_version_2_tree(work: Callable[[], None], *, with_lists: bool = True) -> None:
    """Runs `work` in a thread whose /sys/fs/cgroup is the version 2 tree; what it starts sees the same, the host does not.

    Without lists the kernel says nothing of what may be handed over, as before 4.15. Exceptions of `work` come through.
    """
    raised: list[BaseException] = []

    def run() -> None:
        try:
            _enter(with_lists)
            work()
        except BaseException as failed:
            raised.append(failed)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


def _enter(with_lists: bool) -> None:
    """Raises Skipped where the kernel says no."""
    _ask("a mount namespace", _libc.unshare(CLONE_NEWNS))
    _ask("private mounts", _libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None))
    if host.cgroup_layout() != "v2":
        _ask("to take version 1 away", _libc.umount2(ROOT.encode(), MNT_DETACH))
        _ask("version 2", _libc.mount(b"cgroup2", ROOT.encode(), b"cgroup2", 0, None))
    if not with_lists:
        _ask("an empty folder", _libc.mount(b"none", LISTS.encode(), b"tmpfs", 0, None))


def _ask(what: str, answer: int) -> None:
    if answer != 0:
        raise Skipped(f"the kernel does not give {what} here: {os.strerror(ctypes.get_errno())}")
