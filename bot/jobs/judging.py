"""The errand of judging: the facts of a release, the rules in force, the verdict, and what is to be said of it."""

from dataclasses import dataclass

from bot.jobs.desk import Desk
from bot.judgement import readiness as judgement
from bot.judgement import rules, targets
from bot.model.errors import WrongRequest
from bot.model.release import Evidence, Patterns, Readiness
from bot.records.conformance import load_runs
from bot.records.engine import Session, read_session, write_session
from bot.records.judgements import Draft, load_different, save_readiness
from bot.records.meetings import count_meetings, load_said
from bot.records.steps import load_dismissals
from bot.records.tracker import load_memberships, load_tracker
from bot.reports.readiness import render
from bot.settings import Project

KIND = "readiness"


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement with the evidence it rests on and the last one that said something else."""

    readiness: Readiness
    evidence: Evidence
    previous: Readiness | None

    def report(self, form: str) -> str:
        return render(self.readiness, self.evidence.runs, form, self.previous)


def patterns(project: Project) -> Patterns:
    found = project.releases
    return Patterns(found.tag, found.milestone, found.issue, found.pull)


def in_play(desk: Desk, project: Project) -> tuple[str, ...]:
    """The versions with an open release issue or pull request, as the last sync saw them."""
    with read_session(desk.engine) as session:
        tracker = load_tracker(session, project.repo)
    return targets.in_play(patterns(project), tracker.issues) if tracker else ()


def judge(desk: Desk, project: Project, release: str) -> Judged:
    """Judges a release by what is recorded; nothing is kept. Raises WrongRequest for a tag that is none."""
    at = desk.clock()
    with read_session(desk.engine) as session:
        evidence = _evidence(session, desk, project, release)
        verdict = judgement.judge(evidence, rules.load(project.family, at, project.overrides))
        return Judged(verdict, evidence, load_different(session, verdict))


def _evidence(session: Session, desk: Desk, project: Project, release: str) -> Evidence:
    tracker = load_tracker(session, project.repo)
    milestones = tracker.milestones if tracker else ()
    issues = tracker.issues if tracker else ()
    target = targets.find_target(project.id, project.repo, release, patterns(project), milestones, issues)
    actions, decisions = load_said(session, project.repos)
    runtimes = project.conformance.runtimes if project.conformance.suite else ()
    return Evidence(
        at=desk.clock(),
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
    )


def queue(desk: Desk, judged: Judged) -> None:
    """Keeps the judgement and queues its report for the release's issue and pull request, in one transaction.

    Raises WrongRequest when the release is decided nowhere.
    """
    target = judged.readiness.target
    places = [issue for issue in (target.issue, target.pull) if issue is not None]
    if not places:
        raise WrongRequest(
            "; ".join(target.notes) or "the release is decided nowhere",
            do="open the release's issue or pull request, or mend [project.releases]",
        )
    body = judged.report("markdown")
    with write_session(desk.engine) as session:
        save_readiness(
            session, judged.readiness, [Draft(KIND, issue.repo, issue.number, body) for issue in places]
        )


def keep(desk: Desk, judged: Judged) -> None:
    """Keeps the judgement without queueing anything."""
    with write_session(desk.engine) as session:
        save_readiness(session, judged.readiness, [])
