"""How a format is declared: the shapes of its lines, and where its day and its zone come from."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from bot.meetings.logformats.reading.decoding import Source
from bot.model.meeting import Event, Line

# Bits that formats share. Every `+` is possessive or stands before a character it cannot eat, so that a line of ten
# million characters costs one look at each.
MODES = (
    r"[ @+%~&!]*+"  # what a client puts before a nick; `_ [ ] { } \ | ^` and a backquote belong to the nick
)
NICK = r"([^\s<>]++)"
ANGLED = rf"<{MODES}{NICK}>[ \t]?(.*)"
STARRED = rf"\* {MODES}{NICK} ?(.*)"
HOST = r"(?:\([^()\s]*+\)|\[[^\[\]\s]*+\]|<[^<>\s]*+>)"  # user@host in any brackets
REASON = r"(?: ?[\[(](.*))?"  # what closes it is cut off afterwards


class Zone(StrEnum):
    """Whose clock the stamps show."""

    LOCAL = "`--tz`"
    UTC = "UTC"
    STATED = "in the line"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFormat:
    """A log of one line for each utterance. All shapes but `days` and `wrapped` are what follows the stamp.

    `said` and `me` have two groups, nick and text; `joined` one, the nick; `left` two, nick and reason; `renamed` two, old
    and new nick. `noise` are the client's own words. `days` match whole lines and have one group, the words that name a
    day. `wrapped` matches a whole line that goes on with the one before, with one group, its text.
    """

    name: str  # what --log-format takes
    title: str
    sample: str  # a line by which people recognise it, said by `nick`, which says `text`
    stamp: str  # with one group; what stands between the stamp and the rest is part of it
    said: str
    me: str = ""
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    noise: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    wrapped: str = ""
    zone: Zone = Zone.LOCAL
    rank: int = 50  # of formats that fit alike, the lower one is taken
    day_from: str  # in words, for docs/logformats.md
    told_by: str  # what sets it apart, likewise
    notes: str = ""
    aside: Callable[[str, str], tuple[Event, str] | None] | None = (
        None  # joins that look as if they were said
    )
    nicks: Callable[[], Callable[[str], str]] | None = None  # when what stands in the line is not yet a nick


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonFormat:
    """A log that is one JSON document. `fits` looks at its first entries; `read` gives its lines."""

    name: str
    title: str
    sample: str
    fits: Callable[[str, Any], bool]  # the key of the array (or of the value) at the top, and one entry of it
    read: Callable[["Document"], Iterator[Line]]
    rank: int = 50
    reads: str  # in words, for docs/logformats.md, as day_from and told_by
    day_from: str
    told_by: str
    zone: Zone = Zone.UTC
    notes: str = ""


Format = TextFormat | JsonFormat


@dataclass(slots=True)
class Document:
    """What a JSON format reads from, and where it leaves what it learns on the way."""

    stream: Source
    name: str
    warn: Callable[[str], None]
    learn_channel: Callable[[str], None]
    learn_name: Callable[[str, str], None]  # nick, display name
    channel: str = ""  # the one that was asked for, where a log holds several


@dataclass(frozen=True, slots=True)
class Shapes:
    """A text format, compiled."""

    format: TextFormat
    said: re.Pattern[str]
    rest: tuple[
        tuple[Event, bool, re.Pattern[str]], ...
    ]  # event, whether it is a /me, shape; noise is Event.OTHER
    days: tuple[re.Pattern[str], ...]
    wrapped: re.Pattern[str] | None
    before_text: str = field(default="")  # what stands between nick and text


@cache
def compiled(form: TextFormat) -> Shapes:
    rest = [
        *((Event.JOINED, False, shape) for shape in form.joined),
        *((Event.LEFT, False, shape) for shape in form.left),
        *((Event.RENAMED, False, shape) for shape in form.renamed),
        *((Event.OTHER, False, shape) for shape in form.noise),
        *((Event.SAID, True, shape) for shape in (form.me,) if shape),
    ]
    return Shapes(
        form,
        re.compile(form.stamp + form.said),
        tuple((event, emote, re.compile(form.stamp + shape)) for event, emote, shape in rest),
        tuple(re.compile(shape, re.IGNORECASE) for shape in form.days),
        re.compile(form.wrapped) if form.wrapped else None,
        form.sample.rpartition("nick")[2].partition("text")[0],
    )
