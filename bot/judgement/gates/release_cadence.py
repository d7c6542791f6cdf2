"""Whether releases come as often as the rules ask."""

from datetime import timedelta

from bot.judgement.released import no_tags, tag_of
from bot.model.evidence import Evidence
from bot.model.release import Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """From the last release in time to this one: to its tag, or to the time of judgement while it has none."""
    if why := no_tags(evidence):
        return Verdict(rule, Outcome.UNKNOWN, why)
    own = tag_of(evidence)
    until = own.tagged_at if own else evidence.at
    earlier = [tag for tag in evidence.landed or () if tag.tagged_at < until and tag is not own]
    if not earlier:
        return Verdict(rule, Outcome.NOT_APPLICABLE, "it is the first release")
    last = max(earlier, key=lambda tag: tag.tagged_at)
    days, most = (until - last.tagged_at) / timedelta(days=1), rule.number("days", 31)
    outcome = Outcome.PASSED if days <= most else Outcome.FAILED
    return Verdict(rule, outcome, f"{days:.0f} days since {last.tag}, at most {most} asked for")
