"""From events and syncs to stays and standings: moves, missing and doubled events, renames, and who has the last word."""

import random
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.judgement.stays import standings, stays
from bot.model.followup import Membership
from bot.model.history import Fate, Known, Stay
from bot.model.tracker import Issue
from tests.judgement.made import NOON, REPO, ago, issue
from tests.judgement.telling import SIGNS, events, versions

BOTH = versions("100 1 v1.0.0", "100 2 v1.1.0")


def told(found: tuple[Stay, ...]) -> list[str]:
    """`#1 in v1.0.0 20..5 ada..bo`: days ago, and by whom."""

    def days(turn: Any) -> str:
        mark = {Known.EVENT: "", Known.SNAPSHOT: "?", Known.INFERRED: "~"}[turn.known]
        return f"{(NOON - turn.at).days}{mark}"

    return [
        f"{each.title} {days(each.came)}..{days(each.left) if each.left else ''} "
        f"{each.came.by}..{each.left.by if each.left else ''}"
        for each in found
    ]


@pytest.mark.parametrize(
    ("lines", "now", "expected"),
    [
        pytest.param([], None, [], id="never in one"),
        pytest.param(["20 #1 + v1.0.0 ada"], 1, ["v1.0.0 20.. ada.."], id="put in, still there"),
        pytest.param(
            ["20 #1 + v1.0.0 ada", "5 #1 - v1.0.0 bo"], None, ["v1.0.0 20..5 ada..bo"], id="put in, taken out"
        ),
        pytest.param(
            ["20 #1 + v1.0.0 ada", "5 #1 - v1.0.0 bo", "5 #1 + v1.1.0 bo"], 2,
            ["v1.0.0 20..5 ada..bo", "v1.1.0 5.. bo.."], id="a move, out first",
        ),
        pytest.param(
            ["20 #1 + v1.0.0 ada", "5 #1 + v1.1.0 bo", "5 #1 - v1.0.0 bo"], 2,
            ["v1.0.0 20..5 ada..bo", "v1.1.0 5.. bo.."], id="a move, in first",
        ),
        pytest.param(
            ["5 #1 - v1.0.0 bo"], None, ["v1.0.0 90~..5 ..bo"], id="its coming is missing: there since it was opened"
        ),
        pytest.param(
            ["5 #1 + v1.1.0 bo", "5 #1 - v1.0.0 bo"], 2,
            ["v1.0.0 90~..5 ..bo", "v1.1.0 5.. bo.."], id="a move whose first coming is missing",
        ),
        pytest.param(
            ["20 #1 + v1.0.0 ada", "20 #1 + v1.0.0 ada"], 1, ["v1.0.0 20.. ada.."], id="the same event of two ids"
        ),
        pytest.param(
            ["20 #1 + v1.0.0 ada", "9 #1 + v1.1.0 bo"], 2,
            ["v1.0.0 20..9 ada..bo", "v1.1.0 9.. bo.."], id="the leaving is missing",
        ),
        pytest.param(
            ["20 #1 + v1.0.0 ada"], None, ["v1.0.0 20..0? ada.."], id="the sync saw it gone: the event comes late"
        ),
        pytest.param([], 1, ["v1.0.0 0?.. .."], id="the sync saw it there: the event comes late"),
        pytest.param(
            ["20 #1 + gone ada", "9 #1 - gone ada"], None, ["gone 20..9 ada..ada"], id="a milestone that no longer exists"
        ),
        pytest.param(
            ["30 #1 + v1.0.0 ada", "20 #1 - v1.0.0 ada", "10 #1 + v1.0.0 bo"], 1,
            ["v1.0.0 30..20 ada..ada", "v1.0.0 10.. bo.."], id="out and in again",
        ),
    ],
)  # fmt: skip
def test_stays(lines: list[str], now: int | None, expected: list[str]) -> None:
    assert told(stays([issue(1, in_=now)], events(*lines), BOTH, at=NOON)) == expected


def test_a_rename_does_not_cut_a_stay() -> None:
    known = versions("100 1 v1.0.0-rc", "50 1 v1.0.0")
    happened = events(
        "80 #1 + v1.0.0-rc ada", "10 #2 + v1.0.0 ada", "80 #3 + v1.0.0-rc ada", "5 #3 - v1.0.0 bo"
    )
    found = stays([issue(1), issue(2), issue(3, in_=None)], happened, known, at=NOON)
    assert [each.milestone for each in found] == [1, 1, 1]
    assert told(found) == ["v1.0.0-rc 80.. ada..", "v1.0.0 10.. ada..", "v1.0.0-rc 80..5 ada..bo"]


def test_a_title_that_two_milestones_had_is_the_one_that_had_it_then() -> None:
    known = versions("100 1 next", "50 1 v1.0.0", "40 2 next")
    found = stays([issue(1), issue(2, in_=2)], events("80 #1 + next ada", "10 #2 + next ada"), known, at=NOON)
    assert [each.milestone for each in found] == [1, 2]


def test_an_earlier_sync_dates_what_only_syncs_saw() -> None:
    seen = Membership(REPO, 1, "v1.0.0", ago(days=12), None)
    assert told(stays([issue(1)], (), BOTH, [seen], at=NOON)) == ["v1.0.0 12?.. .."]
    mended = stays([issue(1)], events("9 #1 + v1.1.0 bo"), BOTH, [seen], at=NOON)
    assert told(mended) == ["v1.1.0 9..0? bo..", "v1.0.0 0?.. .."], (
        "it came back after an event that is younger"
    )


def test_what_happens_during_a_sync_is_for_the_next_one() -> None:
    happened = events("20 #1 + v1.0.0 ada", "-1 #1 - v1.0.0 bo")
    assert told(stays([issue(1)], happened, BOTH, at=NOON)) == ["v1.0.0 20.. ada.."]


@pytest.mark.parametrize(
    ("lines", "facts", "expected"),
    [
        pytest.param([], {}, ["open 90"], id="open"),
        pytest.param(["5 #1 x ada"], {"closed": "completed"}, ["open 90", "done 5"], id="closed"),
        pytest.param(["5 #1 x not_planned ada"], {"closed": "not_planned"}, ["open 90", "dropped 5"], id="not planned"),
        pytest.param(["5 #1 x ada"], {"closed": "not_planned"}, ["open 90", "dropped 5"], id="the event has no reason, the issue has"),
        pytest.param(
            ["9 #1 x ada", "8 #1 o bo", "5 #1 x ada"], {"closed": "not_planned"},
            ["open 90", "done 9", "open 8", "dropped 5"], id="an earlier closing has none",
        ),
        pytest.param(["5 #1 x duplicate ada"], {"closed": "duplicate"}, ["open 90", "dropped 5"], id="a duplicate"),
        pytest.param(
            ["9 #1 x ada", "7 #1 o bo"], {}, ["open 90", "done 9", "open 7"], id="reopened"
        ),
        pytest.param(
            ["9 #1 x not_planned ada", "5 #1 x ada"], {"closed": "completed"},
            ["open 90", "dropped 9", "done 5"], id="closed again for another reason",
        ),
        pytest.param([], {"closed": "completed"}, ["open 90", "done 1"], id="its event is missing"),
        pytest.param(
            ["5 #1 x ada"], {"is_pull": True, "closed": True, "merged_at": ago(days=5), "closed_at": ago(days=5)},
            ["open 90", "done 5"], id="merged",
        ),
        pytest.param(
            ["5 #1 x ada"], {"is_pull": True, "closed": True, "closed_at": ago(days=5)},
            ["open 90", "dropped 5"], id="a pull request that was not merged",
        ),
        pytest.param(
            ["9 #1 x ada", "8 #1 o ada", "5 #1 x ada"],
            {"is_pull": True, "closed": True, "merged_at": ago(days=5), "closed_at": ago(days=5)},
            ["open 90", "dropped 9", "open 8", "done 5"], id="closed unmerged, then merged",
        ),
    ],
)  # fmt: skip
def test_standings(lines: list[str], facts: dict[str, Any], expected: list[str]) -> None:
    found = standings([issue(1, **facts)], events(*lines))
    assert [f"{each.fate} {(NOON - each.since.at).days}" for each in found] == expected


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Issue], list[str]]:
    numbers = range(1, 4)
    lines = draw(
        st.lists(
            st.builds(
                "{} #{} {} {} ada".format,
                st.integers(0, 80),
                st.sampled_from(numbers),
                st.sampled_from("+-"),
                st.sampled_from(["v1.0.0", "v1.1.0", "gone"]),
            ),
            max_size=12,
        )
    )
    return [issue(number, in_=draw(st.sampled_from([None, 1, 2]))) for number in numbers], lines


@settings(max_examples=200, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_whatever_the_events_say(found: tuple[list[Issue], list[str]], shuffle: random.Random) -> None:
    """Stays never overlap, end where the tracker says the issue is, and do not hang on the order of reading or on doubles."""
    issues, lines = found
    happened = list(events(*lines))
    there = stays(issues, happened, BOTH, at=NOON)
    for each in issues:
        mine = [stay for stay in there if stay.number == each.number]
        for before, after in pairwise(mine):
            assert before.left is not None
            assert before.came.at <= before.left.at <= after.came.at
        last = mine[-1].milestone if mine and mine[-1].left is None else None
        assert last == each.milestone
    mixed = [*happened, *happened]
    shuffle.shuffle(mixed)
    assert stays(issues, mixed, BOTH, at=NOON) == there


def test_every_sign_is_tried() -> None:
    assert set(SIGNS) == set("+-xo>")
    assert standings([issue(1, closed=True)], events("5 #1 > ada"))[1].fate is Fate.DROPPED
