"""A release's files by name, read from a folder; what cannot be a specification is refused in words."""

import os
import stat
from pathlib import Path

from runtime.conformance.requirements.statements import NORMATIVE

LARGEST = 2 * 1024 * 1024  # bytes; the largest file of any release has 57 KB


class NoTexts(Exception):
    """A folder that holds no specification, or a file in it that is no text; the message says which."""


def read(folder: Path) -> dict[str, str]:
    """The normative files of a folder, by name. Other seams (a Git tag, a pull request) give the same mapping.

    NoTexts for a missing or empty folder and for a file that is too large, not regular or not UTF-8; OSError for what
    the disk refuses.
    """
    if not folder.is_dir():
        raise NoTexts(f"{folder} is not a folder; give the folder that holds config.md and runtime.md")
    names = sorted(name for name in os.listdir(folder) if NORMATIVE.fullmatch(name))
    if not names:
        raise NoTexts(f"{folder} holds no file of a runtime specification, such as config.md or runtime.md")
    return {name: _text(folder / name) for name in names}


def decode(name: str, content: bytes) -> str:
    """A file's bytes as text. NoTexts when they are too many, not UTF-8 or hold a NUL."""
    if len(content) > LARGEST:
        raise NoTexts(f"{name} is larger than {LARGEST} bytes: that is no file of a specification")
    if b"\0" in content:
        raise NoTexts(f"{name} is not text: byte {content.index(0) + 1} is NUL")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise NoTexts(f"{name} is not UTF-8: byte {wrong.start + 1} cannot be read") from None


def _text(path: Path) -> str:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a FIFO must not make us wait
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NoTexts(f"{path} is not a regular file")
    with open(descriptor, "rb") as file:
        return decode(str(path), file.read(LARGEST + 1))
