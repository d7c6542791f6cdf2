"""`tallyman meeting ...` and `tallyman actions ...`: what was recorded, and what came of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.minutes import Form, home_of, read_log
from bot.cli.printing import Json, ProjectOption, document, note, rows

if TYPE_CHECKING:  # for `--help` the database need not be loaded
    from bot.records.engine import Engine

meeting = typer.Typer(name="meeting", help="Record meetings and look at them.", no_args_is_help=True)
actions = typer.Typer(name="actions", help="What was promised in meetings.", invoke_without_command=True)


def register(app: typer.Typer) -> None:
    app.add_typer(meeting)
    app.add_typer(actions)


@meeting.command("import")
def import_(
    logs: Annotated[list[Path], typer.Argument(help="Logs to record.")],
    project: ProjectOption = None,
    log_format: Annotated[str | None, typer.Option(help="The logs' format, when it cannot be told.")] = None,
    on: Annotated[str | None, typer.Option("--date", help="The day they began (YYYY-MM-DD).")] = None,
    zone: Annotated[str, typer.Option("--tz", help="The zone of the logs' clock.")] = "UTC",
    as_json: Json = False,
) -> None:
    """Record the meetings of logs. Recording the same log again changes nothing."""
    from bot import settings
    from bot.app import open_desk
    from bot.jobs import recording

    found = settings.load()
    home = home_of(project) if found.project else None
    read = [
        (log, read_log(log, log_format, on, zone)) for log in logs
    ]  # all are read before the first is recorded
    desk = open_desk(found, note)
    saved = []
    for log, lines in read:
        for each, recorded in recording.run(desk, lines, home=home, source=log.name):
            saved.append(
                {
                    "id": each.id,
                    "name": recorded.name,
                    "new": each.is_new,
                    "added": each.added,
                    "items": len(recorded.items),
                    "warnings": list(recorded.warnings),
                }
            )
    if as_json:
        document(saved)
        return
    for row in saved:
        what = "recorded" if row["new"] else f"known already, {row['added']} additions"
        print(f"meeting {row['id']}: {row['name']}: {what}, {row['items']} items")


@meeting.command("list")
def list_(as_json: Json = False) -> None:
    """Every recorded meeting, oldest first."""
    from bot.records.engine import read_session
    from bot.records.meetings import load_meetings
    from bot.reports.minutes import stamp

    with read_session(_engine()) as session:
        found = load_meetings(session)
    if as_json:
        document(
            [
                {
                    "id": id_,
                    "name": m.name,
                    "title": m.title,
                    "started_at": stamp(m.started_at),
                    "items": len(m.items),
                }
                for id_, m in found
            ]
        )
        return
    rows(
        ("id", "started", "name", "items"),
        [(str(id_), f"{m.started_at:%Y-%m-%d %H:%M}", m.name, str(len(m.items))) for id_, m in found],
    )


@meeting.command("show")
def show(
    id_: Annotated[int, typer.Argument(metavar="ID")],
    form: Annotated[Form, typer.Option("--format")] = Form.TEXT,
) -> None:
    """The minutes of a recorded meeting."""
    from bot.records.engine import read_session
    from bot.records.meetings import load_meeting
    from bot.reports import minutes

    with read_session(_engine()) as session:
        found = load_meeting(session, id_)
    if form is Form.JSON:
        document(minutes.to_json(found, count_lines=False))
    else:
        print(minutes.render(found, form.value), end="")


@actions.callback()
def listing(context: typer.Context, as_json: Json = False) -> None:
    """Every open action, oldest first."""
    if context.invoked_subcommand is not None:
        return
    from bot.records.engine import read_session
    from bot.records.meetings import load_actions
    from bot.reports.minutes import stamp

    with read_session(_engine()) as session:
        found = [said for said in load_actions(session) if said.done_at is None]
    if as_json:
        document(
            [
                {
                    "meeting": s.meeting_id,
                    "item": s.item.id,
                    "text": s.item.text,
                    "assignees": list(s.item.assignees),
                    "repo": s.item.repo,
                    "at": stamp(s.item.at),
                    "references": [r.url for r in s.item.references],
                }
                for s in found
            ]
        )
        return
    rows(
        ("action", "who", "what", "said in"),
        [
            (f"{s.meeting_id}/{s.item.id}", ", ".join(s.item.assignees) or "nobody", s.item.text, s.meeting)
            for s in found
        ],
    )


@actions.command("done")
def done(
    action: Annotated[str, typer.Argument(help="MEETING/ITEM as `tallyman actions` shows it.")],
    by: Annotated[str, typer.Option(help="Who says so.")],
    evidence: Annotated[str, typer.Option(help="Where it can be seen: a link or a word.")] = "",
    reopen: Annotated[bool, typer.Option("--reopen", help="It is open again after all.")] = False,
) -> None:
    """Say that an action was carried out."""
    _say(action, "open" if reopen else "done", by, evidence)


@actions.command("drop")
def drop(
    action: Annotated[str, typer.Argument()],
    by: Annotated[str, typer.Option()],
    evidence: Annotated[str, typer.Option()] = "",
) -> None:
    """Say that an action is no longer wanted."""
    _say(action, "dropped", by, evidence)


def _say(action: str, state: str, by: str, evidence: str) -> None:
    from bot.app import now
    from bot.model.errors import WrongRequest
    from bot.records.engine import write_session
    from bot.records.meetings import save_action_state

    meeting_id, _, item = action.partition("/")
    if not meeting_id.isdecimal() or not item:
        raise WrongRequest(f"{action} is no action", do="name it as `tallyman actions` does, such as 3/L48")
    with write_session(_engine()) as session:
        save_action_state(session, int(meeting_id), item, state, by, evidence, now())
    print(f"{action} is {state}")


def _engine() -> "Engine":
    from bot import settings
    from bot.app import open_database

    return open_database(settings.load())
