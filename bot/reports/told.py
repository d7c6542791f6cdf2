"""The words of a report's smaller parts: dates, sources, counts as a diagram, and how an action is called."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.model.ballot import Tally
from bot.model.release import Earliest, Outcome, Readiness, Said, SourceRead, Verdict
from bot.model.telling import Scope
from bot.reports.markup import named

RUNS = 9  # runs of conformance that a report shows
FRESH = timedelta(hours=26)  # a nightly reading that came a little late is fresh
UNDATED = ("meetings",)  # what is not read by the clock: the last one is as old as it is


def by_when(readiness: Readiness) -> str:
    """`earliest 2026-12-08`, as part of the verdict's line; "" where nobody worked it out, or where it may be today."""
    earliest = readiness.beside.earliest
    if earliest is None or (earliest.at is not None and earliest.at.date() <= readiness.at.date()):
        return ""
    return f"earliest {earliest.at:%Y-%m-%d}" if earliest.at else "earliest date unknown"


def why_then(earliest: Earliest) -> str:
    """What the earliest date rests on: the rules' own time and the forecast of the work, each with its day."""
    if earliest.at is None:
        return f"The earliest date is unknown: {earliest.why}"
    said = []
    if earliest.work_at:
        said = [f"by the rules {earliest.rules_at:%Y-%m-%d}"] if earliest.rules_at else []
        said.append(f"by the forecast of the work {earliest.work_at:%Y-%m-%d}, as in 85 of 100 runs")
    parts = f" B{'; '.join(said)[1:]}." if said else ""
    return f"Earliest {earliest.at:%Y-%m-%d}: {earliest.why}.{parts}"


def freshness(source: SourceRead, now: datetime) -> str:
    """How fresh a source is, to the day, so that a report does not change with every reading."""
    if source.problem:
        return f"could not be read: {source.problem}"
    if source.at is None:
        return "never read"
    if source.name in UNDATED:
        return f"last on {source.at:%Y-%m-%d}"
    return "read within a day" if now - source.at <= FRESH else f"last read on {source.at:%Y-%m-%d}"


def is_stale(source: SourceRead, now: datetime) -> bool:
    return freshness(source, now) != "read within a day" and source.name not in UNDATED


def counts_of_vote(tally: Tally) -> tuple[tuple[str, int], ...]:
    """The votes as (word, count)."""
    return (
        ("for", tally.lgtm),
        ("against", tally.reject),
        ("abstained", tally.abstain),
        ("not voted", tally.silent),
    )


def counts_of_scope(scope: Scope) -> tuple[tuple[str, int], ...]:
    return (("done", scope.done), ("open", scope.open), ("set aside", scope.set_aside))


def pie(title: str, counts: Iterable[tuple[str, int]]) -> str:
    """A diagram that GitHub draws; "" when there is nothing to draw. Title and words are ours: nothing of it is quoted."""
    slices = [f'    "{word}" : {count}' for word, count in counts if count]
    return "\n".join(["```mermaid", f"pie showData title {title}", *slices, "```"]) if slices else ""


def to_see(verdicts: Sequence[Verdict]) -> tuple[list[Verdict], list[Verdict]]:
    """Those that somebody should look at, and those that are settled: passed, or not asked of this release."""
    settled = (Outcome.PASSED, Outcome.NOT_APPLICABLE)
    return (
        [each for each in verdicts if each.outcome not in settled],
        [each for each in verdicts if each.outcome in settled],
    )


def action_name(said: Said) -> str:
    """`3/L48`, as `/tallyman action done` takes it."""
    return f"{said.meeting_id}/{named(said.item)}"


FILTERS = {
    "by_when": by_when, "why_then": why_then, "freshness": freshness, "is_stale": is_stale,
    "counts_of_vote": counts_of_vote, "to_see": to_see, "counts_of_scope": counts_of_scope, "action_name": action_name,
}  # fmt: skip
