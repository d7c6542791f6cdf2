"""tmpcopyup: what lies under a tmpfs is copied into it, descriptor by descriptor, so that no link leads out."""

from __future__ import annotations

import _stat as stat  # the C module of the same functions

from runtime import lean_os as os


def copy_tree(source: int, target: int) -> None:
    """Copies what the directory `source` holds into the directory `target`, with modes, owners and times.

    See config.md#linux-mount-options.
    """
    for name in os.listdir(source):
        entry = os.stat(name, dir_fd=source, follow_symlinks=False)
        if stat.S_ISDIR(entry.st_mode):
            os.mkdir(name, 0o700, dir_fd=target)
            below, copy = (
                os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=fd)
                for fd in (source, target)
            )
            try:
                copy_tree(below, copy)
            finally:
                os.close(below)
                os.close(copy)
        elif stat.S_ISREG(entry.st_mode):
            _copy_file(source, target, name)
        elif stat.S_ISLNK(entry.st_mode):
            os.symlink(os.readlink(name, dir_fd=source), name, dir_fd=target)
        else:
            os.mknod(name, entry.st_mode, entry.st_rdev, dir_fd=target)
        os.chown(name, entry.st_uid, entry.st_gid, dir_fd=target, follow_symlinks=False)
        if not stat.S_ISLNK(entry.st_mode):
            os.chmod(name, stat.S_IMODE(entry.st_mode), dir_fd=target)
        os.utime(name, ns=(entry.st_atime_ns, entry.st_mtime_ns), dir_fd=target, follow_symlinks=False)
    own = os.fstat(source)
    os.fchown(target, own.st_uid, own.st_gid)
    os.fchmod(target, stat.S_IMODE(own.st_mode))


def _copy_file(source: int, target: int, name: str) -> None:
    reading = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=source)
    writing = os.open(
        name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=target
    )
    try:
        while os.sendfile(writing, reading, None, 1 << 20):
            pass
    finally:
        os.close(reading)
        os.close(writing)
