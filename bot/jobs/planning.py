"""The errand of planning: what each name for a release would take, and what a smaller scope would buy."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.jobs import facts
from bot.jobs.desk import Desk
from bot.jobs.facts import patterns
from bot.jobs.release_vote import current_roster
from bot.judgement import plan as judgement
from bot.judgement import rules, targets
from bot.judgement.changelog import breaks
from bot.judgement.plan import Past, Plan
from bot.model.clause import Clauses
from bot.model.errors import WrongRequest
from bot.model.repository import Repository
from bot.model.tracker import Issue, Milestone, Snapshot
from bot.records.engine import read_session
from bot.records.repository import load_repository
from bot.records.tracker import load_tracker
from bot.settings import Project
from bot.sources.tags import read_past

REF = re.compile(r"(?:(?P<repo>[\w.-]+/[\w.-]+)?#)?(?P<number>\d{1,9})")


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with the release's scope as the tracker has it, and the same plan without some of that."""

    plan: Plan
    clauses: Clauses
    milestone: Milestone | None
    still_open: tuple[Issue, ...]
    notes: tuple[str, ...]
    without: tuple[int, ...] = ()
    left_open: tuple[Issue, ...] = ()
    smaller: Plan | None = None


def plans(
    desk: Desk,
    project: Project,
    names: Sequence[str],
    at: datetime,
    *,
    without: Sequence[str] = (),
    roster: int | None = None,
    past: Path | None = None,
) -> tuple[Planned, ...]:
    """A plan for each name. Raises WrongRequest for a name that is no release and a reference that is none."""
    clauses = rules.load_clauses(project.family, at, project.overrides, project.repo.partition("/")[2])
    with read_session(desk.engine) as session:
        tracker = load_tracker(session, project.repo)
        repository = load_repository(session, project.repo)
    roster = roster or len(current_roster(project, repository).maintainers) or None
    left_out = tuple(dict.fromkeys(_number(ref, project) for ref in without))
    landed = _past(past, at) if past is not None else _read(repository, at)
    return tuple(
        _planned(project, name, clauses, tracker, landed, at, roster, left_out)
        for name in dict.fromkeys(names)
    )


def _planned(
    project: Project,
    name: str,
    clauses: Clauses,
    tracker: Snapshot | None,
    past: Past,
    at: datetime,
    roster: int | None,
    left_out: tuple[int, ...],
) -> Planned:
    targets.version_of(name, patterns(project))
    if tracker is None:
        whole = judgement.plan(name, clauses, past, at, roster)
        unread = "the tracker was never read, so the scope is not known; run `tallyman sync`"
        return Planned(whole, clauses, None, (), (unread,))
    target = targets.find_target(
        project.id, project.repo, name, patterns(project), tracker.milestones, tracker.issues
    )
    number = target.milestone.number if target.milestone else None
    scope = (
        tuple(issue for issue in tracker.issues if issue.is_open and issue.milestone == number)
        if number
        else ()
    )
    whole = judgement.plan(name, clauses, past, at, roster, breaks=_breaks(scope))
    notes = tuple(note for note in target.notes if "milestone" in note)
    if not left_out:
        return Planned(whole, clauses, target.milestone, scope, notes)
    left = tuple(issue for issue in scope if issue.number not in left_out)
    elsewhere = [ref for ref in left_out if all(issue.number != ref for issue in scope)]
    notes += tuple(f"#{ref} is not open in this release's scope" for ref in elsewhere)
    smaller = judgement.plan(name, clauses, past, at, roster, breaks=_breaks(left))
    return Planned(whole, clauses, target.milestone, scope, notes, left_out, left, smaller)


def _breaks(scope: Sequence[Issue]) -> bool:
    return any(judgement.is_breaking(issue.labels) for issue in scope)


def _past(place: Path | None, at: datetime) -> Past:
    """What had landed by then; later tags are not seen."""
    if place is None:
        return Past()
    tags, texts = read_past(place)
    before = tuple(tag for tag in tags if tag.tagged_at <= at)
    known = {tag.tag for tag in before}
    return Past(before, breaks({tag: text for tag, text in texts.items() if tag in known}))


def _read(repository: Repository | None, at: datetime) -> Past:
    """What the last sync read, where no checkout is given."""
    landed, logs = facts.past(repository, at)
    return Past(landed, breaks(logs)) if landed is not None else Past()


def _number(ref: str, project: Project) -> int:
    found = REF.fullmatch(ref.strip())
    if found is None or (found["repo"] and found["repo"].lower() != project.repo.lower()):
        raise WrongRequest(f"--without {ref} is no issue of {project.repo}", do="write it as #299")
    return int(found["number"])
