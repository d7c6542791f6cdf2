"""`tallyman actions ...` and `tallyman decisions ...`: what was promised and decided, and what came of it."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.meetings import Because, By
from bot.cli.printing import Json, ProjectOption, document, note, rows

if TYPE_CHECKING:
    from bot.jobs.following import Followed
    from bot.model.followup import Action, Proposal, SeenDecision

actions = typer.Typer(name="actions", help="What was promised in meetings.", invoke_without_command=True)
decisions = typer.Typer(
    name="decisions", help="What meetings decided, beside the tracker.", no_args_is_help=True
)
Name = Annotated[
    str,
    typer.Argument(metavar="ACTION", help="MEETING/ITEM as `tallyman actions list` shows it, such as 3/L48."),
]
ForChairs = Annotated[bool, typer.Option("--for-chairs", help="Also guesses, which only chairs should see.")]


def register(app: typer.Typer) -> None:
    app.add_typer(actions)
    app.add_typer(decisions)


@actions.callback()
def listing(context: typer.Context, as_json: Json = False) -> None:
    """Every open action, oldest first."""
    if context.invoked_subcommand is None:
        _list(None, False, False, as_json)


@actions.command("list")
def list_(
    project: ProjectOption = None,
    every: Annotated[bool, typer.Option("--all", help="Also what is done, dropped or archived.")] = False,
    for_chairs: ForChairs = False,
    as_json: Json = False,
) -> None:
    """Every open action, oldest first, with what the tracker shows since."""
    _list(project, every, for_chairs, as_json)


def _list(project: str | None, every: bool, for_chairs: bool, as_json: bool) -> None:
    found = _followed(project, for_chairs, archived=every)
    shown = [action for action in found.actions if every or action.is_open]
    if as_json:
        document(
            [_json(action, found.proposals.get((action.meeting_id, action.item.id))) for action in shown]
        )
        return
    rows(
        ("action", "who", "due", "what", "said in", "state"),
        [
            (
                _name(a), ", ".join(a.owners) or "nobody", str(a.due or "-"), a.item.text, a.meeting,
                _seen(a, found.proposals.get((a.meeting_id, a.item.id))),
            )
            for a in shown
        ],
    )  # fmt: skip


def _seen(action: "Action", proposal: "Proposal | None") -> str:
    return (
        f"{action.state}, perhaps done: {proposal.url} ({proposal.score})" if proposal else action.state.value
    )


def _followed(project: str | None, for_chairs: bool, *, archived: bool) -> "Followed":
    from bot import settings
    from bot.app import open_database
    from bot.jobs import following
    from bot.records.engine import read_session

    found = settings.load()
    with read_session(open_database(found)) as session:
        if not found.project:
            return following.Followed(following.actions(session, archived=archived), {})
        chosen = (found.named(project),) if project else found.project
        each = [following.follow(session, one, for_chairs=for_chairs) for one in chosen]
        known = {(a.meeting_id, a.item.id): a for one in each for a in one.actions}
        if project is None:  # also what belongs to none of the projects
            known |= {(a.meeting_id, a.item.id): a for a in following.actions(session, archived=archived)}
        proposals = {key: value for one in each for key, value in one.proposals.items()}
    return following.Followed(
        tuple(sorted(known.values(), key=lambda a: (a.item.at, a.meeting_id, a.item.line))), proposals
    )


def _name(action: "Action") -> str:
    return f"{action.meeting_id}/{action.item.id}"


def _json(action: "Action", proposal: "Proposal | None") -> dict[str, Any]:
    from bot.reports.minutes import stamp

    return {
        "meeting": action.meeting_id, "item": action.item.id, "text": action.item.text,
        "assignees": list(action.item.assignees), "owners": list(action.owners), "state": action.state.value,
        "due": str(action.due) if action.due else None, "repo": action.item.repo, "at": stamp(action.item.at),
        "archived": action.archived,
        "references": [ref.url for ref in action.references],
        "history": [
            {"at": stamp(s.at), "by": s.by, "what": s.what, "why": s.why, "to": s.to, "due": str(s.due) if s.due else None,
             "link": s.link}
            for s in action.history
        ],
        "proposal": {"url": proposal.url, "title": proposal.title, "score": proposal.score, "why": proposal.why,
                     "at": stamp(proposal.at), "guessed": proposal.guessed} if proposal else None,
    }  # fmt: skip


@actions.command("done")
def done(
    action: Name,
    by: By,
    evidence: Annotated[str, typer.Option(help="Where it can be seen: a link or a word.")] = "",
    reopen: Annotated[bool, typer.Option("--reopen", help="It is open again after all.")] = False,
    as_json: Json = False,
) -> None:
    """Say that an action was carried out."""
    _say(action, by, "open" if reopen else "done", as_json, why=evidence)


@actions.command("drop")
def drop(
    action: Name,
    by: By,
    because: Because = "",
    evidence: Annotated[str, typer.Option(hidden=True)] = "",
    as_json: Json = False,
) -> None:
    """Say that an action is no longer wanted."""
    _say(action, by, "dropped", as_json, why=because or evidence)


@actions.command("assign")
def assign(
    action: Name,
    by: By,
    to: Annotated[str, typer.Option(help="The new owner or owners, or nobody.")],
    because: Because = "",
    as_json: Json = False,
) -> None:
    """Hand an action over."""
    _say(action, by, "handed-over", as_json, to=to, why=because)


@actions.command("due")
def due(
    action: Name,
    day: Annotated[str, typer.Argument(metavar="DAY", help="YYYY-MM-DD, or never.")],
    by: By,
    because: Because = "",
    as_json: Json = False,
) -> None:
    """Say by which day an action is due."""
    from bot.model.errors import WrongRequest

    try:
        when = None if day == "never" else date.fromisoformat(day)
    except ValueError:
        raise WrongRequest(f"{day} is no day", do="write it as YYYY-MM-DD") from None
    _say(action, by, "due", as_json, due_on=when, why=because)


@actions.command("link")
def link(
    action: Name,
    reference: Annotated[str, typer.Argument(help="owner/repo#12 or its address.")],
    by: By,
    because: Because = "",
    as_json: Json = False,
) -> None:
    """Tie an action to an issue or a pull request."""
    from bot.meetings.references import Home, find
    from bot.model.errors import WrongRequest

    if not find(reference, Home(), "", ""):
        raise WrongRequest(
            f"{reference} names no issue or pull request", do="write owner/repo#12 or its address"
        )
    _say(action, by, "linked", as_json, link=reference, why=because)


def _say(
    name: str,
    by: str,
    what: str,
    as_json: bool,
    *,
    why: str = "",
    to: str = "",
    due_on: date | None = None,
    link: str = "",
) -> None:
    from bot import settings
    from bot.app import open_desk
    from bot.jobs import following
    from bot.model.followup import Step

    meeting_id, item = _parts(name)
    desk = open_desk(settings.load(), note)
    action = following.say(desk, meeting_id, item, Step(desk.clock(), by, what, why, to, due_on, link))
    if as_json:
        document(_json(action, None))
        return
    when = f", due {action.due:%A %d %B %Y}" if action.due else ""
    print(f"{name} is {action.state}, with {', '.join(action.owners) or 'nobody'}{when}")


def _parts(name: str) -> tuple[int, str]:
    from bot.model.errors import WrongRequest

    meeting_id, _, item = name.partition("/")
    if not (meeting_id.isdecimal() and meeting_id.isascii()) or not item:
        raise WrongRequest(f"{name} names nothing", do="write MEETING/ITEM as the list does, such as 3/L48")
    return int(meeting_id), item


@decisions.command("list")
def decided(project: ProjectOption = None, as_json: Json = False) -> None:
    """Every decision beside the tracker: carried out, not seen yet, or seen the other way."""
    from bot import settings
    from bot.app import open_desk
    from bot.jobs import following
    from bot.records.engine import read_session

    found = settings.load()
    desk = open_desk(found, note)
    with read_session(desk.engine) as session:
        seen = following.decisions(session, desk, found.named(project))
    if as_json:
        document([_decision_json(each) for each in seen])
        return
    rows(
        ("decision", "what", "said in", "state", "why"),
        [(f"{d.meeting_id}/{d.item.id}", d.item.text, d.meeting, _sight(d), d.why) for d in seen],
    )


def _sight(decision: "SeenDecision") -> str:
    if decision.dismissed is not None:
        return f"set aside by {decision.dismissed.by}: {decision.dismissed.why}"
    return f"{decision.sight}{' (this week)' if decision.in_grace else ''}"


def _decision_json(each: "SeenDecision") -> dict[str, Any]:
    dismissed = each.dismissed
    return {
        "meeting": each.meeting_id, "item": each.item.id, "text": each.item.text, "sight": each.sight.value, "why": each.why,
        "in_grace": each.in_grace, "dismissed": {"by": dismissed.by, "why": dismissed.why} if dismissed else None,
    }  # fmt: skip


@decisions.command("dismiss")
def dismiss(
    decision: Annotated[str, typer.Argument(help="MEETING/ITEM as the list shows it.")],
    by: By,
    because: Because = "",
    take_back: Annotated[bool, typer.Option("--take-back", help="It is to be looked for after all.")] = False,
    as_json: Json = False,
) -> None:
    """As chair, say why a decision need not be looked for in the tracker."""
    from bot import settings
    from bot.app import open_desk
    from bot.jobs import following

    meeting_id, item = _parts(decision)
    following.dismiss(
        open_desk(settings.load(), note), meeting_id, item, by=by, why=because, stands=not take_back
    )
    if as_json:
        document(
            {
                "meeting": meeting_id,
                "item": item,
                "dismissed": None if take_back else {"by": by, "why": because},
            }
        )
    else:
        print(f"{decision} is {'looked for again' if take_back else 'set aside'}")
