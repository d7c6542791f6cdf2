"""From events and syncs: which issue was in which milestone, and how it stood, from when to when.

GitHub's events carry a milestone's title and no number, a move is two events in one second, and old events may be missing.
What the last sync saw has the last word: events arrive late.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.model.followup import Membership
from bot.model.history import Event, Fate, Known, MilestoneVersion, Standing, Stay, Turn, What
from bot.model.tracker import Issue

DROPPED = (
    "not_planned",
    "duplicate",
    "deleted",
    "transferred",
)  # state reasons of an issue that is closed and not done


def stays(
    issues: Iterable[Issue],
    events: Iterable[Event],
    versions: Sequence[MilestoneVersion],
    memberships: Iterable[Membership] = (),
    *,
    at: datetime,
) -> tuple[Stay, ...]:
    """Every stay of every issue, by issue and time. `at` is when the issues were read; `memberships` what syncs saw before."""
    # What happened while the sync read, the next one tells: till then the issue as it was read would contradict it.
    of_issue = _by_number((e for e in events if e.at <= at), (What.MILESTONED, What.DEMILESTONED))
    seen: dict[tuple[int, str], datetime] = {}
    for each in memberships:
        if each.gone_at is None:
            seen[each.number, each.milestone] = each.seen_from
    title_now = {each.number: each.title for each in sorted(versions, key=lambda each: each.seen_at)}
    found: list[Stay] = []
    for issue in sorted(issues, key=lambda issue: issue.number):
        told = _told(issue, of_issue.get(issue.number, []), versions)
        found += _as_seen(told, issue, title_now, seen, at)
    return tuple(found)


def _told(issue: Issue, events: Sequence[Event], versions: Sequence[MilestoneVersion]) -> list[Stay]:
    """The stays as the events tell them."""
    done: list[Stay] = []
    here: Stay | None = None
    for event in events:
        milestone = _number(event.milestone, event.at, versions)
        turn = Turn(event.at, event.by, Known.EVENT, event.url)
        is_same = here is not None and (here.milestone, here.title) == (milestone, event.milestone)
        is_same = is_same or (here is not None and milestone is not None and here.milestone == milestone)
        if event.what is What.MILESTONED and not is_same:
            if here is not None:  # the event of its leaving is missing
                done.append(replace(here, left=turn))
            here = Stay(issue.number, milestone, event.milestone, turn)
        elif event.what is What.DEMILESTONED and is_same and here is not None:
            done.append(replace(here, left=turn))
            here = None
        elif event.what is What.DEMILESTONED and not done and (here is None or here.came.at == event.at):
            came = Turn(issue.created_at, "", Known.INFERRED, issue.url)  # its coming is missing
            done.append(Stay(issue.number, milestone, event.milestone, came, turn))
    return [*done, here] if here is not None else done


def _as_seen(
    told: list[Stay],
    issue: Issue,
    titles: Mapping[int, str],
    seen: Mapping[tuple[int, str], datetime],
    at: datetime,
) -> list[Stay]:
    """The stays, mended where the last sync saw something else than the events tell."""
    last = told[-1] if told and told[-1].left is None else None
    if last is not None and last.milestone == issue.milestone:
        return told
    if last is None and issue.milestone is None:
        return told
    title = titles.get(issue.milestone, "") if issue.milestone is not None else ""
    first_seen = max(seen.get((issue.number, title), at), issue.created_at)
    if last is not None and first_seen < last.came.at:
        first_seen = at  # it was here, went there and came back: only this sync knows
    turn = Turn(first_seen, "", Known.SNAPSHOT, issue.url)
    if last is not None:
        told = [*told[:-1], replace(last, left=turn)]
    if issue.milestone is None:
        return told
    return [*told, Stay(issue.number, issue.milestone, title, turn)]


def _number(title: str, at: datetime, versions: Sequence[MilestoneVersion]) -> int | None:
    """The milestone that was called so then; else the one that was when first seen; else the one that ever was."""
    then: dict[int, str] = {}
    first: dict[int, str] = {}
    for version in sorted(versions, key=lambda each: each.seen_at):
        first.setdefault(version.number, version.title)
        if version.seen_at <= at:
            then[version.number] = version.title
    ever = {number: title for number, called in ((e.number, e.title) for e in versions) if called == title}
    for names in (then, first, ever):
        called_so = [number for number, called in names.items() if called == title]
        if len(called_so) == 1:
            return called_so[0]
    return None


def standings(issues: Iterable[Issue], events: Iterable[Event]) -> tuple[Standing, ...]:
    """Every issue's fate and its changes, by issue and time; the last one is what the tracker says now."""
    of_issue = _by_number(events, (What.CLOSED, What.REOPENED, What.TRANSFERRED))
    found: list[Standing] = []
    for issue in sorted(issues, key=lambda issue: issue.number):
        opened = Turn(issue.created_at, issue.author, Known.EVENT, issue.url)
        told = [Standing(issue.number, Fate.OPEN, opened)]
        mine = of_issue.get(issue.number, [])
        for event in mine:
            fate = _fate_of(event, issue, is_last=event is mine[-1])
            if fate is not told[-1].fate:
                told.append(Standing(issue.number, fate, Turn(event.at, event.by, Known.EVENT, event.url)))
        now = fate_now(issue)
        if told[-1].fate is not now:
            when = issue.closed_at if issue.closed_at is not None else issue.updated_at
            turn = Turn(max(when, told[-1].since.at), "", Known.SNAPSHOT, issue.url)
            told.append(Standing(issue.number, now, turn))
        found += told
    return tuple(found)


def fate_now(issue: Issue) -> Fate:
    """A pull request that was closed without being merged is dropped, and so is an issue closed as not planned."""
    if issue.is_open:
        return Fate.OPEN
    if issue.is_pull:
        return Fate.DONE if issue.merged_at is not None else Fate.DROPPED
    return Fate.DROPPED if issue.state_reason in DROPPED else Fate.DONE


def _fate_of(event: Event, issue: Issue, *, is_last: bool) -> Fate:
    if event.what is What.REOPENED:
        return Fate.OPEN
    if event.what is What.CLOSED and is_last and not event.reason and not issue.is_open:
        return fate_now(
            issue
        )  # GitHub's list of all events leaves the reason out; the issue has that of its last closing
    if event.what is What.TRANSFERRED or event.reason in DROPPED:
        return Fate.DROPPED
    if issue.is_pull:  # GitHub merges and closes in one second; a close at another time was without a merge
        is_merge = issue.merged_at is not None and abs((event.at - issue.merged_at).total_seconds()) <= 60
        return Fate.DONE if is_merge else Fate.DROPPED
    return Fate.DONE


def _by_number(events: Iterable[Event], kinds: Sequence[What]) -> dict[int, list[Event]]:
    """Each event once, by issue, in their order."""
    found: dict[int, dict[tuple[int, What, datetime, str], Event]] = {}
    for event in events:
        if event.what in kinds:
            key = (event.id, event.what, event.at, event.milestone)
            found.setdefault(event.number, {})[key] = event
    return {number: sorted(each.values(), key=lambda e: (e.at, e.id)) for number, each in found.items()}
