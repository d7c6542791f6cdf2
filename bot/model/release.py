"""A release and the judgement of it: rules, verdicts and readiness."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.model.ballot import Voted
from bot.model.meeting import Item
from bot.model.tracker import Issue, Milestone


class Outcome(StrEnum):
    PASSED = "PASSED"
    FAILED = "FAILED"
    WAIVED = "WAIVED"  # a SHOULD set aside by a recorded person with a reason
    UNKNOWN = "UNKNOWN"  # something is missing: the reason says what
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Force(StrEnum):
    MUST = "MUST"
    SHOULD = "SHOULD"
    INFO = "INFO"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a rule set. `text` is our own short wording; `source` says where the project's own words are.

    `url` is pinned to a commit, so that the words a verdict cites cannot move under it. `why` is the reason of the project
    that overrode it. `releases` are the sizes of release it is asked of; () is all.
    """

    id: str
    gate: str
    force: Force
    text: str
    source: str
    url: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
    releases: tuple[str, ...] = ()

    def number(self, name: str, default: int = 0) -> int:
        value = self.parameters.get(name, default)
        return int(value) if isinstance(value, int) else default

    def word(self, name: str, default: str = "") -> str:
        value = self.parameters.get(name, default)
        return value if isinstance(value, str) else default

    def words(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        value = self.parameters.get(name, default)
        return (value,) if isinstance(value, str) else tuple(value)

    def says(self, name: str) -> bool:
        return self.parameters.get(name) is True


@dataclass(frozen=True, slots=True)
class Link:
    """A piece of evidence: what to show and where to read it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """Whose word set a SHOULD aside, when and why. `was` is what the gate had found, in its own words."""

    by: str
    at: datetime
    why: str
    was: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one release. `reason` is one sentence; `links` are the evidence; `who` can act next.

    `waiver` is set of a verdict that is WAIVED; its `reason` then says who waived it and why.
    """

    rule: Rule
    outcome: Outcome
    reason: str
    links: tuple[Link, ...] = ()
    who: tuple[str, ...] = ()
    waiver: Waiver | None = None

    @property
    def blocks(self) -> bool:
        """Only FAILED or UNKNOWN at MUST blocks a release."""
        return self.rule.force is Force.MUST and self.outcome in (Outcome.FAILED, Outcome.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Patterns:
    """A project's regular expressions for its releases; `{version}` is put in (DESIGN, settings)."""

    tag: str
    milestone: str
    issue: str
    pull: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules in force at a time. No rules is an answer too: `note` then says since when there are some."""

    family: str
    title: str
    rules: tuple[Rule, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a release is decided: its issue and its release pull request, as found by the project's patterns.

    `notes` says what was looked for and not found, or found more than once.
    """

    project: str
    repo: str
    version: str  # without the v: 1.3.0
    tag: str  # as in the repository: v1.3.0
    milestone: Milestone | None = None
    issue: Issue | None = None
    pull: Issue | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """An item of the minutes with the meeting it stands in. `done_at` is set for an action that was carried out.

    What was said in an archived meeting is shown, and never judged.
    """

    meeting_id: int
    meeting: str
    item: Item
    done_at: datetime | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Earliest:
    """When the release could be out at the earliest: the later of the rules' own time and the work's.

    `rules_at` is governance time: votes and candidates that still have to come, each as early as it may. `work_at` is the
    forecast of what is open (P85); None: there is none. `at` None: `why` says what is missing.
    """

    at: datetime | None
    why: str
    rules_at: datetime | None = None
    work_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceRead:
    """One source of the facts: when it was last read, and what of it could not be. `at` None: never."""

    name: str
    at: datetime | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a report shows beside the verdicts. `vote` None: no vote on the release is recorded (or none may be shown)."""

    earliest: Earliest | None = None
    vote: Voted | None = None
    sources: tuple[SourceRead, ...] = ()


@dataclass(frozen=True, slots=True)
class Readiness:
    """The judgement of one release at one time. Ready means that no verdict blocks."""

    target: Target
    at: datetime
    family: str
    verdicts: tuple[Verdict, ...]
    synced_at: datetime | None
    note: str = ""  # of the rule set, when no rule was in force
    beside: Beside = Beside()

    @property
    def blocking(self) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if verdict.blocks)

    @property
    def is_ready(self) -> bool:
        return bool(self.verdicts) and not self.blocking
