"""`tallyman minutes`: the minutes of a log, with no database and no settings."""

from datetime import date, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from bot.cli.printing import document, note
from bot.meetings import logformats
from bot.meetings.minutes import Style, record
from bot.meetings.references import Home
from bot.model.errors import BadInput, WrongRequest
from bot.model.meeting import Line, Meeting


class Form(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


def register(app: typer.Typer) -> None:
    app.command("minutes")(minutes)


def minutes(
    log: Annotated[Path, typer.Argument(help="The log; - is standard input.")],
    style: Annotated[
        Style, typer.Option(help="meetbot: exactly what MeetBot would have recorded.")
    ] = Style.TALLYMAN,
    form: Annotated[Form, typer.Option("--format", help="How to print.")] = Form.TEXT,
    log_format: Annotated[str | None, typer.Option(help="The log's format, when it cannot be told.")] = None,
    on: Annotated[str | None, typer.Option("--date", help="The day it began (YYYY-MM-DD).")] = None,
    zone: Annotated[str, typer.Option("--tz", help="The zone of the log's clock.")] = "UTC",
    project: Annotated[str | None, typer.Option(help="The project whose repositories are meant.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="All meetings of the log, not only the first.")
    ] = False,
) -> None:
    """Print the minutes of an IRC log: topics, actions, decisions and links."""
    from bot.reports import minutes as reports

    home = home_of(project) if project else None
    found = record(read_log(log, log_format, on, zone), style=style, home=home, source=log.name)
    if not found:
        raise BadInput(
            f"no meeting starts in {log.name}", do="a meeting begins with a line that says #startmeeting"
        )
    if len(found) > 1 and not every:
        note(f"{log.name} holds {len(found)} meetings; this is the first, --all prints them all")
    chosen = found if every else found[:1]
    if form is Form.JSON:
        documents = [
            reports.to_json(_noting(m, found, every), count_lines=style is Style.MEETBOT) for m in chosen
        ]
        document(documents if every and len(found) > 1 else documents[0])
        return
    print("\n".join(reports.render(meeting, form.value) for meeting in chosen), end="")
    for warning in (warning for meeting in chosen for warning in meeting.warnings):
        note(f"note: {warning}")


def _noting(meeting: Meeting, found: tuple[Meeting, ...], every: bool) -> Meeting:
    from dataclasses import replace

    if every or len(found) == 1:
        return meeting
    return replace(
        meeting, warnings=(*meeting.warnings, f"the log holds {len(found)} meetings; --all prints them all")
    )


def read_log(log: Path, log_format: str | None, on: str | None, zone: str) -> tuple[Line, ...]:
    """The lines of a log file. Raises WrongRequest or BadInput with what to do."""
    import sys

    try:
        raw = sys.stdin.buffer.read() if str(log) == "-" else log.read_bytes()
    except OSError as failed:
        raise WrongRequest(f"{log} cannot be read ({failed.strerror})", do="check the path") from None
    return logformats.read(
        logformats.decode(raw), name=log.name, form=log_format, on=_day(on), zone=_zone(zone)
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise WrongRequest(f"--date {text} is no day", do="write it as YYYY-MM-DD") from None


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise WrongRequest(
            f"--tz {name} is no time zone", do="write an IANA name such as Europe/Berlin"
        ) from None


def home_of(project: str | None) -> Home:
    """The repositories of the settings, with the project's own as the one that is meant by default."""
    from bot import settings

    found = settings.load()
    chosen = found.named(project) if project or len(found.project) == 1 else found.project[0]
    return Home(chosen.repo, tuple(dict.fromkeys(repo for each in found.project for repo in each.repos)))
