"""Binds and mount attributes by mount(2) alone, for kernels before 5.12 and seccomp filters that know no newer call.

A bind is then made first and gets its attributes by a remount; nobody is in the container yet to use the moment between.
What only mount_setattr(2) can do (attributes of everything below, mapped ids) is refused in one sentence.
"""

from __future__ import annotations

import errno

from runtime import inroot
from runtime import lean_os as os
from runtime import syscalls as k
from runtime.faults import Fault

MISSING = (
    errno.ENOSYS,
    errno.EPERM,
)  # not in this kernel, or a filter that answers for what it does not know
FLAGS = (  # attribute of mount_setattr(2) -> flag of mount(2)
    (k.MOUNT_ATTR_RDONLY, k.MS_RDONLY), (k.MOUNT_ATTR_NOSUID, k.MS_NOSUID), (k.MOUNT_ATTR_NODEV, k.MS_NODEV),
    (k.MOUNT_ATTR_NOEXEC, k.MS_NOEXEC), (k.MOUNT_ATTR_NODIRATIME, k.MS_NODIRATIME), (k.MOUNT_ATTR_NOSYMFOLLOW, k.MS_NOSYMFOLLOW),
)  # fmt: skip
ATIMES = {k.MOUNT_ATTR_NOATIME: k.MS_NOATIME, k.MOUNT_ATTR_STRICTATIME: k.MS_STRICTATIME}
KEPT = k.MS_RDONLY | k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC | k.MS_NOATIME | k.MS_NODIRATIME
ST_RELATIME = 4096


_needed: list[bool] = []


def are_needed() -> bool:
    """Whether mount_setattr(2), the newest of the calls, is missing; asked once, by a change of nothing."""
    if not _needed:
        try:
            k.mount_setattr(-1, 0, 0, 0)
            _needed.append(False)
        except OSError as failed:
            _needed.append(failed.errno in MISSING)
    return _needed[0]


def bind(root: int, destination: str, source: str, target: int, recursive: bool) -> int:
    """Binds a path of the host, or of a descriptor's handle, on `target`. Returns a descriptor of the new mount."""
    k.mount(source, inroot.handle(target), None, k.MS_BIND | (k.MS_REC if recursive else 0))
    return inroot.open_path(root, destination)


def set_attributes(fd: int, wanted: int, cleared: int, flags: int) -> None:
    """What mount_setattr does, for one mount that a descriptor stands for. Raises OSError, and Fault for what lies below."""
    if flags & k.AT_RECURSIVE:
        raise Fault(
            "attributes of all mounts below another need mount_setattr(2) (Linux 5.12), which is missing here"
        )
    new = _now(fd)
    for attribute, flag in FLAGS:
        new = new | flag if wanted & attribute else new & ~flag if cleared & attribute else new
    if cleared & k.MOUNT_ATTR__ATIME:
        new &= ~(k.MS_NOATIME | k.MS_RELATIME)
        new |= ATIMES.get(wanted & k.MOUNT_ATTR__ATIME, k.MS_RELATIME)
    k.mount(None, inroot.handle(fd), None, k.MS_REMOUNT | k.MS_BIND | new)


def _now(fd: int) -> int:
    """The flags a mount has, which a remount would take away: statvfs(3) has the numbers of mount(2) but for one."""
    found = os.fstatvfs(fd).f_flag
    return found & KEPT | (k.MS_RELATIME if found & ST_RELATIME else 0)
