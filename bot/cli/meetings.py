"""`tallyman meeting ...`: meetings recorded, shown, exported and corrected."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.minutes import Form
from bot.cli.printing import Json, ProjectOption, document, note, rows
from bot.cli.reading import How, LogFormat, On, Zone, home_of, is_export, name_of, notes_of, opened

if TYPE_CHECKING:  # for `--help` the database need not be loaded
    from bot.jobs.desk import Desk
    from bot.jobs.recording import Reading
    from bot.meetings.references import Home
    from bot.model.meeting import Meeting
    from bot.records.engine import Engine
    from bot.records.meetings import Saved

meeting = typer.Typer(name="meeting", help="Record meetings and look at them.", no_args_is_help=True)
Id = Annotated[int, typer.Argument(metavar="ID")]
By = Annotated[str, typer.Option("--by", help="Who says so.")]
Because = Annotated[str, typer.Option("--because", help="Why.")]


def register(app: typer.Typer) -> None:
    app.add_typer(meeting)


@meeting.command("import")
def import_(
    logs: Annotated[list[str], typer.Argument(help="Logs, notes, folders of notes, or addresses of notes.")],
    project: ProjectOption = None,
    log_format: LogFormat = None,
    on: On = None,
    zone: Zone = "UTC",
    channel: Annotated[
        str, typer.Option(help="The channel the log is of; a meeting is known by it and its start.")
    ] = "",
    w3c: Annotated[
        bool, typer.Option("--w3c", help="Also W3C's forms: Topic:, ACTION:, RESOLVED:, s/old/new/.")
    ] = False,
    archived: Annotated[
        bool | None,
        typer.Option(
            "--archive/--live",
            help="Shown, but never judged or reminded of; what is older than 60 days is, if neither is given.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Record meetings. Recording the same log again, or a longer one, adds only what is new."""
    from bot import settings
    from bot.app import open_desk

    found = settings.load()
    home = home_of(project) if found.project else None
    how = How(log_format, on, zone)
    w3c = w3c or any(each.w3c for each in found.project if project in (None, each.id))
    desk = open_desk(found, note)
    done: list[tuple[Saved, Meeting]] = []
    for log in logs:
        done += _recorded(desk, log, how, home, channel, w3c, archived)
    if as_json:
        document([_saved_json(saved, recorded) for saved, recorded in done])
        return
    for saved, recorded in done:
        what = "recorded" if saved.is_new else f"known already, {saved.added} additions"
        print(f"meeting {saved.id}: {recorded.name}: {what}, {len(recorded.items)} items")


def _recorded(
    desk: "Desk", log: str, how: How, home: "Home | None", channel: str, w3c: bool, archived: bool | None
) -> "list[tuple[Saved, Meeting]]":
    from bot.jobs import noting, recording

    path = Path(log)
    is_elsewhere = log.startswith(("http://", "https://")) or (path.is_dir() and not is_export(path))
    if is_elsewhere or (how.log_format is None and notes_of(path) is not None):
        from bot.sources.notes import read_pages

        found: list[tuple[Saved, Meeting]] = []
        for page in read_pages(log):
            found += noting.run(desk, page.text, name=page.source, home=home, archived=archived)
        return found
    with opened(path, how) as source:
        reading = _reading(desk, home, name_of(path), channel or source.channel, w3c, archived)
        done = recording.run(desk, source.lines, reading)
        note(f"{name_of(path)} was read as {source.format}: {source.decided_by}; {source.dated_by}")
        for warning in source.warnings:
            note(f"note: {warning}")
        return list(done)


def _reading(
    desk: "Desk", home: "Home | None", source: str, channel: str, w3c: bool, archived: bool | None
) -> "Reading":
    from bot.jobs import following
    from bot.jobs.recording import Reading
    from bot.records.engine import read_session

    with read_session(desk.engine) as session:
        return Reading(home, source, channel, following.aliases(session), w3c, archived)


def _saved_json(saved: "Saved", recorded: "Meeting") -> dict[str, object]:
    return {
        "id": saved.id, "name": recorded.name, "new": saved.is_new, "added": saved.added,
        "items": len(recorded.items), "warnings": list(recorded.warnings),
    }  # fmt: skip


@meeting.command("list")
def list_(as_json: Json = False) -> None:
    """Every recorded meeting, oldest first."""
    from bot.records.engine import read_session
    from bot.records.meetings import archived_ids, load_meetings
    from bot.reports.minutes import stamp

    with read_session(_engine()) as session:
        found, old = load_meetings(session), archived_ids(session)
    if as_json:
        document(
            [
                {
                    "id": id_, "name": m.name, "title": m.title, "channel": m.channel, "started_at": stamp(m.started_at),
                    "items": len(m.items), "archived": id_ in old,
                }
                for id_, m in found
            ]
        )  # fmt: skip
        return
    rows(
        ("id", "started", "name", "items", ""),
        [
            (
                str(id_),
                f"{m.started_at:%Y-%m-%d %H:%M}",
                m.name,
                str(len(m.items)),
                "archived" if id_ in old else "",
            )
            for id_, m in found
        ],
    )


@meeting.command("show")
def show(id_: Id, form: Annotated[Form, typer.Option("--format")] = Form.TEXT, as_json: Json = False) -> None:
    """The minutes of a recorded meeting."""
    _print(id_, Form.JSON if as_json else form, log="")


@meeting.command("export")
def export(
    id_: Id,
    form: Annotated[
        str, typer.Option("--format", help="text, markdown, html, json, log (text) or log-page (HTML).")
    ] = "markdown",
) -> None:
    """The minutes or the log of a recorded meeting, to be kept elsewhere."""
    from bot.model.errors import WrongRequest
    from bot.records.engine import read_session
    from bot.records.lines import load_lines
    from bot.records.meetings import load_meeting
    from bot.reports import log

    if form in ("log", "log-page"):
        with read_session(_engine()) as session:
            found = load_meeting(session, id_)
            lines = load_lines(session, id_)
            for part in log.log_text(lines) if form == "log" else log.log_page(lines, found):
                print(part, end="")
        return
    if form not in set(Form):
        raise WrongRequest(f"there is no format {form}", do=f"known are {', '.join(Form)}, log and log-page")
    _print(id_, Form(form), log="log.html" if form == "html" else "")


def _print(id_: int, form: Form, *, log: str) -> None:
    from bot.records.engine import read_session
    from bot.records.meetings import load_meeting
    from bot.reports import minutes

    with read_session(_engine()) as session:
        found = load_meeting(session, id_)
    if form is Form.JSON:
        document(minutes.to_json(found, count_lines=False))
    else:
        print(minutes.render(found, form.value, log=log), end="")


@meeting.command("amend")
def amend(
    id_: Id,
    item: Annotated[str, typer.Argument(help="The item, such as L48.")],
    text: Annotated[str, typer.Option("--text", help="Its new words.")],
    by: By,
    because: Because = "",
    as_json: Json = False,
) -> None:
    """Correct an item after the meeting, visibly: the minutes say who did it and when."""
    from bot import settings
    from bot.app import open_desk
    from bot.jobs import correcting

    found = settings.load()
    home = home_of(None) if found.project else None
    now = correcting.amend(open_desk(found, note), id_, _item(item), text, by=by, why=because, home=home)
    if as_json:
        document(
            {"meeting": id_, "item": now.id, "text": now.text, "status": now.status.value, "note": now.note}
        )
    else:
        print(f"{id_}/{now.id} is {now.text} ({now.note})")


@meeting.command("redact")
def redact(
    id_: Id,
    line: Annotated[
        str, typer.Argument(help="The line of the log, such as 48, or the item of notes, such as N7.")
    ],
    by: By,
    because: Because = "",
    as_json: Json = False,
) -> None:
    """Take a line out everywhere, at the word of its speaker or of a chair; a tombstone stays in its place."""
    from bot import settings
    from bot.app import open_desk
    from bot.jobs import correcting
    from bot.model.errors import WrongRequest

    if not re.fullmatch(r"[LN]?[0-9]{1,9}", line):
        raise WrongRequest(f"{line} is no line", do="give its number in the log, such as 48")
    found = settings.load()
    desk = open_desk(found, note)
    reading = _reading(desk, home_of(None) if found.project else None, "", "", False, None)
    touched = correcting.redact(desk, id_, line, by=by, why=because, reading=reading)
    if as_json:
        document({"meeting": id_, "line": line, "by": by, "reports": list(touched)})
        return
    print(f"line {line} of meeting {id_} is taken out")
    for place in touched:
        print(
            f"the report of {place} quoted it and is made anew; `tallyman publish --send` corrects what was posted"
        )


def _item(text: str) -> str:
    return text if not text.isdecimal() else f"L{text}"


@meeting.command("offer")
def offer(
    id_: Id,
    item: Annotated[str, typer.Argument(help="An action or a decision that names no issue, such as L83.")],
    site: Annotated[str, typer.Option(help="Where the dashboard is read.")] = "http://127.0.0.1:8080",
    as_json: Json = False,
) -> None:
    """The issue that could be opened for what names none, as title and text; nothing is sent."""
    from bot.meetings.followup import label, wants_issue
    from bot.model.errors import WrongRequest
    from bot.records.engine import read_session
    from bot.records.meetings import find_item, load_meeting
    from bot.reports import new_issue

    with read_session(_engine()) as session:
        found, its_meeting = find_item(session, id_, _item(item)), load_meeting(session, id_)
    if not wants_issue(found):
        raise WrongRequest(
            f"{found.id} wants no issue of its own",
            do="name an action or a decision that stands and names none",
        )
    offered = new_issue.offer(
        found, meeting=label(its_meeting), log_url=f"{site}/meetings/{id_}/log#{found.id}"
    )
    if as_json:
        document({"repo": offered.repo, "title": offered.title, "body": offered.body})
    else:
        print(f"{offered.title}\n\n{offered.body}", end="")


@meeting.command("tracker")
def tracker(id_: Id, as_json: Json = False) -> None:
    """What the tracker did while it was held: said and seen, seen but not said, said but not seen."""
    from bot import settings
    from bot.app import open_desk
    from bot.jobs import comparing
    from bot.reports import during as reports

    found = settings.load()
    compared = comparing.run(open_desk(found, note), id_, found.project)
    rows = [(each.repo, each.event, each.topic, each.item) for each in compared.happened]
    if as_json:
        document(reports.to_json(rows, list(compared.unseen)))
    else:
        print(reports.text(rows, list(compared.unseen)), end="")


@meeting.command("agenda")
def agenda(
    project: ProjectOption = None,
    form: Annotated[Form, typer.Option("--format")] = Form.TEXT,
    chairs: Annotated[
        bool, typer.Option("--for-chairs", help="Also guesses, which only chairs should see.")
    ] = False,
    as_json: Json = False,
) -> None:
    """What the next meeting has before it: what was left open, promised, decided and not seen, and what waits."""
    from bot import settings
    from bot.app import now, open_desk
    from bot.jobs import following
    from bot.reports import agenda as reports

    found = settings.load()
    answer = following.agenda(open_desk(found, note), found.named(project), for_chairs=chairs)
    if as_json or form is Form.JSON:
        document(reports.to_json(answer, at=now()))
    else:
        print(reports.render(answer, form.value, at=now()), end="")


@meeting.command("feed")
def feed(
    project: ProjectOption = None,
    site: Annotated[str, typer.Option(help="Where the dashboard is read.")] = "http://127.0.0.1:8080",
) -> None:
    """An Atom feed of the project's meetings."""
    from bot import settings
    from bot.app import now, open_desk
    from bot.jobs import feeding

    found = settings.load()
    print(feeding.feed(open_desk(found, note), found.named(project), site.rstrip("/"), now()), end="")


@meeting.command("calendar")
def calendar(
    project: ProjectOption = None,
    site: Annotated[str, typer.Option(help="Where the dashboard is read.")] = "http://127.0.0.1:8080",
) -> None:
    """An iCalendar file of the days by which the project's actions are due."""
    import sys

    from bot import settings
    from bot.app import open_desk
    from bot.jobs import feeding

    found = settings.load()
    text = feeding.calendar(open_desk(found, note), found.named(project), site.rstrip("/"))
    sys.stdout.write(text.decode())


def _engine() -> "Engine":
    from bot import settings
    from bot.app import open_database

    return open_database(settings.load())
