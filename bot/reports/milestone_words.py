"""What a milestone's page says of its forecast, its changes and its members, in sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.model.history import Known
from bot.model.milestone import Change, Kept, Member, ScopeChange, Slip
from bot.reports.plain import short
from bot.reports.templates import day

TITLE = 60  # characters of a milestone's name beside other things


@dataclass(frozen=True, slots=True)
class Outlook:
    """The forecast in plain values: days, and chances in per cent; `refused` says why there is none."""

    p50: date | None
    p85: date | None
    p95: date | None
    by_due: int | None
    done_by_due: int | None
    weeks: int
    since: date | None
    refused: str


def outlook(given: Outlook) -> Iterator[str]:
    """Never one date: what half, 85 and 95 of 100 futures reach."""
    if given.refused:
        yield f"no forecast: {given.refused}"
        return
    if given.p50 is None:
        yield "no forecast: the scope grows as fast as the work is done"
    else:
        later = "".join(
            f", {share} of 100 by {on}" if on else f", {share} of 100 not within five years"
            for share, on in ((85, given.p85), (95, given.p95))
        )
        yield f"work forecast from {given.weeks} weeks: half of the futures are done by {given.p50}{later}"
    if given.by_due is not None:
        yield (
            f"chance of the due date: {given.by_due} of 100; by then {given.done_by_due} more are done in 85 of 100 futures"
        )


def slip(given: Slip) -> str:
    before = day(given.before) if given.before else "none"
    what = f"became {day(given.after)}" if given.after else "was taken away"
    return f"the due date {before} {what}, seen on {day(given.seen_at)}"


def kept(line: Mapping[Kept, tuple[int, ...]]) -> str:
    """`3 done (#1, #2, #3), 1 moved (#4)`."""
    words = (
        f"{len(numbers)} {each.value} ({', '.join(f'#{n}' for n in numbers)})"
        for each, numbers in line.items()
        if numbers
    )
    return ", ".join(words) or "nothing"


def member(given: Member) -> str:
    """A title, its owners, what it waits for and where it came from."""
    words = short(given.issue.title, 200)
    if given.issue.assignees:
        words += f" ({', '.join(given.issue.assignees)})"
    if given.waits_for:
        words += f"; waits for {given.waits_for}"
    if given.carried:
        times = "once" if given.carried == 1 else f"{given.carried} times"
        words += f"; carried over {times}: {' -> '.join(short(title, TITLE) for title in given.through)}"
    return words


def change(given: ScopeChange) -> str:
    """What, from or to where, by whom, and the decision that asked for it."""
    words = f"#{given.number} {given.what.value}"
    if given.other:
        words += f" {'from' if given.what is Change.MOVED_IN else 'to'} {short(given.other, TITLE)}"
    if given.turn.by:
        words += f" by {given.turn.by}"
    if given.turn.known is Known.SNAPSHOT:
        words += " (a sync saw it, nobody's name is known)"
    if given.decision is not None:
        words += f"; {short(given.decision.meeting, TITLE)} decided: {short(given.decision.item.text, 120)}"
    return words
