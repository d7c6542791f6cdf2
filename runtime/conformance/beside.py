"""The `conformance/` folders of specifications that are in use beside this suite's own files."""

import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

FOLDERS: list[Path] = []  # in the order of their coming; of one release the last has the word
T = TypeVar("T", bound=Callable[..., Any])
_kept: list[Any] = []


def kept(function: T) -> T:
    """Remembers what a function read from files, until another folder comes into use."""
    remembered: Any = cache(function)
    _kept.append(remembered)
    found: T = remembered
    return found


def add(folder: Path) -> None:
    """Puts a folder into use. What is in it is checked by suites.py."""
    if folder not in FOLDERS:
        FOLDERS.append(folder)
    forget()


def remove(folder: Path) -> None:
    FOLDERS.remove(folder)
    forget()


def forget() -> None:
    for each in _kept:
        each.cache_clear()


def tables(name: str) -> Iterator[dict[str, Any]]:
    """The TOML files of that name in the folders in use. Raises OSError and tomllib.TOMLDecodeError."""
    for folder in FOLDERS:
        if (folder / name).is_file():
            yield tomllib.loads((folder / name).read_text(encoding="utf-8"))
