"""A milestone's story: scope by day, moves with their decision, said against done, slips, and what waits for whom."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.judgement.milestones import tell, waits_for
from bot.model.followup import SeenDecision, Sight
from bot.model.milestone import Change, Kept
from tests.judgement.made import NOON, ago, issue, pull, said
from tests.judgement.telling import books, events, versions

KNOWN = versions("100 1 v1.0.0", "100 2 v1.1.0", "60 1 v1.0.0 due 10", "20 1 v1.0.0 due 40", "8 1 v1.0.0")


def decision(text: str, days: float) -> SeenDecision:
    each = said(text, ago(days=days))
    return SeenDecision(1, each.meeting, each.item, Sight.CARRIED_OUT, "", in_grace=False)


def test_scope_and_done_by_day() -> None:
    """A closed issue counts as done, a dropped one leaves, a reopened one is open again, a moved one is gone."""
    issues = [
        issue(1, closed="completed"),
        issue(2, closed="not_planned"),
        issue(3),
        issue(4, in_=2),
    ]
    happened = events(
        "9 #1 + v1.0.0 ada", "9 #2 + v1.0.0 ada", "8 #3 + v1.0.0 ada", "8 #4 + v1.0.0 bo",
        "6 #1 x ada", "5 #2 x not_planned bo", "5 #3 x ada", "3 #3 o bo",
        "2 #4 - v1.0.0 bo", "2 #4 + v1.1.0 bo",
    )  # fmt: skip
    story = tell(1, books(issues, happened, versions("100 1 v1.0.0", "100 2 v1.1.0")), at=NOON)
    assert [(day.scope, day.done) for day in story.days] == [
        (2, 0), (4, 0), (4, 0), (4, 1), (3, 2), (3, 2), (3, 1), (2, 1), (2, 1), (2, 1),
    ]  # fmt: skip
    assert (story.scope, story.done, story.remaining) == (2, 1, 1)
    assert [(each.what, each.number, each.turn.by, each.other) for each in story.changes] == [
        (Change.ADDED, 1, "ada", ""), (Change.ADDED, 2, "ada", ""),
        (Change.ADDED, 3, "ada", ""), (Change.ADDED, 4, "bo", ""),
        (Change.DONE, 1, "ada", ""), (Change.DROPPED, 2, "bo", ""), (Change.DONE, 3, "ada", ""),
        (Change.REOPENED, 3, "bo", ""), (Change.MOVED_OUT, 4, "bo", "v1.1.0"),
    ]  # fmt: skip


def test_a_move_names_the_decision_before_it() -> None:
    happened = events(
        "30 #1 + v1.0.0 ada", "5 #1 - v1.0.0 bo", "5 #1 + v1.1.0 bo", "30 #2 + v1.0.0 ada", "5 #2 - v1.0.0 bo"
    )
    asked = [decision("Move #1 out of v1.0.0", 6), decision("Talk of #1", 40), decision("Keep #1", 2)]
    found = books([issue(1, in_=2), issue(2, in_=None)], happened, KNOWN, decisions=asked)
    changes = {(each.what, each.number): each for each in tell(1, found, at=NOON).changes}
    moved = changes[Change.MOVED_OUT, 1].decision
    assert moved is not None
    assert moved.item.text == "Move #1 out of v1.0.0"
    assert changes[Change.REMOVED, 2].decision is None, "nobody decided it"
    came = {(each.what, each.number): each for each in tell(2, found, at=NOON).changes}
    assert came[Change.MOVED_IN, 1].other == "v1.0.0"


def test_two_clicks_are_one_move() -> None:
    a_moment = 40 / 86400
    happened = events("30 #1 + v1.0.0 ada", f"{5 + a_moment} #1 - v1.0.0 bo", "5 #1 + v1.1.0 bo")
    story = tell(2, books([issue(1, in_=2)], happened, KNOWN), at=NOON)
    assert [(each.what, each.other) for each in story.changes] == [(Change.MOVED_IN, "v1.0.0")]


def test_said_against_done() -> None:
    """What was there when a due date was first set is promised; each issue is in one place of one line."""
    issues = [
        issue(1, closed="completed"), issue(2, in_=2), issue(3), issue(4, closed="not_planned"),
        issue(5, closed="completed"), issue(6), issue(7, in_=None, closed="completed"),
    ]  # fmt: skip
    happened = events(
        *(f"90 #{n} + v1.0.0 ada" for n in (1, 2, 3, 4, 7)), "30 #5 + v1.0.0 ada", "30 #6 + v1.0.0 ada",
        "10 #1 x ada", "10 #2 - v1.0.0 ada", "10 #2 + v1.1.0 ada", "10 #4 x not_planned ada", "10 #5 x ada",
        "9 #7 x ada", "4 #7 - v1.0.0 ada",
    )  # fmt: skip
    promise = tell(1, books(issues, happened, KNOWN), at=NOON).promise
    assert promise is not None
    assert promise.on == ago(days=60)
    assert promise.promised == {Kept.DONE: (1, 7), Kept.OPEN: (3,), Kept.MOVED: (2,), Kept.DROPPED: (4,)}
    assert promise.added == {Kept.DONE: (5,), Kept.OPEN: (6,), Kept.MOVED: (), Kept.DROPPED: ()}


def test_without_a_due_date_nothing_was_promised() -> None:
    assert (
        tell(1, books([issue(1)], events("9 #1 + v1.0.0 ada"), versions("100 1 v1.0.0")), at=NOON).promise
        is None
    )


def test_slips_are_history() -> None:
    """The first date is no slip; a later one and its removal are."""
    slips = tell(1, books([], (), KNOWN), at=NOON).slips
    assert [(each.before, each.after, each.seen_at) for each in slips] == [
        (NOON + timedelta(days=10), NOON + timedelta(days=40), ago(days=20)),
        (NOON + timedelta(days=40), None, ago(days=8)),
    ]


def test_carried_over_and_moved_often() -> None:
    known = versions("100 1 v1.0.0", "100 2 v1.1.0", "100 3 v0.9.0", "100 4 v0.8.0")
    happened = events(
        "80 #1 + v0.8.0 ada", "60 #1 + v0.9.0 ada", "40 #1 + v1.1.0 ada", "20 #1 + v1.0.0 ada",
        "80 #2 + v0.9.0 ada", "70 #2 x ada", "60 #2 - v0.9.0 ada", "50 #2 o ada", "20 #2 + v1.0.0 ada",
    )  # fmt: skip
    story = tell(1, books([issue(1), issue(2)], happened, known), at=NOON)
    assert [(each.issue.number, each.carried, each.through) for each in story.open] == [
        (1, 3, ("v0.8.0", "v0.9.0", "v1.1.0")),
        (2, 0, ("v0.9.0",)),
    ]
    assert [each.issue.number for each in story.moved_often()] == [1]


def test_a_closed_milestone_is_frozen() -> None:
    """What happens after its closing changes nothing of its story."""
    known = versions("100 1 v1.0.0", "100 2 v1.1.0", "10 1 v1.0.0 closed", "4 1 v1.0.0-final closed")
    first = events("30 #1 + v1.0.0 ada", "30 #2 + v1.0.0 ada", "20 #1 x ada")
    later = (*first, *events("5 #2 - v1.0.0 ada", "5 #2 + v1.1.0 ada", "5 #1 o bo")[0:2])
    before = tell(1, books([issue(1, closed="completed"), issue(2)], first, known), at=NOON)
    after = tell(1, books([issue(1, closed="completed"), issue(2, in_=2)], later, known), at=NOON)
    assert before.is_frozen
    assert before.at == ago(days=10)
    assert replace(after, open=()) == replace(before, open=())
    assert [(each.issue.number, each.since, each.carried) for each in after.open] == [(2, ago(days=30), 0)]


def test_a_reopened_milestone_goes_on() -> None:
    known = versions("100 1 v1.0.0", "10 1 v1.0.0 closed", "5 1 v1.0.0")
    story = tell(1, books([issue(1)], events("30 #1 + v1.0.0 ada"), known), at=NOON)
    assert (story.is_frozen, story.at) == (False, NOON)


@pytest.mark.parametrize(
    ("facts", "of_pull", "expected"),
    [
        pytest.param({"assignees": ("ada",)}, None, "", id="an owner's work"),
        pytest.param({}, None, "an owner", id="nobody's"),
        pytest.param({"is_pull": True}, {"draft": True}, "its author: it is a draft", id="a draft"),
        pytest.param({"is_pull": True}, {"mergeable_state": "dirty"}, "its author: it has conflicts", id="conflicts"),
        pytest.param(
            {"is_pull": True}, {"requested_reviewers": ("bo", "eli")}, "a review by bo, eli", id="reviewers are named"
        ),
        pytest.param({"is_pull": True}, {"mergeable_state": "behind"}, "an update of its branch", id="merely behind"),
        pytest.param({"is_pull": True}, {"mergeable_state": "blocked"}, "a review or a check", id="blocked"),
        pytest.param({"is_pull": True}, {}, "somebody to merge it", id="nothing left"),
    ],
)  # fmt: skip
def test_what_it_waits_for(facts: dict[str, Any], of_pull: dict[str, Any] | None, expected: str) -> None:
    assert waits_for(issue(1, **facts), None if of_pull is None else pull(1, **of_pull)) == expected


def test_whole_weeks() -> None:
    """A week that is not over is not counted; weeks without anything are."""
    happened = events("20 #1 + v1.0.0 ada", "20 #2 + v1.0.0 ada", "13 #1 x ada", "3 #3 + v1.0.0 ada")
    issues = [issue(1, closed="completed"), issue(2), issue(3)]
    story = tell(1, books(issues, happened, versions("100 1 v1.0.0")), at=NOON)
    assert [(each.done, each.grown) for each in story.weeks] == [(1, 0), (0, 1)]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 80),
            st.integers(1, 4),
            st.sampled_from(["+ v1.0.0", "- v1.0.0", "+ v1.1.0", "x", "o"]),
        ),
        max_size=25,
    )
)
def test_the_last_day_is_what_the_tracker_shows(lines: list[tuple[int, int, str]]) -> None:
    """Whatever happened before: scope and done of today are those that can be counted in the tracker."""
    issues = [issue(1), issue(2, closed="completed"), issue(3, closed="not_planned"), issue(4, in_=2)]
    happened = events(*(f"{days} #{number} {what} ada" for days, number, what in lines))
    story = tell(1, books(issues, happened, versions("100 1 v1.0.0", "100 2 v1.1.0")), at=NOON)
    assert (story.scope, story.done) == (2, 1)
    assert all(0 <= day.done <= day.scope for day in story.days)
