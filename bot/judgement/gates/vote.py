"""Whether the release was adopted by a vote, as the project's own clauses count it."""

from bot.model import ballot
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict

OUTCOMES = {
    ballot.Outcome.ADOPTED: (Outcome.PASSED, "adopted"),
    ballot.Outcome.NOT_ADOPTED: (Outcome.FAILED, "not adopted"),
    ballot.Outcome.OPEN: (Outcome.UNKNOWN, "the vote is open"),
    ballot.Outcome.UNKNOWN: (Outcome.UNKNOWN, "the outcome is not known"),
}


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """A vote that still runs is no answer yet, and one that nobody recorded never is."""
    vote = evidence.vote
    if vote is None:
        name = evidence.target.repo.partition("/")[2]
        reason = (
            f"no ballots are recorded: a maintainer opens the vote with a line `[{name} VOTE]: tag {evidence.target.version}"
            " (closes DATE)` on the release's pull request, or with `tallyman vote open`"
        )
        return Verdict(rule, Outcome.UNKNOWN, reason)
    tally = vote.tally
    outcome, word = OUTCOMES[tally.outcome]
    if tally.outcome is ballot.Outcome.UNKNOWN:
        return Verdict(rule, outcome, f"{word}: {tally.reasons[0]}", _links(vote))
    until = f" until {vote.closes_at:%Y-%m-%d %H:%M} UTC" if tally.outcome is ballot.Outcome.OPEN else ""
    return Verdict(rule, outcome, f"{word}{until}: {_numbers(tally)}", _links(vote))


def _numbers(tally: ballot.Tally) -> str:
    """`8 of 11 voted, 8 needed; 7 in favour, 1 against, 1 abstained, 2 silent`."""
    cast = tally.lgtm + tally.reject
    needed = f", {tally.quorum_needed} needed" if tally.quorum_needed is not None else ""
    return (
        f"{cast} of {tally.roster} voted{needed}; {tally.lgtm} in favour, {tally.reject} against,"
        f" {tally.abstain} abstained, {tally.silent} silent"
    )


def _links(vote: ballot.Voted) -> tuple[Link, ...]:
    """The motion, and what a person has to look at: remarks that may be votes, and concerns that are open."""
    tally = vote.tally
    return (
        Link(vote.heading, tally.motion.url),
        *(Link(f"a remark of {held.by}: {held.why}", held.url) for held in tally.held),
        *(Link(f"a concern of {each.by}: {each.text}", each.url) for each in tally.concerns if each.is_open),
    )
