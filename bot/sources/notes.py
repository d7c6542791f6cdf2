"""Notes that people keep elsewhere, read: a folder, a file, a git checkout, or a page on the web."""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bot.model.errors import BadInput, WorldFailed
from bot.sources.web_text import Limits, fetch

MOST = 20_000_000  # bytes of one text; Google Docs writes pictures out in it
ENDINGS = (".md", ".markdown")


@dataclass(frozen=True, slots=True)
class Page:
    """One text. `source` names it the same on every machine: its address, or its path within the checkout or folder.

    `version` is what the next reading gives back, so that an unchanged page is not read again.
    """

    source: str
    text: str
    version: str


def read_pages(
    where: str, seen: Mapping[str, str] | None = None, *, limits: Limits | None = None
) -> tuple[Page, ...]:
    """The texts at a path or an address that are new or changed; `seen` are the versions known, by source.

    A folder gives every Markdown file in it, in order of their paths; hidden folders and links that lead out are passed
    over. A git checkout is read as it lies, changes that nobody committed included.

    Raises BadInput and WrongRequest when nothing there can be read, WorldFailed when the disk or the network failed.
    """
    known = seen or {}
    limits = limits or Limits(size=MOST)
    if "://" in where or where.lower().startswith("file:"):
        found = fetch(where, known, limits)
        return () if found is None else (Page(found.source, in_text(found.raw), found.version),)
    try:
        return tuple(_changed(Path(where).expanduser(), known, limits))
    except OSError as failed:
        raise WorldFailed(f"{where} cannot be read ({failed.strerror})", do="check its rights") from None


def _changed(path: Path, known: Mapping[str, str], limits: Limits) -> Iterator[Page]:
    if not path.exists():
        raise BadInput(f"there is no {path}", do="give a folder, a Markdown file or an http(s) address")
    files = list(_markdown_in(path)) if path.is_dir() else [path]
    if not files:
        raise BadInput(
            f"{path} has no Markdown in it", do=f"notes are files that end in {' or '.join(ENDINGS)}"
        )
    root = _root_of(path)
    for file in files:
        raw = _bytes_of(file, limits.size)
        source, version = file.resolve().relative_to(root).as_posix(), f"sha256:{sha256(raw).hexdigest()}"
        if known.get(source) != version:
            yield Page(source, in_text(raw), version)


def _markdown_in(folder: Path) -> Iterator[Path]:
    """The Markdown files of a folder and its folders, but for hidden ones and for links to somewhere else."""
    inside = folder.resolve()
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
        for name in sorted(names):
            file = Path(here, name)
            if (
                name.lower().endswith(ENDINGS)
                and not name.startswith(".")
                and file.resolve().is_relative_to(inside)
            ):
                yield file


def _root_of(path: Path) -> Path:
    """The top of the git checkout that the path is in, else the folder itself."""
    folder = path.resolve() if path.is_dir() else path.resolve().parent
    return next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)


def _bytes_of(file: Path, most: int) -> bytes:
    facts = file.stat()
    if not stat.S_ISREG(facts.st_mode):
        raise BadInput(f"{file} is no file", do="give a Markdown file or a folder of them")
    with file.open("rb") as stream:
        raw = stream.read(most + 1)
    if len(raw) > most:
        raise BadInput(
            f"{file} has more than {most // 1_000_000} MB", do="take pictures out of it, or split it"
        )
    return raw


def in_text(raw: bytes) -> str:
    """The text of a page: UTF-8, or UTF-16 where it says so, else what Windows wrote; every byte gives some letter."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="replace").replace("\x00", "")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    return text.replace("\x00", "")
