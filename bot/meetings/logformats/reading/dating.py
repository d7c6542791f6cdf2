"""On which day a log begins and by whose clock: the bot's own line, the file's name, --date, the log's headings."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from itertools import takewhile

from bot.meetings.logformats.reading import stamps
from bot.meetings.logformats.reading.clock import DAY, Clock
from bot.meetings.logformats.reading.decoding import Source, blocks
from bot.meetings.logformats.reading.shapes import Shapes, Zone
from bot.meetings.logformats.reading.text import Reading

# `Meeting started Wed Jun  1 17:01:55 2016 UTC.` (MeetBot and its forks), `Meeting started at 2016-06-01T17:01:55+00:00` (hcoop)
SAID = re.compile(
    r"Meeting (?:started|ended) (?:(?:\w{3} )?(\w{3}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4}) UTC|at (\S{16,35}))"
)
WORDS = ("Meeting started ", "Meeting ended ")
PLACEHOLDER = date(2000, 7, 1)  # a leap year's middle: only days that pass are counted on it
SLACK = timedelta(minutes=5)  # a bot's clock and a client's are not quite the same
QUARTER = timedelta(minutes=15)  # zones differ by multiples of it
WEST, EAST = timedelta(hours=-11), timedelta(hours=13)


@dataclass(frozen=True, slots=True)
class Survey:
    """What one quick look through the whole log found: the bot's dates by line, and how many lines may be passed on."""

    marks: dict[int, datetime]
    relayed: int


def survey(stream: Source, name: str, shapes: Shapes) -> Survey:
    """Reads the log once without taking its lines apart."""
    marks: dict[int, datetime] = {}
    behind, count, before = shapes.before_text + "<", 0, 0
    for block in blocks(stream, name):
        count += block.count(behind)
        for begin, end in _lines_with(WORDS, block):
            found = shapes.said.match(block, begin, end)
            if found is not None and (at := announced(found[3])):
                marks[before + block.count("\n", 0, begin) + 1] = at
        before += block.count("\n") + 1
    return Survey(marks, count)


def _lines_with(words: Sequence[str], block: str) -> Iterator[tuple[int, int]]:
    """Where the lines begin and end that hold one of these words; each of them once, however often it holds it."""
    for word in words:
        position = block.find(word)
        while position >= 0:
            end = block.find("\n", position)
            end = len(block) if end < 0 else end
            yield block.rfind("\n", 0, position) + 1, end
            position = block.find(word, end)


def announced(text: str) -> datetime | None:
    """The moment in the bot's own words; what people name a meeting may hold another day by mistake."""
    found = SAID.match(text)
    if found is None:
        return None
    try:
        if found[5]:
            at = datetime.fromisoformat(found[5].rstrip(".,"))
            return at.astimezone(UTC) if at.tzinfo is not None and at.year in stamps.YEARS else None
        day = stamps.day_in_words(f"{found[1]} {found[2]} {found[4]}")
        return datetime.combine(day, time.min, UTC) + stamps.time_of_day(found[3]) if day else None
    except ValueError:
        return None


def clock_for(reading: Reading, first_stamp: str | None, on: date | None, zone: tzinfo) -> tuple[Clock, str]:
    """The log's clock, and a sentence that says who knew the day."""
    name, form, warn = reading.name, reading.shapes.format, reading.warn
    if form.zone is Zone.UTC and zone is not UTC:
        warn(f"{form.title} logs are in UTC: --tz is not used")
    zone = UTC if form.zone is Zone.UTC else zone
    stamp = _readable(first_stamp)
    named = stamps.day_of_name(name)
    if stamp is not None and stamp.offset is not None:
        return Clock(name, zone, None, warn), "every line has its day and its zone"
    mark = min(reading.marks.items(), default=None)
    dated = stamp is not None and stamp.day is not None and stamp.has_year
    if mark is not None:
        number, at = mark
        first, wall = _walk(reading, number)
        zone = _zone_of(reading, number, wall, at, zone, dated, warn)
        if not dated:
            day = _nearest(first, wall, at, zone)
            for other, told in ((named, "the file's name"), (on, "--date")):
                if other is not None and other != day:
                    warn(f"{told} says {other}, the bot's own line {number} says {day}: the bot's is taken")
            return Clock(name, zone, day, warn), f"the day is {day}, by the bot's own line {number}"
    if dated:
        return Clock(name, zone, None, warn), "every line has its day"
    if named is not None:
        if on is not None and on != named:
            warn(
                f"the file's name says {named} and --date {on}: the name is taken; rename the file if it is wrong"
            )
        return Clock(name, zone, named, warn), f"the day is {named}, by the file's name"
    if on is not None:
        return Clock(name, zone, on, warn), f"the day is {on}, by --date"
    return Clock(name, zone, None, warn), "the day stands in the log's own headings"


def _readable(stamp: str | None) -> stamps.Stamp | None:
    try:
        return stamps.read(stamp) if stamp else None
    except stamps.Impossible:
        return None  # reading the lines will say which


def _walk(reading: Reading, number: int) -> tuple[date, datetime]:
    """The day of the first line, and what the clock on the wall showed in a later one, if nobody told the day."""
    trial = replace(
        reading,
        clock=Clock(reading.name, UTC, PLACEHOLDER, lambda _: None),
        warn=lambda _: None,
        marks={},
        bridges=frozenset(),
    )
    first, wall = None, datetime(2000, 7, 1, tzinfo=UTC)
    for line in takewhile(lambda line: line.number <= number, trial.lines()):
        first = first or trial.clock.day
        wall = line.at
    return first or PLACEHOLDER, wall


def _zone_of(
    reading: Reading,
    number: int,
    wall: datetime,
    at: datetime,
    zone: tzinfo,
    dated: bool,
    warn: Callable[[str], None],
) -> tzinfo:
    """The zone that was given, unless the bot's UTC beside the log's clock shows another one."""
    shown = wall - at
    if not dated:
        shown = (
            shown - WEST
        ) % DAY + WEST  # which day it is remains open: the offset is between the two ends of the world
    elif not WEST - QUARTER <= shown <= EAST + QUARTER:
        warn(
            f"line {number} of {reading.name} has the bot say {at:%Y-%m-%d}, far from its stamp: the stamps are followed"
        )
        return zone
    given = at.astimezone(zone).utcoffset() or timedelta()
    apart = (shown - given) % DAY
    if min(apart, DAY - apart) <= SLACK:
        return zone
    offset = round(shown / QUARTER) * QUARTER
    if reading.shapes.format.zone is Zone.UTC or abs(shown - offset) > SLACK:
        return zone
    warn(
        f"line {number} of {reading.name} has the bot say {at:%H:%M:%S} UTC where the log's clock shows {wall:%H:%M:%S}: "
        f"the log is read as {timezone(offset)}"
    )
    return timezone(offset)


def _nearest(first: date, wall: datetime, at: datetime, zone: tzinfo) -> date:
    """The day of the first line, counted back from the line in which the bot told it."""
    today = at.astimezone(zone).date()
    clock = timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second)
    days = [today + each * DAY for each in (0, -1, 1)]
    day = min(days, key=lambda each: abs(datetime.combine(each, time.min, zone) + clock - at))
    return day - (wall.date() - first)
