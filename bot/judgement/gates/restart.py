"""Whether there were enough candidates since the last one that broke something: that one is the first of the new count."""

from bot.judgement.released import missing, no_tags
from bot.judgement.versions import candidates_of, is_candidate, key, since_break
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    version = evidence.target.version
    if is_candidate(version):
        return Verdict(rule, Outcome.NOT_APPLICABLE, "they are counted when the release itself is decided")
    if why := no_tags(evidence):
        return Verdict(rule, Outcome.UNKNOWN, why)
    if not evidence.logs:
        return Verdict(rule, Outcome.UNKNOWN, missing(evidence, "ChangeLogs"))
    least = rule.number("least", 3)
    run = since_break(version, evidence.landed or (), evidence.broken)
    last = max((each for each in evidence.broken if _is_of(each, version)), key=key, default="")
    since = f" since the break in {last}" if last else ""
    links = tuple(
        Link(f"{tag.tag}, {tag.tagged_at:%Y-%m-%d}", "")
        for tag in candidates_of(version, evidence.landed or ())
    )
    outcome = Outcome.PASSED if run >= least else Outcome.FAILED
    return Verdict(rule, outcome, f"{run} of {least} candidates{since}", links)


def _is_of(each: str, version: str) -> bool:
    return key(each)[:3] == key(version)[:3] and key(each) <= key(version)
