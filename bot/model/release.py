"""A release and the judgement of it: rules, verdicts and readiness."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.model.conformance import ReleaseRun
from bot.model.followup import Dismissal, Membership
from bot.model.meeting import Item
from bot.model.tracker import Issue, Milestone, Pull


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
    that overrode it.
    """

    id: str
    gate: str
    force: Force
    text: str
    source: str
    url: str = ""
    parameters: Mapping[str, str | int | bool] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A piece of evidence: what to show and where to read it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one release. `reason` is one sentence; `links` are the evidence; `who` can act next."""

    rule: Rule
    outcome: Outcome
    reason: str
    links: tuple[Link, ...] = ()
    who: tuple[str, ...] = ()

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
class Evidence:
    """All that a gate may look at. `at` is the time of judgement; None means that a thing was never recorded.

    `synced_at` is when the tracker was last read. `issues` are all of the repository, `pulls` the open ones; `actions`
    and `decisions` come from the meetings of the project, and `meetings` is how many of those are recorded.
    `memberships` are what the syncs saw of milestones, `dismissals` what chairs said of decisions.
    """

    at: datetime
    target: Target
    synced_at: datetime | None
    issues: tuple[Issue, ...]
    pulls: tuple[Pull, ...]
    milestones: tuple[Milestone, ...]
    actions: tuple[Said, ...]
    decisions: tuple[Said, ...]
    runs: tuple[ReleaseRun, ...]
    runtimes: tuple[
        str, ...
    ] = ()  # those the project wants its releases tested on; () is a project without a suite
    meetings: int = 0
    memberships: tuple[Membership, ...] = ()
    dismissals: tuple[Dismissal, ...] = ()

    def members(self) -> tuple[Issue, ...]:
        """What belongs to the release: the milestone's members, its own issue and its own pull request, each once."""
        own = [issue for issue in (self.target.issue, self.target.pull) if issue is not None]
        return tuple({issue.number: issue for issue in (*self.milestone_issues(), *own)}.values())

    def no_tracker(self) -> str:
        """Why nothing can be said of the tracker: it was never read. "" when it was."""
        return "" if self.synced_at else "the tracker was never read; run `tallyman sync`"

    def no_milestone(self) -> str:
        """Why the release's milestone is not known; "" when it is."""
        if self.no_tracker() or self.target.milestone is not None:
            return self.no_tracker()
        return next(
            (note for note in self.target.notes if note.startswith("no milestone")),
            "no milestone matches this release",
        )

    def no_meeting(self) -> str:
        """Why nothing can be said of meetings: none is recorded. "" when there are some."""
        if self.meetings:
            return ""
        return f"no meeting about {self.target.repo} is recorded; `tallyman meeting import` reads its log"

    def milestone_issues(self) -> tuple[Issue, ...]:
        """Members of the release's milestone, pull requests included."""
        milestone = self.target.milestone
        return () if milestone is None else tuple(i for i in self.issues if i.milestone == milestone.number)


@dataclass(frozen=True, slots=True)
class Readiness:
    """The judgement of one release at one time. Ready means that no verdict blocks."""

    target: Target
    at: datetime
    family: str
    verdicts: tuple[Verdict, ...]
    synced_at: datetime | None
    note: str = ""  # of the rule set, when no rule was in force

    @property
    def blocking(self) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if verdict.blocks)

    @property
    def is_ready(self) -> bool:
        return bool(self.verdicts) and not self.blocking
