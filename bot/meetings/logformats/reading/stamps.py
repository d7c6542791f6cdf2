"""What a stamp says: a time, perhaps a day, perhaps an offset, however the client wrote it."""

import re
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

YEARS = range(1980, 2200)  # chat is younger than this, and a clock beyond it is broken
MONTHS = {
    name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}

# As the formats put them into their shapes: one group is put around them there.
TIME = r"\d{1,2}:\d\d(?::\d\d)?"
ISO = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?(?:Z|[+-]\d\d:?\d\d))?"
TWELVE = r"\d{1,2}:\d\d(?::\d\d)? ?[AaPp]\.?[Mm]\.?"
MONTH_DAY = r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"

_CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):(\d\d)(?::(\d\d))?(?![\d:])(?:[.,]\d+)? ?([AaPp])?\.?(?(4)[Mm])")
_MONTH = re.compile(r"(?<![A-Za-z])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_DAY = re.compile(r"(?<![\d:])(\d{1,2})(?![\d:])")
_NUMBERS = re.compile(r"(?<!\d)(\d{4})([-/.])(\d\d)\2(\d\d)(?!\d)")
_NUMBERS_DAY_FIRST = re.compile(r"(?<!\d)(\d\d)([-.])(\d\d)\2(\d{4})(?!\d)")
_NAMED_FILE = re.compile(r"(?<!\d)(\d{4})([-_.]?)(\d\d)\2(\d\d)(?!\d)")
WORDS = 200  # characters of a heading that are looked at


class Impossible(ValueError):
    """Such a time or day does not exist."""


class Stamp(NamedTuple):
    """`clock` is the time of day; `day` is None when only the time is given, `year` is False when a day lacks its year."""

    clock: timedelta
    day: date | None = None
    has_year: bool = True
    offset: tzinfo | None = None


LEAP = 2000  # the year that stands in for a missing one, so that 29 February exists


@lru_cache(maxsize=1 << 17)  # a day has 86,400 of them
def time_of_day(text: str) -> timedelta:
    """`17:01`, `17:01:55`, `05:01:55 pm`. Raises Impossible."""
    found = _CLOCK.search(text)
    if found is None:
        raise Impossible(text)
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            raise Impossible(text)
        hour = hour % 12 + (12 if found[4] in "pP" else 0)
    if hour > 23 or minute > 59 or second > 60:
        raise Impossible(text)
    return timedelta(
        hours=hour, minutes=minute, seconds=min(second, 59)
    )  # a leap second is the one before it


def read(text: str) -> Stamp:
    """Raises Impossible."""
    if text[4:5] == "-":
        return _iso(text)
    if text[0].isdigit() and text[1:3].find(":") >= 0:
        return Stamp(time_of_day(text))
    if len(text) == 15 and text[3] == text[6] == " ":  # `Jun 01 17:01:55`
        return Stamp(time_of_day(text[7:]), _month_and_day(text[:6]), has_year=False)
    found = day_in_words(text)
    if found is not None:
        return Stamp(time_of_day(text), found)
    clock = _CLOCK.search(text)
    begin = clock.start() if clock else len(text)
    day = _month_and_day(text[:begin])
    return Stamp(time_of_day(text[begin:]), day, has_year=day is None)


@lru_cache(maxsize=1 << 10)
def _month_and_day(text: str) -> date | None:
    """`Jun 01` in a leap year; None without a month. Raises Impossible."""
    month, day = _MONTH.search(text), _DAY.search(text)
    if month is None:
        return None
    if day is None:
        raise Impossible(text)
    return _date(LEAP, MONTHS[month[1].lower()], int(day[1]))


def _iso(text: str) -> Stamp:
    try:
        at = datetime.fromisoformat(text.replace(",", ".").replace(" +", "+").replace(" Z", "Z"))
    except ValueError:
        raise Impossible(text) from None
    if at.year not in YEARS:
        raise Impossible(text)
    clock = timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
    return Stamp(clock, at.date(), offset=at.tzinfo)


def day_in_words(text: str) -> date | None:
    """The day a heading names: `Wed Jun 01 17:01:55 2016`, `Thursday, 2 June 2016`, `2016-06-02`; None without one."""
    text = text[:WORDS]
    if numbers := _NUMBERS.search(text):
        return _date(int(numbers[1]), int(numbers[3]), int(numbers[4]))
    if numbers := _NUMBERS_DAY_FIRST.search(text):
        return _date(int(numbers[4]), int(numbers[3]), int(numbers[1]))
    month, year = _MONTH.search(text), _YEAR.search(text)
    if month is None or year is None:
        return None
    rest = text[: year.start()] + " " + text[year.end() :]
    day = _DAY.search(rest)
    return _date(int(year[1]), MONTHS[month[1].lower()], int(day[1])) if day else None


def hour_in_words(text: str) -> timedelta:
    """The time of day a heading names, midnight without one."""
    return time_of_day(text[:WORDS]) if _CLOCK.search(text[:WORDS]) else timedelta()


def day_of_name(name: str) -> date | None:
    """The day in a file's name (`chan.2016-06-01-17.01.log`, `#c_20160601.log`); only its last part counts."""
    for found in _NAMED_FILE.finditer(name.replace("\\", "/").rpartition("/")[2]):
        try:
            return _date(int(found[1]), int(found[3]), int(found[4]))
        except Impossible:
            continue
    return None


def _date(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise Impossible(f"{year}-{month}-{day}") from None
    if year not in YEARS:
        raise Impossible(f"{year}-{month}-{day}")
    return found
