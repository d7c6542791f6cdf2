"""The dashboard's pages: which facts each one shows, and how they become HTML."""

from dataclasses import dataclass
from datetime import datetime

from bot.model.conformance import CaseOutcome, ReleaseRun
from bot.model.release import Readiness, Said
from bot.model.tracker import Issue, Milestone
from bot.reports.readiness import columns
from bot.reports.templates import environment, folder

FEW = 10  # pieces of evidence shown under a rule before "and N more"
WIDTH = 300  # characters of one text


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """One row of the home page; `readiness` is the last judgement of the milestone's release, if there was one."""

    milestone: Milestone
    total: int
    closed: int
    readiness: Readiness | None


@dataclass(frozen=True, slots=True)
class ProjectLines:
    id: str
    repo: str
    synced_at: datetime | None
    milestones: tuple[MilestoneLine, ...]


@dataclass(frozen=True, slots=True)
class HomePage:
    projects: tuple[ProjectLines, ...]


@dataclass(frozen=True, slots=True)
class MilestonePage:
    """`issues` are the members of the milestone, open ones first; `actions` are the open ones that name a member."""

    project: str
    milestone: Milestone
    issues: tuple[Issue, ...]
    readiness: Readiness | None
    actions: tuple[Said, ...]
    runs: tuple[ReleaseRun, ...]
    synced_at: datetime | None
    few: int = FEW
    width: int = WIDTH

    @property
    def columns(self) -> tuple[CaseOutcome, ...]:
        return columns(self.runs)

    @property
    def closed(self) -> int:
        return sum(not issue.is_open for issue in self.issues)


def render_home(page: HomePage) -> str:
    return environment().get_template("home.html.j2").render(page=page)


def render_milestone(page: MilestonePage) -> str:
    return environment().get_template("milestone.html.j2").render(page=page)


def render_problem(title: str, why: str) -> str:
    """A page that says why there is no page."""
    return environment().get_template("problem.html.j2").render(title=title, why=why)


def stylesheet() -> str:
    return (folder() / "tallyman.css").read_text(encoding="utf-8")


def icon() -> str:
    return (folder() / "tallyman.svg").read_text(encoding="utf-8")
