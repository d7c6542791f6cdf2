"""The few functions of `os.path` that lean_os.py has, for absolute and relative POSIX paths."""

from __future__ import annotations

import posix


def join(first: str, *more: str) -> str:
    for each in more:
        first = (
            each
            if each.startswith("/")
            else f"{first}{each}"
            if first.endswith("/") or not first
            else f"{first}/{each}"
        )
    return first


def dirname(path: str) -> str:
    head = path[: path.rfind("/") + 1]
    return head.rstrip("/") or head


def basename(path: str) -> str:
    return path[path.rfind("/") + 1 :]


def exists(path: str | int) -> bool:
    try:
        posix.stat(path)
    except (OSError, ValueError):
        return False
    return True


def isdir(path: str | int) -> bool:
    try:
        return posix.stat(path).st_mode & 0o170000 == 0o040000
    except (OSError, ValueError):
        return False


def normpath(path: str) -> str:
    """The path without `.`, `..` and doubled slashes, as text: links are not looked at."""
    kept: list[str] = []
    rooted = path.startswith("/")
    for part in path.split("/"):
        if part in ("", "."):
            continue
        if part == ".." and (kept or rooted) and kept[-1:] != [".."]:
            del kept[-1:]
        else:
            kept.append(part)
    return ("/" if rooted else "") + "/".join(kept) or "."


def abspath(path: str) -> str:
    return normpath(path if path.startswith("/") else join(posix.getcwd(), path))


def realpath(path: str) -> str:
    """Where the path truly leads, as the kernel says; as text where it does not exist."""
    try:
        fd = posix.open(path, posix.O_PATH | posix.O_CLOEXEC)
    except OSError:
        return abspath(path)
    try:
        return posix.readlink(f"/proc/self/fd/{fd}")
    finally:
        posix.close(fd)
