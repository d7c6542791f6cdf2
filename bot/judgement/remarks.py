"""What a reader of a tally should know besides its numbers, in sentences that name no fault of anybody."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.judgement import subjects
from bot.judgement.ballots import Words
from bot.judgement.casting import Heard, Voter
from bot.judgement.concerns import without_reasons
from bot.judgement.counting import Numbers
from bot.judgement.electorate import Electorate
from bot.model.ballot import Ballot, Early, Maintainer, Motion, Vote
from bot.model.clause import Clauses, Predicate

SameChange = Callable[[str, str], bool | None]


def no_comparison(voted: str, final: str) -> bool | None:
    """Whether two commits are the same change (their patch-ids agree); None: nobody compared them."""
    return None


def same_commit(one: str, other: str) -> bool:
    """Whether two commit names are one commit, or one of them is not known; a short name is a beginning."""
    short, long = sorted((one.strip().lower(), other.strip().lower()), key=len)
    return not short or (len(short) >= 7 and long.startswith(short)) or short == long


def window_of(motion: Motion, closes: datetime) -> timedelta:
    """How long voting is open. Closing times are written in minutes, so the seconds of the opening do not shorten it."""
    return closes - motion.opened_at.replace(second=0, microsecond=0)


def about_time(
    motion: Motion, clauses: Clauses, closes: datetime, at: datetime, early: bool, asked: Early | None
) -> tuple[str, ...]:
    said = []
    window, clause = clauses.one(Predicate.WINDOW), clauses.one(Predicate.EARLY)
    if window is not None and window_of(motion, closes) < timedelta(hours=window.number("hours")):
        hours = window_of(motion, closes) // timedelta(hours=1)
        said.append(
            f"the window is {hours} hours; {window.number('hours')} are asked for ({window.force}, {window.cited})"
        )
    if at < closes:
        opens = at < motion.opened_at
        said.append(
            f"voting opens on {subjects.shown(motion.opened_at)}"
            if opens
            else f"open until {subjects.shown(closes)}"
        )
    if early and clause is not None:
        if asked is None:
            said.append(f"a maintainer may adopt it early, with a reason ({clause.cited})")
        else:
            said.append(
                f"adopted early by {subjects.one_line(asked.by)}: {subjects.one_line(asked.why)} ({clause.cited})"
            )
    elif asked is not None and at < closes:
        why = clause.cited if clause else "no clause of these rules allows it"
        said.append(f"it cannot be adopted early: that takes quorum and no vote against ({why})")
    return tuple(said)


def about_commits(motion: Motion, ballots: Sequence[Ballot], same_change: SameChange) -> tuple[str, ...]:
    older = [ballot for ballot in ballots if ballot.on_other_commit]
    untold = [
        ballot
        for ballot in ballots
        if not same_commit(ballot.last.commit, motion.commit)
        and same_change(ballot.last.commit, motion.commit) is None
    ]
    said = []
    if older:
        was = "was" if len(older) == 1 else "were"
        said.append(
            f"{len(older)} of {len(ballots)} votes {was} given on another change than {motion.commit[:12]}"
        )
    if untold:
        said.append(
            f"{_many(len(untold), 'vote')} on another commit than {motion.commit[:12]}; whether the change is the same"
            " was not compared"
        )
    return tuple(said)


def about_people(
    motion: Motion, clauses: Clauses, heard: Heard, words: Words, who: Electorate, numbers: Numbers
) -> tuple[str, ...]:
    said = [_held_sentence(voter) for voter in heard.voters if len(voter.may_be) > 1]
    concerns = clauses.one(Predicate.CONCERNS)
    if concerns is not None:
        against = words.shown(Vote.REJECT)
        said += [
            f"{name}'s {against} is counted; its concerns, or a link to them, would help to resolve it ({concerns.cited})"
            for name in without_reasons(heard.voters, words)
        ]
    if heard.foreign:
        said.append(f"also heard, and welcome, from outside the roster: {', '.join(heard.foreign)}")
    said += [
        f"a vote under the name of {name} came from an address or name the roster does not have, and is not counted"
        for name in heard.alike
    ]
    if heard.before:
        said.append(f"from before the opening, and not counted: {heard.before}")
    if heard.after:
        said.append(f"from after the closing, and not counted: {_many(heard.after, 'vote')}")
    said += _about_motion(motion, clauses, who)
    if (clause := clauses.one(Predicate.TALLY)) is not None:
        others = numbers.roster - numbers.cast
        meant = "counts everybody who did not vote" if clause.says("silent") else "counts ABSTAINs alone"
        said.append(
            f"the # of the tally line {meant}: {numbers.abstaining} abstained, {others - numbers.abstaining} silent ({clause.cited})"
        )
    return (*said, *who.notes)


def _about_motion(motion: Motion, clauses: Clauses, who: Electorate) -> list[str]:
    said = []
    if (clause := clauses.one(Predicate.COSPONSOR)) is not None:
        sponsors = [who.voter(by) for by in (motion.proposer, motion.cosponsor) if by]
        if len(sponsors) < 2:
            said.append(f"no co-sponsor is recorded ({clause.force}, {clause.cited})")
        elif None in sponsors or sponsors[0] is sponsors[1]:
            said.append(f"proposer and co-sponsor are not two maintainers ({clause.force}, {clause.cited})")
    if without_vote(motion, clauses, who) is not None:
        own = clauses.one(Predicate.OWN_VOTE)
        said.append(f"the proposer's own vote is not counted ({own.cited if own else ''})")
    return said


def _held_sentence(voter: Voter) -> str:
    """The newest remark that could change this vote; what repeats the vote asks nobody anything."""
    open_ones = [held for held in voter.held if not set(held.may_be) <= {voter.vote}]
    held = open_ones[-1]
    votes = " or ".join(held.may_be)
    where = f" ({subjects.one_line(held.url)})" if held.url else ""
    more = f"; {len(open_ones) - 1} more like it" if len(open_ones) > 1 else ""
    return f"a remark of {held.by} may mean {votes} and is not counted: {held.why}; please ask{where}{more}"


def without_vote(motion: Motion, clauses: Clauses, who: Electorate) -> Maintainer | None:
    """The maintainer whose own vote does not count: the proposer, where the rules say so."""
    if clauses.one(Predicate.OWN_VOTE) is None or not motion.proposer:
        return None
    return who.voter(motion.proposer)


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'s'[: number != 1]}"
