"""A meeting beside the tracker: what happened in it, under which topic, and whether anybody said so."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.judgement.during import compare
from bot.model.followup import Dismissal, SeenDecision, Sight
from bot.model.history import Event, What
from bot.model.meeting import Item, Kind, Meeting, Reference, Rule, Status, Thing
from bot.reports import during as reports
from tests.judgement.made import NOON, REPO

MINUTE = timedelta(minutes=1)


def item(minute: int, kind: Kind, text: str, *numbers: int, **more: Any) -> Item:
    references = tuple(Reference(REPO, n, Thing.EITHER, "https://x.example", Rule.DEFAULT) for n in numbers)
    return Item(
        f"L{minute}", minute, NOON + minute * MINUTE, kind, "ada", "ada", text, references=references, **more
    )


ITEMS = (
    item(1, Kind.TOPIC, "scope"),
    item(3, Kind.INFO, "look at #299", 299),
    item(5, Kind.AGREED, "Move #299 out of 1.0", 299),
    item(6, Kind.AGREED, "Move #300 out of 1.0", 300),
    item(10, Kind.TOPIC, "hooks"),
    item(11, Kind.AGREED, "taken back: #7", 7, status=Status.UNDONE),
)
MEETING = Meeting("m", "weekly", "#quay", NOON, NOON + 20 * MINUTE, ("ada",), ITEMS, ())


def event(minute: float, number: int, what: What = What.DEMILESTONED) -> Event:
    return Event(
        number, what, NOON + minute * MINUTE, int(minute * 60), "bo", f"https://x.example/{number}", "1.0"
    )


def seen(found: Item, sight: Sight, **more: Any) -> SeenDecision:
    return SeenDecision(1, "m", found, sight, "#300 is still in 1.0", in_grace=True, **more)


def told(events: list[Event], meeting: Meeting = MEETING) -> list[tuple[int, str, str]]:
    found = compare(meeting, {REPO: events}, ())
    return [(e.event.number, e.topic, e.item.id if e.item else "not said") for e in found.happened]


def test_each_event_stands_under_its_topic() -> None:
    events = [event(12, 8, What.MERGED), event(0.5, 9), event(6, 299), event(10, 8, What.REOPENED)]
    assert told(events) == [
        (9, "", "not said"),
        (299, "scope", "L5"),
        (8, "hooks", "not said"),
        (8, "hooks", "not said"),
    ]


def test_a_merge_is_told_once() -> None:
    assert told([event(12, 8, What.CLOSED), event(12, 8, What.MERGED), event(13, 8, What.CLOSED)]) == [
        (8, "hooks", "not said"),
        (8, "hooks", "not said"),
    ]


def test_a_decision_is_named_before_other_lines() -> None:
    assert told([event(4, 299)]) == [(299, "scope", "L5")]


def test_a_line_that_was_taken_back_said_nothing() -> None:
    assert told([event(12, 7)]) == [(7, "hooks", "not said")]


@pytest.mark.parametrize("minute", [-1, 20.5])
def test_what_happened_before_or_after_is_not_of_the_meeting(minute: float) -> None:
    assert told([event(minute, 299)]) == []


def test_the_same_number_of_another_repository_was_not_said() -> None:
    (found,) = compare(MEETING, {"quay/other": [event(6, 299)]}, ()).happened
    assert found.item is None


@pytest.mark.parametrize(
    "meeting",
    [
        pytest.param(replace(MEETING, ended_at=None), id="unfinished"),
        pytest.param(replace(MEETING, day_only=True), id="notes that know only the day"),
    ],
)
def test_without_moments_there_is_nothing_to_compare(meeting: Meeting) -> None:
    assert told([event(6, 299)], meeting) == []


def test_said_but_not_seen() -> None:
    given = [
        seen(ITEMS[2], Sight.CARRIED_OUT),
        seen(ITEMS[3], Sight.NOT_SEEN_YET),
        seen(ITEMS[2], Sight.NOT_SEEN_YET, dismissed=Dismissal(1, "L5", NOON, "ada", "settled elsewhere")),
    ]
    assert [each.item.id for each in compare(MEETING, {}, given).unseen] == ["L6"]


def test_in_words() -> None:
    found = compare(
        MEETING, {REPO: [event(6, 299), event(12, 8, What.MERGED)]}, [seen(ITEMS[3], Sight.NOT_SEEN_YET)]
    )
    rows = [(each.repo, each.event, each.topic, each.item) for each in found.happened]
    assert reports.text(rows, list(found.unseen)).splitlines() == [
        "scope",
        "-----",
        "  12:06  quay/spec#299 taken out of 1.0 by bo; said and seen: L5 Move #299 out of 1.0",
        "",
        "hooks",
        "-----",
        "  12:12  quay/spec#8 merged by bo; seen but not said",
        "",
        "Said but not seen in the tracker yet",
        "------------------------------------",
        "  L6  Move #300 out of 1.0 (#300 is still in 1.0)",
    ]
    document = reports.to_json(rows, list(found.unseen))
    assert [each["said"] for each in document["happened"]] == ["L5", None]
    assert [each["item"] for each in document["said_not_seen"]] == ["L6"]
    assert reports.text([], []) == "the tracker did nothing in that time\n"
