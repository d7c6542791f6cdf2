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

    `score` is 0 to 100: 100 when the reference is the same one, else how alike the words are. `guessed` means that the
    owner's login is a guess (and the score lower for it): for chairs' eyes only.
    """

    url: str
    title: str
    at: datetime
    score: int
    why: str  # one sentence: `opened by wking after the meeting, names #412`
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """An action as it stands. `owners` are persons' keys where confirmed, else nicks; () is nobody.

    `persons` are those of the owners who are persons: a nick may be spelled like somebody's key and be somebody else.
    """

    meeting_id: int
    meeting: str
    item: Item
    state: State
    owners: tuple[str, ...]
    due: date | None
    references: tuple[Reference, ...]
    history: tuple[Step, ...] = ()
    archived: bool = False
    persons: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state in (State.OPEN, State.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class Dismissal:
    """Somebody's word that a decision need not be looked for in the tracker, and why; `item` is the decision's id.

    `stands` False takes an earlier one back. One without a reason does not count.
    """

    meeting_id: int
    item: str
    at: datetime
    by: str
    why: str
    stands: bool = True


class Sight(StrEnum):
    """What comparing a decision with the tracker gave."""

    CARRIED_OUT = "carried out"
    NOT_SEEN_YET = "not seen in the tracker yet"
    OTHER_WAY = "seen the other way"
    CANNOT_TELL = "cannot be compared"


@dataclass(frozen=True, slots=True)
class Membership:
    """One issue in one milestone (its title), as far as syncs saw it.

    `seen_from` is the first sync that found it there, `gone_at` the first one after that which did not; None while it
    still is there.
    """

    repo: str
    number: int
    milestone: str
    seen_from: datetime
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class SeenDecision:
    """A decision beside the tracker. `why` has the dates: `in the milestone on 1 June, not on 8 June`.

    `chairs_only`: the grace is over, and for as long again only chairs are asked, who may say that it is settled.
    `dismissed` is their word, if they did.
    """

    meeting_id: int
    meeting: str
    item: Item
    sight: Sight
    why: str
    in_grace: bool  # decided less than a week ago: nobody is asked yet
    chairs_only: bool = False
    dismissed: Dismissal | None = None

    @property
    def is_asked(self) -> bool:
        """Whether somebody should look at it: not seen, or seen the other way, and the grace is over."""
        sought = self.sight in (Sight.NOT_SEEN_YET, Sight.OTHER_WAY)
        return sought and not self.in_grace and self.dismissed is None


@dataclass(frozen=True, slots=True)
class NewIssue:
    """An issue that could be opened for a decision or an action which names none; nobody has sent it anywhere.

    `repo` is "" when the meeting did not say which project the item speaks of.
    """

    repo: str
    title: str
    body: str


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
