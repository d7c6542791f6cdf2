"""A milestone's story: its scope on each day, what came and went and by whom, what was promised, and what stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from bot.judgement.burnup import Lives, changes_of, days_of, weeks_of
from bot.model.followup import SeenDecision
from bot.model.history import Fate, MilestoneVersion, Standing, Stay
from bot.model.milestone import Kept, Member, Promise, Slip, Story
from bot.model.tracker import Issue, Pull, State


@dataclass(frozen=True, slots=True)
class Books:
    """The facts that a story is told from, of one repository."""

    issues: Sequence[Issue]
    pulls: Sequence[Pull]
    versions: Sequence[MilestoneVersion]  # of all milestones
    stays: Sequence[Stay]
    standings: Sequence[Standing]
    decisions: Sequence[SeenDecision] = ()


def tell(number: int, books: Books, *, at: datetime) -> Story:
    """The story of milestone `number`, as far as it had happened at `at`; of a closed one up to its closing."""
    versions = sorted(
        (each for each in books.versions if each.number == number and each.seen_at <= at),
        key=lambda each: each.seen_at,
    )
    is_closed = bool(versions) and versions[-1].state is State.CLOSED
    until = _closing(versions).seen_at if is_closed else at
    lives = Lives(books.stays, books.standings)
    stays = [each for each in books.stays if each.milestone == number and each.came.at <= until]
    days = days_of(stays, lives, until)
    return Story(
        number=number,
        at=until,
        is_frozen=is_closed,
        days=days,
        changes=changes_of(stays, lives, books.decisions, until),
        promise=_promise(number, versions, stays, lives, until),
        slips=_slips(versions),
        open=_open(number, stays, books, lives, until),
        weeks=weeks_of(days),
    )


def _closing(versions: Sequence[MilestoneVersion]) -> MilestoneVersion:
    """The version with which the milestone was closed for the last time."""
    closing = versions[-1]
    for version in reversed(versions):
        if version.state is not State.CLOSED:
            break
        closing = version
    return closing


def _promise(
    number: int, versions: Sequence[MilestoneVersion], stays: Sequence[Stay], lives: Lives, until: datetime
) -> Promise | None:
    """None until a due date was set: nothing was promised."""
    planned = next((each for each in versions if each.due_on is not None), None)
    if planned is None or planned.seen_at > until:
        return None
    promised: dict[Kept, list[int]] = {kept: [] for kept in Kept}
    added: dict[Kept, list[int]] = {kept: [] for kept in Kept}
    for issue in sorted({stay.number for stay in stays}):
        mine = [stay for stay in lives.stays[issue] if stay.milestone == number]
        was_there = any(stay.holds(planned.seen_at) for stay in mine)
        counts = was_there and lives.fate(issue, planned.seen_at) is not Fate.DROPPED
        (promised if counts else added)[_kept(issue, mine, lives, until)].append(issue)
    return Promise(
        planned.seen_at,
        {kept: tuple(numbers) for kept, numbers in promised.items()},
        {kept: tuple(numbers) for kept, numbers in added.items()},
    )


def _kept(number: int, stays: Sequence[Stay], lives: Lives, until: datetime) -> Kept:
    """How it stood when it last was here counts: an issue that was done and then tidied away was done."""
    is_here = any(stay.holds(until) for stay in stays)
    last = max((stay.left.at for stay in stays if stay.left is not None), default=until)
    fate = lives.fate(number, until if is_here else min(last, until))
    if fate is Fate.OPEN:
        return Kept.OPEN if is_here else Kept.MOVED
    return Kept.DONE if fate is Fate.DONE else Kept.DROPPED


def _slips(versions: Sequence[MilestoneVersion]) -> tuple[Slip, ...]:
    return tuple(
        Slip(before.due_on, after.due_on, after.seen_at)
        for before, after in pairwise(versions)
        if before.due_on is not None and before.due_on != after.due_on
    )


def _open(
    number: int, stays: Sequence[Stay], books: Books, lives: Lives, until: datetime
) -> tuple[Member, ...]:
    pulls = {each.number: each for each in books.pulls}
    issues = {each.number: each for each in books.issues}
    found: list[Member] = []
    for here in sorted(stays, key=lambda each: each.number):
        issue = issues.get(here.number)
        if issue is None or not here.holds(until) or lives.fate(here.number, until) is not Fate.OPEN:
            continue
        before = [
            each
            for each in lives.stays[here.number]
            if each.came.at < here.came.at and each.milestone != number and each.left is not None
        ]
        carried = sum(lives.fate(here.number, each.left.at) is Fate.OPEN for each in before if each.left)
        through = tuple(dict.fromkeys(each.title for each in before))
        found.append(Member(issue, here.came.at, carried, through, waits_for(issue, pulls.get(here.number))))
    return tuple(found)


def waits_for(issue: Issue, pull: Pull | None) -> str:
    """What an open issue or pull request waits for: the first thing that stands in its way; "" when only its owner's work does."""
    if pull is None:
        return "" if issue.assignees else "an owner"
    if pull.draft:
        return "its author: it is a draft"
    if pull.mergeable_state == "dirty":
        return "its author: it has conflicts"
    if pull.requested_reviewers:
        return f"a review by {', '.join(pull.requested_reviewers)}"
    if pull.mergeable_state == "behind":
        return "an update of its branch"
    return "a review or a check" if pull.mergeable_state == "blocked" else "somebody to merge it"
