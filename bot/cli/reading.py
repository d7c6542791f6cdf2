"""What a command is given to read: a log of any format, or notes; a file, a folder, an address or standard input."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, tzinfo
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Annotated, BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from bot.meetings import logformats
from bot.meetings.logformats import Log
from bot.meetings.notes import looks_like_notes
from bot.meetings.references import Home
from bot.model.errors import WrongRequest

LogFormat = Annotated[
    str | None, typer.Option(help="The log's format, when it cannot be told from its content.")
]
On = Annotated[str | None, typer.Option("--date", help="The day it began (YYYY-MM-DD).")]
Zone = Annotated[str, typer.Option("--tz", help="The zone of the log's clock.")]
MOST_NOTES = 20_000_000  # bytes: notes are read whole


@dataclass(frozen=True, slots=True)
class How:
    """The options with which a log is read."""

    log_format: str | None
    on: str | None
    zone: str

    @property
    def day(self) -> date | None:
        try:
            return date.fromisoformat(self.on) if self.on else None
        except ValueError:
            raise WrongRequest(f"--date {self.on} is no day", do="write it as YYYY-MM-DD") from None

    @property
    def tz(self) -> tzinfo:
        try:
            return ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise WrongRequest(
                f"--tz {self.zone} is no time zone", do="write an IANA name such as Europe/Berlin"
            ) from None


@contextmanager
def opened(log: Path, how: How) -> Iterator[Log]:
    """A log whose lines are read as they are asked for. Raises WrongRequest or BadInput with what to do."""
    day, zone = how.day, how.tz
    if is_export(log):
        yield logformats.open_export(_files(log), name=name_of(log), form=how.log_format)
        return
    with _stream(log) as stream:
        yield logformats.open_log(stream, name=name_of(log), form=how.log_format, on=day, zone=zone)


def is_export(log: Path) -> bool:
    """Whether a folder is a channel of a Slack export, unpacked, or a whole export: its days are files of JSON."""
    return log.is_dir() and any(log.glob("*.json"))


def _files(folder: Path) -> dict[str, Callable[[], BinaryIO]]:
    """A folder's files of JSON as an export has them, with the people's names that lie beside a channel's folder."""
    found = {path.relative_to(folder.parent).as_posix(): path for path in sorted(folder.rglob("*.json"))}
    if (folder / "users.json").exists():
        found = {path.relative_to(folder).as_posix(): path for path in found.values()}
    elif (beside := folder.resolve().parent / "users.json").exists():
        found["users.json"] = beside
    return {name: partial(_raw, path) for name, path in found.items()}


def _raw(path: Path) -> BinaryIO:
    """A day of an export, whole: it is small, and nobody has to close it."""
    try:
        return BytesIO(path.read_bytes())
    except OSError as failed:
        raise WrongRequest(f"{path} cannot be read ({failed.strerror})", do="check its permissions") from None


def notes_of(log: Path) -> str | None:
    """The text of a file of Markdown notes; None when it is a log, or no text."""
    if log.suffix.lower() not in (".md", ".markdown") and str(log) != "-":
        return None
    try:
        if str(log) == "-" or log.stat().st_size > MOST_NOTES:
            return None
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None  # reading it as a log says what is wrong
    return text if looks_like_notes(text) else None


def name_of(log: Path) -> str:
    return "standard input" if str(log) == "-" else log.name


@contextmanager
def _stream(log: Path) -> Iterator[BinaryIO]:
    """The file; standard input is copied to a file first, since a log's head is read twice."""
    if str(log) == "-":
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
            yield copy
        return
    try:
        stream = log.open("rb")
    except OSError as failed:
        raise WrongRequest(f"{log} cannot be read ({failed.strerror})", do="check the path") from None
    with stream:
        yield stream


def home_of(project: str | None) -> Home:
    """The repositories of the settings, with the project's own as the one that is meant by default."""
    from bot import settings

    found = settings.load()
    chosen = found.named(project) if project or len(found.project) == 1 else found.project[0]
    return Home(chosen.repo, tuple(dict.fromkeys(repo for each in found.project for repo in each.repos)))
