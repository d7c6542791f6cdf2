"""What people wrote, as plain text that moves no cursor and turns no line around, wrapped by what the eye sees."""

import re
from collections.abc import Iterator
from datetime import date
from unicodedata import category, east_asian_width

from bot.reports.quoting import cut, one_line, printable

WIDE = 100  # columns of a text page
BREAKS = re.compile(r"[\t\n\r\u2028\u2029]+")
MOST = 2_000  # characters of one text in minutes; the log has the rest


def short(text: str, most: int = MOST) -> str:
    """The text on one line, at most `most` characters long, without anything that steers what stands around it."""
    text = cut(text, most)
    return text if text.isprintable() else one_line(text)


def keep_lines(text: str) -> str:
    """The whole text with its own line breaks."""
    return text if text.isprintable() else printable(text).replace("\r\n", "\n")


def typed(text: str) -> str:
    """The whole text on one line, with its own blanks."""
    return text if text.isprintable() else BREAKS.sub(" ", printable(text))


def width(text: str) -> int:
    """How many columns of a terminal the text takes: marks none, East Asian letters and emoji two."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in ("W", "F") else 1


def pad(text: str, columns: int) -> str:
    """The text with blanks up to a column; longer text keeps its length."""
    return text + " " * (columns - width(text))


def hang(text: str, lead: str = "", columns: int = WIDE) -> str:
    """The text behind `lead`, wrapped; further lines begin below its first word unless that is far right. A link is never broken."""
    lead = typed(lead)
    indent, room = " " * min(width(lead), columns // 2), max(columns - width(lead), columns // 5)
    return (lead + ("\n" + indent).join(_filled(typed(text), room))).rstrip()


def underlined(words: str, sign: str = "-") -> str:
    """A heading of a text page."""
    wrapped = hang(words)
    return f"{wrapped}\n{sign * min(max(map(width, wrapped.splitlines()), default=1), WIDE)}"


def _filled(text: str, room: int) -> Iterator[str]:
    line, used = "", 0
    for word in (part for each in text.split() for part in _breakable(each, room)):
        needed = width(word)
        if line and used + 1 + needed > room:
            yield line
            line, used = "", 0
        line, used = (f"{line} {word}", used + 1 + needed) if line else (word, needed)
    yield line


def _breakable(word: str, room: int) -> Iterator[str]:
    """A word in parts that fit; what is shorter, and a link that somebody wants to click, stays whole."""
    if width(word) <= room or "://" in word[:200]:
        yield word
        return
    part: list[str] = []
    used = 0
    for character in word:
        columns = _columns(character)
        if used + columns > room:
            yield "".join(part)
            part, used = [], 0
        part.append(character)
        used += columns
    yield "".join(part)


def long_day(day: date) -> str:
    """`Friday 10 June 2016`: a day that nobody has to work out."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def listed(names: list[str]) -> str:
    """`ada, bo and cy`."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


FILTERS = {
    "short": short, "hang": hang, "underlined": underlined, "pad": pad, "width": width, "long_day": long_day,
    "listed": listed,
}  # fmt: skip
