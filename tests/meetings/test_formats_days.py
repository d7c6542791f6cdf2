"""On which day, at what hour: the bot's own line, the file's name, --date, headings; midnight, summer time, 12-hour clocks."""

import io
from datetime import UTC, date, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from bot.meetings import logformats
from bot.meetings.logformats import Log
from bot.model.errors import BadInput

NEW_YORK, BERLIN, AUCKLAND = (
    ZoneInfo("America/New_York"),
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("Pacific/Auckland"),
)
JUNE = date(2016, 6, 1)


def opened(
    text: str, name: str = "x.log", on: date | None = None, zone: tzinfo = UTC, form: str | None = None
) -> Log:
    return logformats.open_log(io.BytesIO(text.encode()), name=name, form=form, on=on, zone=zone)


def moments(log: Log) -> list[str]:
    return [f"{line.at:%m-%d %H:%M}" for line in log.lines]


def started(day: str, clock: str, zone: str = "UTC") -> str:
    return f"<bot> Meeting started {day[:10]} {clock} {day[-4:]} {zone}.  The chair is ada."


BOT = started("Wed Jun  1 2016", "17:01:55")


@pytest.mark.parametrize(
    ("text", "name", "on", "first", "by", "warned"),
    [
        pytest.param(f"17:01:55 <ada> #startmeeting 2016-07-01\n17:01:55 {BOT}", "x.log", None, "06-01 17:01", "the bot's own line 2", 0, id="the bot's own line, never the meeting's title"),
        pytest.param(f"17:01:55 <ada> #startmeeting x\n17:01:55 {BOT}", "2016-07-01.log", date(2016, 8, 1), "06-01 17:01", "the bot's own line 2", 2, id="the bot before the file's name and --date"),
        pytest.param("17:01:55 <ada> x", "#c_20160701.log", date(2016, 8, 1), "07-01 17:01", "the file's name", 1, id="the file's name before --date"),
        pytest.param("17:01:55 <ada> x", "chan.2016-07-01-17.01.log.txt", None, "07-01 17:01", "the file's name", 0, id="the name MeetBot gives"),
        pytest.param("17:01:55 <ada> x", "logs/2015-01-01/x_2016_07_02.log", None, "07-02 17:01", "the file's name", 0, id="only the last part of a path"),
        pytest.param("17:01:55 <ada> x", "20169901.log", date(2016, 8, 1), "08-01 17:01", "--date", 0, id="a number in the name that is no day"),
        pytest.param("--- Log opened Wed Jun 01 17:00:00 2016\n17:01 <ada> x", "x.log", date(2016, 5, 1), "06-01 17:01", "--date", 0, id="a later heading goes on from --date"),
        pytest.param("--- Log opened Wed Jun 01 17:00:00 2016\n17:01 <ada> x", "x.log", None, "06-01 17:01", "headings", 0, id="the headings, when nothing else knows"),
        pytest.param("--- Log opened Wed Jun 01 17:00:00 2016\n17:01 <ada> x", "x.log", date(2016, 7, 1), "07-01 17:01", "--date", 1, id="a log does not go back behind --date"),
        pytest.param("2016-06-01 17:01:55\tada\tx", "2020-01-01.log", date(2021, 1, 1), "06-01 17:01", "every line", 0, id="lines with their own day"),
    ],
)  # fmt: skip
def test_the_day_comes_from_whoever_knows_it_best(
    text: str, name: str, on: date | None, first: str, by: str, warned: int
) -> None:
    log = opened(text, name, on)
    assert moments(log)[0] == first
    assert by in log.dated_by
    assert len(log.warnings) == warned


@pytest.mark.parametrize(
    ("text", "on", "zone", "expected"),
    [
        pytest.param("23:59:00 <a> x\n00:01:00 <a> x\n23:00:00 <a> x\n01:00:00 <a> x", JUNE, UTC, ["06-01 23:59", "06-02 00:01", "06-02 23:00", "06-03 01:00"], id="midnight, twice"),
        pytest.param("18:00:00 <a> x\n09:00:00 <a> x", JUNE, UTC, ["06-01 18:00", "06-02 09:00"], id="the next morning"),
        pytest.param("10:00:05 <a> x\n10:00:03 <a> x\n09:59:00 <a> x", JUNE, UTC, ["06-01 10:00", "06-01 10:00", "06-01 09:59"], id="lines in disorder"),
        pytest.param(f"23:50:00 <a> x\n23:59:59 <a> #startmeeting x\n00:00:01 {started('Thu Jun  2 2016', '00:00:01')}\n00:05:00 <a> x", None, UTC, ["06-01 23:50", "06-01 23:59", "06-02 00:00", "06-02 00:05"], id="the bot speaks behind midnight"),
        pytest.param(f"10:00:00 <a> #startmeeting x\n10:00:00 {started('Wed Jun  1 2016', '10:00:00')}\n11:00:00 <a> #endmeeting\n09:00:00 <b> #startmeeting y\n09:00:00 {started('Wed Jun  8 2016', '09:00:00')}\n09:30:00 <b> x", None, UTC, ["06-01 10:00", "06-01 10:00", "06-01 11:00", "06-08 09:00", "06-08 09:00", "06-08 09:30"], id="two meetings, a week apart"),
        pytest.param("--- Log opened Wed Jun 01 23:00:00 2016\n23:59 <a> x\n--- Day changed Thu Jun 02 2016\n00:01 <a> x\n--- Log closed Thu Jun 02 01:00:00 2016\n--- Log opened Mon Jun 06 09:00:00 2016\n10:00 <a> x", None, UTC, ["06-01 23:59", "06-02 00:01", "06-06 10:00"], id="irssi's headings"),
        pytest.param("[11:59:00 PM] <a> x\n[12:01:00 AM] <a> x\n[12:30:00 pm] <a> x\n[1:00:00 p.m.] <a> x", JUNE, UTC, ["06-01 23:59", "06-02 00:01", "06-02 12:30", "06-02 13:00"], id="a clock of twelve hours"),
        pytest.param("**** BEGIN LOGGING AT Sat Dec 31 23:00:00 2016\nDec 31 23:59:00 <a>\tx\nJan 01 00:01:00 <a>\tx", None, UTC, ["12-31 23:59", "01-01 00:01"], id="the year turns"),
        pytest.param("Feb 29 10:00:00 <a>\tx", date(2016, 2, 1), UTC, ["02-29 10:00"], id="a leap day without its year"),
        pytest.param("10:00 <a> x\n22:30 <a> x", JUNE, NEW_YORK, ["06-01 14:00", "06-02 02:30"], id="another zone"),
        pytest.param("00:30 <a> x\n01:10 <a> x\n01:50 <a> x\n01:05 <a> x\n01:45 <a> x\n02:10 <a> x", date(2016, 11, 6), NEW_YORK, ["11-06 04:30", "11-06 05:10", "11-06 05:50", "11-06 06:05", "11-06 06:45", "11-06 07:10"], id="the hour that comes twice"),
        pytest.param("2016-10-30 01:30:00\ta\tx\n2016-10-30 02:30:00\ta\tx\n2016-10-30 02:10:00\ta\tx", None, BERLIN, ["10-29 23:30", "10-30 00:30", "10-30 01:10"], id="the same with days in the lines"),
        pytest.param("01:30 <a> x\n03:30 <a> x", date(2016, 3, 13), NEW_YORK, ["03-13 06:30", "03-13 07:30"], id="the hour that does not come"),
        pytest.param("[2016-06-01T17:01:55+0200] <a> x", None, NEW_YORK, ["06-01 15:01"], id="an offset in the line"),
        pytest.param("[2016-06-01T17:01:55.000Z]\t<a>\tx", None, NEW_YORK, ["06-01 17:01"], id="a Z in the line"),
        pytest.param("[Wednesday 1 June 2016] [17:01:55] <a> x", None, UTC, ["06-01 17:01"], id="a day in words"),
        pytest.param("01-06-2016 17:01:55 < a!u@2001:db8::1: x", None, UTC, ["06-01 17:01"], id="the day before the month"),
        pytest.param("23:59:60 <a> x", JUNE, UTC, ["06-01 23:59"], id="a leap second"),
    ],
)  # fmt: skip
def test_times_become_moments_in_the_order_of_the_log(
    text: str, on: date | None, zone: tzinfo, expected: list[str]
) -> None:
    assert moments(opened(text, on=on, zone=zone)) == expected


@pytest.mark.parametrize(
    ("clock", "day", "zone", "offset", "first"),
    [
        pytest.param("10:01", "Wed Jun  1 2016", UTC, timedelta(hours=-7), "06-01 17:01", id="west of UTC"),
        pytest.param(
            "22:31",
            "Wed Jun  1 2016",
            UTC,
            timedelta(hours=5, minutes=30),
            "06-01 17:01",
            id="half an hour east",
        ),
        pytest.param(
            "05:01", "Wed Jun  1 2016", UTC, timedelta(hours=12), "06-01 17:01", id="already tomorrow"
        ),
        pytest.param(
            "13:01", "Wed Jun  1 2016", NEW_YORK, None, "06-01 17:01", id="the zone that was given is right"
        ),
        pytest.param(
            "05:01", "Wed Jun  1 2016", AUCKLAND, None, "06-01 17:01", id="a given zone, already tomorrow"
        ),
        pytest.param(
            "17:03", "Wed Jun  1 2016", UTC, None, "06-01 17:03", id="two clocks that differ a little"
        ),
    ],
)
def test_the_bot_s_utc_shows_whose_clock_the_log_has(
    clock: str, day: str, zone: tzinfo, offset: timedelta | None, first: str
) -> None:
    log = opened(f"{clock} <ada> #startmeeting x\n{clock} {started(day, '17:01:55')}", zone=zone)
    assert moments(log)[0] == first
    told = [] if offset is None else [f"the log is read as {timezone(offset)}"]
    assert [warning.partition(": ")[2].rpartition(": ")[2] for warning in log.warnings] == told


def test_the_bot_s_utc_also_corrects_lines_with_a_day() -> None:
    text = "2016-06-01 10:01:00\tada\t#startmeeting x\n2016-06-01 10:01:55\tbot\tMeeting started Wed Jun  1 17:01:55 2016 UTC.  The chair is ada."
    assert moments(opened(text)) == ["06-01 17:01", "06-01 17:01"]
    far = text.replace("Jun  1", "Jun  5")
    log = opened(far)
    assert moments(log) == ["06-01 10:01", "06-01 10:01"]
    assert "the stamps are followed" in log.warnings[0]


def test_a_time_that_did_not_exist_is_asked_about() -> None:
    log = opened("01:50 <a> x\n02:30 <a> x", on=date(2016, 3, 13), zone=NEW_YORK)
    assert moments(log) == ["03-13 06:50", "03-13 07:30"]
    assert log.warnings == [
        "x.log has the time 2016-03-13 02:30, which did not exist in America/New_York: is the zone right?"
    ]


def test_rrsagent_s_logs_are_in_utc_whatever_is_asked() -> None:
    log = opened("17:01:55 <ada> ada has joined #css\n17:01:58 <ada> x", on=JUNE, zone=NEW_YORK)
    assert moments(log) == ["06-01 17:01", "06-01 17:01"]
    assert log.warnings == ["RRSAgent logs are in UTC: --tz is not used"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("10:00:00 <a> x", "x.log does not say on which day it was: give it with --date YYYY-MM-DD", id="no day anywhere"),
        pytest.param("Jun 01 10:00:00 <a>\tx", "--date", id="a day without a year"),
        pytest.param("2016-06-01 10:00:00\ta\tx\n2016-06-01 10:61:00\ta\tx", "line 2 of x.log has the time 2016-06-01 10:61:00", id="an impossible time"),
        pytest.param("2016-02-30 10:00:00\ta\tx", "line 1 of x.log has the time 2016-02-30", id="an impossible day"),
        pytest.param("9999-12-31 10:00:00\ta\tx", "line 1 of x.log has the time 9999", id="a day in another age"),
        pytest.param("[13:00:00 PM] <a> x", "line 1 of x.log has the time 13:00:00 PM", id="thirteen o'clock of twelve"),
        pytest.param("--- Log opened Wed Jun 31 10:00:00 2016\n10:00 <a> x", "line 1 of x.log names a day that does not exist", id="a heading's impossible day"),
    ],
)  # fmt: skip
def test_what_cannot_be_dated_is_answered_with_what_to_do(text: str, said: str) -> None:
    with pytest.raises(BadInput) as told:
        list(opened(text).lines)
    assert said in str(told.value)


def test_a_month_far_from_the_day_given_is_asked_about() -> None:
    log = opened("Feb 29 10:00:00 <a>\tx", on=date(2017, 8, 1))
    with pytest.raises(BadInput, match="far from 2017-08-01"):
        list(log.lines)
