"""The hybrid layout of control groups (version 1 with a version 2 tree at `unified`), which some runtimes refuse, and a way around it."""

import ctypes
import os

UNIFIED = "/sys/fs/cgroup/unified"
CLONE_NEWNS, MS_REC, MS_PRIVATE, MNT_DETACH = 0x20000, 0x4000, 1 << 18, 2
AROUND = "a mount namespace without the unified cgroup mount"


def is_here() -> bool:
    return os.path.ismount(UNIFIED) and os.geteuid() == 0


def leave() -> bool:
    """Goes on in a mount namespace without the unified tree; of this thread and of those it starts. False when the kernel refuses."""
    libc = ctypes.CDLL(None, use_errno=True)
    done = (
        libc.unshare(CLONE_NEWNS) == 0
        and libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) == 0
        and libc.umount2(UNIFIED.encode(), MNT_DETACH) == 0
        # Some make folders at that path all the same: they go with the namespace.
        and libc.mount(b"tmpfs", UNIFIED.encode(), b"tmpfs", 0, b"mode=755") == 0
    )
    return bool(done)
