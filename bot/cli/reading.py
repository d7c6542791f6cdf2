"""What a command is given to read: a log of any format, or notes; a file, a folder, an address or standard input."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, tzinfo
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
    with _stream(log) as stream:
        yield logformats.open_log(stream, name=name_of(log), form=how.log_format, on=day, zone=zone)


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
