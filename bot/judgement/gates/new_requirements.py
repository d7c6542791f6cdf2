"""Whether every requirement that this release adds has a case."""

from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    if not evidence.runtimes:
        return Verdict(rule, Outcome.NOT_APPLICABLE, "the project has no conformance suite")
    if evidence.untested is None:
        reason = f"what {evidence.target.tag} adds was not compared with the cases; `tallyman conformance run --save` does"
        return Verdict(rule, Outcome.UNKNOWN, reason)
    if evidence.untested:
        links = tuple(Link(each, "") for each in evidence.untested)
        return Verdict(rule, Outcome.FAILED, f"{len(evidence.untested)} new requirements have no case", links)
    return Verdict(rule, Outcome.PASSED, "every new requirement has a case, or cannot be tested")
