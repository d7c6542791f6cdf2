"""What came of a meeting: actions until they are done, decisions until they are seen, and the next agenda."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.model.meeting import Item, Reference
from bot.model.tracker import Issue


class State(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
    HANDED_OVER = "handed-over"  # open still, with another owner; its owners say who


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was said of an action after its meeting, by whom and why.

    `what` is done, dropped, open (again), handed-over, due or linked; `to` the new owner, `due` the new date, `link` the
    reference that was added.
    """

    at: datetime
    by: str
    what: str
    why: str = ""
    to: str = ""
    due: date | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What looks like the action or decision carried out; only a person says that it is.

    `score` is 0 to 100: 100 when the reference is the same one, else how alike the words are.
    """

    url: str
    title: str
    at: datetime
    score: int
    why: str  # one sentence: `opened by wking after the meeting, names #412`


@dataclass(frozen=True, slots=True)
class Action:
    """An action as it stands. `owners` are persons' keys where confirmed, else nicks; () is nobody."""

    meeting_id: int
    meeting: str
    item: Item
    state: State
    owners: tuple[str, ...]
    due: date | None
    references: tuple[Reference, ...]
    history: tuple[Step, ...] = ()
    archived: bool = False

    @property
    def is_open(self) -> bool:
        return self.state in (State.OPEN, State.HANDED_OVER)


class Sight(StrEnum):
    """What comparing a decision with the tracker gave."""

    CARRIED_OUT = "carried out"
    NOT_SEEN_YET = "not seen in the tracker yet"
    OTHER_WAY = "seen the other way"
    CANNOT_TELL = "cannot be compared"


@dataclass(frozen=True, slots=True)
class Membership:
    """One issue in one milestone, as far as syncs saw it: first and last time it was there, None while it still is."""

    repo: str
    number: int
    milestone: str
    seen_from: datetime
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class SeenDecision:
    """A decision beside the tracker. `why` has the dates: `in the milestone on 1 June, not on 8 June`."""

    meeting_id: int
    meeting: str
    item: Item
    sight: Sight
    why: str
    in_grace: bool  # decided less than a week ago: nobody is asked yet


@dataclass(frozen=True, slots=True)
class Agenda:
    """What the next meeting has before it. `unknown` names what could not be looked up."""

    project: str
    topics: tuple[tuple[str, str], ...]  # left open: (topic, the meeting it was left open in)
    actions: tuple[tuple[Action, Proposal | None], ...]
    decisions: tuple[SeenDecision, ...]
    still: tuple[Issue, ...]  # in the next milestone, without movement
    waiting: tuple[Issue, ...]  # pull requests that await this group
    unknown: tuple[str, ...] = ()
