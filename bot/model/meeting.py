"""A meeting as it was recorded: who met, what was said to be done, decided or looked at, and where to read it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    TOPIC = "topic"
    SUBTOPIC = "subtopic"
    ACTION = "action"
    AGREED = "agreed"
    INFO = "info"
    IDEA = "idea"
    HELP = "help"
    LINK = "link"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    QUESTION = "question"
    MOTION = "motion"
    VOTE = "vote"
    UNDO = "undo"


DECISIONS = frozenset({Kind.AGREED, Kind.ACCEPTED, Kind.REJECTED})


class Status(StrEnum):
    RECORDED = "recorded"
    PENDING = "pending"  # a chair's command by somebody who was no chair (yet)
    ADOPTED = "adopted"  # pending, then its author was made chair
    UNDONE = "undone"
    AMENDED = "amended"
    UNCERTAIN = "uncertain"


STANDING = frozenset({Status.RECORDED, Status.ADOPTED, Status.AMENDED})


class Rule(StrEnum):
    """How a bare `#449` found its repository."""

    EXPLICIT = "explicit"
    TOPIC = "topic"
    LAST_NAMED = "last-named"
    DEFAULT = "default"


class Thing(StrEnum):
    """What a reference points to; a bare `#449` does not say whether it is an issue or a pull request."""

    ISSUE = "issue"
    PULL = "pull"
    EITHER = "issue-or-pull"
    MILESTONE = "milestone"
    RELEASE = "release"


class Present(StrEnum):
    TYPED = "typed"
    SCRIBED = "scribed"  # spoke on the call; the scribe wrote `name: what they said`
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a log. `number` is 1-based; `at` is aware UTC; `emote` is a /me."""

    number: int
    at: datetime
    nick: str
    text: str
    emote: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """An issue, pull request, milestone or release that a line names. `number` is None for milestones and releases."""

    repo: str  # owner/name
    number: int | None
    kind: Thing
    url: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the minutes. `id` is stable within its meeting (`L48`: the item of log line 48).

    `by` typed it, `speaker` said it (the same person unless a scribe wrote `name: ...`), `topic` is the text of the
    topic it stands under ("" before the first one), `assignees` are nicks, `repo` is the repository it belongs to
    (the first one it names, else its topic's, else ""), by which a meeting of several projects is told apart.
    """

    id: str
    line: int
    at: datetime
    kind: Kind
    by: str
    speaker: str
    text: str
    topic: str = ""
    assignees: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    status: Status = Status.RECORDED
    repo: str = ""

    @property
    def stands(self) -> bool:
        return self.status in STANDING


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who took part. `lines` counts typed lines; 0 for those who only spoke."""

    nick: str
    present: Present
    lines: int
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """`name` is the machine's name (`2016_07_01_discussion`), `title` what the chair wrote; `ended_at` None: unfinished."""

    name: str
    title: str
    channel: str
    started_at: datetime
    ended_at: datetime | None
    chairs: tuple[str, ...]
    items: tuple[Item, ...]
    people: tuple[Participant, ...]
    warnings: tuple[str, ...] = ()
    source: str = ""  # the log it was read from: a file's name or a URL
