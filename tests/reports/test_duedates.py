"""The calendar of due dates, read back: what calendars show, ids that stay, and nobody's address."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from bot.model.followup import Action, State, Step
from bot.reports.duedates import calendar
from tests import goldens
from tests.reports.samples import ACTIONS, at

GOLDENS = frozenset({"due.ics"})
ADA = ACTIONS[0]


def made(*actions: Action, site: str = "https://books.example.org") -> bytes:
    return calendar(
        actions, project="runtime-spec", repo="example/runtime-spec",
        url_of=lambda action: f"{site}/meetings/{action.meeting_id}#{action.item.id}",
    )  # fmt: skip


def events(*actions: Action, **more: str) -> list[Any]:
    return list(Calendar.from_ical(made(*actions, **more)).walk("VEVENT"))


def test_a_calendar_looks_like_its_golden_file() -> None:
    goldens.check("due.ics", made(*ACTIONS).decode().replace("\r\n", "\n"))


def test_an_action_is_an_event_of_a_whole_day_that_blocks_no_time() -> None:
    (event,) = events(ADA)
    assert event["dtstart"].dt == date(2016, 6, 10)
    assert event["dtend"].dt == date(2016, 6, 11)
    assert type(event["dtstart"].dt) is date, "and no moment"
    assert event["transp"] == "TRANSPARENT"
    assert event["summary"] == "ada to roll back #412 and tell image-spec#3"
    assert event["url"] == "https://books.example.org/meetings/3#L10"
    assert "https://github.com/example/runtime-spec/issues/412" in event["description"]
    assert "due Friday 10 June 2016" in event["description"]


def test_who_is_named_once() -> None:
    (event,) = events(replace(ADA, owners=("bo", "cy")))
    assert event["summary"] == "bo and cy: ada to roll back #412 and tell image-spec#3"


@pytest.mark.parametrize(
    "action",
    [
        pytest.param(replace(ADA, due=None), id="without a date"),
        pytest.param(replace(ADA, state=State.DONE), id="done"),
        pytest.param(replace(ADA, state=State.DROPPED), id="dropped"),
        pytest.param(replace(ADA, archived=True), id="from the archive"),
    ],
)
def test_what_nobody_waits_for_is_in_no_calendar(action: Action) -> None:
    assert events(action) == []


def test_an_action_handed_over_is_still_open() -> None:
    assert len(events(replace(ADA, state=State.HANDED_OVER))) == 1


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(replace(ADA, due=date(2016, 7, 1)), id="another date"),
        pytest.param(replace(ADA, owners=("bo",)), id="another owner"),
        pytest.param(replace(ADA, item=replace(ADA.item, text="[redacted by ada]")), id="other words"),
    ],
)
def test_an_event_keeps_its_id(changed: Action) -> None:
    (before,), (after,) = events(ADA), events(changed, site="https://elsewhere.example.net")
    assert before["uid"] == after["uid"]


def test_two_actions_have_two_ids() -> None:
    found = events(ADA, replace(ADA, meeting_id=4), replace(ADA, item=replace(ADA.item, id="L11")))
    assert len({str(event["uid"]) for event in found}) == 3


def test_a_change_is_newer_than_what_it_changed() -> None:
    (before,) = events(ADA)
    (after,) = events(replace(ADA, history=(Step(at(99), "ada", "due", due=date(2016, 7, 1)),)))
    assert before["dtstamp"].dt < after["dtstamp"].dt == at(99)
    assert before["sequence"] < after["sequence"]


def test_nobody_is_invited_and_no_address_leaves() -> None:
    text = made(*ACTIONS).decode()
    assert "example.org" in text, "the site's own"
    assert [word for word in ("mary@", "mailto:", "ATTENDEE", "ORGANIZER") if word in text] == []


def test_the_last_day_there_is_can_be_due() -> None:
    (event,) = events(replace(ADA, due=date.max))
    assert event["dtstart"].dt == date.max


def test_a_calendar_without_actions_is_one() -> None:
    found: Any = Calendar.from_ical(made())
    assert (found["version"], found["method"]) == ("2.0", "PUBLISH")
    assert found["refresh-interval"].dt == timedelta(hours=6)


def test_no_line_is_longer_than_a_calendar_allows() -> None:
    long = replace(ADA, item=replace(ADA.item, text="слово " * 500))
    assert max(len(line) for line in made(long).split(b"\r\n")) <= 75, "RFC 5545, section 3.1"
