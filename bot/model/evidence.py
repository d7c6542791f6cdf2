"""All that a gate may look at: the facts of a release at the time of judgement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.ballot import Voted
from bot.model.conformance import ReleaseRun
from bot.model.followup import Dismissal, Membership
from bot.model.release import Said, Target
from bot.model.repository import Repository, Tagged
from bot.model.ruling import Ruling
from bot.model.tracker import Issue, Milestone, Pull


@dataclass(frozen=True, slots=True)
class Answer:
    """What a project's own expression gave. `holds` None: `problem` says what is wrong with it, and where."""

    holds: bool | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a gate may look at. `at` is the time of judgement; None means that a thing was never recorded.

    `synced_at` is when the tracker was last read. `issues` are all of the repository, `pulls` the open ones; `actions`
    and `decisions` come from the meetings of the project, and `meetings` is how many of those are recorded.
    `memberships` are what the syncs saw of milestones, `dismissals` what chairs said of decisions.

    `repository` is what was read besides the tracker, `landed` the releases in the order of their versions, each once, `logs` the
    ChangeLog at each of them and `broken` those that brought a break of the specification. `before` are runs of the release
    before this one; `untested` the requirements new in this release that no case covers. `vote` None: none is recorded.
    `tools` are the releases of repositories that follow this one; `met_at` when the project's meetings began, oldest first.
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
    repository: Repository | None = None
    landed: tuple[Tagged, ...] | None = None
    logs: Mapping[str, str] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    before: tuple[ReleaseRun, ...] = ()
    untested: tuple[str, ...] | None = None
    vote: Voted | None = None
    met_at: tuple[datetime, ...] = ()
    tools: Mapping[str, tuple[Tagged, ...] | None] = field(default_factory=dict)
    waivers: tuple[Ruling, ...] = ()
    holds: tuple[Ruling, ...] = ()
    answers: Mapping[str, Answer] = field(default_factory=dict)

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
