"""Whether the release's cases pass on the runtimes the project named; what was skipped is not what passed."""

from bot.model.conformance import CaseOutcome, CaseResult, Level, ReleaseRun
from bot.model.release import Evidence, Link, Outcome, Rule, Verdict

BAD = (CaseOutcome.FAILED, CaseOutcome.ERROR)
ASIDE = (
    CaseOutcome.SKIPPED,
    CaseOutcome.DISPUTED,
    CaseOutcome.NOT_CLAIMED,
)  # named, because nothing is known of them


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """A case that failed outweighs what was not run; a MUST that was skipped leaves the answer open."""
    if not evidence.runtimes:
        return Verdict(rule, Outcome.NOT_APPLICABLE, "the project has no conformance suite")
    by_runtime = {run.runtime: run for run in evidence.runs if run.release == evidence.target.tag}
    runs = [by_runtime[name] for name in evidence.runtimes if name in by_runtime]
    words = [in_words(run) for run in runs]
    words += [f"{name} was not run" for name in evidence.runtimes if name not in by_runtime]
    reason = "; ".join(words)
    if failing := [(run, result) for run in runs for result in run.results if result.outcome in BAD]:
        return Verdict(rule, Outcome.FAILED, reason, _links(failing))
    skipped = [(run, result) for run in runs for result in run.results if _leaves_open(result)]
    if skipped or len(runs) < len(evidence.runtimes) or not all(run.tested for run in runs):
        return Verdict(rule, Outcome.UNKNOWN, reason, _links(skipped))
    return Verdict(rule, Outcome.PASSED, reason)


def _leaves_open(result: CaseResult) -> bool:
    return result.outcome is CaseOutcome.SKIPPED and result.level is Level.MUST


def in_words(run: ReleaseRun) -> str:
    if not run.tested:
        return f"{run.runtime} could not be tested ({_why(run)})"
    bad = sum(run.count(outcome) for outcome in BAD)
    words = [f"{run.count(CaseOutcome.PASSED)} of {run.tested} cases pass"]
    words += [f"{bad} do not" if bad > 1 else "1 does not"] if bad else []
    words += [
        f"{count} {outcome.value.replace('-', ' ')}" for outcome in ASIDE if (count := run.count(outcome))
    ]
    return f"{run.runtime}: {', '.join(words)}"


def _why(run: ReleaseRun) -> str:
    return next((result.reason for result in run.results if result.outcome in ASIDE), "no case applies")


def _links(found: list[tuple[ReleaseRun, CaseResult]]) -> tuple[Link, ...]:
    return tuple(Link(f"{run.runtime}: {result.case}: {result.reason}", "") for run, result in found)
