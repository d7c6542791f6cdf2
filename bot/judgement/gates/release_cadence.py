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
    last, most = max(earlier, key=lambda tag: tag.tagged_at), rule.number("days", 31)
    gap = until - last.tagged_at
    outcome = Outcome.PASSED if gap <= timedelta(days=most) else Outcome.FAILED
    if own is None:  # a day that stays, instead of a count that every day makes anew
        return Verdict(
            rule,
            outcome,
            f"the last one was {last.tag} on {last.tagged_at:%Y-%m-%d}, at most {most} days are asked for",
        )
    return Verdict(
        rule, outcome, f"{gap / timedelta(days=1):.0f} days since {last.tag}, at most {most} asked for"
    )
