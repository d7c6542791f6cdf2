"""What a release called so would take: the clauses that apply, the votes, the candidates, and the earliest date by the rules alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.judgement.counting import needs
from bot.judgement.versions import (
    candidates_of,
    fold,
    is_candidate,
    key,
    series,
    series_size,
    since_break,
    size,
)
from bot.model.clause import Clause, Clauses, Predicate, Size
from bot.model.repository import Tagged

# Clauses about a vote or a release that a plan lists; how votes are spelled and tallied is no news here.
LISTED = frozenset(
    {
        Predicate.QUORUM, Predicate.MAJORITY, Predicate.MINIMUM, Predicate.AHEAD, Predicate.UNOPPOSED, Predicate.WINDOW,
        Predicate.BASED_ON, Predicate.CANDIDATES, Predicate.SPACING, Predicate.RESTART, Predicate.CADENCE, Predicate.PUBLISHED,
        Predicate.STEP,
    }
)  # fmt: skip
A_MOMENT = timedelta(0)


@dataclass(frozen=True, slots=True)
class Past:
    """What has landed: `tags` None means that nobody knows. `broken` are the releases with a break of the specification."""

    tags: tuple[Tagged, ...] | None = None
    broken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """One release on the way, and the first moment at which it could land."""

    version: str
    earliest: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`earliest` None: something is missing, and `unknown` says what. `notes` are what a reader should also know."""

    version: str
    size: Size
    clauses: tuple[Clause, ...]
    needs: tuple[str, ...]
    steps: tuple[Step, ...]
    earliest: datetime | None
    notes: tuple[str, ...] = ()
    unknown: str = ""


def plan(
    version: str,
    clauses: Clauses,
    past: Past,
    at: datetime,
    roster: int | None = None,
    *,
    breaks: bool = False,
) -> Plan:
    """The plan for one name as of `at`. `breaks`: what is still to land breaks the specification.

    The date is the rules' alone: when every vote opens as early as it may, and is not closed early.
    """
    kind = size(version)
    target = series_size(series(version)) if kind is Size.CANDIDATE else kind
    if not clauses.clauses:
        return Plan(version, kind, (), (), (), at, (clauses.note,))
    asked = tuple(
        clause for clause in clauses.clauses if clause.predicate in LISTED and _is_for(clause, kind, target)
    )
    votes = needs(clauses, roster) if roster is not None else ()
    if past.tags is None:
        missing = "no releases are known: run `tallyman sync`, or give --repository"
        return Plan(version, kind, asked, votes, (), None, (), missing)
    landed = {key(tag.tag): tag for tag in fold(past.tags)}
    if key(version) in landed:
        tag = landed[key(version)]
        return Plan(version, kind, asked, votes, (), tag.tagged_at, (f"{tag.tag} has landed",))
    steps, notes = _steps(version, clauses, past, at, target, breaks)
    return Plan(
        version, kind, asked, votes, steps, steps[-1].earliest, (*notes, *_cadence(clauses, past, at, kind))
    )


def _is_for(clause: Clause, kind: Size, target: Size) -> bool:
    """A clause for major releases is also for their candidates."""
    return (
        not clause.releases
        or kind in clause.releases
        or (kind is Size.CANDIDATE and target in clause.releases)
    )


def _steps(
    version: str, clauses: Clauses, past: Past, at: datetime, target: Size, breaks: bool
) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """Every release that has to land first, one week's vote after the other, and the one that was asked for."""
    window = _hours(clauses, Predicate.WINDOW)
    apart = _days(clauses, Predicate.SPACING) if target is Size.MAJOR else A_MOMENT
    existing = candidates_of(version, past.tags or ())
    before, notes = _before(version, clauses, past, existing, target, breaks)
    last = existing[-1].tagged_at if existing else None
    steps: list[Step] = []
    for each in (*before, version):
        start = steps[-1].earliest if steps else at  # it is based on a release that has landed
        by_vote, by_spacing = start + window, last + apart if last else start
        why = (
            f"a vote of {_shown(window)}" if by_vote >= by_spacing else f"{_shown(apart)} from the one before"
        )
        steps.append(Step(each, max(by_vote, by_spacing), why))
        last = steps[-1].earliest
    return tuple(steps), notes


def _before(
    version: str, clauses: Clauses, past: Past, existing: Sequence[Tagged], target: Size, breaks: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The candidates that still have to land before this name, and why."""
    newest = key(existing[-1].tag)[3] if existing else None
    if is_candidate(version):
        wanted = key(version)[3]
        first = wanted if newest is None and wanted <= 1 else (newest + 1 if newest is not None else 1)
        if newest is not None and wanted < newest:
            return (), (
                f"{existing[-1].tag} has landed already: a candidate that comes later has a higher number",
            )
        return _named(version, first, wanted - first), ()
    least = clauses.one(Predicate.CANDIDATES)
    if least is None or target is not Size.MAJOR:
        return (), ("it needs no candidates by these rules",) if least is not None else ()
    needed = least.number("least")
    run = since_break(version, past.tags or (), past.broken)
    missing = max(needed - len(existing), 0)
    if (restart := clauses.one(Predicate.RESTART)) is not None:
        missing = needed if breaks else max(missing, needed - run)
        counted = f"{run} of {needed} candidates since the last break ({restart.force}, {restart.cited})"
        again = f"; what is still to land breaks, so the count starts again with the next: {needed} more"
        notes = (counted + (again if breaks else ""),)
    else:
        notes = (f"{len(existing)} of {needed} candidates ({least.force}, {least.cited})",)
    return _named(version, (newest or 0) + 1, missing), notes


def _named(version: str, first: int, count: int) -> tuple[str, ...]:
    """`v1.0.0-rc4` and its followers; from 1.1.0 on OCI writes rc.1, so the name's own spelling decides."""
    base, _, candidate = version.partition("-rc")
    dot = "." if candidate.startswith(".") else ""
    return tuple(f"{base}-rc{dot}{number}" for number in range(first, first + max(count, 0)))


def _cadence(clauses: Clauses, past: Past, at: datetime, kind: Size) -> tuple[str, ...]:
    clause = clauses.one(Predicate.CADENCE)
    tags = past.tags or ()
    if clause is None or kind is not Size.ZERO or not tags:
        return ()
    newest = max(tags, key=lambda tag: tag.tagged_at)
    days = (at - newest.tagged_at).days
    return (
        f"{newest.tag} was {days} days ago; a release every {clause.number('days')} days is asked for ({clause.force}, {clause.cited})",
    )


def _shown(time: timedelta) -> str:
    return f"{time.days} days" if time.days > 1 else f"{int(time.total_seconds() // 3600)} hours"


def _hours(clauses: Clauses, predicate: Predicate) -> timedelta:
    clause = clauses.one(predicate)
    return timedelta(hours=clause.number("hours")) if clause else A_MOMENT


def _days(clauses: Clauses, predicate: Predicate) -> timedelta:
    clause = clauses.one(predicate)
    return timedelta(days=clause.number("days")) if clause else A_MOMENT


def is_breaking(labels: Iterable[str]) -> bool:
    """Whether an issue's labels say that it breaks something: `breaking`, `kind/breaking-change`."""
    return any("breaking" in label.casefold() for label in labels)
