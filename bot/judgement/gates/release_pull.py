"""Whether the release has a pull request of its own, where it can be decided."""

from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    if missing := evidence.no_tracker():
        return Verdict(rule, Outcome.UNKNOWN, missing)
    pull = evidence.target.pull
    if pull is None:
        reason = f"no open pull request is titled as the release of {evidence.target.tag} yet"
        return Verdict(rule, Outcome.FAILED, reason)
    return Verdict(
        rule, Outcome.PASSED, f"#{pull.number} is open", (Link(f"#{pull.number} {pull.title}", pull.url),)
    )
