"""What people wrote, as plain text that moves no cursor and turns no line around, wrapped by what the eye sees."""

from collections.abc import Iterator
from datetime import date
from unicodedata import category, east_asian_width

from bot.reports.quoting import cut

WIDE = 100  # columns of a text page
MOST = 2_000  # characters of one text in minutes; the log has the rest

_LOST = "\ufffd"
# Bidirectional overrides, embeddings and isolates can show a line in another order than it was written (CVE-2021-42574).
_TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
# What neither XML 1.0 nor UTF-8 can carry: C0 and C1 controls, lone surrogates, U+FFFE and U+FFFF.
_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)))
_NOT_TEXT = dict.fromkeys((*range(0xD800, 0xE000), 0xFFFE, 0xFFFF), _LOST)
_BLANK = dict.fromkeys((0x09, 0x0B, 0x0C, 0x85), " ")
_BREAKS = dict.fromkeys((0x0A, 0x2028, 0x2029), "\n")
_LINES = _TURNS | _CONTROLS | _NOT_TEXT | _BLANK | _BREAKS
_ONE_LINE = _LINES | dict.fromkeys((*_BREAKS, 0x0D), " ")


def one_line(text: str, most: int = MOST) -> str:
    """The text on one line, without controls, at most `most` characters long."""
    text = cut(text, most)
    return text if text.isprintable() else text.translate(_ONE_LINE)


def keep_lines(text: str) -> str:
    """The whole text with its own line breaks, without controls."""
    return text if text.isprintable() else text.translate(_LINES)


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
    text, lead = one_line(text, len(text)), one_line(lead, len(lead))
    indent, room = " " * min(width(lead), columns // 2), max(columns - width(lead), columns // 5)
    return (lead + ("\n" + indent).join(_filled(text, room))).rstrip()


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
    "short": one_line, "hang": hang, "underlined": underlined, "pad": pad, "width": width, "long_day": long_day,
    "listed": listed,
}  # fmt: skip
