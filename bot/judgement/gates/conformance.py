"""Whether our runtime passes what the release says it MUST do; what was skipped is not what passed.

The release is never what fails here: a case that fails says that our runtime does, and peers count only where the project asks.
"""

from bot.model.conformance import CaseOutcome, CaseResult, Level, ReleaseRun
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict

BAD = (CaseOutcome.FAILED, CaseOutcome.ERROR)
ASIDE = (
    CaseOutcome.SKIPPED,
    CaseOutcome.DISPUTED,
    CaseOutcome.NOT_CLAIMED,
)  # named, because nothing is known of them


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """A case that failed outweighs what was not run; a MUST that was skipped leaves the answer open.

    What is disputed or explained is left out of it, and named. The first of the project's runtimes is ours; with the parameter
    `peers` the others are judged too. A case of a SHOULD that fails is named, and fails nothing.
    """
    if not evidence.runtimes:
        return Verdict(rule, Outcome.NOT_APPLICABLE, "the project has no conformance suite")
    wanted = evidence.runtimes if rule.says("peers") else evidence.runtimes[:1]
    by_runtime = {run.runtime: run for run in evidence.runs if run.release == evidence.target.tag}
    runs = [by_runtime[name] for name in wanted if name in by_runtime]
    words = [in_words(run, evidence.runtimes[0]) for run in runs]
    words += [f"{name} was not run" for name in wanted if name not in by_runtime]
    reason = "; ".join(words)
    failing = [(run, result) for run in runs for result in bad(run) if result.level is Level.MUST]
    if failing:
        return Verdict(rule, Outcome.FAILED, reason, _links(failing))
    skipped = [(run, result) for run in runs for result in run.results if _leaves_open(result)]
    if skipped or len(runs) < len(wanted) or not all(run.tested for run in runs):
        return Verdict(rule, Outcome.UNKNOWN, reason, _links(skipped))
    return Verdict(rule, Outcome.PASSED, reason)


def bad(run: ReleaseRun) -> list[CaseResult]:
    """The cases that count against a runtime: what is disputed, or has a cause that somebody explained, does not."""
    return [each for each in run.results if each.outcome in BAD and not each.explained and not each.disputed]


def _leaves_open(result: CaseResult) -> bool:
    return result.outcome is CaseOutcome.SKIPPED and result.level is Level.MUST


def in_words(run: ReleaseRun, ours: str) -> str:
    if not run.tested:
        return f"{run.runtime} could not be tested ({_why(run)})"
    failing = [result.level for result in bad(run)]
    who = f"our runtime {run.runtime}" if run.runtime == ours else run.runtime
    head = (
        f"{who} fails {failing.count(Level.MUST)} cases"
        if failing.count(Level.MUST) > 1
        else f"{who} fails 1 case"
    )
    words = [f"{run.count(CaseOutcome.PASSED)} of {run.tested} cases pass"]
    others = len(failing) - failing.count(Level.MUST)
    words += [f"{others} of a SHOULD or MAY {'do' if others > 1 else 'does'} not"] if others else []
    explained = sum(each.outcome in BAD and bool(each.explained or each.disputed) for each in run.results)
    words += [f"{explained} explained or disputed"] if explained else []
    words += [
        f"{count} {outcome.value.replace('-', ' ')}" for outcome in ASIDE if (count := run.count(outcome))
    ]
    if failing.count(Level.MUST):
        return f"{head}: {', '.join(words)}"
    return f"{run.runtime}: {', '.join(words)}"


def _why(run: ReleaseRun) -> str:
    return next((result.reason for result in run.results if result.outcome in ASIDE), "no case applies")


def _links(found: list[tuple[ReleaseRun, CaseResult]]) -> tuple[Link, ...]:
    return tuple(Link(f"{run.runtime}: {result.case}: {result.reason}", "") for run, result in found)
