"""A motion and its posts to a tally at a time: the numbers, the outcome, and every sentence a reader needs to check it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.judgement import subjects
from bot.judgement.ballots import OCI_WORDS, Words
from bot.judgement.casting import Heard, Voter, hear
from bot.judgement.concerns import Resolution, raised
from bot.judgement.counting import Count, Numbers, count
from bot.judgement.electorate import Electorate
from bot.judgement.remarks import (
    SameChange,
    about_commits,
    about_people,
    about_time,
    no_comparison,
    same_commit,
    without_vote,
)
from bot.model.ballot import Ballot, Early, Motion, Outcome, Post, Tally, Vote
from bot.model.clause import Clauses, Predicate

A_WEEK = 168  # hours: where the rules name no window
MOST_HELD = 30  # maintainers whose vote is not sure, beyond which nobody works out what they could change


@dataclass(frozen=True, slots=True)
class Said:
    """What people decided about the count: that it may end early, which concerns are met."""

    early: Early | None = None
    resolutions: tuple[Resolution, ...] = ()


def tally(
    motion: Motion,
    posts: Iterable[Post] | None,
    who: Electorate,
    clauses: Clauses,
    at: datetime,
    said: Said = Said(),
    same_change: SameChange = no_comparison,
) -> Tally:
    """The count at `at`. `posts` None: no ballots were recorded, and the outcome is unknown.

    Until the window ends the motion is open; it is adopted early only by a person, with a reason, and only with quorum and
    without a vote against. What is held for a person makes a closed motion unknown when it could change the outcome.
    """
    words, closes = words_of(clauses), closing(motion, clauses)
    heard = hear(_votable(motion, posts or (), clauses, who), who, words, motion.opened_at, at, closes)
    numbers = _numbers(heard.voters, len(who.maintainers))
    if not clauses.clauses or posts is None:
        missing = "no ballots are recorded for this motion" if clauses.clauses else clauses.note
        return _unknown(motion, who, at, numbers, _ballots(heard, motion, same_change), missing)
    counted = count(clauses, numbers, motion.kind, motion.about)
    early = at < closes and _may_be_early(clauses, counted, numbers)
    outcome, why = _outcome(
        motion, clauses, counted, heard, who, early and said.early is not None, at < closes
    )
    others = numbers.roster - numbers.cast if _counts_silent(clauses) else numbers.abstaining
    concerns = raised(heard.voters, said.resolutions)
    ballots = _ballots(heard, motion, same_change)
    is_decided = outcome in (Outcome.ADOPTED, Outcome.NOT_ADOPTED)
    line = subjects.tally_line(
        motion.project, motion.text, outcome is Outcome.ADOPTED, numbers.in_favour, numbers.against, others
    )
    return Tally(
        motion,
        at,
        numbers.roster,
        numbers.in_favour,
        numbers.against,
        numbers.abstaining,
        counted.needed,
        counted.quorum_met,
        outcome,
        early,
        (
            *why,
            *counted.sentences,
            *about_time(motion, clauses, closes, at, early, said.early),
            *about_commits(motion, ballots, same_change),
            *about_people(motion, clauses, heard, words, who, numbers),
        ),
        ballots,
        tuple(held for voter in heard.voters for held in voter.held),
        concerns,
        _still_to_vote(heard, who, motion, clauses),
        heard.foreign,
        line if is_decided else "",
    )


def words_of(clauses: Clauses) -> Words:
    clause = clauses.one(Predicate.WORDS)
    if clause is None:
        return OCI_WORDS
    return Words.of(clause.words("in_favour"), clause.words("against"), clause.words("abstaining"))


def closing(motion: Motion, clauses: Clauses) -> datetime:
    """When the window ends: as the motion says, else as long after its opening as the rules ask."""
    if motion.closes_at is not None:
        return motion.closes_at
    window = clauses.one(Predicate.WINDOW)
    return motion.opened_at + timedelta(hours=window.number("hours", A_WEEK) if window else A_WEEK)


def _unknown(
    motion: Motion, who: Electorate, at: datetime, numbers: Numbers, ballots: tuple[Ballot, ...], why: str
) -> Tally:
    """What was posted, with no word on what it means."""
    cast = (numbers.in_favour, numbers.against, numbers.abstaining)
    reasons = (why, *who.notes)
    return Tally(motion, at, numbers.roster, *cast, None, False, Outcome.UNKNOWN, False, reasons, ballots)


def _votable(motion: Motion, posts: Iterable[Post], clauses: Clauses, who: Electorate) -> Iterable[Post]:
    """The posts of those who have a vote here: where the rules say so, the proposer has none."""
    proposer = without_vote(motion, clauses, who)
    return posts if proposer is None else [post for post in posts if who.voter(post.by) is not proposer]


def _numbers(voters: Sequence[Voter], roster: int) -> Numbers:
    votes = [voter.vote for voter in voters]
    return Numbers(roster, votes.count(Vote.LGTM), votes.count(Vote.REJECT), votes.count(Vote.ABSTAIN))


def _counts_silent(clauses: Clauses) -> bool:
    """Whether the # of a tally line counts everybody who did not vote, as OCI's own example does, or ABSTAINs alone."""
    clause = clauses.one(Predicate.TALLY)
    return clause is not None and clause.says("silent")


def _may_be_early(clauses: Clauses, counted: Count, numbers: Numbers) -> bool:
    clause = clauses.one(Predicate.EARLY)
    if clause is None or not (counted.quorum_met and counted.carried):
        return False
    return numbers.against == 0 or not clause.says("unanimous")


def _outcome(
    motion: Motion,
    clauses: Clauses,
    counted: Count,
    heard: Heard,
    who: Electorate,
    is_early: bool,
    is_running: bool,
) -> tuple[Outcome, tuple[str, ...]]:
    if is_running and not is_early:
        return Outcome.OPEN, ()
    for clause in clauses.of(Predicate.ELECTORATE):
        if clause.parameters.get("about") == motion.about and who.rosters < clause.number("rosters"):
            why = f"a {motion.about} motion is voted on by the maintainers of all projects: give every roster ({clause.cited})"
            return Outcome.UNKNOWN, (why,)
    possible = _possible(heard.voters, len(who.maintainers))
    results = {count(clauses, numbers, motion.kind, motion.about).carried for numbers in possible}
    if is_early:  # early means that nobody could be against
        results |= {_may_be_early(clauses, count(clauses, n, motion.kind, motion.about), n) for n in possible}
    if len(results) > 1 or not possible:
        return (Outcome.OPEN if is_early else Outcome.UNKNOWN), (
            "what is held for a person could change the outcome: ask, and count again",
        )
    return (Outcome.ADOPTED if counted.carried else Outcome.NOT_ADOPTED), ()


def _possible(voters: Sequence[Voter], roster: int) -> frozenset[Numbers]:
    """Every count that may turn out to be the true one, given what is held; none when there is too much of it."""
    if sum(len(voter.may_be) > 1 for voter in voters) > MOST_HELD:
        return frozenset()
    found = {(0, 0, 0)}
    for voter in voters:
        found = {
            (l + (vote is Vote.LGTM), r + (vote is Vote.REJECT), a + (vote is Vote.ABSTAIN))
            for l, r, a in found  # noqa: E741 - L, R and A are the field's letters
            for vote in voter.may_be
        }
    return frozenset(Numbers(roster, *numbers) for numbers in found)


def _ballots(heard: Heard, motion: Motion, same_change: SameChange) -> tuple[Ballot, ...]:
    found = [_ballot(voter, motion, same_change) for voter in heard.voters if voter.casts]
    return tuple(sorted(found, key=lambda ballot: (ballot.last.at, ballot.by)))


def _ballot(voter: Voter, motion: Motion, same_change: SameChange) -> Ballot:
    last = voter.casts[-1]
    is_other = (
        not same_commit(last.commit, motion.commit) and same_change(last.commit, motion.commit) is False
    )
    return Ballot(voter.name, last, voter.casts[:-1], is_other)


def _still_to_vote(heard: Heard, who: Electorate, motion: Motion, clauses: Clauses) -> tuple[str, ...]:
    answered = {voter.name for voter in heard.voters if voter.vote is not None}
    excused = without_vote(motion, clauses, who)
    return tuple(one.name for one in who.maintainers if one.name not in answered and one is not excused)
