"""A decision beside the tracker: carried out, not seen yet, seen the other way, not comparable; with days, and for whom."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.judgement.seen import Books, see
from bot.model.followup import Dismissal, Membership, SeenDecision, Sight
from bot.model.meeting import Kind
from bot.model.tracker import Issue
from tests.judgement.made import NOON, REPO, ago, issue, milestone, said

OUT, NOT_YET, OTHER, UNCLEAR = Sight.CARRIED_OUT, Sight.NOT_SEEN_YET, Sight.OTHER_WAY, Sight.CANNOT_TELL
TITLES = (milestone("1.0.0", 1), milestone("v1.1.0", 2), milestone("Backlog", 3))
DECIDED = ago(days=14)  # 1 June 2026, 12:00


def spell(number: int, title: str, since: float, until: float | None = None) -> Membership:
    """In a milestone from so many days ago until so many days ago."""
    return Membership(REPO, number, title, ago(days=since), None if until is None else ago(days=until))


def books(*tracker: Issue | Membership, synced_at: datetime | None = NOON) -> Books:
    issues = {each.number: each for each in tracker if isinstance(each, Issue)}
    return Books(REPO, synced_at, issues, TITLES, tuple(e for e in tracker if isinstance(e, Membership)))


def seen(text: str, *tracker: Issue | Membership, at: datetime = NOON, **more: Any) -> SeenDecision:
    (found,) = see([said(text, DECIDED)], books(*tracker), at=at, **more)
    return found


@pytest.mark.parametrize(
    ("text", "tracker", "sight", "why"),
    [
        pytest.param(
            "Move #1 out of 1.0", [issue(1, in_=None), spell(1, "1.0.0", 90, 7)],
            OUT, "#1 was in 1.0.0 on 1 June 2026, not on 8 June 2026", id="out, with its days",
        ),
        pytest.param(
            "Move #1 out of 1.0", [issue(1, in_=2), spell(1, "1.0.0", 13, 7), spell(1, "v1.1.0", 7)],
            OUT, "#1 was in 1.0.0 on 2 June 2026, not on 8 June 2026", id="first seen after the meeting",
        ),
        pytest.param(
            "Move #1 out of 1.0", [issue(1, in_=None), spell(1, "1.0.0", 90, 20)],
            OUT, "#1 was in 1.0.0 on 17 March 2026, not on 26 May 2026", id="out before the meeting",
        ),
        pytest.param(
            "Move #1 out of 1.0", [issue(1, in_=None), spell(1, "1.0.0", 90, 13.9)],
            OUT, "#1 was in 1.0.0 on 1 June 2026 at 12:00 UTC, not at 14:24 UTC", id="out on the same day",
        ),
        pytest.param("Move #1 out of 1.0", [issue(1, in_=None)], OUT, "#1 is not in 1.0.0", id="never seen in it"),
        pytest.param("Move #1 out of 1.0", [issue(1), spell(1, "1.0.0", 90)], NOT_YET, "#1 is still in 1.0.0", id="still in"),
        pytest.param(
            "Move #1 out of 1.0", [issue(1), spell(1, "1.0.0", 10)], NOT_YET, "#1 is still in 1.0.0", id="first synced after the meeting",
        ),
        pytest.param(
            "Move #1 out of 1.0", [issue(1), spell(1, "1.0.0", 90, 10), spell(1, "1.0.0", 7)],
            OTHER, "#1 was moved into 1.0.0, seen there on 8 June 2026", id="out and in again",
        ),
        pytest.param(
            "Move #1 out of 1.0", [issue(1, closed=True, closed_at=ago(days=10))],
            OTHER, "#1 was closed on 5 June 2026, still in 1.0.0", id="done in it instead",
        ),
        pytest.param(
            "Move #1 to 1.1", [issue(1, in_=2), spell(1, "v1.1.0", 7)], OUT, "#1 is in v1.1.0, seen there on 8 June 2026", id="in, with the day",
        ),
        pytest.param("Keep #1 in 1.0", [issue(1)], OUT, "#1 is in 1.0.0", id="kept"),
        pytest.param("Move #1 to 1.1", [issue(1)], NOT_YET, "#1 is not in v1.1.0", id="not in it yet"),
        pytest.param(
            "Keep #1 in 1.0", [issue(1, in_=2), spell(1, "1.0.0", 90, 7), spell(1, "v1.1.0", 7)],
            OTHER, "#1 was in 1.0.0 on 1 June 2026, not on 8 June 2026", id="not kept",
        ),
        pytest.param(
            "Move #1 to 1.1", [issue(1, in_=3), spell(1, "1.0.0", 90, 7), spell(1, "Backlog", 7)],
            OTHER, "#1 was moved into Backlog, seen there on 8 June 2026", id="moved elsewhere",
        ),
        pytest.param(
            "Move #1 to 1.1", [issue(1, closed="not_planned", closed_at=ago(days=10))],
            OTHER, "#1 was closed on 5 June 2026, and was never moved to v1.1.0", id="closed instead",
        ),
        pytest.param(
            "Move #1 to 1.1", [issue(1), spell(1, "v1.1.0", 90, 20), spell(1, "1.0.0", 20)],
            NOT_YET, "#1 is not in v1.1.0", id="it left before the meeting, and was to come back",
        ),
        pytest.param("Move #1 to 1.2", [issue(1)], UNCLEAR, "there is no milestone 1.2", id="no such milestone"),
        pytest.param(
            "Move #1 to 1.2", [issue(1, in_=None), spell(1, "1.2", 10, 7)],
            OTHER, "#1 was in 1.2 on 5 June 2026, not on 8 June 2026", id="a milestone that was taken away",
        ),
        pytest.param("Close #1", [issue(1, closed=True, closed_at=ago(days=10))], OUT, "#1 was closed on 5 June 2026", id="closed"),
        pytest.param("Close #1", [issue(1)], NOT_YET, "#1 is open", id="not closed"),
        pytest.param(
            "Close #1", [issue(1, is_pull=True, closed=True, merged_at=ago(days=10))],
            OTHER, "#1 was merged on 5 June 2026", id="merged instead",
        ),
        pytest.param("Merge #1", [issue(1, is_pull=True, closed=True, merged_at=ago(days=10))], OUT, "#1 was merged on 5 June 2026", id="merged"),
        pytest.param("Merge #1", [issue(1, is_pull=True, closed=True)], NOT_YET, "#1 is closed, and no merge of it is recorded", id="no merge recorded"),
        pytest.param("Reopen #1", [issue(1)], OUT, "#1 is open", id="open again"),
        pytest.param("Reopen #1", [issue(1, closed=True, closed_at=ago(days=30))], NOT_YET, "#1 was closed on 16 May 2026", id="not open again yet"),
        pytest.param("Keep #1 open", [issue(1, closed=True, closed_at=ago(days=10))], OTHER, "#1 was closed on 5 June 2026", id="closed though it was to stay open"),
        pytest.param("Label #1 as Bug", [issue(1, labels=("bug",))], OUT, "#1 has the label Bug", id="labelled"),
        pytest.param("Label #1 as bug", [issue(1)], NOT_YET, "#1 does not have the label bug", id="not labelled"),
        pytest.param("Remove the label bug from #1", [issue(1, labels=("bug",))], NOT_YET, "#1 has the label bug", id="still labelled"),
        pytest.param("Remove the label bug from #1", [issue(1)], OUT, "#1 does not have the label bug", id="no longer labelled"),
        pytest.param(
            "Move #1, #2 and #3 out of 1.0", [issue(1), issue(2, in_=None), issue(3)],
            NOT_YET, "#1 is still in 1.0.0; #3 is still in 1.0.0", id="in part: the rest is named",
        ),
        pytest.param("Close #1 and #9", [issue(1, closed=True)], UNCLEAR, "#9 is not recorded", id="one is not recorded"),
        pytest.param("Close #1; do not merge #2", [issue(1), issue(2)], NOT_YET, "#1 is open", id="one is not seen, one unclear"),
        pytest.param("Merge #1 once it is ready", [issue(1, is_pull=True)], UNCLEAR, "#1 is open; it sets a condition", id="a condition"),
        pytest.param("Publish on Wednesdays", [], UNCLEAR, "it names no move, closing or merge", id="nothing that shows"),
        pytest.param(
            "Move #1 from 1.0 to 1.1", [issue(1, in_=2), spell(1, "1.0.0", 90, 7), spell(1, "v1.1.0", 7)],
            OUT, "#1 was in 1.0.0 on 1 June 2026, not on 8 June 2026; #1 is in v1.1.0, seen there on 8 June 2026", id="from here to there",
        ),
    ],
)  # fmt: skip
def test_a_decision_of_two_weeks_ago(
    text: str, tracker: list[Issue | Membership], sight: Sight, why: str
) -> None:
    found = seen(text, *tracker)
    assert (found.sight, found.why) == (sight, why)


@pytest.mark.parametrize(
    ("after", "in_grace", "chairs_only", "is_asked"),
    [
        pytest.param(timedelta(days=7), True, False, False, id="a week: nobody is asked"),
        pytest.param(timedelta(days=7, seconds=1), False, True, True, id="then chairs first"),
        pytest.param(timedelta(days=14), False, True, True, id="for a second week"),
        pytest.param(timedelta(days=14, seconds=1), False, False, True, id="then everybody"),
    ],
)
def test_a_week_for_nobody_and_a_week_for_chairs(
    after: timedelta, in_grace: bool, chairs_only: bool, is_asked: bool
) -> None:
    at = DECIDED + after
    (found,) = see([said("Close #1", DECIDED)], books(issue(1), synced_at=at), at=at)
    assert (found.in_grace, found.chairs_only, found.is_asked) == (in_grace, chairs_only, is_asked)


def test_what_is_seen_is_asked_of_nobody() -> None:
    assert not seen("Close #1", issue(1, closed=True)).is_asked
    assert not seen("The text of #1 is fine", issue(1)).is_asked
    assert seen("Close #1", issue(1)).is_asked


def test_only_a_tracker_read_since_can_show_that_it_was_not_done() -> None:
    (found,) = see([said("Close #1", DECIDED)], books(issue(1), synced_at=ago(days=8)), at=NOON)
    why = "#1 is open, but the tracker was not read since; run `tallyman sync`"
    assert (found.sight, found.why) == (UNCLEAR, why)


def test_within_the_grace_an_older_reading_is_good_enough() -> None:
    (found,) = see([said("Close #1", ago(days=3))], books(issue(1), synced_at=ago(days=5)), at=NOON)
    assert (found.sight, found.why, found.is_asked) == (NOT_YET, "#1 is open", False)


def test_a_tracker_that_was_never_read_shows_nothing() -> None:
    (found,) = see([said("Close #1", DECIDED)], books(synced_at=None), at=NOON)
    assert (found.sight, found.why) == (UNCLEAR, "the tracker was never read; run `tallyman sync`")


NO = Dismissal(1, "L7", ago(days=3), "ada", "settled on the list")
YES = Dismissal(1, "L7", ago(days=2), "bo", "after all not", stands=False)


@pytest.mark.parametrize(
    ("words", "stands"),
    [
        pytest.param([NO], NO, id="dismissed with a reason"),
        pytest.param([NO, YES], None, id="taken back"),
        pytest.param([YES, NO], None, id="whichever was read first"),
        pytest.param([Dismissal(1, "L7", ago(days=3), "ada", "  ")], None, id="without a reason it is none"),
        pytest.param([Dismissal(1, "L8", ago(days=3), "ada", "x")], None, id="another item"),
        pytest.param([Dismissal(2, "L7", ago(days=3), "ada", "x")], None, id="another meeting"),
    ],
)
def test_a_chair_can_dismiss_it_and_take_that_back(words: list[Dismissal], stands: Dismissal | None) -> None:
    found = seen("Close #1", issue(1), dismissals=words)
    assert found.dismissed == stands
    assert found.is_asked is (stands is None)
    assert found.sight is NOT_YET


def test_an_archived_or_rejected_decision_is_not_compared() -> None:
    archived = type(said("Close #1", DECIDED))(1, "weekly", said("Close #1", DECIDED).item, archived=True)
    assert see([archived, said("Close #1", DECIDED, Kind.REJECTED)], books(issue(1)), at=NOON) == ()


def test_a_later_move_takes_the_place_of_an_earlier_one() -> None:
    earlier, later = said("Move #1 to 1.1", DECIDED), said("Move #1 back to 1.0", ago(days=10))
    found = see([later, earlier], books(issue(1)), at=NOON)
    assert [each.item.text for each in found] == ["Move #1 back to 1.0"]


def test_memberships_of_another_repository_say_nothing() -> None:
    elsewhere = Membership("quay/other", 1, "1.0.0", ago(days=90), ago(days=7))
    assert seen("Move #1 out of 1.0", issue(1, in_=None), elsewhere).why == "#1 is not in 1.0.0"


WORDS = st.lists(
    st.sampled_from("move close merge keep reopen label #1 #2 out of to 1.0 v1.1.0 and not in open as bug , once".split()), max_size=9
).map(" ".join) | st.text(max_size=60)  # fmt: skip
SPELLS = st.builds(
    spell,
    st.sampled_from([1, 2]),
    st.sampled_from(["1.0.0", "v1.1.0"]),
    st.integers(1, 90),
    st.none() | st.integers(0, 90),
)


@settings(deadline=None)  # the machine may be busy
@given(WORDS, st.lists(SPELLS, max_size=4))
def test_no_words_and_no_history_make_it_raise(text: str, spells: list[Membership]) -> None:
    found = see([said(text, DECIDED)], books(issue(1), issue(2, in_=None, closed=True), *spells), at=NOON)
    assert all(each.why for each in found)
