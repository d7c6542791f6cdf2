"""The days and hours that people write into notes."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.meetings.notes.days import Order, find_day, find_span, is_guess, is_only_an_hour, order_of
from bot.meetings.notes.outline import day_of_name

DAY = date(2020, 3, 25)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("March 25, 2020", id="month first"),
        pytest.param("Mar. 25 2020", id="a short month with a dot"),
        pytest.param("Wednesday, March 25th 2020", id="a weekday and th"),
        pytest.param("March 25,2020", id="no blank behind the comma"),
        pytest.param("25 Mar 2020", id="day first"),
        pytest.param("25th of March, 2020", id="day first, with of"),
        pytest.param("25-Mar-2020", id="day first, with dashes"),
        pytest.param("2020-03-25", id="as ISO writes it"),
        pytest.param("2020/3/25", id="year first, with strokes"),
        pytest.param("2020_03_25", id="as file names have it"),
        pytest.param("20200325", id="without any marks"),
        pytest.param("2020 March 25", id="year first, month by name"),
        pytest.param("2020年3月25日", id="Chinese and Japanese"),
        pytest.param("25.03.2020", id="with dots, day first"),
        pytest.param("3/25/2020", id="month first, and it cannot be otherwise"),
        pytest.param("25/3/2020", id="day first, and it cannot be otherwise"),
        pytest.param("March 25 '20", id="a short year"),
        pytest.param("March 25-26, 2020", id="two days are the first of them"),
        pytest.param("25/26 March 2020", id="two days, day first"),
        pytest.param("Weekly meeting 2020-03-25 (public)", id="within words"),
        pytest.param("2020-03-25T17:00Z call", id="with an hour behind"),
    ],
)
def test_a_day_is_read(text: str) -> None:
    found = find_day(text)
    assert found is not None
    assert found.day == DAY


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("March 2019 to March 2020", id="two months"),
        pytest.param("December 19 (APAC)", id="no year anywhere"),
        pytest.param("2020-13-45", id="no such month"),
        pytest.param("31 June 2020", id="no such day"),
        pytest.param("version 1.10.22", id="a version"),
        pytest.param("runtime-spec#2020", id="a number"),
        pytest.param("maybe 2 people", id="a word that begins like a month"),
        pytest.param("Marching 25, 2020", id="a longer word that begins like a month"),
        pytest.param("120200325", id="a longer number"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert find_day(text) is None


def test_a_day_without_a_year_takes_the_one_that_is_told() -> None:
    found = find_day("Dec 18 SIG meeting", year=2024)
    assert found is not None
    assert found.day == date(2024, 12, 18)


@pytest.mark.parametrize(
    ("headings", "order", "day"),
    [
        pytest.param(
            ["4/3/2020", "12/17/2020"],
            Order.MONTH_FIRST,
            date(2020, 4, 3),
            id="a later date shows month first",
        ),
        pytest.param(
            ["4/3/2020", "17/12/2020"], Order.DAY_FIRST, date(2020, 3, 4), id="a later date shows day first"
        ),
        pytest.param(
            ["4/3/2020", "5/3/2020"], Order.GUESSED, date(2020, 4, 3), id="nothing shows it: a guess"
        ),
    ],
)
def test_day_and_month_are_told_apart_by_the_whole_file(headings: list[str], order: Order, day: date) -> None:
    assert order_of(headings) is order
    found = find_day(headings[0], order=order)
    assert found is not None
    assert found.day == day
    assert is_guess(headings[0], order) is (order is Order.GUESSED)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        pytest.param("17:00 UTC", "17:00", None, id="UTC"),
        pytest.param("10:00-11:30 UTC", "10:00", "11:30", id="from and to"),
        pytest.param("10am PT", "17:00", None, id="a zone of a coast, in summer time"),
        pytest.param("9-10am PDT", "16:00", "17:00", id="am said once"),
        pytest.param("4pm-5pm UTC (9am-10am Pacific Time)", "16:00", "17:00", id="told twice: UTC counts"),
        pytest.param("(9am EST, 4pm UTC)", "16:00", None, id="told twice, and not the same: UTC counts"),
        pytest.param("18:00 Europe/Berlin", "17:00", None, id="a city, still in winter time"),
        pytest.param("18:00 UTC+2", "16:00", None, id="an offset"),
        pytest.param("12:30 am UTC", "00:30", None, id="half past midnight"),
        pytest.param("23:30-00:15 UTC", "23:30", "00:15", id="past midnight"),
    ],
)
def test_an_hour_is_read_into_utc(text: str, start: str, end: str | None) -> None:
    span = find_span(text, DAY, None)
    assert span is not None
    assert f"{span.start:%H:%M}" == start
    assert (f"{span.end:%H:%M}" if span.end else None) == end
    assert span.end is None or span.end > span.start


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("10:00", id="no zone"),
        pytest.param("10:00 CST", id="a zone that is two zones"),
        pytest.param("25:00 UTC", id="no such hour"),
        pytest.param("13pm UTC", id="no such half of a day"),
        pytest.param("7 UTC people", id="a bare number"),
        pytest.param("10:00 Nowhere/Atall", id="no such city"),
    ],
)
def test_an_hour_that_nobody_can_place_is_none(text: str) -> None:
    assert find_span(text, DAY, None) is None


def test_an_hour_without_a_zone_takes_the_one_that_is_given() -> None:
    span = find_span("10:00", DAY, ZoneInfo("America/Los_Angeles"))
    assert span is not None
    assert span.start == datetime(2020, 3, 25, 17, tzinfo=UTC)


def test_a_line_may_be_only_an_hour() -> None:
    assert is_only_an_hour("10:30am Pacific")
    assert is_only_an_hour("(17:00 UTC)")
    assert not is_only_an_hour("10:30am breakfast")
    assert not is_only_an_hour("7")


@pytest.mark.parametrize(
    ("name", "day"),
    [
        pytest.param("2020-03-25.md", DAY, id="only the day"),
        pytest.param("notes/harbour_20200325.md", DAY, id="without marks"),
        pytest.param("SIG/2020/docs-03-25.md", DAY, id="the year is the folder"),
        pytest.param("2020-03/mar-25.md", DAY, id="year and month are the folder"),
        pytest.param("25-03-2020-minutes.md", DAY, id="day first"),
        pytest.param("https://notes.example.org/2020/CG-03-25.md", DAY, id="an address"),
        pytest.param("readme.md", None, id="none"),
        pytest.param("2020/readme.md", None, id="only a year"),
    ],
)
def test_a_name_may_say_the_day(name: str, day: date | None) -> None:
    found = day_of_name(name)
    assert (found.day if found else None) == day
