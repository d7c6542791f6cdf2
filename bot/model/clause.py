"""A clause of a project's governance: how votes are counted and releases are planned, with its text's place and its dates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.model.release import Force

Parameter = str | int | bool | tuple[str, ...]


class Predicate(StrEnum):
    """What a clause says. What each asks is in bot/judgement/counting.py, votes.py and plan.py."""

    WORDS = "words"
    ELECTORATE = "electorate"
    QUORUM = "quorum"
    MAJORITY = "majority"
    MINIMUM = "minimum"
    AHEAD = "ahead"
    UNOPPOSED = "unopposed"
    OWN_VOTE = "own-vote"
    EXCEPTION = "exception"
    WINDOW = "window"
    EARLY = "early"
    CONCERNS = "concerns"
    RESOLVE = "resolve"
    COSPONSOR = "cosponsor"
    PRIVATE = "private"
    SUBJECT = "subject"
    TALLY = "tally"
    BASED_ON = "based-on"
    CANDIDATES = "candidates"
    SPACING = "spacing"
    RESTART = "restart"
    CADENCE = "cadence"
    PUBLISHED = "published"
    STEP = "step"  # a step of a checklist, for a person


class Size(StrEnum):
    """What kind of release a version is."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"
    CANDIDATE = "candidate"
    ZERO = "zero"  # anything before 1.0.0


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause. `text` is our own short wording; `url` leads to the project's words at a commit, where they are public.

    `releases` and `projects` say what it is for; () is everything. `why` is the reason of whoever overrode it.
    """

    id: str
    predicate: Predicate
    force: Force
    text: str
    source: str
    url: str = ""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    releases: tuple[Size, ...] = ()
    projects: tuple[str, ...] = ()
    why: str = ""

    @property
    def cited(self) -> str:
        """`V5, GOVERNANCE.md#quorum`: how a sentence names its clause."""
        return f"{self.id}, {self.source}" + (f"; overridden: {self.why}" if self.why else "")

    def number(self, name: str, default: int = 0) -> int:
        value = self.parameters.get(name, default)
        return int(value) if isinstance(value, int) else default

    def says(self, name: str) -> bool:
        return self.parameters.get(name) is True

    def words(self, name: str) -> tuple[str, ...]:
        value = self.parameters.get(name, ())
        return (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()


@dataclass(frozen=True, slots=True)
class Clauses:
    """The clauses of a family in force at a time. None is an answer too: `note` then says since when there are some."""

    family: str
    title: str
    clauses: tuple[Clause, ...]
    note: str = ""

    def of(self, predicate: Predicate) -> tuple[Clause, ...]:
        return tuple(clause for clause in self.clauses if clause.predicate is predicate)

    def one(self, predicate: Predicate) -> Clause | None:
        return next(iter(self.of(predicate)), None)


@dataclass(frozen=True, slots=True)
class Override:
    """A project's own word on one clause or rule, with the reason that every report shows."""

    id: str
    why: str
    force: Force | None = None
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
