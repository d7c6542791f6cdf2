"""Whether the tracker was read recently enough that a judgement of it means something."""

from datetime import timedelta

from bot.model.evidence import Evidence
from bot.model.release import Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    hours = int(rule.parameters.get("hours", 24))
    if evidence.synced_at is None:
        return Verdict(rule, Outcome.UNKNOWN, evidence.no_tracker())
    age = evidence.at - evidence.synced_at
    if age > timedelta(hours=hours):
        reason = f"the tracker was last read more than {hours} hours ago; run `tallyman sync`"
        return Verdict(rule, Outcome.UNKNOWN, reason)
    if age < -timedelta(hours=hours):  # a little is two machines' clocks
        reason = f"the tracker was read more than {hours} hours after the time of judgement; check the clocks"
        return Verdict(rule, Outcome.UNKNOWN, reason)
    return Verdict(rule, Outcome.PASSED, f"read within the last {hours} hours")
