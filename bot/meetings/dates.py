"""The day that words mean: `next Friday`, `by 1 June`, `due 2016-06-10`; None when they name none, or one that is no date."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = "january february march april may june july august september october november december".split()
_DAY = "|".join(f"{day}|{day[:3]}" for day in WEEKDAYS)
_MONTH = "|".join(f"{month}|{month[:3]}" for month in MONTHS)
_BEFORE = r"(?<![\w-])(?:(?:due|by|until|till|before|on)(?:\s{1,3}(?:the|on|by))?:?\s{1,3})"
_AFTER = r"(?![\w-])"
ISO = re.compile(rf"{_BEFORE}(\d{{4}})-(\d{{2}})-(\d{{2}}){_AFTER}", re.IGNORECASE)
DAY_FIRST = re.compile(
    rf"{_BEFORE}(\d{{1,2}})(?:st|nd|rd|th)?\s{{1,3}}(?:of\s{{1,3}})?({_MONTH})\.?(?:,?\s{{1,3}}(\d{{4}}))?{_AFTER}", re.IGNORECASE
)  # fmt: skip
MONTH_FIRST = re.compile(
    rf"{_BEFORE}({_MONTH})\.?\s{{1,3}}(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s{{1,3}}(\d{{4}}))?{_AFTER}", re.IGNORECASE
)  # fmt: skip
WEEKDAY = re.compile(
    rf"(?<![\w-])(?:(by|due|until|till|before|on|this|next)\s{{1,3}})(?:(this|next|on)\s{{1,3}})?({_DAY}){_AFTER}", re.IGNORECASE
)  # fmt: skip
NEAR = re.compile(rf"(?<![\w-])(today|tonight|tomorrow|(?:by|due|until)\s{{1,3}}next\s{{1,3}}week){_AFTER}", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """A day and the words it was read from."""

    day: date
    words: str


def find_due(text: str, on: date) -> Due | None:
    """The first due date of an action's text, said on the day `on`.

    `Friday` is the coming one (a week ahead on a Friday), `next Friday` the one of the week after this one, weeks
    beginning on Monday; `next week` is its Friday. A day without a year is the next such day.
    """
    found = [each for read in (_iso, _named, _weekday, _near) if (each := read(text, on)) is not None]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _iso(text: str, on: date) -> tuple[int, Due] | None:
    found = ISO.search(text)
    return _due(found, int(found[1]), int(found[2]), int(found[3])) if found else None


def _named(text: str, on: date) -> tuple[int, Due] | None:
    if (found := DAY_FIRST.search(text)) is not None:
        number, name, year = found.groups()
    elif (found := MONTH_FIRST.search(text)) is not None:
        name, number, year = found.groups()
    else:
        return None
    month = next(n for n, each in enumerate(MONTHS, start=1) if each.startswith(name.lower()[:3]))
    if year:
        return _due(found, int(year), month, int(number))
    this_year = _due(found, on.year, month, int(number))
    if this_year is None or this_year[1].day >= on:
        return this_year
    return _due(found, on.year + 1, month, int(number))


def _weekday(text: str, on: date) -> tuple[int, Due] | None:
    found = WEEKDAY.search(text)
    if found is None:
        return None
    wanted = next(n for n, each in enumerate(WEEKDAYS) if each.startswith(found[3].lower()[:3]))
    if "next" in ((found[1] or "").lower(), (found[2] or "").lower()):
        day = _plus(on, 7 - on.weekday() + wanted)
    else:
        day = _plus(on, (wanted - on.weekday() - 1) % 7 + 1)
    return (found.start(), Due(day, found[0])) if day else None


def _near(text: str, on: date) -> tuple[int, Due] | None:
    found = NEAR.search(text)
    if found is None:
        return None
    word = found[1].lower()
    ahead = 7 - on.weekday() + 4 if "week" in word else 1 if word == "tomorrow" else 0
    day = _plus(on, ahead)
    return (found.start(), Due(day, found[0])) if day else None


def _due(found: re.Match[str], year: int, month: int, day: int) -> tuple[int, Due] | None:
    try:
        return found.start(), Due(date(year, month, day), found[0])
    except ValueError:
        return None  # 31 June


def _plus(on: date, days: int) -> date | None:
    try:
        return on + timedelta(days=days)
    except OverflowError:
        return None  # a log of the year 9999
