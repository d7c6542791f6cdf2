"""What is to be said to the world, and what was."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# No errand takes so long: what claims to be that much newer was written by a clock that ran ahead.
A_WRONG_CLOCK = timedelta(days=1)


OWN_CHECK = (
    "tallyman/readiness"  # how the names of our own checks begin: they wait for the verdict, not it for them
)


class Action(StrEnum):
    CREATED = "created"
    EDITED = "edited"
    UNCHANGED = "unchanged"


class Kind(StrEnum):
    """What can be said. All but the last two are comments."""

    READINESS = "readiness"
    EVENT = "event"
    MEETING = "meeting"  # what a meeting decided about one issue
    MINUTES = "minutes"
    ANSWER = "answer"  # to a command in somebody's comment
    CHECK = "check"
    LABELS = "labels"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One thing as it should stand in one place.

    `as_of` is the time of the facts it tells: what tells later ones is newer, and of the same time that with the higher
    `sequence`. `key` keeps apart what is said more than once in a place: events, meetings, answers. `row` is the outbox's own.
    """

    kind: str
    project: str
    release: str
    repo: str
    number: int
    body: str
    sequence: int
    as_of: datetime
    key: str = ""
    row: int = 0

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Posted:
    """What stands there after a publication. `sequence` is the one of its mark, whoever wrote it."""

    kind: str
    project: str
    release: str
    repo: str
    number: int
    comment_id: int
    url: str
    sha256: str
    sequence: int
    action: Action
    at: datetime
    key: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """Something to be said before it has its place in the outbox.

    `once`: it is never changed, and never said again. `quiet`: it is not looked after again while its text is the same.
    """

    kind: Kind
    repo: str
    number: int
    body: str
    key: str = ""
    once: bool = False
    quiet: bool = False
