"""Whether the release's cases pass on the runtimes the project named; what was skipped is not what passed."""

from bot.model.conformance import CaseOutcome, ReleaseRun
from bot.model.release import Evidence, Link, Outcome, Rule, Verdict

BAD = (CaseOutcome.FAILED, CaseOutcome.ERROR)


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    if not evidence.runtimes:
        return Verdict(rule, Outcome.NOT_APPLICABLE, "the project has no conformance suite")
    by_runtime = {run.runtime: run for run in evidence.runs if run.release == evidence.target.tag}
    missing = [name for name in evidence.runtimes if name not in by_runtime]
    runs = [by_runtime[name] for name in evidence.runtimes if name in by_runtime]
    untested = [run.runtime for run in runs if not run.tested]
    failing = [run for run in runs if any(run.count(outcome) for outcome in BAD)]
    if failing:
        links = tuple(
            Link(f"{run.runtime}: {result.case}: {result.reason}", "")
            for run in failing
            for result in run.results
            if result.outcome in BAD
        )
        return Verdict(rule, Outcome.FAILED, "; ".join(in_words(run) for run in failing), links)
    if missing or untested:
        what = [f"{name} was not run" for name in missing] + [
            f"{name} could not be tested on this host ({_why(by_runtime[name])})" for name in untested
        ]
        return Verdict(rule, Outcome.UNKNOWN, "; ".join(what))
    return Verdict(rule, Outcome.PASSED, "; ".join(in_words(run) for run in runs))


def in_words(run: ReleaseRun) -> str:
    bad = sum(run.count(outcome) for outcome in BAD)
    words = [f"{run.count(CaseOutcome.PASSED)} of {run.tested} cases pass"]
    words += [f"{bad} do not"] if bad else []
    words += [f"{run.count(CaseOutcome.SKIPPED)} skipped"] if run.count(CaseOutcome.SKIPPED) else []
    return f"{run.runtime}: {', '.join(words)}"


def _why(run: ReleaseRun) -> str:
    return next(
        (result.reason for result in run.results if result.outcome is CaseOutcome.SKIPPED), "no case applies"
    )
