"""`tallyman minutes LOG`: the minutes of a log or of notes, without any setup."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.printing import document, note
from bot.cli.reading import How, LogFormat, On, Zone, home_of, name_of, notes_of, opened
from bot.meetings.minutes import Style, record
from bot.meetings.notes import read_notes
from bot.meetings.references import Home
from bot.model.errors import BadInput, WrongRequest
from bot.model.meeting import Meeting


class Form(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


SUFFIXES = {Form.TEXT: "txt", Form.MARKDOWN: "md", Form.HTML: "html", Form.JSON: "json"}


def register(app: typer.Typer) -> None:
    app.command("minutes")(minutes)


def minutes(
    log: Annotated[Path, typer.Argument(help="The log, or notes in Markdown; - is standard input.")],
    style: Annotated[
        Style, typer.Option(help="meetbot: exactly what MeetBot would have recorded.")
    ] = Style.TALLYMAN,
    form: Annotated[Form, typer.Option("--format", help="How to print.")] = Form.TEXT,
    log_format: LogFormat = None,
    on: On = None,
    zone: Zone = "UTC",
    project: Annotated[str | None, typer.Option(help="The project whose repositories are meant.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="All meetings of the log, not only the first.")
    ] = False,
    w3c: Annotated[
        bool, typer.Option("--w3c", help="Also W3C's forms: Topic:, ACTION:, RESOLVED:, s/old/new/.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write every form, and the log as a page, into this folder.")
    ] = None,
    only: Annotated[
        list[Form] | None,
        typer.Option("--only", help="With --out: these forms and the log page, not all of them."),
    ] = None,
) -> None:
    """Print the minutes of a meeting's log or notes: decisions, actions, topics and links."""
    from bot.reports import minutes as reports

    how = How(log_format, on, zone)
    home = home_of(project) if project else None
    found, decided_by = _recorded(log, how, style, home, w3c)
    if not found:
        raise BadInput(
            f"no meeting starts in {name_of(log)}", do="a meeting begins with a line that says #startmeeting"
        )
    note(decided_by)
    if len(found) > 1 and not every:
        note(f"{name_of(log)} holds {len(found)} meetings; this is the first, --all prints them all")
    chosen = found if every else found[:1]
    if out is not None:
        _write(out, chosen, log, how, only or list(Form), count_lines=style is Style.MEETBOT)
        return
    if form is Form.JSON:
        documents = [
            reports.to_json(_noting(m, found, every), count_lines=style is Style.MEETBOT) for m in chosen
        ]
        document(documents if every and len(found) > 1 else documents[0])
        return
    print("\n".join(reports.render(meeting, form.value, log="") for meeting in chosen), end="")
    for warning in (warning for meeting in chosen for warning in meeting.warnings):
        note(f"note: {warning}")


def _recorded(
    log: Path, how: How, style: Style, home: Home | None, w3c: bool
) -> tuple[tuple[Meeting, ...], str]:
    if (text := notes_of(log)) is not None and how.log_format is None:
        return read_notes(text, name=name_of(log), home=home), f"{name_of(log)} was read as notes in Markdown"
    with opened(log, how) as source:
        found = record(
            source.lines, style=style, home=home, source=name_of(log), channel=source.channel, w3c=w3c
        )
        for warning in source.warnings:
            note(f"note: {warning}")
        return found, f"{name_of(log)} was read as {source.format}: {source.decided_by}; {source.dated_by}"


def _noting(meeting: Meeting, found: tuple[Meeting, ...], every: bool) -> Meeting:
    from dataclasses import replace

    if every or len(found) == 1:
        return meeting
    return replace(
        meeting, warnings=(*meeting.warnings, f"the log holds {len(found)} meetings; --all prints them all")
    )


def _write(
    out: Path, meetings: tuple[Meeting, ...], log: Path, how: How, forms: Sequence[Form], *, count_lines: bool
) -> None:
    """Each meeting in these forms, and its log as a page; the names are those of the meetings and their days."""
    from bot.cli.writing import write_meeting

    try:
        out.mkdir(parents=True, exist_ok=True)
        for meeting in meetings:
            for path in write_meeting(out, meeting, log, how, forms, count_lines=count_lines):
                print(path)
    except OSError as failed:
        raise WrongRequest(
            f"{out} cannot be written ({failed.strerror})", do="choose another folder"
        ) from None
