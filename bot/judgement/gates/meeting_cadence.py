"""Whether the project meets as often as the rules ask, as far as its meetings are recorded here."""

from datetime import timedelta
from itertools import pairwise

from bot.model.evidence import Evidence
from bot.model.release import Outcome, Rule, Verdict

LOOKED_AT = timedelta(days=180)  # older gaps are over, and nobody can mend them


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """The longest gap of the last half year, the one that runs until now included."""
    if missing := evidence.no_meeting():
        return Verdict(rule, Outcome.UNKNOWN, missing)
    most = timedelta(days=rule.number("days", 28))
    met = [at for at in evidence.met_at if evidence.at - LOOKED_AT <= at <= evidence.at]
    if not met:
        return Verdict(rule, Outcome.FAILED, "no meeting of the last half year is recorded")
    if evidence.at - met[-1] > most:
        reason = f"none since {met[-1]:%Y-%m-%d}, at most {most.days} days apart asked for; is a meeting not imported?"
        return Verdict(rule, Outcome.FAILED, reason)
    gaps = [(other - one, one, other) for one, other in pairwise(met)]
    if not gaps:
        return Verdict(rule, Outcome.PASSED, f"the last one was on {met[-1]:%Y-%m-%d}")
    gap, since, until = max(gaps, key=lambda each: each[0])
    words = f"{gap.days} days from {since:%Y-%m-%d} to {until:%Y-%m-%d}, at most {most.days} asked for"
    if gap <= most:
        return Verdict(rule, Outcome.PASSED, f"the longest gap was {words}")
    return Verdict(rule, Outcome.FAILED, f"{words}; is a meeting not imported?")
