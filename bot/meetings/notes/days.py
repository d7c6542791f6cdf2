"""The day and the hour that notes name: `March 25, 2020`, `25th of March`, `2020-03-25, 10:00-11:00 PT`."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import Enum
from typing import NamedTuple
from zoneinfo import ZoneInfo

MONTHS = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
# Two days (`27/28 April`, `March 3-4`) are one meeting, on the first of them
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:\s?(?:[-–/&+]|and|to)\s?\d{1,2}(?:st|nd|rd|th)?(?![\d:-]))?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
FORMS = (
    re.compile(rf"(?<!\d){_YEAR}[-/._](?P<month>\d{{1,2}})[-/._](?P<day>\d{{1,2}})(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日"),
    re.compile(rf"(?<!\d){_YEAR}[\s,-]{{1,3}}{_MONTH}\.?[\s-]{{1,3}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)", re.I),
    re.compile(rf"(?<![a-z\d]){_MONTH}\.?[\s-]{{0,3}}{_DAY}(?![\d:])(?:[\s,.-]{{1,3}}{_YEAR}|\s?'(?P<short>\d\d)(?!\d))?", re.I),
    re.compile(rf"(?<![\d:]){_DAY}\.?[\s-]{{0,3}}(?:of\s{{1,3}})?{_MONTH}(?![a-z])\.?(?:[\s,.-]{{1,3}}{_YEAR}|\s?'(?P<short>\d\d)(?!\d))?", re.I),
)  # fmt: skip
NUMBERS = re.compile(
    r"(?<![\d./-])(?P<first>\d{1,2})(?P<sep>[/.-])(?P<second>\d{1,2})(?P=sep)(?P<year>\d{4}|\d{2})(?![\d/])"
)
CLOCK = re.compile(
    r"(?<![\d:.-])(?P<h1>\d{1,2})(?::(?P<m1>[0-5]\d))?\s?(?P<p1>[ap]\.?m\b\.?)?"
    r"(?:\s?(?:-|–|—|to|until|~)\s?(?P<h2>\d{1,2})(?::(?P<m2>[0-5]\d))?\s?(?P<p2>[ap]\.?m\b\.?)?)?(?![\d:])"
    r"[\s,(]{0,3}(?P<zone>(?:UTC|GMT)(?:\s?[+-]\d{1,2}(?::?[0-5]\d)?)?|[A-Z][A-Za-z]{1,20}/[A-Z][A-Za-z_]{1,30}"
    r"|[A-Z]{2,4}(?![A-Za-z])|Z(?![A-Za-z])|Pacific|Eastern|Central|Mountain)?",
)
FIXED = {  # abbreviations that mean one thing; CST, IST and BST-like doubles are left to the caller's zone
    "UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
BY_PLACE = {
    "PT": "America/Los_Angeles", "Pacific": "America/Los_Angeles", "MT": "America/Denver", "Mountain": "America/Denver",
    "CT": "America/Chicago", "Central": "America/Chicago", "ET": "America/New_York", "Eastern": "America/New_York",
}  # fmt: skip
LOOKED_AT = 400  # characters of a line in which a day or an hour is looked for


class Order(Enum):
    """How `3/4/2020` is read. GUESSED: month first, for want of a date that tells."""

    MONTH_FIRST = "month/day"
    DAY_FIRST = "day/month"
    GUESSED = "month/day, a guess"


class Found(NamedTuple):
    """A day and where its words stand."""

    day: date
    start: int
    end: int


class Span(NamedTuple):
    start: datetime
    end: datetime | None


def find_day(text: str, *, year: int | None = None, order: Order = Order.GUESSED) -> Found | None:
    """The first day that the text names. `year` is for one without (`Dec 18`); None leaves such a day unread."""
    text = text[:LOOKED_AT]
    found = [each for form in FORMS for match in form.finditer(text) if (each := _named(match, year))]
    found += [each for match in NUMBERS.finditer(text) if (each := _numbered(match, order))]
    # `2020-03-25` is also `20-03-25`: of what begins together the longer is meant
    return min(found, key=lambda each: (each.start, -each.end), default=None)


def order_of(texts: Iterable[str]) -> Order:
    """Whether day or month comes first in a file's dates, told by those that can be read in one way only."""
    for text in texts:
        for found in NUMBERS.finditer(text[:LOOKED_AT]):
            if found["sep"] == ".":
                continue  # 3.4.2020 is written day first wherever it is written
            if int(found["first"]) > 12 >= int(found["second"]):
                return Order.DAY_FIRST
            if int(found["second"]) > 12 >= int(found["first"]):
                return Order.MONTH_FIRST
    return Order.GUESSED


def is_guess(text: str, order: Order) -> bool:
    """Whether the text's date could also be another day."""
    found = NUMBERS.search(text[:LOOKED_AT])
    return (
        order is Order.GUESSED and found is not None and found["sep"] != "."
        and found["first"] != found["second"] and max(int(found["first"]), int(found["second"])) <= 12
    )  # fmt: skip


def is_only_an_hour(text: str) -> bool:
    """Whether a line says when, and nothing else: `10:00-10:45 UTC`."""
    found = CLOCK.fullmatch(text[:100].strip(" ()"))
    return found is not None and _says_hour(found)


def _says_hour(found: re.Match[str]) -> bool:
    """A bare number is no hour."""
    return bool(found["m1"] or found["p1"] or found["p2"] or found["m2"])


def find_span(text: str, day: date, zone: tzinfo | None) -> Span | None:
    """From when to when, in UTC; None when the text gives no hour with a zone. `zone` is for an hour without one.

    Of an hour told in several zones, UTC's is taken.
    """
    spans: list[tuple[bool, int, Span]] = []
    for found in CLOCK.finditer(text[:LOOKED_AT]):
        if not _says_hour(found):
            continue
        if (clock := _zone(found["zone"]) or (zone if not found["zone"] else None)) is None:
            continue
        span = _span(found, day, clock)
        if span is not None:
            spans.append((found["zone"] not in ("UTC", "GMT", "Z"), len(spans), span))
    return min(spans)[2] if spans else None


def _named(found: re.Match[str], year: int | None) -> Found | None:
    parts = found.groupdict()
    written = parts.get("year") or (f"20{parts['short']}" if parts.get("short") else None)
    if written is None and year is None:
        return None
    month = MONTHS[parts["name"][:3].lower()] if parts.get("name") else int(parts["month"])
    return _found(found, int(written) if written else year or 0, month, int(parts["day"]))


def _numbered(found: re.Match[str], order: Order) -> Found | None:
    if found["sep"] == "." and len(found["year"]) == 2:
        return None  # 1.10.22 is a version
    first, second = int(found["first"]), int(found["second"])
    day_first = order is Order.DAY_FIRST or found["sep"] == "." or first > 12
    year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
    return _found(found, year, second if day_first else first, first if day_first else second)


def _found(found: re.Match[str], year: int, month: int, day: int) -> Found | None:
    try:
        return Found(date(year, month, day), found.start(), found.end())
    except ValueError:
        return None  # 31 June


def _zone(name: str | None) -> tzinfo | None:
    if not name:
        return None
    if name in FIXED:
        return timezone(timedelta(hours=FIXED[name]))
    if name[:3] in ("UTC", "GMT"):
        sign, digits = (-1 if "-" in name else 1), re.sub(r"\D", "", name)
        hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
        return timezone(sign * timedelta(hours=hours, minutes=minutes)) if hours < 24 else None
    if "/" not in name and name not in BY_PLACE:
        return None
    try:
        return ZoneInfo(BY_PLACE.get(name, name))
    except (KeyError, ValueError, OSError):  # no such zone: ZoneInfoNotFoundError is a KeyError
        return None


def _span(found: re.Match[str], day: date, zone: tzinfo) -> Span | None:
    half = found["p1"] or (found["p2"] if found["h2"] and int(found["h1"]) <= int(found["h2"]) else None)
    start = _moment(day, found["h1"], found["m1"], half, zone)
    if start is None:
        return None
    end = _moment(day, found["h2"], found["m2"], found["p2"], zone) if found["h2"] else None
    if end is not None and end <= start:
        end += timedelta(days=1)
    return Span(start, end)


def _moment(day: date, hour: str, minute: str | None, half: str | None, zone: tzinfo) -> datetime | None:
    number = int(hour)
    if half:
        if not 1 <= number <= 12:
            return None
        number = number % 12 + (12 if half[0] == "p" else 0)
    try:
        return datetime.combine(day, time(number, int(minute or 0)), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None  # 25:00, or the first day of time
