"""The errand of judging: the facts of a release, the rules in force, the verdict, and what is to be said of it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.jobs import drafts, facts
from bot.jobs.desk import Desk
from bot.judgement import motions, named, rules, targets
from bot.judgement import readiness as judgement
from bot.judgement.earliest import earliest
from bot.judgement.occasions import corrected, definite, occasions
from bot.judgement.scope import actions, scope
from bot.model.errors import WrongRequest
from bot.model.evidence import Evidence
from bot.model.outgoing import Kind
from bot.model.release import Beside, Readiness, Rule, RuleSet, SourceRead, Target
from bot.model.ruling import Act
from bot.model.telling import Correction
from bot.records import outbox
from bot.records.engine import Session, read_session, write_session
from bot.records.judgements import load_corrections, load_different, load_turned, save_readiness
from bot.records.rulings import load_rulings
from bot.records.tracker import load_tracker
from bot.reports.readiness import Report, render
from bot.settings import Project
from bot.sources.expressions import evaluate


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement with the evidence it rests on and the last one that said something else."""

    readiness: Readiness
    evidence: Evidence
    previous: Readiness | None
    corrections: tuple[Correction, ...] = ()
    dashboard: str = ""

    def told(self) -> Report:
        """What the report of it is made of."""
        return Report(
            self.readiness, self.evidence.runs, self.previous, scope(self.evidence), actions(self.evidence),
            self.corrections, self.dashboard,
        )  # fmt: skip

    def report(self, form: str) -> str:
        return render(self.told(), form)


def in_play(desk: Desk, project: Project) -> tuple[str, ...]:
    """The versions with an open release issue or pull request, as the last sync saw them."""
    with read_session(desk.engine) as session:
        tracker = load_tracker(session, project.repo)
    return targets.in_play(facts.patterns(project), tracker.issues) if tracker else ()


def judge(desk: Desk, project: Project, release: str) -> Judged:
    """Judges a release by what is recorded; nothing is kept. Raises WrongRequest for a tag that is none."""
    at = desk.clock()
    name = project.repo.partition("/")[2]
    with read_session(desk.engine) as session:
        evidence = facts.evidence(session, project, release, at)
        clauses = rules.load_clauses(project.family, at, project.overrides, name)
        asked = rules.load(project.family, at, project.overrides, name)
        if project.gate:
            asked, evidence = own_gates(project, asked, evidence)
        beside = Beside(earliest(evidence, clauses), evidence.vote, sources(evidence))
        verdict = judgement.judge(evidence, asked, beside)
        previous = load_different(session, verdict)
        veiled = [each.at for each in load_rulings(session, project.id) if each.act is Act.EMBARGO]
        if previous is not None and previous.at <= max(veiled, default=datetime.min.replace(tzinfo=UTC)):
            previous = None  # what it said may be what must not be said any more
        corrections = load_corrections(session, verdict.target.project, verdict.target.tag)
        return Judged(verdict, evidence, previous, corrections, dashboard(desk, project, evidence))


def dashboard(desk: Desk, project: Project, evidence: Evidence) -> str:
    """The address of the release's page on the dashboard; "" where the settings do not say where that is."""
    milestone = evidence.target.milestone
    base = desk.settings.service.dashboard
    return f"{base}/projects/{project.id}/milestones/{milestone.number}" if base and milestone else base


def own_gates(project: Project, asked: RuleSet, evidence: Evidence) -> tuple[RuleSet, Evidence]:
    """The rule set with the project's own gates behind it, and the evidence with what their expressions give."""
    own = tuple(
        Rule(
            gate.id, "expression", gate.force, gate.text, "tallyman.toml", "", {"expression": gate.expression}
        )
        for gate in project.gate
    )
    known = named.facts(evidence)
    answers = evaluate({gate.id: gate.expression for gate in project.gate}, known.values, known.missing)
    return replace(asked, rules=(*asked.rules, *own)), replace(evidence, answers=answers)


def sources(evidence: Evidence) -> tuple[SourceRead, ...]:
    """When each source was last read, and what of it could not be."""
    repository, runs = evidence.repository, evidence.runs
    found = [SourceRead("tracker", evidence.synced_at)]
    found.append(SourceRead("tags, files and talk", repository.at if repository else None))
    found += [SourceRead(each.what, None, each.why) for each in (repository.unread if repository else ())]
    found.append(SourceRead("meetings", evidence.met_at[-1] if evidence.met_at else None))
    if evidence.runtimes:
        found.append(SourceRead("conformance", max((run.at for run in runs), default=None)))
    return tuple(found)


def queue(desk: Desk, judged: Judged) -> None:
    """Keeps the judgement and queues what is to be said of it, in one transaction.

    Raises WrongRequest when the release is decided nowhere.
    """
    target = judged.readiness.target
    if not drafts.places(target):
        raise WrongRequest(
            "; ".join(target.notes) or "the release is decided nowhere",
            do="open the release's issue or pull request, or mend [project.releases]",
        )
    wanted = desk.settings.named(target.project).publication
    body = judged.report("markdown")
    with write_session(desk.engine) as session:
        before = load_turned(session, judged.readiness, definite)
        found = occasions(judged.readiness, before)
        if judged.readiness.beside.vote is None:
            _hide_vote(session, target)
        save_readiness(
            session,
            judged.readiness,
            list(drafts.of_judgement(wanted, judged.readiness, judged.evidence, body, found)),
        )


def _hide_vote(session: Session, target: Target) -> None:
    """What was said of a vote that is under embargo now is not said, and taken back where it was."""
    if motions.is_hidden(load_rulings(session, target.project, target.tag)):
        outbox.take_back(session, Kind.EVENT, target.project, target.tag, "vote-")


def correct(session: Session, readiness: Readiness, correction: Correction) -> None:
    """Queues a person's word that what was said was wrong, in the caller's transaction."""
    found = tuple(drafts.of_occasions((corrected(readiness, correction),)))
    target = readiness.target
    outbox.queue(session, found, project=target.project, release=target.tag, as_of=correction.at)


def speak(desk: Desk, project: Project, release: str) -> Judged:
    """Judges a release anew; what is to be said of it is queued where it is decided anywhere."""
    judged = judge(desk, project, release)
    if drafts.places(judged.readiness.target):
        queue(desk, judged)
    else:
        keep(desk, judged)
    return judged


def keep(desk: Desk, judged: Judged) -> None:
    """Keeps the judgement without queueing anything."""
    with write_session(desk.engine) as session:
        save_readiness(session, judged.readiness, [])
