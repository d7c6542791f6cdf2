"""A gate of the project's own: an expression over named facts, evaluated before; docs/gates.md has the names."""

from bot.model.evidence import Evidence
from bot.model.release import Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """Only true is green. What could not be evaluated, or is no yes or no, is UNKNOWN with the place of the mistake."""
    answer = evidence.answers.get(rule.id)
    words = rule.word("expression")
    if answer is None:
        return Verdict(rule, Outcome.UNKNOWN, f"it was not evaluated: {words}")
    if answer.holds is None:
        return Verdict(rule, Outcome.UNKNOWN, answer.problem)
    return Verdict(
        rule,
        Outcome.PASSED if answer.holds else Outcome.FAILED,
        f"{words} is {'true' if answer.holds else 'false'}",
    )
