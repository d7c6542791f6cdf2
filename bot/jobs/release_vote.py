"""The errand of a release's vote: the motion, its roster as of the opening and every post, from what is recorded, counted."""

from dataclasses import dataclass
from datetime import datetime

from bot.jobs import following
from bot.jobs.desk import Desk
from bot.judgement import motions, rules, subjects, targets, votes
from bot.judgement.electorate import Electorate, electorate
from bot.judgement.motions import Heads, Proposed
from bot.judgement.remarks import no_comparison
from bot.judgement.votes import Said
from bot.meetings.rosters import read_roster
from bot.model.ballot import Kind, Vote, Voted
from bot.model.person import People
from bot.model.release import Patterns, Target
from bot.model.repository import FileText, Repository, Talk, as_of
from bot.model.ruling import Ruling
from bot.records.engine import Session, read_session
from bot.records.meetings import load_polls
from bot.records.repository import load_heads, load_repository
from bot.records.rulings import load_rulings
from bot.records.tracker import load_tracker
from bot.reports.votes import tally_text
from bot.settings import Project

NO_ROSTER = "the roster as it was at the opening was never read; run `tallyman sync`"


def voted(
    session: Session,
    project: Project,
    target: Target,
    repository: Repository | None,
    people: People,
    at: datetime,
    *,
    embargoed: bool = False,
) -> Voted | None:
    """The vote on a release as it stands; None when none is recorded, and also when nothing of it may be shown."""
    rulings = load_rulings(session, project.id, target.tag)
    if motions.is_hidden(rulings) and not embargoed:
        return None
    proposed = propose(session, project, target, repository, rulings)
    if proposed is None:
        return None
    motion = proposed.motion
    clauses = rules.load_clauses(project.family, motion.opened_at, project.overrides, motion.project)
    talks = talks_of(target, repository)
    heads = {talk.number: Heads(load_heads(session, project.repo, talk.number)) for talk in talks}
    polls = [(poll, "") for _, poll in load_polls(session)]
    who = roster_of(project, repository, proposed, people)
    words = votes.words_of(clauses)
    posts = motions.posts(talks, rulings, polls, motion, words, heads)
    early = motions.early(rulings, motion)
    early = early if early and who.voter(early.by) else None
    same_change = repository.same_change if repository else no_comparison
    tally = votes.tally(
        motion,
        posts if who.maintainers else None,
        who,
        clauses,
        at,
        Said(early, motions.resolutions(rulings)),
        same_change,
    )
    closes = votes.closing(motion, clauses)
    reasons = " ".join(tally.reasons)
    cited = tuple((c.id, c.url) for c in clauses.clauses if c.url and f"{c.id}, {c.source}" in reasons)
    return Voted(tally, subjects.motion_line(motion.project, motion.text, closes), closes, cited)


@dataclass(frozen=True, slots=True)
class Shown:
    """A recorded vote with the words in which its rules have people vote."""

    voted: Voted
    title: str
    words: dict[Vote, str]


def shown(desk: Desk, project: Project, release: str, *, embargoed: bool = False) -> Shown | None:
    """The recorded vote on a release as it stands now; None when there is none, or it may not be shown."""
    at = desk.clock()
    with read_session(desk.engine) as session:
        tracker = load_tracker(session, project.repo)
        milestones, issues = (tracker.milestones, tracker.issues) if tracker else ((), ())
        found = project.releases
        patterns = Patterns(found.tag, found.milestone, found.issue, found.pull)
        target = targets.find_target(project.id, project.repo, release, patterns, milestones, issues)
        repository = load_repository(session, project.repo)
        people = following.who_is_who(session).people
        vote = voted(session, project, target, repository, people, at, embargoed=embargoed)
    if vote is None:
        return None
    motion = vote.tally.motion
    clauses = rules.load_clauses(project.family, motion.opened_at, project.overrides, motion.project)
    known = votes.words_of(clauses)
    return Shown(vote, clauses.title, {each: known.shown(each) for each in Vote})


def text(found: Shown) -> str:
    """The tally for a terminal."""
    vote = found.voted
    return tally_text(vote.tally, vote.heading, found.title, vote.cited, found.words)


def propose(
    session: Session,
    project: Project,
    target: Target,
    repository: Repository | None,
    rulings: tuple[Ruling, ...],
) -> Proposed | None:
    """The motion to release, if there is one."""
    now = current_roster(project, repository)
    own = target.pull.number if target.pull else 0
    heads = load_heads(session, project.repo, own)
    return motions.propose(
        target,
        Kind(project.kind),
        talks_of(target, repository),
        rulings,
        lambda by: now.voter(by) is not None,
        heads[-1][1] if heads else "",
    )


def talks_of(target: Target, repository: Repository | None) -> tuple[Talk, ...]:
    numbers = [issue.number for issue in (target.pull, target.issue) if issue is not None]
    found = (repository.talk(number) for number in numbers) if repository else ()
    return tuple(talk for talk in found if talk is not None)


def roster_of(
    project: Project, repository: Repository | None, proposed: Proposed, people: People
) -> Electorate:
    """Who may vote: the roster file as its branch had it at the opening, or when a person refreshed it since."""
    file = repository.file(project.files.roster, as_of(proposed.roster_at)) if repository else None
    if file is None or file.text is None:
        why = NO_ROSTER if file is None else f"there was no {project.files.roster} at the opening"
        return electorate([], people, [why])
    notes = [f"the roster is {file.path} {file.ref}"]
    if proposed.refreshed is not None:
        notes.append(f"the roster was refreshed by {proposed.refreshed.by}: {proposed.refreshed.why}")
    return _read(file, people, notes)


def current_roster(
    project: Project, repository: Repository | None, people: People | None = None
) -> Electorate:
    """The maintainers as the roster file has them today; nobody, when it was never read."""
    file = repository.file(project.files.roster, repository.branch) if repository else None
    return (
        electorate([], people) if file is None or file.text is None else _read(file, people or People(), [])
    )


def _read(file: FileText, people: People, notes: list[str]) -> Electorate:
    found = read_roster(file.text or "")
    if found.unread:
        notes.append(f"{len(found.unread)} lines of {file.path} could not be read")
    return electorate([[(entry.name, entry.mail, entry.login) for entry in found.entries]], people, notes)
