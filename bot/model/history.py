"""What happened to milestones and their issues, and when: the tracker's own events, and what syncs saw beside them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.tracker import State


class What(StrEnum):
    """The issue events that milestones' histories and meetings are told by; GitHub's words."""

    MILESTONED = "milestoned"
    DEMILESTONED = "demilestoned"
    CLOSED = "closed"
    REOPENED = "reopened"
    TRANSFERRED = "transferred"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Event:
    """One event of an issue. `milestone` is a title as it was then: GitHub gives no number, and a rename does not reach back.

    `id` is GitHub's and orders events of one second; `by` is "" where GitHub no longer knows; `reason` is a closed
    event's state_reason, "" where it has none.
    """

    number: int
    what: What
    at: datetime
    id: int
    by: str
    url: str
    milestone: str = ""
    reason: str = ""


class Known(StrEnum):
    """How a turn is known. What only a sync saw has no name, and its moment is the sync's."""

    EVENT = "event"
    SNAPSHOT = "snapshot"
    INFERRED = "inferred"  # its event is missing, and a later one says that it must have been


@dataclass(frozen=True, slots=True)
class Turn:
    """A moment at which something changed: by whom ("" unknown), how that is known, and where to look."""

    at: datetime
    by: str
    known: Known
    url: str


@dataclass(frozen=True, slots=True)
class Stay:
    """One issue in one milestone. `milestone` is its number, None for one that no longer exists; `left` None: it is there still."""

    number: int
    milestone: int | None
    title: str  # the milestone's, as it was when the issue came
    came: Turn
    left: Turn | None = None

    def holds(self, at: datetime) -> bool:
        return self.came.at <= at and (self.left is None or at < self.left.at)


class Fate(StrEnum):
    """Where an issue stands. A dropped one (closed as not planned, or unmerged) leaves the scope: it is not done."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Standing:
    """An issue's fate from a moment on, until its next standing."""

    number: int
    fate: Fate
    since: Turn


@dataclass(frozen=True, slots=True)
class MilestoneVersion:
    """A milestone as a sync or a webhook found it, from then on; due dates leave no trace in GitHub's own history."""

    number: int
    title: str
    state: State
    due_on: datetime | None
    seen_at: datetime
    url: str
