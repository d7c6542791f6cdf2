"""The agenda of the next meeting: what was left open, what was promised, and what waits for this group."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from bot.model.followup import Action, Agenda, Proposal, SeenDecision
from bot.model.tracker import Issue
from bot.reports.duedates import shown
from bot.reports.minutes_json import item_json, reference_json, stamp
from bot.reports.outline import by_person
from bot.reports.plain import long_day
from bot.reports.templates import environment

FORMS = ("text", "markdown", "html", "json")


def render(
    agenda: Agenda,
    form: str,
    *,
    at: datetime,
    url_of: Callable[[int, str], str] = lambda meeting, item: "",
    home: str = "",
    stylesheet: str = "",
) -> str:
    """The agenda as it stands at `at`, in one of text, markdown and html.

    `url_of` gives the page of a meeting's item, by the meeting's number and the item's id; "" when there is none.
    """
    named: list[Action | SeenDecision] = [*(action for action, _ in agenda.actions), *agenda.decisions]
    return (
        environment()
        .get_template(f"agenda.{form}.j2")
        .render(
            agenda=agenda,
            at=at,
            actions=by_person(agenda.actions, lambda pair: [shown(name) for name in pair[0].owners]),
            age=lambda since: age(since, at),
            due=lambda day: due(day, at.date()),
            url_of=url_of,
            gutter=min(max((len(f"{each.meeting_id}/{each.item.id}") for each in named), default=0), 40) + 2,
            home=home,
            stylesheet=stylesheet,
        )
    )


def age(since: datetime, at: datetime) -> str:
    """How long ago, in the words of a conversation."""
    days = (at.date() - since.date()).days
    if days < 2:
        return "yesterday" if days == 1 else "today"
    name, length = next(unit for unit in UNITS if days >= 2 * unit[1])
    return f"{days // length} {name} ago"


UNITS = (("years", 365), ("months", 30), ("weeks", 7), ("days", 1))


def due(day: date, today: date) -> str:
    """`due Friday 10 June 2016`; a day that is over is named without blame."""
    return f"{'was due' if day < today else 'due'} {long_day(day)}"


def to_json(agenda: Agenda, *, at: datetime) -> dict[str, Any]:
    """The agenda as one document."""
    return {
        "project": agenda.project,
        "at": stamp(at),
        "topics": [{"topic": topic, "meeting": meeting} for topic, meeting in agenda.topics],
        "actions": [_action(action, proposal) for action, proposal in agenda.actions],
        "decisions": [_decision(decision) for decision in agenda.decisions],
        "still": [_issue(issue) for issue in agenda.still],
        "waiting": [_issue(issue) for issue in agenda.waiting],
        "unknown": list(agenda.unknown),
    }


def _action(action: Action, proposal: Proposal | None) -> dict[str, Any]:
    return {
        "action": f"{action.meeting_id}/{action.item.id}",
        "meeting": action.meeting,
        "item": item_json(action.item),
        "state": action.state.value,
        "owners": [shown(name) for name in action.owners],
        "due": action.due.isoformat() if action.due else None,
        "references": [reference_json(reference) for reference in action.references],
        "evidence": {
            "url": proposal.url,
            "title": proposal.title,
            "at": stamp(proposal.at),
            "score": proposal.score,
            "why": proposal.why,
            "guessed": proposal.guessed,
        }
        if proposal
        else None,
    }


def _decision(decision: SeenDecision) -> dict[str, Any]:
    return {
        "decision": f"{decision.meeting_id}/{decision.item.id}",
        "meeting": decision.meeting,
        "item": item_json(decision.item),
        "sight": decision.sight.value,
        "why": decision.why,
        "in_grace": decision.in_grace,
        "chairs_only": decision.chairs_only,
    }


def _issue(issue: Issue) -> dict[str, Any]:
    return {
        "repo": issue.repo,
        "number": issue.number,
        "title": issue.title,
        "url": issue.url,
        "is_pull": issue.is_pull,
        "author": issue.author,
        "assignees": list(issue.assignees),
        "updated_at": stamp(issue.updated_at),
    }
