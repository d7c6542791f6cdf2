"""MeetBot's .log.txt and its kin: `17:01:55 <nick> text`, with the day in the bot's own line or in the file's name."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.model.errors import BadInput
from bot.model.meeting import Line

LINE = re.compile(r"\[?(\d{1,2}):(\d{2})(?::(\d{2}))?\]?\s+(?:<[ @+%~&!]?([^<>\s]+)>|\* +(\S+)) ?(.*)")
STARTED = re.compile(r"Meeting started \w{3} (\w{3}) +(\d{1,2}) \d{2}:\d{2}:\d{2} (\d{4}) UTC")
DATED_NAME = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
MONTHS = {
    name: n for n, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)
}
SNIFFED = 50  # lines looked at to recognise the format
MIDNIGHT = timedelta(hours=12)  # a clock that jumps back by more than this has passed midnight


def looks_like(text: str) -> bool:
    some = [line for line in text.split("\n", SNIFFED)[:SNIFFED] if line.strip()]
    return sum(LINE.match(line) is not None for line in some) * 2 > len(some)


def read(text: str, name: str, on: date | None, zone: tzinfo) -> tuple[Line, ...]:
    """The lines, each with its moment in UTC. Lines of another shape (joins, parts) are passed over. Raises BadInput."""
    bot_says = _announced(text)
    # The bot speaks UTC; a log without it was written in the zone of whoever kept it.
    day, clock = (bot_says, UTC) if bot_says else (on or _day_of_name(name), zone)
    if day is None:
        raise BadInput(f"{name} does not say on which day it was", do="give it with --date YYYY-MM-DD")
    lines: list[Line] = []
    before: datetime | None = None
    for number, raw in enumerate(text.split("\n"), start=1):
        found = LINE.match(raw)
        if found is None:
            continue
        hour, minute, second, nick, actor, said = found.groups()
        try:
            local = datetime.combine(day, time(int(hour), int(minute), int(second or 0)), clock)
        except ValueError:
            raise BadInput(
                f"line {number} of {name} has the time {hour}:{minute}:{second}", do="correct the line"
            ) from None
        if before is not None and before - local > MIDNIGHT:
            day += timedelta(days=1)
            local += timedelta(days=1)
        before = local
        lines.append(Line(number, local.astimezone(UTC), nick or actor, said, emote=actor is not None))
    if not lines:
        raise BadInput(
            f"{name} has no line of the form `17:01:55 <nick> text`", do="choose another --log-format"
        )
    return tuple(lines)


def _announced(text: str) -> date | None:
    """The day in the bot's own words; the name people give a meeting may hold another one by mistake."""
    found = STARTED.search(text)
    if found is None or found[1] not in MONTHS:
        return None
    return _date(found[3], MONTHS[found[1]], found[2])


def _day_of_name(name: str) -> date | None:
    found = DATED_NAME.search(name)
    return _date(*found.groups()) if found else None


def _date(year: str, month: str | int, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
