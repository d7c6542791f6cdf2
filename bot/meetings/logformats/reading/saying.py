"""What one message of a JSON log becomes: a line for each of its lines, clean, with nothing that was off the record."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.meetings.logformats.reading.decoding import clean, storable
from bot.meetings.logformats.reading.stamps import YEARS
from bot.meetings.logformats.reading.text import OFF
from bot.model.errors import BadInput
from bot.model.meeting import Event, Line

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Teller:
    """Numbers the entries of a JSON log and makes lines of them.

    An entry counts as one, a message of several lines as so many: as on IRC, where each would be a message of its own.
    """

    def __init__(self, name: str) -> None:
        self.name, self.number = name, 0

    def passes(self) -> None:
        """An entry that is no talk; it keeps its number, so that the numbers of what follows do not depend on it."""
        self.number += 1

    def tells(self, at: datetime, nick: str, event: Event, text: str = "") -> Line:
        self.number += 1
        return Line(self.number, at, _plain(nick), _plain(text), False, event)

    def says(self, at: datetime, nick: str, text: str, emote: bool = False) -> list[Line]:
        """The lines of a message; from `[off]` at the beginning of one to the message's end nothing is kept."""
        nick = _plain(nick)
        said = []
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for offset, line in enumerate(lines, start=1):
            plain = clean(line).replace("\x01", "")
            if plain[: len(OFF)].lower() == OFF:
                break
            if plain.strip():
                said.append(Line(self.number + offset, at, nick, storable(plain), emote))
        self.number += len(lines)
        return said

    def from_epoch(self, value: Any, unit: timedelta) -> datetime:
        """Raises BadInput for what is no moment of this age."""
        try:
            whole, _, part = str(value).partition(".")
            at = EPOCH + int(whole) * unit + int(part[:6].ljust(6, "0") if part else 0) * unit / 1_000_000
        except (ValueError, OverflowError):
            at = EPOCH
        return self._sound(at, value)

    def from_words(self, value: Any) -> datetime:
        """An ISO time, in UTC when it does not say. Raises BadInput."""
        try:
            at = datetime.fromisoformat(value)
            at = (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            at = EPOCH
        return self._sound(at, value)

    def _sound(self, at: datetime, value: Any) -> datetime:
        if at.year not in YEARS:
            raise BadInput(
                f"entry {self.number + 1} of {self.name} has the time {str(value)[:40]}", do="export it again"
            )
        return at


def _plain(text: str) -> str:
    return storable(clean(text)).replace("\x01", "").replace("\n", " ")


def text_of(value: Any) -> str:
    """A text, or "" when a file holds something else in its place."""
    return value if isinstance(value, str) else ""


def dict_of(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
