"""Paths inside a root, resolved without openat2(2): one O_PATH|O_NOFOLLOW step at a time, links read and walked by hand.

It serves kernels before 5.6 and seccomp filters that do not know openat2, to the same answers; and execve(2), which has
no RESOLVE_ flags of its own. A magic link of /proc is never followed: its text is never walked as what it stands for.
"""

from __future__ import annotations

import _stat as stat  # the C module of the same functions
import errno

from runtime import lean_os as os
from runtime import syscalls

LINKS = 40  # as many as the kernel follows (MAXSYMLINKS)
FOLDER = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC
PROC_ROOT_INODE = 1


def open_path(root: int, path: str, flags: int) -> int:
    """What openat2 gives for the path with RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS. Raises OSError with its errno."""
    folder, name = last_step(root, path, not flags & os.O_NOFOLLOW)
    try:
        # O_NOFOLLOW: a link that took the entry's place since then is refused, not followed.
        return os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    except OSError as failed:
        raise OSError(failed.errno, failed.strerror, path) from None
    finally:
        os.close(folder)


def last_step(root: int, path: str, follow: bool = True) -> tuple[int, str]:
    """(descriptor of the folder, name in it) of a path inside the root, all links before it followed.

    The name may be missing; with `follow` it is not a link at that moment. It is "." where the path ends in a folder.
    """
    above = [os.open(".", FOLDER | os.O_DIRECTORY, dir_fd=root)]
    todo = _parts(path)
    followed = 0
    try:
        if not path:
            raise _fault(errno.ENOENT, path)
        while todo:
            part = todo.pop(0)
            if part == ".":
                continue
            if part == "..":
                if len(above) > 1:  # the root is its own parent
                    os.close(above.pop())
                continue
            if not todo and not follow:
                return os.dup(above[-1]), part
            try:
                step = os.open(part, FOLDER, dir_fd=above[-1])
            except FileNotFoundError:
                if todo:
                    raise _fault(errno.ENOENT, path) from None
                return os.dup(above[-1]), part
            mode = os.fstat(step).st_mode
            if stat.S_ISLNK(mode):
                followed += 1
                try:
                    if followed > LINKS:
                        raise _fault(errno.ELOOP, path)
                    text = _text(step, above[-1], path)
                finally:
                    os.close(step)
                if text.startswith("/"):
                    while len(above) > 1:
                        os.close(above.pop())
                todo = _parts(text) + todo
            elif todo:
                above.append(step)
                if not stat.S_ISDIR(mode):
                    raise _fault(errno.ENOTDIR, path)
            else:
                os.close(step)
                return os.dup(above[-1]), part
        return os.dup(above[-1]), "."
    finally:
        for fd in above:
            os.close(fd)


def _parts(path: str) -> list[str]:
    """A trailing slash asks for a folder, as a last part of "." does."""
    parts = [part for part in path.split("/") if part]
    return [*parts, "."] if path.endswith("/") and parts else parts


def _text(link: int, folder: int, path: str) -> str:
    """Where a link says it leads. Raises OSError for a magic link: one of /proc that no file's text says (proc(5))."""
    text = os.readlink("", dir_fd=link)
    if syscalls.fstatfs(link) == syscalls.PROC_SUPER_MAGIC:
        # /proc/self, /proc/mounts and the like lie in its root; the other honest ones say how long their text is.
        honest = os.fstat(folder).st_ino == PROC_ROOT_INODE or os.fstat(link).st_size == len(text)
        if not honest:
            raise _fault(errno.ELOOP, path)
    return text


def _fault(number: int, path: str) -> OSError:
    return OSError(number, os.strerror(number), path)
