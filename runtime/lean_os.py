"""What refrun needs of `os`: its functions from the C module they come from, and a few paths.

`import os` brings abstract classes and environment objects that nobody here uses, and takes 0.7 ms: as much as forking
and entering all namespaces. Used as `from runtime import lean_os as os`; what is not here is not needed on the way to a
running container (the conformance tests, which nobody waits for, use the real one).
"""

from __future__ import annotations

import posix as _posix
from posix import *  # noqa: F403  # the same names as in os
from posix import _exit as _exit  # a name with an underscore, which * leaves out
from sys import getfilesystemencoding

from runtime import lean_path as path

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "_exit",
    "fsdecode",
    "fsencode",
    "getenv",
    "makedirs",
    "path",
    "read_whole",
    "tree",
    "write_once",
    "write_whole",
]

_ENCODING = getfilesystemencoding()


def fsencode(name: str) -> bytes:
    return name.encode(_ENCODING, "surrogateescape")


def fsdecode(name: bytes) -> str:
    return name.decode(_ENCODING, "surrogateescape")


def getenv(name: str) -> str | None:
    found = _posix.environ.get(fsencode(name))
    return None if found is None else fsdecode(found)


def read_whole(path: str) -> bytes:
    """What a file holds; `open` with its buffers and codecs takes ten times as long for the small ones read here."""
    fd = _posix.open(path, _posix.O_RDONLY | _posix.O_CLOEXEC)
    try:
        pieces = []
        while piece := _posix.read(fd, 65536):
            pieces.append(piece)
    except OSError as failed:
        failed.filename = path
        raise
    finally:
        _posix.close(fd)
    return b"".join(pieces)


def write_whole(path: str, content: bytes, mode: int = 0o666) -> None:
    """Makes the file, or what it held is gone. Raises OSError with the path; then it may be half written."""
    fd = _posix.open(path, _posix.O_WRONLY | _posix.O_CREAT | _posix.O_TRUNC | _posix.O_CLOEXEC, mode)
    try:
        while content:
            content = content[_posix.write(fd, content) :]
    except OSError as failed:
        failed.filename = path
        raise
    finally:
        _posix.close(fd)


def write_once(path: str, text: str) -> None:
    """One write(2) to a file of the kernel's (cgroups, resctrl), which takes a value whole or not at all. Raises OSError."""
    fd = _posix.open(path, _posix.O_WRONLY | _posix.O_CLOEXEC)
    try:
        _posix.write(fd, text.encode())
    finally:
        _posix.close(fd)


def makedirs(name: str, mode: int) -> None:
    """Makes a folder with its parents; one that is there is left as it is."""
    try:
        _posix.mkdir(name, mode)
    except FileNotFoundError:
        above = path.dirname(name)
        if above in ("", name):
            raise  # the folder we stand in was taken away
        makedirs(above, mode)
        try:
            _posix.mkdir(name, mode)
        except FileExistsError:
            pass  # somebody else made it meanwhile
    except FileExistsError:
        if not path.isdir(name):
            raise


def tree(folder: str) -> Iterator[str]:
    """A folder and all below it, the deepest first. Links are not followed; what vanishes meanwhile is left out."""
    try:
        with _posix.scandir(folder) as entries:
            below = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        below = []
    for each in below:
        yield from tree(each)
    yield folder
