"""Whether the vote stays open as long as the rules ask, or a person closed it earlier with a reason."""

from datetime import timedelta

from bot.judgement.remarks import window_of
from bot.model.evidence import Evidence
from bot.model.release import Outcome, Rule, Verdict

NO_VOTE = "no vote is recorded"


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    if evidence.vote is None:
        return Verdict(rule, Outcome.UNKNOWN, NO_VOTE)
    needed = rule.number("hours", 168)
    tally = evidence.vote.tally
    window = window_of(tally.motion, evidence.vote.closes_at)
    shown = f"{window // timedelta(hours=1)} hours, {needed} asked for"
    if window < timedelta(hours=needed):
        return Verdict(rule, Outcome.FAILED, shown)
    if tally.adopted and tally.at < evidence.vote.closes_at:
        return Verdict(rule, Outcome.FAILED, f"a person closed it early; the window was {shown}")
    return Verdict(rule, Outcome.PASSED, shown)
