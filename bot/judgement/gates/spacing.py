"""Whether the candidates of a release, and the release itself, are far enough apart."""

from datetime import timedelta
from itertools import pairwise

from bot.judgement.released import no_tags, tag_of
from bot.judgement.versions import candidates_of, key
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict

DAY = timedelta(days=1)


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """What has not landed yet may come when the distance is there: its day is named, and no count that changes by the hour.

    Distances are days of 24 hours.
    """
    if why := no_tags(evidence):
        return Verdict(rule, Outcome.UNKNOWN, why)
    least = timedelta(days=rule.number("days", 7))
    version, own = evidence.target.version, tag_of(evidence)
    chain = [tag for tag in candidates_of(version, evidence.landed or ()) if key(tag.tag) < key(version)]
    if not chain:
        return Verdict(rule, Outcome.NOT_APPLICABLE, f"no candidate came before {evidence.target.tag}")
    gaps = [
        (one, other, other.tagged_at - one.tagged_at)
        for one, other in pairwise((*chain, *([own] if own else [])))
    ]
    links = tuple(Link(f"{one.tag} to {other.tag}: {gap / DAY:.1f} days", "") for one, other, gap in gaps)
    close = [each for each in gaps if each[2] < least]
    if close:
        one, other, gap = close[-1]
        reason = f"{other.tag} came {gap / DAY:.1f} days after {one.tag}; {least.days} are asked for"
        return Verdict(rule, Outcome.FAILED, reason, links)
    earliest = chain[-1].tagged_at + least
    if own is None and evidence.at < earliest:
        reason = f"it may come on {earliest:%Y-%m-%d}, {least.days} days after {chain[-1].tag}"
        return Verdict(rule, Outcome.FAILED, reason, links)
    if own is None:
        return Verdict(
            rule,
            Outcome.PASSED,
            f"it may come since {earliest:%Y-%m-%d}, {least.days} days after {chain[-1].tag}",
            links,
        )
    return Verdict(
        rule, Outcome.PASSED, f"at least {min(gap for *_, gap in gaps) / DAY:.0f} days apart", links
    )
