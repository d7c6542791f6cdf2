"""Reads a log of one line for each utterance by the shapes of its format, at a microsecond or two a line."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.meetings.logformats.reading import stamps
from bot.meetings.logformats.reading.clock import BEGIN, Clock
from bot.meetings.logformats.reading.decoding import Source, blocks
from bot.meetings.logformats.reading.relays import relayed
from bot.meetings.logformats.reading.shapes import Shapes
from bot.model.errors import BadInput
from bot.model.meeting import Event, Line

OFF = "[off]"
ACTION = "\x01ACTION "
STRAY = re.compile(
    r"(?<![ \t])\x01|\x01(?![A-Z]{3,20}[ \x01])"
)  # all but the one before `ACTION ` and its like
WRAPS = 32  # lines that one utterance can have been wrapped into; a network carries 512 bytes
START = "#startmeeting"
QUOTED = 60  # characters of a line that a warning shows


@dataclass(slots=True)
class Reading:
    """One text log being read. `marks` are the lines in which the meeting's bot tells the date, `bridges` the nicks that
    pass on what others say elsewhere."""

    stream: Source
    name: str
    shapes: Shapes
    warn: Callable[[str], None]
    clock: Clock
    marks: dict[int, datetime] = field(default_factory=dict)
    bridges: frozenset[str] = frozenset()
    unread: int = 0
    first_unread: str = ""
    named: Callable[[str], str] | None = None
    silent_until: int = -1  # the last line that was no talk: what is wrapped behind it is none either

    def lines(self) -> Iterator[Line]:
        return _unwrapped(self._lines()) if self.shapes.wrapped else self._lines()

    def _lines(self) -> Iterator[Line]:
        """Every line of talk and every coming and going. Raises BadInput."""
        said, known, moment = self.shapes.said.match, self.clock.known.get, self.clock.moment
        aside = self.shapes.format.aside
        named = self.named = self.shapes.format.nicks() if self.shapes.format.nicks else None
        special = frozenset(("[", "\x01", *("<*" if self.bridges else ""), *("M#" if self.marks else "")))
        make, talk = tuple.__new__, Event.SAID
        number, last = 0, BEGIN
        for block in blocks(self.stream, self.name):
            ctcp = "\x01" in block
            lines, number_of = block.split("\n"), number + 1
            for number, raw in enumerate(lines, number_of):
                if ctcp and "\x01" in raw:
                    raw = STRAY.sub("", raw)
                found = said(raw)
                if found is None:
                    other = self._other(raw, number, last)
                    if other is not None:
                        last = other.at
                        yield other
                    continue
                stamp, nick, text = found.groups()
                at = known(stamp)
                if at is None or at < last:
                    at = moment(stamp, number, last)
                if text[:1] in special or ctcp or aside is not None or named is not None:
                    line = self._special(number, at, last, stamp, nick, text)
                    last = at
                    if line is not None:
                        last = line.at
                        yield line
                    continue
                last = at
                yield make(Line, (number, at, nick, text, False, talk))
        self._report(number, last)

    def _special(
        self, number: int, at: datetime, last: datetime, stamp: str | None, nick: str, text: str
    ) -> Line | None:
        """A line whose beginning may mean something: off the record, a /me, passed on by a bridge, the bot's date."""
        emote = False
        if self.named is not None:
            nick = self.named(nick)
        if nick in self.bridges and (passed_on := relayed(text)):
            nick, text, emote = passed_on
        if text.startswith(ACTION):
            text, emote = text[len(ACTION) :], True
        elif text.startswith("\x01"):
            return self._silent(number)  # a client's question to another client
        text = text.replace("\x01", "")
        if text[: len(OFF)].lower() == OFF:
            return self._silent(number)
        if self.marks and (announced := self._announced(number, text)):
            at = self.clock.resync(stamp, number, announced, last)
        if (aside := self.shapes.format.aside) is not None and (seen := aside(nick, text)):
            return Line(number, at, nick, seen[1], False, seen[0])
        return Line(number, at, nick, text, emote)

    def _announced(self, number: int, text: str) -> datetime | None:
        """The date the bot tells in this line, or in the one or two behind the command that starts a meeting."""
        if text.startswith("Meeting "):
            return self.marks.get(number)
        if text[: len(START)].lower() == START:
            return self.marks.get(number + 1) or self.marks.get(number + 2)
        return None

    def _other(self, raw: str, number: int, last: datetime) -> Line | None:
        """A line that nobody said in so many words: a /me, somebody coming or going, a heading, or the client's noise."""
        for event, emote, shape in self.shapes.rest:
            found = shape.match(raw)
            if found is None:
                continue
            if event is Event.OTHER:
                return self._silent(number)
            stamp, nick, *more = found.groups()
            text = more[0] or "" if more else ""
            at = self.clock.moment(stamp, number, last)
            if emote:
                return self._special(number, at, last, stamp, nick, ACTION + text)
            self.silent_until = number
            nick, text = self.named(nick) if self.named else nick, text.replace("\x01", "")
            return Line(number, at, nick, _reason(text) if event is Event.LEFT else text, False, event)
        if self.shapes.wrapped and last > BEGIN and (found := self.shapes.wrapped.match(raw)):
            if self.silent_until == number - 1:
                return self._silent(number)
            return Line(number, last, "", found[1].replace("\x01", ""), False, Event.OTHER)
        if raw and not raw.isspace() and not self._is_heading(raw, number):
            self.unread += 1
            self.first_unread = self.first_unread or f"line {number}: {raw[:QUOTED]}"
        return self._silent(number)

    def _silent(self, number: int) -> Line | None:
        """No line, and nothing that is wrapped behind it."""
        self.silent_until = number
        return None

    def _is_heading(self, raw: str, number: int) -> bool:
        for shape in self.shapes.days:
            if found := shape.match(raw):
                try:
                    day, clock = stamps.day_in_words(found[1] or ""), stamps.hour_in_words(found[1] or "")
                except stamps.Impossible:
                    raise BadInput(
                        f"line {number} of {self.name} names a day that does not exist", do="correct it"
                    ) from None
                if day is not None:
                    self.clock.heading(day, clock, number)
                return True
        return False

    def _report(self, lines: int, last: datetime) -> None:
        """What a person should know in the end. Raises BadInput when nothing was a line of this format."""
        form = self.shapes.format
        if last == BEGIN:
            raise BadInput(
                f"{self.name} has no line of the form `{re.sub(chr(9), ' ', form.sample)}`",
                do="choose another --log-format",
            )
        if self.unread:
            self.warn(
                f"{self.unread} of {lines} lines have no shape of a {form.title} log and were passed over, "
                f"the first is {self.first_unread}"
            )


def _unwrapped(lines: Iterator[Line]) -> Iterator[Line]:
    """Utterances that a client wrapped over several lines, made whole again; they have the number of their first line."""
    held: Line | None = None
    parts: list[str] = []
    for line in lines:
        if line.event is Event.OTHER and not line.nick:
            if held is not None and len(parts) < WRAPS:
                parts.append(line.text)
            continue
        if held is not None:
            yield held._replace(text=" ".join(parts)) if len(parts) > 1 else held
        held, parts = line, [line.text]
    if held is not None:
        yield held._replace(text=" ".join(parts)) if len(parts) > 1 else held


def _reason(text: str) -> str:
    """Why somebody left, without the brackets and the full stop that clients put around it."""
    text = text.strip().removesuffix(".")
    if text[-1:] in (")", "]") and text.count("(") + text.count("[") < text.count(")") + text.count("]"):
        text = text[:-1]
    return text[1:-1] if text[:1] == "(" and text[-1:] == ")" else text.removeprefix("(")
