"""Whether a major release had enough candidates; two spellings of one are one."""

from bot.judgement.released import no_tags
from bot.judgement.versions import candidates_of, is_candidate
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    version = evidence.target.version
    if is_candidate(version):
        return Verdict(rule, Outcome.NOT_APPLICABLE, "they are counted when the release itself is decided")
    if why := no_tags(evidence):
        return Verdict(rule, Outcome.UNKNOWN, why)
    least = rule.number("least", 3)
    found = candidates_of(version, evidence.landed or ())
    links = tuple(Link(f"{tag.tag}, {tag.tagged_at:%Y-%m-%d}", "") for tag in found)
    outcome = Outcome.PASSED if len(found) >= least else Outcome.FAILED
    return Verdict(rule, outcome, f"{len(found)} of {least} candidates", links)
