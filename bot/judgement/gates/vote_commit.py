"""Whether the votes were cast on the change that is to be released; a plain rebase is the same change."""

from bot.judgement.remarks import same_commit
from bot.model.ballot import Ballot
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """A vote on another commit is named only when the changes were compared and differ; else nothing is known of it."""
    if evidence.vote is None:
        return Verdict(rule, Outcome.UNKNOWN, "no vote is recorded")
    motion, ballots = evidence.vote.tally.motion, evidence.vote.tally.ballots
    if not motion.commit:
        return Verdict(rule, Outcome.UNKNOWN, "the motion names no commit")
    if not ballots:
        return Verdict(rule, Outcome.NOT_APPLICABLE, "nobody has voted yet")
    older = [each for each in ballots if each.on_other_commit]
    if older:
        reason = f"{len(older)} of {len(ballots)} votes on another change than {motion.commit[:12]}"
        return Verdict(rule, Outcome.FAILED, reason, _links(older))
    untold = [each for each in ballots if not each.last.commit or not _is_told(each, motion.commit, evidence)]
    if untold:
        reason = f"{len(untold)} of {len(ballots)} votes: on which change is not known"
        return Verdict(rule, Outcome.UNKNOWN, reason, _links(untold))
    return Verdict(
        rule, Outcome.PASSED, f"all {len(ballots)} votes on {motion.commit[:12]}, or a rebase of it"
    )


def _is_told(ballot: Ballot, commit: str, evidence: Evidence) -> bool:
    if same_commit(ballot.last.commit, commit):
        return True
    repository = evidence.repository
    return repository is not None and repository.same_change(ballot.last.commit, commit) is not None


def _links(ballots: list[Ballot]) -> tuple[Link, ...]:
    return tuple(
        Link(
            f"{each.by}: {each.last.vote} on {each.last.commit[:12] or 'a commit that is not known'}",
            each.last.url,
        )
        for each in ballots
    )
