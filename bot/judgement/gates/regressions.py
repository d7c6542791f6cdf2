"""Whether a case that our runtime passed at the last release fails at this one."""

from bot.judgement.gates.conformance import bad
from bot.judgement.released import before
from bot.model.conformance import CaseOutcome
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    if not evidence.runtimes:
        return Verdict(rule, Outcome.NOT_APPLICABLE, "the project has no conformance suite")
    ours = evidence.runtimes[0]
    now = next(
        (run for run in evidence.runs if (run.release, run.runtime) == (evidence.target.tag, ours)), None
    )
    then = next((run for run in evidence.before if run.runtime == ours), None)
    if now is None or not now.tested:
        return Verdict(rule, Outcome.UNKNOWN, f"{ours} was not run at {evidence.target.tag}")
    if then is None or not then.tested:
        older = before(evidence)
        where = older[-1].tag if older else "the release before"
        return Verdict(rule, Outcome.UNKNOWN, f"{ours} was not run at {where}")
    passed = {result.case for result in then.results if result.outcome is CaseOutcome.PASSED}
    worse = [result for result in bad(now) if result.case in passed]
    if worse:
        links = tuple(Link(f"{result.case}: {result.reason}", "") for result in worse)
        reason = (
            f"our runtime {ours} fails {len(worse)} of {len(passed)} cases that it passes at {then.release}"
        )
        return Verdict(rule, Outcome.FAILED, reason, links)
    return Verdict(
        rule, Outcome.PASSED, f"none of the {len(passed)} cases that {ours} passes at {then.release} fails"
    )
