"""A cron line, read as cron reads it: the numbers that each of its five fields stands for."""

import re
from dataclasses import dataclass

FIELDS = (
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of month", 1, 31),
    ("month", 1, 12),
    ("day of week", 0, 7),  # 0 and 7 are both Sunday
)
PART = re.compile(r"(?:(?P<all>\*)|(?P<first>\d+)(?:-(?P<last>\d+))?)(?:/(?P<step>[1-9]\d*))?")
LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # days of each month


@dataclass(frozen=True, slots=True)
class Times:
    """When something happens. Weekdays count from Sunday = 0.

    `either` is cron's own rule: when both the day of the month and the weekday are limited, one of them is enough.
    """

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    either: bool


def read_cron(line: str) -> Times:
    """Reads `*/15 * * * *`. Raises ValueError with a sentence that names the wrong part."""
    fields = line.split()
    if len(fields) != len(FIELDS):
        raise ValueError("write five cron fields: minute hour day month weekday, such as */15 * * * *")
    minutes, hours, days, months, weekdays = (
        _numbers(field, *limits) for field, limits in zip(fields, FIELDS, strict=True)
    )
    either = not fields[2].startswith("*") and not fields[4].startswith("*")
    if not either and min(days) > max(LONGEST[month - 1] for month in months):
        raise ValueError(f"no month of it has a day {min(days)}")
    return Times(minutes, hours, days, months, tuple(sorted({day % 7 for day in weekdays})), either)


def _numbers(field: str, name: str, low: int, high: int) -> tuple[int, ...]:
    found: set[int] = set()
    for part in field.split(","):
        shape = PART.fullmatch(part)
        if shape is None or any(not low <= int(n) <= high for n in shape.group("first", "last") if n):
            raise ValueError(f"{part} is no {name} ({low} to {high}, *, a-b or */n)")
        first = low if shape["all"] else int(shape["first"])
        last = int(shape["last"] or (high if shape["all"] or shape["step"] else first))
        if first > last:
            raise ValueError(f"{part} is no {name}: the smaller number comes first")
        found |= set(range(first, last + 1, int(shape["step"] or 1)))
    return tuple(sorted(found))
