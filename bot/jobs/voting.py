"""The errand of a vote: the ballots, the roster and the rules in force, put together and counted; nothing is sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.judgement import rules, subjects, votes
from bot.judgement.counting import needs
from bot.judgement.electorate import Electorate, electorate, shown
from bot.judgement.remarks import SameChange, no_comparison
from bot.judgement.votes import Said
from bot.meetings.rosters import read_roster
from bot.model.ballot import Early, Kind, Tally, Vote
from bot.model.clause import Clauses, Override
from bot.model.errors import BadInput, WrongRequest
from bot.model.person import People
from bot.reports import votes as reports
from bot.reports.plain import listed
from bot.reports.votes import Draft
from bot.sources.ballots import Ballots, read_text
from bot.sources.changes import text_as_of
from bot.sources.mailbox import Thread, read_votes

MOST_ROSTER = 1_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Counted:
    """A tally with the rules it was counted by."""

    tally: Tally
    clauses: Clauses
    who: Electorate

    @property
    def heading(self) -> str:
        motion = self.tally.motion
        return subjects.motion_line(motion.project, motion.text, self.closes_at)

    @property
    def closes_at(self) -> datetime:
        return votes.closing(self.tally.motion, self.clauses)

    @property
    def words(self) -> dict[Vote, str]:
        known = votes.words_of(self.clauses)
        return {vote: known.shown(vote) for vote in Vote}


def load_electorate(
    paths: Sequence[Path], people: People | None = None, as_of: datetime | None = None
) -> Electorate:
    """The maintainers of one or several roster files, as they are or as git had them at a time.

    Raises WrongRequest, or BadInput for a file that names nobody.
    """
    rosters, notes = [], []
    for path in paths:
        if as_of is None:
            text = read_text(path, MOST_ROSTER)
        else:
            text, commit = text_as_of(path, as_of)
            notes.append(f"the roster is {path.name} as it was at the opening, at commit {commit[:12]}")
        found = read_roster(text)
        if not found.entries:
            raise BadInput(f"{path.name} names nobody", do="its lines should read `Name <email> (@login)`")
        rosters.append([(entry.name, entry.mail, entry.login) for entry in found.entries])
        if found.unread:
            notes.append(
                f"{len(found.unread)} lines of {path.name} seem to name somebody and could not be read"
            )
    return electorate(rosters, people, notes)


def load_rules(named: str) -> tuple[str, tuple[Override, ...]]:
    """A family by name, or a project's own file that extends one. Raises BadInput."""
    if named in rules.families() or not named.endswith(".toml"):
        rules.text_of(named)
        return named, ()
    return rules.read_overrides(read_text(Path(named)), Path(named).name)


def count(
    ballots: Ballots,
    who: Electorate,
    named: str,
    at: datetime,
    early: Early | None = None,
    same_change: SameChange = no_comparison,
) -> Counted:
    """The tally at a time, by the rules that were in force when the motion was opened.

    Raises WrongRequest when somebody outside the roster wants to close it early.
    """
    family, overrides = load_rules(named)
    motion = ballots.motion
    clauses = rules.load_clauses(family, motion.opened_at, overrides, motion.project)
    early = early or ballots.early
    if early is not None and who.voter(early.by) is None:
        raise WrongRequest("only a maintainer closes a vote early", do="name one of the roster with --by")
    said = Said(early, ballots.resolutions)
    tally = votes.tally(motion, ballots.posts, who, clauses, at, said, same_change)
    return Counted(tally, clauses, who)


def text(counted: Counted) -> str:
    """The tally for a terminal, with the address of every clause that it cites."""
    reasons = " ".join(counted.tally.reasons)
    cited = [
        (clause.id, clause.url)
        for clause in counted.clauses.clauses
        if clause.url and f"{clause.id}, {clause.source}" in reasons
    ]
    title = counted.clauses.title
    return reports.tally_text(counted.tally, counted.heading, title, cited, counted.words)


def opening(counted: Counted, facts: dict[str, str]) -> Draft:
    """What opens the vote, for a person to send. Raises WrongRequest for a motion under embargo."""
    _not_hidden(counted)
    needed = _needed(counted)
    closes = subjects.shown(counted.closes_at)
    return reports.opening(counted.tally, counted.heading, closes, counted.words, facts, needed)


def reminder(counted: Counted) -> Draft | None:
    """A word to those still to vote; None when nobody is. Raises WrongRequest when the vote does not run."""
    _not_hidden(counted)
    if not counted.tally.motion.opened_at <= counted.tally.at < counted.closes_at:
        raise WrongRequest("this vote is not running", do="remind people while it is open")
    if not counted.tally.silent_names:
        return None
    closes = subjects.shown(counted.closes_at)
    return reports.reminder(counted.tally, counted.heading, closes, counted.words, counted.tally.silent_names)


def _needed(counted: Counted) -> str:
    numbers = needs(counted.clauses, len(counted.who.maintainers))
    return f"To be adopted it needs {listed(list(numbers))}." if numbers else ""


def _not_hidden(counted: Counted) -> None:
    if counted.tally.motion.is_hidden:
        raise WrongRequest(reports.HIDDEN, do="write to the people concerned yourself, on the private list")


def from_mail(path: Path, who: Electorate, kind: Kind) -> tuple[tuple[Thread, ...], int]:
    """The motions in a mailbox that may be shown, their authors by the roster's names; addresses stay behind.

    What is under embargo is left out without a word. The number is that of mails that could not be read.
    """
    threads, unread = read_votes(path, kind)
    return tuple(_named(thread, who) for thread in threads if not thread.motion.is_hidden), unread


def _named(thread: Thread, who: Electorate) -> Thread:
    def name(by: str) -> str:
        voter = who.voter(by)
        return voter.name if voter else shown(by)

    posts = tuple(replace(post, by=name(post.by)) for post in thread.posts)
    return replace(thread, motion=replace(thread.motion, proposer=name(thread.motion.proposer)), posts=posts)
