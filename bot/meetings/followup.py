"""An action until it is done: its line of the minutes, and every step that was said of it afterwards, folded into one."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from bot.meetings import references
from bot.meetings.identity import nick_in
from bot.meetings.references import Home
from bot.model.followup import Action, State, Step
from bot.model.meeting import DECISIONS, Item, Kind, Meeting, Reference
from bot.model.person import Means, People

NOBODY = "nobody"
BETWEEN = re.compile(r"[,&\s]+(?:and\b[,&\s]*)?")
# Of two words of the same moment the later one here counts: whatever keeps an action visible is the smaller mistake.
ORDER = ("done", "dropped", "open", "handed-over", "due", "linked")


def actions_of(
    meeting_id: int,
    meeting: Meeting,
    steps: Mapping[str, Sequence[Step]],
    people: People,
    *,
    archived: bool = False,
) -> tuple[Action, ...]:
    """Every action of a meeting that stands, in the order it was said; `steps` are by the item's id."""
    return tuple(
        follow(
            meeting_id,
            label(meeting),
            item,
            steps.get(item.id, ()),
            people,
            meeting.aliases,
            archived=archived,
        )
        for item in meeting.items
        if item.kind is Kind.ACTION and item.stands
    )


def label(meeting: Meeting) -> str:
    """How a meeting is called where several are spoken of: `quayside_weekly, 2016-06-01`."""
    return f"{meeting.name}, {meeting.started_at:%Y-%m-%d}"


def follow(
    meeting_id: int,
    meeting: str,
    item: Item,
    steps: Iterable[Step],
    people: People,
    aliases: Sequence[tuple[str, str]] = (),
    *,
    archived: bool = False,
) -> Action:
    """One action as it stands after all its steps, whatever order they come in; `meeting` is what it is called.

    Only `open` opens what is done or dropped: handing it over, a new date or a link do not. A step of another word
    stays in the history and changes nothing else.
    """
    history = tuple(sorted(steps, key=_moment))
    given = tuple(nick_in(aliases, name) for name in item.assignees)
    names, due, found = given, item.due, list(item.references)
    closed: State | None = None
    for step in history:
        match step.what:
            case "done" | "dropped":
                closed = State(step.what)
            case "open":
                closed = None
            case "handed-over":
                names = _names(step.to)
            case "due":
                due = step.due
            case "linked":
                found += references.find(step.link, Home(), "", "")
    owners, persons = _owners(names, people)
    state = closed or (State.OPEN if owners == _owners(given, people)[0] else State.HANDED_OVER)
    return Action(
        meeting_id, meeting, item, state, owners, due, _each_once(found), history, archived, persons=persons
    )  # fmt: skip


def _moment(step: Step) -> tuple[object, ...]:
    order = ORDER.index(step.what) if step.what in ORDER else len(ORDER)
    return (step.at, order, step.by, step.why, step.to, str(step.due or ""), step.link)


def _names(to: str) -> tuple[str, ...]:
    """The new owners: `ada`, `ada and bo`; `nobody` and an empty word leave the action to nobody."""
    return tuple(name for name in BETWEEN.split(to.strip()) if name and name.casefold() != NOBODY)


def _owners(names: Iterable[str], people: People) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Each name as its person's key where that is confirmed (`@name` is a login), else as a nick; and which are persons."""
    owners: dict[str, bool] = {}
    for name in names:
        plain = name.removeprefix("@")
        person = people.person_of(Means.LOGIN if name != plain else Means.NICK, plain)
        owners[person or plain] = person is not None or owners.get(plain, False)
    return tuple(owners), tuple(owner for owner, is_person in owners.items() if is_person)


def _each_once(found: Iterable[Reference]) -> tuple[Reference, ...]:
    """The first mention of each issue, pull request or page."""
    first: dict[tuple[str, int | None, str], Reference] = {}
    for ref in found:
        first.setdefault((ref.repo.lower(), ref.number, "" if ref.number else ref.url), ref)
    return tuple(first.values())


def days_open(action: Action, at: datetime) -> int:
    """The age of an action in whole days."""
    return max(0, (at - action.item.at).days)


def by_owner(actions: Iterable[Action]) -> tuple[tuple[str, tuple[Action, ...]], ...]:
    """Actions under each owner's name, in the order of the alphabet, `nobody` last; one with two owners is under both."""
    pairs = [(owner, action) for action in actions for owner in (action.owners or (NOBODY,))]
    pairs.sort(key=lambda pair: (pair[0] == NOBODY, pair[0].casefold(), pair[0]))
    return tuple(
        (owner, tuple(action for _, action in group)) for owner, group in groupby(pairs, key=lambda p: p[0])
    )


def wants_issue(item: Item) -> bool:
    """Whether a new issue can be offered for it: an action or a decision that stands and names no issue."""
    speaks = item.kind is Kind.ACTION or item.kind in DECISIONS
    return speaks and item.stands and not any(ref.number for ref in item.references)
