"""Whether the release builds on one that has landed: a candidate on the candidate before it, every other on some release."""

from bot.judgement.released import before, no_tags
from bot.judgement.versions import candidates_of, is_candidate, key
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """That the base is an ancestor in git is not looked at: that its vote is over is what the text asks for."""
    if why := no_tags(evidence):
        return Verdict(rule, Outcome.UNKNOWN, why)
    target, older = evidence.target, before(evidence)
    if not older:
        return Verdict(rule, Outcome.NOT_APPLICABLE, "it is the first release")
    number = key(target.version)[3]
    if is_candidate(target.version) and number > 1:
        mine = candidates_of(target.version, older)
        if not mine or key(mine[-1].tag)[3] < number - 1:
            reason = f"the candidate before {target.tag} has not landed yet"
            return Verdict(rule, Outcome.FAILED, reason)
        return _on(rule, mine[-1].tag)
    return _on(rule, older[-1].tag)


def _on(rule: Rule, tag: str) -> Verdict:
    return Verdict(rule, Outcome.PASSED, f"{tag} has landed", (Link(tag, ""),))
