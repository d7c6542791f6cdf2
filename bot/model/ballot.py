"""A motion and the votes on it: who may vote, what was posted, what counts, and what came out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Vote(StrEnum):
    """What a post says of a motion. The words are OCI's; a family with +1 and -1 means the same by them."""

    LGTM = "LGTM"
    REJECT = "REJECT"
    ABSTAIN = "ABSTAIN"  # explicitly no vote, which also takes an earlier one back


class Kind(StrEnum):
    SPEC = "spec"
    PROJECT = "project"  # anything that is no specification


class About(StrEnum):
    RELEASE = "release"
    ROSTER = "roster"
    GOVERNANCE = "governance"
    SECURITY = "security"
    OTHER = "other"


class Outcome(StrEnum):
    ADOPTED = "adopted"
    NOT_ADOPTED = "not-adopted"
    OPEN = "open"
    UNKNOWN = "unknown"  # something is missing: the reasons say what


@dataclass(frozen=True, slots=True)
class Post:
    """One comment, review or mail. `by` is a login, a nick, an address or `Name <address>`.

    `edited_at` is when `text` got these words; `earlier` are the words before, each with the time they were written.
    `review` is the state of a review, "" for a comment or mail.
    """

    by: str
    at: datetime
    text: str
    commit: str = ""
    url: str = ""
    edited_at: datetime | None = None
    earlier: tuple[tuple[datetime, str], ...] = ()
    review: str = ""


@dataclass(frozen=True, slots=True)
class Motion:
    """What is voted on. `closes_at` None: a window of the rules' own length. `embargoed` None: only security motions are."""

    project: str
    text: str
    opened_at: datetime
    kind: Kind = Kind.SPEC
    about: About = About.RELEASE
    closes_at: datetime | None = None
    commit: str = ""
    proposer: str = ""
    cosponsor: str = ""
    embargoed: bool | None = None
    url: str = ""

    @property
    def is_hidden(self) -> bool:
        """Whether its existence, counts and dates are kept back until a person lifts the embargo."""
        return self.about is About.SECURITY if self.embargoed is None else self.embargoed


@dataclass(frozen=True, slots=True)
class Early:
    """A person's word that conditions are exceptional, so that a motion may be adopted before its window ends."""

    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Maintainer:
    """Somebody of the roster under every name they are known by. `name` is what we show; addresses are never shown."""

    name: str
    logins: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cast:
    """One vote as it was posted."""

    vote: Vote
    at: datetime
    url: str
    commit: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A remark that may be a vote: a person has to say. `may_be` are the votes it could be, `why` one clause."""

    by: str
    at: datetime
    url: str
    may_be: tuple[Vote, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Ballot:
    """A maintainer's last vote, and those before it, oldest first."""

    by: str
    last: Cast
    history: tuple[Cast, ...] = ()
    on_other_commit: bool = False  # cast on another change; a mere rebase is none


@dataclass(frozen=True, slots=True)
class Concern:
    """What a REJECT asks for. It is resolved when its maintainer no longer rejects, or when a person records how."""

    by: str
    at: datetime
    url: str
    text: str
    links: tuple[str, ...]
    resolved_at: datetime | None = None
    how: str = ""

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None


@dataclass(frozen=True, slots=True)
class Tally:
    """The count at a time. `reasons` is the arithmetic and everything a reader should know, each a sentence with its clause.

    `early` says that quorum and unanimity are there before the window ends: a maintainer may then adopt the motion early.
    """

    motion: Motion
    at: datetime
    roster: int
    lgtm: int
    reject: int
    abstain: int
    quorum_needed: int | None  # None: no rule was in force
    quorum_met: bool
    outcome: Outcome
    early: bool
    reasons: tuple[str, ...]
    ballots: tuple[Ballot, ...]
    held: tuple[Held, ...] = ()
    concerns: tuple[Concern, ...] = ()
    silent_names: tuple[str, ...] = ()  # for whoever reminds them; never shown beside a result
    foreign: tuple[str, ...] = ()
    tally_line: str = ""

    @property
    def silent(self) -> int:
        return self.roster - self.lgtm - self.reject - self.abstain

    @property
    def adopted(self) -> bool:
        return self.outcome is Outcome.ADOPTED


@dataclass(frozen=True, slots=True)
class Voted:
    """A release's vote as it is shown: the count, the motion's line, when it closes, and the clauses that it cites.

    `cited` are (id, address of its text).
    """

    tally: Tally
    heading: str
    closes_at: datetime
    cited: tuple[tuple[str, str], ...] = ()
