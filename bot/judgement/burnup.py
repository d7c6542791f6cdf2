"""What was in a milestone's scope on each day, and each change of it: what came and went, from where, by whom, by which decision."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from bot.model.followup import SeenDecision
from bot.model.history import Fate, Standing, Stay
from bot.model.milestone import Change, Day, ScopeChange, Week

DAY = timedelta(days=1)
MOVE = timedelta(
    minutes=1
)  # people take an issue out of one milestone and put it into the next by two clicks
BEFORE = timedelta(days=30)  # a decision that is older explains no move
BY_FATE = {Fate.DONE: Change.DONE, Fate.DROPPED: Change.DROPPED, Fate.OPEN: Change.REOPENED}


class Lives:
    """Where each issue was and how it stood, to be asked for any moment."""

    def __init__(self, stays: Iterable[Stay], standings: Iterable[Standing]) -> None:
        self.stays: dict[int, list[Stay]] = defaultdict(list)
        for stay in sorted(stays, key=lambda each: each.came.at):
            self.stays[stay.number].append(stay)
        self.standings: dict[int, list[Standing]] = defaultdict(list)
        for standing in sorted(standings, key=lambda each: each.since.at):
            self.standings[standing.number].append(standing)

    def fate(self, number: int, at: datetime) -> Fate:
        """An issue that was not there yet counts as open."""
        last = Fate.OPEN
        for each in self.standings[number]:
            if each.since.at > at:
                break
            last = each.fate
        return last


def days_of(stays: Sequence[Stay], lives: Lives, until: datetime) -> tuple[Day, ...]:
    """One for each day from the first issue's coming, in one pass over what changed: a milestone may live for years."""
    if not stays:
        return ()
    scope: Counter[date] = Counter()
    done: Counter[date] = Counter()
    for stay in stays:
        for since, to, fate in _spans(stay, lives, until):
            if fate is Fate.DROPPED:
                continue
            for tally in (scope, done) if fate is Fate.DONE else (scope,):
                tally[_day(since)] += 1
                if to is not None:
                    tally[_day(to)] -= 1
    found: list[Day] = []
    on, in_scope, finished = min(_day(stay.came.at) for stay in stays), 0, 0
    while on <= _day(until):
        in_scope += scope[on]
        finished += done[on]
        found.append(Day(on, in_scope, finished))
        on += DAY
    return tuple(found)


def _spans(stay: Stay, lives: Lives, until: datetime) -> Iterable[tuple[datetime, datetime | None, Fate]]:
    """The stay cut where the issue's fate changed: from, to (None: still), fate."""
    left = stay.left.at if stay.left is not None and stay.left.at <= until else None
    turns = [each.since.at for each in _during(stay, lives, until)]
    for since, to in zip([stay.came.at, *turns], [*turns, left], strict=True):
        yield since, to, lives.fate(stay.number, since)


def _during(stay: Stay, lives: Lives, until: datetime) -> list[Standing]:
    """What changed of the issue while it was there."""
    return [
        each
        for each in lives.standings[stay.number]
        if stay.came.at < each.since.at <= until and stay.holds(each.since.at)
    ]


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def changes_of(
    stays: Sequence[Stay], lives: Lives, decisions: Sequence[SeenDecision], until: datetime
) -> tuple[ScopeChange, ...]:
    """All of them, oldest first. A move is a leaving and a coming, within a minute, of two milestones."""
    asked = _Asked(decisions)
    found: list[ScopeChange] = []
    for stay in stays:
        before, after = _beside(stay, lives.stays[stay.number])
        came = Change.MOVED_IN if before is not None else Change.ADDED
        decision = asked.by(stay.number, stay.came.at)
        found.append(ScopeChange(came, stay.number, stay.came, before.title if before else "", decision))
        if stay.left is not None and stay.left.at <= until:
            left = Change.MOVED_OUT if after is not None else Change.REMOVED
            decision = asked.by(stay.number, stay.left.at)
            found.append(ScopeChange(left, stay.number, stay.left, after.title if after else "", decision))
        found += [
            ScopeChange(BY_FATE[each.fate], stay.number, each.since) for each in _during(stay, lives, until)
        ]
    return tuple(sorted(found, key=lambda each: (each.turn.at, each.number, each.what)))


def _beside(stay: Stay, all_: Sequence[Stay]) -> tuple[Stay | None, Stay | None]:
    """The stays that this one was a move from and to."""
    before = after = None
    for other in all_:
        if (other.milestone, other.title) == (stay.milestone, stay.title):
            continue
        if other.left is not None and abs(other.left.at - stay.came.at) <= MOVE:
            before = other
        if stay.left is not None and abs(other.came.at - stay.left.at) <= MOVE:
            after = other
    return before, after


class _Asked:
    """The decisions, by the issues that they name."""

    def __init__(self, decisions: Sequence[SeenDecision]) -> None:
        self.naming: dict[int, list[SeenDecision]] = defaultdict(list)
        for each in decisions:
            for number in {reference.number for reference in each.item.references}:
                if number is not None:
                    self.naming[number].append(each)

    def by(self, number: int, at: datetime) -> SeenDecision | None:
        """The last one before a moment that names the issue."""
        named = [each for each in self.naming[number] if at - BEFORE <= each.item.at <= at]
        return max(named, key=lambda each: each.item.at, default=None)


def weeks_of(days: Sequence[Day]) -> tuple[Week, ...]:
    """Whole weeks that end with the last day, oldest first: what was done in each, and by how much the scope grew."""
    found: list[Week] = []
    for last in range(len(days) - 1, 6, -7):
        end, before = days[last], days[last - 7]
        found.append(Week(before.on + DAY, max(end.done - before.done, 0), end.scope - before.scope))
    return tuple(reversed(found))
