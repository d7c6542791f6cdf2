"""The facts of a release, put together from the records for whoever judges it."""

from datetime import datetime

from bot.jobs import following
from bot.jobs.release_vote import voted
from bot.judgement import targets
from bot.judgement.changelog import breaks
from bot.judgement.versions import fold, key
from bot.model.evidence import Evidence
from bot.model.release import Patterns
from bot.model.repository import Repository, Tagged
from bot.model.ruling import Act, standing
from bot.records.conformance import load_runs
from bot.records.engine import Session
from bot.records.meetings import count_meetings, load_met, load_said
from bot.records.repository import load_repository, load_untested
from bot.records.rulings import load_rulings
from bot.records.steps import load_dismissals
from bot.records.tracker import load_memberships, load_tracker
from bot.settings import Project

CHANGELOG = "ChangeLog"


def patterns(project: Project) -> Patterns:
    found = project.releases
    return Patterns(found.tag, found.milestone, found.issue, found.pull)


def evidence(session: Session, project: Project, release: str, at: datetime) -> Evidence:
    """All that is recorded of a release. Raises WrongRequest for a tag that is none."""
    tracker = load_tracker(session, project.repo)
    milestones = tracker.milestones if tracker else ()
    issues = tracker.issues if tracker else ()
    target = targets.find_target(project.id, project.repo, release, patterns(project), milestones, issues)
    actions, decisions = load_said(session, project.repos)
    runtimes = project.conformance.runtimes if project.conformance.suite else ()
    repository = load_repository(session, project.repo)
    landed, logs = past(repository, at)
    older = [tag.tag for tag in landed or () if key(tag.tag) < key(target.version)]
    rulings = load_rulings(session, project.id, target.tag)
    people = following.who_is_who(session).people
    return Evidence(
        at=at,
        target=target,
        synced_at=tracker.at if tracker else None,
        issues=issues,
        pulls=tracker.pulls if tracker else (),
        milestones=milestones,
        actions=actions,
        decisions=decisions,
        runs=load_runs(session, target.tag) if runtimes else (),
        runtimes=runtimes,
        meetings=count_meetings(session, project.repos),
        memberships=load_memberships(session, project.repo),
        dismissals=load_dismissals(session),
        repository=repository,
        landed=landed,
        logs=logs,
        broken=breaks(logs),
        before=load_runs(session, older[-1]) if runtimes and older else (),
        untested=load_untested(session, project.repo, target.tag),
        vote=voted(session, project, target, repository, people, at),
        met_at=load_met(session, project.repos),
        tools={repo: _tags(load_repository(session, repo)) for repo in project.also},
        waivers=standing(rulings, Act.WAIVE),
        holds=standing(rulings, Act.HOLD),
    )


def past(repository: Repository | None, at: datetime) -> tuple[tuple[Tagged, ...] | None, dict[str, str]]:
    """The releases that had landed by then, each once, and the ChangeLog at each that has one; None: never read."""
    tags = _tags(repository)
    if repository is None or tags is None:
        return None, {}
    known = fold(tag for tag in tags if tag.tagged_at <= at)
    names = {tag.tag for tag in known}
    logs = {
        file.ref: file.text
        for file in repository.files
        if file.path == CHANGELOG and file.ref in names and file.text is not None
    }
    return known, logs


def _tags(repository: Repository | None) -> tuple[Tagged, ...] | None:
    return repository.tags if repository else None
