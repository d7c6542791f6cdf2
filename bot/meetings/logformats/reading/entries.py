"""Reads a JSON document entry by entry, so that an export of any length needs the memory of one entry."""

import json
import re
from collections.abc import Iterator
from json.decoder import JSONDecodeError
from typing import Any

from bot.meetings.logformats.reading.decoding import LONGEST, Source, pieces
from bot.model.errors import BadInput

BLANK = re.compile(r"[ \t\r\n]*")
WORDS = ("true", "false", "null", "-")  # each begins with "", too: nothing at all
TAIL = 16  # a fault so near to the end of what was read may only mean that the rest is still to come


class _Cut(Exception):
    """The document ended where more was expected."""


def entries(stream: Source, name: str) -> Iterator[tuple[str, Any]]:
    """Every entry of every array at the top, with the array's key, and every other value at the top, with its own.

    A document that is itself an array has the key "". Raises BadInput for what is no JSON, was cut off, or has an entry
    of more than 64 million characters. Each character is looked at a bounded number of times.
    """
    reader = _Reader(pieces(stream))
    count = 0
    try:
        for key, entry in _top(reader):
            count += 1
            yield key, entry
    except _Cut:
        raise BadInput(
            f"{name} ends in the middle, behind entry {count}", do="it was cut off: export or copy it again"
        ) from None
    except (ValueError, RecursionError) as fault:
        said = (
            fault.msg
            if isinstance(fault, JSONDecodeError)
            else "it is nested too deep or has a number too long"
        )
        raise BadInput(
            f"{name} is no valid JSON behind entry {count} ({said})", do="export or copy it again"
        ) from None


def _top(reader: "_Reader") -> Iterator[tuple[str, Any]]:
    if reader.sees("["):
        yield from _array(reader, "")
    elif reader.takes("{"):
        while not reader.takes("}"):
            key = reader.value()
            if not isinstance(key, str):
                raise JSONDecodeError("a key is no text", "", 0)
            reader.expect(":")
            if reader.sees("["):
                yield from _array(reader, key)
            else:
                yield key, reader.value()
            if not reader.takes(","):
                reader.expect("}")
                break
    else:
        raise JSONDecodeError("it begins with neither { nor [", "", 0)
    reader.expect_end()


def _array(reader: "_Reader", key: str) -> Iterator[tuple[str, Any]]:
    reader.expect("[")
    while not reader.takes("]"):
        yield key, reader.value()
        if not reader.takes(","):
            reader.expect("]")
            return


class _Reader:
    """A window on the text that moves forward; a value that does not fit in doubles it."""

    def __init__(self, texts: Iterator[str]) -> None:
        self.texts, self.text, self.at, self.ended = texts, "", 0, False
        self.decode = json.JSONDecoder(parse_constant=_no_number).raw_decode

    def sees(self, mark: str) -> bool:
        """Whether the next character that is no blank is this one. Raises _Cut at the end."""
        self._skip_blanks()
        if self.at >= len(self.text):
            raise _Cut
        return self.text[self.at] == mark

    def takes(self, mark: str) -> bool:
        if not self.sees(mark):
            return False
        self.at += 1
        return True

    def expect(self, mark: str) -> None:
        if not self.takes(mark):
            raise JSONDecodeError(f"expecting {mark}", "", 0)

    def expect_end(self) -> None:
        self._skip_blanks()
        if self.at < len(self.text):
            raise JSONDecodeError("something follows its end", "", 0)

    def value(self) -> Any:
        self._skip_blanks()
        while True:
            try:
                found, end = self.decode(self.text, self.at)
            except JSONDecodeError as fault:
                open_string = fault.msg.startswith("Unterminated string") or (
                    fault.msg.startswith("Invalid \\u") and fault.pos > len(self.text) - len("\\u0000")
                )
                if not open_string and fault.pos < len(self.text) - TAIL:
                    raise
                missing = open_string or any(word.startswith(self.text[fault.pos :]) for word in WORDS)
                if not self._more():
                    raise (_Cut() if missing else fault) from None
            else:
                if (
                    end < len(self.text) or self.ended or not self._more()
                ):  # a number may go on in the next piece
                    self.at = end
                    return found

    def _skip_blanks(self) -> None:
        while True:
            self.at = BLANK.match(self.text, self.at).end()  # type: ignore[union-attr]  # it matches nothing as well
            if self.at < len(self.text) or not self._more():
                return

    def _more(self) -> bool:
        """Adds at least as much text as is still unread. False at the end. Raises ValueError beyond LONGEST."""
        parts = [self.text[self.at :]]
        size = wanted = len(parts[0])
        if size > LONGEST:
            raise JSONDecodeError("an entry is longer than 64 million characters", "", 0)
        while not self.ended and size <= 2 * wanted:
            part = next(self.texts, None)
            if part is None:
                self.ended = True
            else:
                parts.append(part)
                size += len(part)
        grew = size > wanted
        self.text, self.at = "".join(parts), 0
        return grew


def _no_number(word: str) -> float:
    raise JSONDecodeError(f"{word} is no number", "", 0)
