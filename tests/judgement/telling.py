"""Histories in words, for the tests of milestones: `5 #1 + v1.0.0 ada` is: 5 days ago ada put #1 into v1.0.0."""

from collections.abc import Sequence
from datetime import timedelta

from bot.judgement.milestones import Books
from bot.judgement.stays import standings, stays
from bot.model.followup import Membership, SeenDecision
from bot.model.history import Event, MilestoneVersion, What
from bot.model.tracker import Issue, Pull, State
from tests.judgement.made import NOON, WEB, ago

SIGNS = {
    "+": What.MILESTONED,
    "-": What.DEMILESTONED,
    "x": What.CLOSED,
    "o": What.REOPENED,
    ">": What.TRANSFERRED,
}


def events(*lines: str) -> tuple[Event, ...]:
    """`DAYS #NUMBER SIGN [MILESTONE or REASON] BY`; the sign is one of SIGNS; lines of one day keep their order."""
    return tuple(_event(position, line) for position, line in enumerate(lines, start=1))


def _event(position: int, line: str) -> Event:
    days, number, sign, *words = line.split()
    what = SIGNS[sign]
    word = words[0] if len(words) == 2 else ""
    is_move = what in (What.MILESTONED, What.DEMILESTONED)
    return Event(
        int(number[1:]), what, ago(days=float(days)), position, words[-1] if words else "",
        f"{WEB}/issues/{number[1:]}#event-{position}",
        word if is_move else "", "" if is_move else word,
    )  # fmt: skip


def versions(*lines: str) -> tuple[MilestoneVersion, ...]:
    """`DAYS NUMBER TITLE [due DAYS] [closed]`; a due date lies that many days from NOON on."""
    found = []
    for line in lines:
        days, number, title, *more = line.split()
        due = NOON + timedelta(days=float(more[more.index("due") + 1])) if "due" in more else None
        state = State.CLOSED if "closed" in more else State.OPEN
        found.append(
            MilestoneVersion(
                int(number), title, state, due, ago(days=float(days)), f"{WEB}/milestone/{number}"
            )
        )
    return tuple(found)


def books(
    issues: Sequence[Issue],
    happened: Sequence[Event] = (),
    known: Sequence[MilestoneVersion] = (),
    *,
    pulls: Sequence[Pull] = (),
    memberships: Sequence[Membership] = (),
    decisions: Sequence[SeenDecision] = (),
) -> Books:
    there = stays(issues, happened, known, memberships, at=NOON)
    return Books(issues, pulls, known, there, standings(issues, happened), decisions)
