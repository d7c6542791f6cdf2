"""Hand-made facts: items, issues and pull requests of a small specification, each with what a test does not care about."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from bot.meetings import references
from bot.meetings.references import Home
from bot.model.followup import Membership
from bot.model.meeting import Item, Kind, Meeting, Status, Topic
from bot.model.person import Certainty, Means, Tie
from bot.model.tracker import Issue, Milestone, Pull, Review, ReviewState, State

REPO = "quayside/runtime-spec"
WEB = "https://github.com"


def when(text: str) -> datetime:
    """`2016-06-01` at noon, or `2016-06-01 17:30`, in UTC."""
    return datetime.strptime(text if " " in text else f"{text} 12:00", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


MEETING = when("2016-06-01 17:20")


def item(
    text: str,
    kind: Kind = Kind.ACTION,
    *,
    to: tuple[str, ...] = (),
    at: datetime = MEETING,
    line: int = 48,
    due: date | None = None,
    status: Status = Status.RECORDED,
    repo: str = REPO,
) -> Item:
    """An item whose references are those its text names."""
    found = references.find(text, Home(default_repo=REPO), "", "")
    return Item(
        f"L{line}", line, at, kind, "ada", "ada", text, assignees=to, references=found, status=status, repo=repo, due=due
    )  # fmt: skip


def meeting(
    name: str = "weekly", at: datetime = MEETING, items: Sequence[Item] = (), topics: Sequence[Topic] = ()
) -> Meeting:
    return Meeting(name, name, "", at, at, ("ada",), tuple(items), (), topics=tuple(topics))


def issue(
    number: int,
    title: str = "A title",
    *,
    by: str = "ada",
    opened: str = "2016-05-01",
    closed: str = "",
    updated: str = "",
    milestone: int | None = None,
    is_pull: bool = False,
    labels: tuple[str, ...] = (),
    repo: str = REPO,
) -> Issue:
    thing = "pull" if is_pull else "issues"
    return Issue(
        repo=repo, number=number, title=title, state=State.CLOSED if closed else State.OPEN, state_reason="",
        is_pull=is_pull, milestone=milestone, author=by, assignees=(), labels=labels, created_at=when(opened),
        updated_at=when(updated or closed or opened), closed_at=when(closed) if closed else None,
        url=f"{WEB}/{repo}/{thing}/{number}",
    )  # fmt: skip


def pull(
    number: int,
    *,
    merged: str = "",
    asked: tuple[str, ...] = (),
    reviews: tuple[Review, ...] = (),
    draft: bool = False,
) -> Pull:
    at = when(merged) if merged else None
    return Pull(REPO, number, draft, at, "a1b2c3", "main", True, "clean", asked, reviews)


def review(by: str, at: str, state: ReviewState = ReviewState.APPROVED) -> Review:
    return Review(1, by, state, when(at), "a1b2c3", "")


def milestone(
    number: int, title: str, *, due: str = "", state: State = State.OPEN, repo: str = REPO
) -> Milestone:
    return Milestone(repo, number, title, state, when(due) if due else None, "")


def spell(number: int, title: str, since: str, until: str = "") -> Membership:
    return Membership(REPO, number, title, when(since), when(until) if until else None)


def tie(
    person: str,
    means: Means,
    value: str,
    certainty: Certainty = Certainty.CONFIRMED,
    *,
    by: str = "MAINTAINERS",
    at: str = "2016-05-01",
    why: str = "",
) -> Tie:
    return Tie(person, means, value, certainty, by, when(at), "test", why)
