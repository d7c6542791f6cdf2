"""What each page shows, gathered from the records."""

from collections.abc import Sequence

from bot.model.release import Readiness
from bot.model.tracker import Issue, Milestone, Snapshot, State
from bot.records.conformance import load_runs
from bot.records.engine import Session
from bot.records.judgements import load_judged
from bot.records.meetings import load_said
from bot.records.tracker import load_tracker
from bot.reports.pages import HomePage, MilestoneLine, MilestonePage, ProjectLines
from bot.settings import Project
from bot.web.doors import NoSuchPage


def home(session: Session, projects: Sequence[Project]) -> HomePage:
    """Every project's milestones, open ones first."""
    return HomePage(tuple(_project(session, project) for project in projects))


def _project(session: Session, project: Project) -> ProjectLines:
    tracker = load_tracker(session, project.repo)
    if tracker is None:
        return ProjectLines(project.id, project.repo, None, ())
    judged = load_judged(session, project.id)
    milestones = sorted(tracker.milestones, key=lambda each: (each.state is not State.OPEN, each.number))
    lines = tuple(_line(tracker, milestone, judged) for milestone in milestones)
    return ProjectLines(project.id, project.repo, tracker.at, lines)


def _line(tracker: Snapshot, milestone: Milestone, judged: Sequence[Readiness]) -> MilestoneLine:
    members = _members(tracker, milestone)
    return MilestoneLine(
        milestone, len(members), sum(not issue.is_open for issue in members), _judgement(milestone, judged)
    )


def _members(tracker: Snapshot, milestone: Milestone) -> tuple[Issue, ...]:
    return tuple(issue for issue in tracker.issues if issue.milestone == milestone.number)


def _judgement(milestone: Milestone, judged: Sequence[Readiness]) -> Readiness | None:
    """The last judgement of a release that is decided by this milestone."""
    found = [
        each for each in judged if each.target.milestone and each.target.milestone.number == milestone.number
    ]
    return max(found, key=lambda each: each.at, default=None)


def milestone(session: Session, project: Project, number: int) -> MilestonePage:
    """One milestone with everything that is known of it. Raises NoSuchPage."""
    tracker = load_tracker(session, project.repo)
    found = next((each for each in tracker.milestones if each.number == number), None) if tracker else None
    if tracker is None or found is None:
        raise NoSuchPage(f"there is no milestone {number} of {project.id}")
    members = sorted(_members(tracker, found), key=lambda issue: (not issue.is_open, issue.number))
    readiness = _judgement(found, load_judged(session, project.id))
    numbers = {issue.number for issue in members}
    actions, _ = load_said(session, project.repos)
    named = tuple(
        said
        for said in actions
        if said.done_at is None
        and any(r.repo.lower() == project.repo.lower() and r.number in numbers for r in said.item.references)
    )
    runs = load_runs(session, readiness.target.tag) if readiness and project.conformance.suite else ()
    return MilestonePage(project.id, found, tuple(members), readiness, named, runs, tracker.at)
