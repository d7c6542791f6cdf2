"""Log formats: bytes to text, and text to lines with a moment each."""

import re
from datetime import date, tzinfo
from typing import Protocol

from bot.meetings.logformats import meetbot
from bot.model.errors import BadInput
from bot.model.meeting import Line


class Format(Protocol):
    """What a file in this folder gives."""

    def looks_like(self, text: str) -> bool: ...
    def read(self, text: str, name: str, on: date | None, zone: tzinfo) -> tuple[Line, ...]: ...


FORMATS: dict[str, Format] = {"meetbot": meetbot}
# mIRC's colours and styles, and every other control character but the tab
CONTROL = re.compile(r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|[\x00-\x08\x0b-\x1f\x7f]")


def decode(raw: bytes) -> str:
    """Text of a log: UTF-8, and cp1252 for single lines that are not; no byte order mark, no control characters."""
    lines = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return "\n".join(CONTROL.sub("", _line(line)) for line in lines)


def _line(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def read(text: str, *, name: str, form: str | None, on: date | None, zone: tzinfo) -> tuple[Line, ...]:
    """The lines of a log. `name` is its file's name, `on` the day it began when the log itself does not say.

    Raises BadInput for an unknown format, an empty log, text that is no log, and a log whose day nobody knows.
    """
    if form is not None and form not in FORMATS:
        raise BadInput(f"there is no log format {form}", do=f"known are {', '.join(FORMATS)}")
    if not text.strip():
        raise BadInput(f"{name} is empty", do="give a log with lines such as `17:01:55 <nick> text`")
    chosen = FORMATS[form] if form else next((f for f in FORMATS.values() if f.looks_like(text)), None)
    if chosen is None:
        raise BadInput(
            f"{name} is not a log Tallyman can read", do="its lines should look like `17:01:55 <nick> text`"
        )
    return chosen.read(text, name, on, zone)
