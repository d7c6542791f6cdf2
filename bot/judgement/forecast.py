"""When a milestone's work could be done: thousands of futures drawn from its own past weeks (Monte Carlo), or why not.

The practice that flow metrics agree on: items are counted, not points; weeks in which nothing was finished count; the
answer is a spread (P50, P85, P95) and never one date; too little history, or history that no longer holds, is refused.
"""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.model.milestone import Week

RUNS = 10_000
WEEKS_NEEDED = 10  # of history
WEEKS_KEPT = 26  # what is older says little about next month
BUSY_NEEDED = 5  # weeks in which something was finished
HORIZON = 260  # weeks; a future that takes longer than five years is no forecast
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Forecast:
    """`p50`, `p85` and `p95` are the days by which that share of the futures was done; None where it never was within five years.

    `by_due` is the share of futures done by the due date, in per cent (None without one). `refused` says why there is none.
    """

    remaining: int
    weeks: int  # of history that it was drawn from
    first_week: date | None
    p50: date | None = None
    p85: date | None = None
    p95: date | None = None
    by_due: int | None = None
    done_by_due: int | None = None  # how many more are done by then in 85 of 100 futures
    refused: str = ""


def forecast(
    remaining: int, weeks: Sequence[Week], *, on: date, due: date | None, seed: str, runs: int = RUNS
) -> Forecast:
    """The spread of days on which nothing remains. `weeks` are whole ones, oldest first, without gaps; `on` is today.

    The same facts and the same `seed` give the same answer: a comment must not change because it was written again.
    """
    kept = tuple(weeks[-WEEKS_KEPT:])
    first = kept[0].start if kept else None
    if refused := _refused(remaining, weeks, kept):
        return Forecast(remaining, len(kept), first, refused=refused)

    dice = random.Random(int.from_bytes(hashlib.sha256(seed.encode()).digest()))
    due_weeks = max((due - on) // WEEK, 0) if due is not None else 0
    took: list[int] = []
    by_due: list[int] = []
    for _ in range(runs):
        weeks_needed, finished = _one_future(remaining, kept, due_weeks, dice)
        took.append(weeks_needed)
        by_due.append(finished)
    took.sort()
    p50, p85, p95 = (_day(took, share, on) for share in (50, 85, 95))
    found = Forecast(remaining, len(kept), first, p50, p85, p95)
    if due is None:
        return found
    in_time = sum(each <= due_weeks for each in took)
    by_due.sort(reverse=True)
    return replace(found, by_due=100 * in_time // runs, done_by_due=by_due[runs * 85 // 100 - 1])


def _refused(remaining: int, weeks: Sequence[Week], kept: Sequence[Week]) -> str:
    if remaining == 0:
        return "nothing remains"
    if len(weeks) < WEEKS_NEEDED:
        return f"{len(weeks)} whole weeks of history; {WEEKS_NEEDED} are needed"
    busy = sum(week.done > 0 for week in kept)
    if busy < BUSY_NEEDED:
        return f"something was finished in {busy} of the last {len(kept)} weeks; {BUSY_NEEDED} are needed"
    half = len(kept) // 2
    early, late = (sum(week.done for week in part) for part in (kept[:half], kept[half:]))
    if not late:
        return (
            f"nothing was finished in the last {len(kept) - half} weeks: the past says nothing of the future"
        )
    if max(early, late) >= 10 and max(early, late) > 4 * min(early, late):
        return f"{early} were finished in the first half of the last {len(kept)} weeks and {late} in the second: too uneven"
    return ""


def _one_future(
    remaining: int, weeks: Sequence[Week], due_weeks: int, dice: random.Random
) -> tuple[int, int]:
    """How many weeks one future takes (HORIZON + 1: too many), and how many issues it has done by the due date."""
    left, done, by_due = remaining, 0, 0
    for week in range(1, HORIZON + 1):
        drawn = weeks[int(dice.random() * len(weeks))]
        left = max(left + drawn.grown, 0)
        finished = min(drawn.done, left)
        left -= finished
        done += finished
        if week <= due_weeks:
            by_due = done
        if left == 0:
            return week, by_due
    return HORIZON + 1, by_due


def _day(took: Sequence[int], share: int, on: date) -> date | None:
    """The day by which this share of the futures, in per cent, is done."""
    weeks = took[max(-(-len(took) * share // 100) - 1, 0)]
    return on + weeks * WEEK if weeks <= HORIZON else None


@dataclass(frozen=True, slots=True)
class Past:
    """A forecast that was given, and when the work was done; `done_on` None: it is not done yet."""

    given_on: date
    p85: date
    done_on: date | None


@dataclass(frozen=True, slots=True)
class HitRate:
    """How often the work was done by the day that 85 of 100 futures named: near 85 per cent is right, more is too careful."""

    hits: int
    judged: int


def hit_rate(past: Sequence[Past], *, on: date) -> HitRate:
    """Of the forecasts that can be judged: the work is done, or the day has passed without it."""
    judged = [each for each in past if each.done_on is not None or each.p85 < on]
    return HitRate(sum(each.done_on is not None and each.done_on <= each.p85 for each in judged), len(judged))
