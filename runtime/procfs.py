"""Writing to procfs: only ever to procfs, whatever may have been put on top of it (CVE-2019-16884, CVE-2025-52881)."""

from __future__ import annotations

import errno

from runtime import lean_os as os
from runtime import syscalls
from runtime.faults import Fault


def write(path: str, text: str) -> None:
    """Writes one text to a file below /proc in a single write(2). Raises OSError, and Fault where that is not procfs."""
    fd = _open(path)
    try:
        if syscalls.fstatfs(fd) != syscalls.PROC_SUPER_MAGIC:
            raise Fault(f"{path} is not a file of procfs: something is mounted over it")
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def _open(path: str) -> int:
    """RESOLVE_NO_XDEV: a file of another procfs, or of another place in this one, is as wrong as a plain one."""
    proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        resolve = syscalls.RESOLVE_NO_XDEV | syscalls.RESOLVE_NO_MAGICLINKS
        return syscalls.openat2(proc, path.removeprefix("/proc/"), os.O_WRONLY, resolve)
    except OSError as failed:
        if failed.errno == errno.EXDEV:
            raise Fault(f"{path} is not a file of procfs: something is mounted over it") from None
        if failed.errno not in (errno.ENOSYS, errno.EPERM):
            raise OSError(failed.errno, failed.strerror, path) from None
        return os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)  # openat2 is not to be had
    finally:
        os.close(proc)
