"""What the tracker did while a meeting was held: said and seen, seen but not said, said but not seen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.model.followup import SeenDecision, Sight
from bot.model.history import Event, What
from bot.model.meeting import Item, Kind, Meeting

HEADINGS = (Kind.TOPIC, Kind.SUBTOPIC)


@dataclass(frozen=True, slots=True)
class Happening:
    """One event under the topic of its moment ("" before the first one).

    `item` is the line of the minutes that names the issue, a decision before all others; None: nobody wrote it down.
    """

    repo: str
    event: Event
    topic: str
    item: Item | None


@dataclass(frozen=True, slots=True)
class Compared:
    """The meeting beside the tracker; `unseen` are its decisions that the tracker does not show, whenever that was looked."""

    happened: tuple[Happening, ...]
    unseen: tuple[SeenDecision, ...]


def compare(
    meeting: Meeting, happened: Mapping[str, Sequence[Event]], decisions: Iterable[SeenDecision]
) -> Compared:
    """Events of each repository between the meeting's start and its end, oldest first; an unfinished one has none yet.

    `decisions` are this meeting's own. Notes that know only the day have no moment to compare with.
    """
    ended = meeting.ended_at
    found: list[Happening] = []
    if ended is not None and not meeting.day_only:
        found = [
            Happening(repo, event, _topic(meeting, event), _said(meeting, repo, event.number))
            for repo, events in happened.items()
            for event in _once(events)
            if meeting.started_at <= event.at <= ended
        ]
    found.sort(key=lambda each: (each.event.at, each.repo, each.event.id))
    sought = (Sight.NOT_SEEN_YET, Sight.OTHER_WAY)
    unseen = tuple(each for each in decisions if each.sight in sought and each.dismissed is None)
    return Compared(tuple(found), unseen)


def _once(events: Sequence[Event]) -> Iterable[Event]:
    """A merge closes: GitHub tells of both, in one second."""
    merged = {(event.number, event.at) for event in events if event.what is What.MERGED}
    return (e for e in events if not (e.what is What.CLOSED and (e.number, e.at) in merged))


def _topic(meeting: Meeting, event: Event) -> str:
    """The topic that was being talked of; GitHub's moments are whole seconds, as most logs' are."""
    before = [item for item in meeting.items if item.kind in HEADINGS and item.stands and item.at <= event.at]
    return max(before, key=lambda item: (item.at, item.line)).text if before else ""


def _said(meeting: Meeting, repo: str, number: int) -> Item | None:
    """The line that names it: of several a decision, else the first one."""
    naming = [
        item
        for item in meeting.items
        if item.stands
        and any(r.number == number and r.repo.casefold() == repo.casefold() for r in item.references)
    ]
    decided = [item for item in naming if item.kind is Kind.AGREED]
    return next(iter(decided or naming), None)
