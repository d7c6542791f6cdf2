"""A milestone's story as values: scope by day, changes, promise, slips and what stands in the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.model.followup import SeenDecision
from bot.model.history import Turn
from bot.model.tracker import Issue


class Change(StrEnum):
    """What can happen to a milestone's scope."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED_IN = "moved in"
    MOVED_OUT = "moved out"
    DONE = "done"
    DROPPED = "dropped"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class ScopeChange:
    """One change. `other` is the milestone that it came from or went to; `decision` the meeting's that asked for it."""

    what: Change
    number: int
    turn: Turn
    other: str = ""
    decision: SeenDecision | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The end of one day (UTC). `scope` are the issues in the milestone that were not dropped, `done` those of them that were done."""

    on: date
    scope: int
    done: int


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from `start` on: how many of the issues in scope were done, and by how many the scope grew (or shrank)."""

    start: date
    done: int
    grown: int = 0


class Kept(StrEnum):
    """What became of an issue: the columns of said against done."""

    DONE = "done"
    OPEN = "open"
    MOVED = "moved"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Promise:
    """The commitment line: what was in the milestone when a due date was first set, and what became of it and of what came later."""

    on: datetime
    promised: Mapping[Kept, tuple[int, ...]]
    added: Mapping[Kept, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Slip:
    """The due date changed between two syncs; None is no date."""

    before: datetime | None
    after: datetime | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """An open issue of the milestone as it stands. `carried` is how often it was moved on, unfinished, from another milestone."""

    issue: Issue
    since: datetime  # in this milestone
    carried: int
    through: tuple[str, ...]  # the milestones it was in before
    waits_for: str  # an owner, a review, a rebase, ... ; "" for its owner's work


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that the facts tell of one milestone up to `at`. `is_frozen`: it is closed, and this no longer changes."""

    number: int
    at: datetime
    is_frozen: bool
    days: tuple[Day, ...]
    changes: tuple[ScopeChange, ...]
    promise: Promise | None
    slips: tuple[Slip, ...]
    open: tuple[Member, ...]
    weeks: tuple[Week, ...]

    @property
    def scope(self) -> int:
        return self.days[-1].scope if self.days else 0

    @property
    def done(self) -> int:
        return self.days[-1].done if self.days else 0

    @property
    def remaining(self) -> int:
        return self.scope - self.done

    def moved_often(self, times: int = 3) -> tuple[Member, ...]:
        return tuple(member for member in self.open if member.carried >= times)
