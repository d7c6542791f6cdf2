"""A meeting as it was recorded: who met, what was said to be done, decided or looked at, and where to read it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


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
    ANSWER = "answer"
    MOTION = "motion"
    VOTE = "vote"
    UNDO = "undo"


DECISIONS = frozenset({Kind.AGREED, Kind.ACCEPTED, Kind.REJECTED})


class Status(StrEnum):
    RECORDED = "recorded"
    PENDING = "pending"  # a chair's command by somebody who was no chair (yet)
    ADOPTED = "adopted"  # pending, then its author was made chair or a chair adopted it
    UNDONE = "undone"
    AMENDED = "amended"  # its words were corrected, during the meeting or afterwards
    UNCERTAIN = "uncertain"  # it stands, but whom it names is a guess that no person has confirmed


STANDING = frozenset({Status.RECORDED, Status.ADOPTED, Status.AMENDED, Status.UNCERTAIN})


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
    TAG = "tag"
    COMMIT = "commit"


class Present(StrEnum):
    TYPED = "typed"
    SCRIBED = "scribed"  # spoke on the call; the scribe wrote `name: what they said`
    BOTH = "both"


class Event(StrEnum):
    """What a log tells besides talk."""

    SAID = ""
    JOINED = "joined"
    LEFT = "left"  # parted, quit or was kicked
    RENAMED = "renamed"  # `text` is the new nick
    OTHER = "other"  # modes, topics of the channel, the client's own words


class Line(NamedTuple):
    """One entry of a log. `number` is 1-based; `at` is aware UTC; `emote` is a /me; `event` is SAID for what was typed.

    A tuple and no dataclass: a log has hundreds of thousands of them, and a frozen dataclass costs three times as much
    to make.
    """

    number: int
    at: datetime
    nick: str
    text: str
    emote: bool = False
    event: Event = Event.SAID


@dataclass(frozen=True, slots=True)
class Reference:
    """An issue, pull request, milestone, release, tag or commit that a line names; `number` for the first two only."""

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
    `note` says, in a sentence, what a reader should know: why it is pending or uncertain, who corrected it. `gloss` is what
    somebody said of a link with `^ text`. `closes` is, of an answer, the id of its question; of an undo, of what it took back.
    `done` says that the notes have an action's box checked: it was said to be done.

    In notes `id` is `N` and a number, and outlasts edits; `line` is counted from the heading of the meeting, and does not.
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
    due: date | None = None
    gloss: str = ""
    closes: str = ""
    note: str = ""
    done: bool = False

    @property
    def stands(self) -> bool:
        return self.status in STANDING


@dataclass(frozen=True, slots=True)
class Topic:
    """One subject of the meeting; taking it up again resumes it, so that it is here once.

    `id` is its first item's id, `opened_at` when it was first taken up. `left_open` means that it closed without decision
    or action. `mentions` are the issues and pull requests that its talk and items name, each once, in order.
    """

    id: str
    text: str
    repo: str
    opened_at: datetime
    left_open: bool
    mentions: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who took part. `lines` counts typed lines; 0 for those who only spoke. `also` are other nicks of theirs.

    `near` are people whose name is like this one: a guess until somebody confirms it (`Mruanl = mrunalp`).
    `affiliation` is what a list of attendees says of where they work. Notes list and quote people: all of theirs are SCRIBED.
    """

    nick: str
    present: Present
    lines: int
    left_at: datetime | None = None
    also: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    affiliation: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One person's vote; `history` holds what the same person had voted before."""

    by: str
    choice: str
    at: datetime
    line: int
    history: tuple[str, ...] = ()
    counts: bool = True  # False: not in the electorate


@dataclass(frozen=True, slots=True)
class Poll:
    """A vote of the meeting. `id` is that of the item which opened it; `closed_at` None means that it was never closed.

    `electorate` are those who could vote; `voters` said so by #voters, otherwise whoever was there when it was opened.
    """

    id: str
    question: str
    options: tuple[str, ...]
    opened_at: datetime
    closed_at: datetime | None
    electorate: tuple[str, ...]
    ballots: tuple[Choice, ...] = ()

    def tally(self) -> dict[str, int]:
        """Votes that count, by option, in the order of the options."""
        return {o: sum(b.counts and b.choice == o for b in self.ballots) for o in self.options}


@dataclass(frozen=True, slots=True)
class Offer:
    """Something the machine noticed and only a person can decide.

    `kind`: chair (somebody asks to be chair), same-utterance (two scribes wrote down the same words), same-person (two
    names that may be one person), due (a date read from words, to be echoed).
    """

    kind: str
    lines: tuple[int, ...]
    about: tuple[str, ...]  # nicks, or what the kind says
    text: str  # one sentence for the person who decides


@dataclass(frozen=True, slots=True)
class Meeting:
    """`name` is the machine's name (`2016_07_01_discussion`), `title` what the chair wrote; `ended_at` None: unfinished.

    `scribes` are those who kept the notes, in order. `aliases` are names that somebody stated to be a person
    (`??? = tianon`), as (name, nick). `day_only`: the notes say the day and no hour; `started_at` is its 00:00 UTC, and so is
    `ended_at`, for what has its notes written is over.
    """

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
    topics: tuple[Topic, ...] = ()
    polls: tuple[Poll, ...] = ()
    offers: tuple[Offer, ...] = ()
    scribes: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    day_only: bool = False
