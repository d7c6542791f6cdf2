"""Whether the tracker was read recently enough that a judgement of it means something."""

from datetime import timedelta

from bot.model.release import Evidence, Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    hours = int(rule.parameters.get("hours", 24))
    if evidence.synced_at is None:
        return Verdict(rule, Outcome.UNKNOWN, "the tracker was never read; run `tallyman sync`")
    if evidence.at - evidence.synced_at > timedelta(hours=hours):
        return Verdict(
            rule,
            Outcome.UNKNOWN,
            f"the tracker was last read more than {hours} hours ago; run `tallyman sync`",
        )
    return Verdict(rule, Outcome.PASSED, f"read within the last {hours} hours")
