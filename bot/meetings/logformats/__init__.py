"""Log formats: one file each, with one `FORMAT`; a new file is a new format. `reading/` is what they have in common."""

import importlib
import io
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo
from functools import cache
from typing import BinaryIO

from bot.meetings.logformats.reading import dating, decoding, recognising, relays
from bot.meetings.logformats.reading.clock import Clock
from bot.meetings.logformats.reading.decoding import Source
from bot.meetings.logformats.reading.entries import entries
from bot.meetings.logformats.reading.shapes import Document, Format, JsonFormat, TextFormat, compiled
from bot.meetings.logformats.reading.text import Reading
from bot.model.errors import BadInput
from bot.model.meeting import Line

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
PACKED = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"(\xb5/\xfd": "zstd",
    b"Rar!": "rar",
    b"7z\xbc\xaf": "7-Zip",
}
HEAD = 1 << 16  # characters in which the format is looked for
PEEKED = 20  # entries of a JSON document, likewise


@dataclass(slots=True)
class Log:
    """A log that was opened. `lines` can be read once; reading them raises BadInput where the log is broken.

    `decided_by` says in a sentence why it is taken for this format, `dated_by` who knew the day. `warnings`, `channel` and
    `names` (a fuller name by nick) grow while the lines are read.
    """

    format: str
    decided_by: str
    dated_by: str = ""
    lines: Iterator[Line] = field(default_factory=lambda: iter(()))
    warnings: list[str] = field(default_factory=list)
    channel: str = ""
    names: dict[str, str] = field(default_factory=dict)


@cache
def formats() -> dict[str, Format]:
    """Every format by the name that --log-format takes, the usual ones first."""
    modules = [module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg]
    found: list[Format] = [importlib.import_module(f"{__name__}.{module}").FORMAT for module in modules]
    return {form.name: form for form in sorted(found, key=lambda form: (form.rank, form.name))}


def open_log(
    stream: BinaryIO, *, name: str, form: str | None = None, on: date | None = None, zone: tzinfo = UTC
) -> Log:
    """Opens a log of any known format. The memory it takes does not grow with the log.

    `stream` can be sought in and stays open until the lines are read; `name` is the file's name, `form` a format's name
    when the content shall not decide (`slack:CHANNEL` for one channel of an export), `on` the day the log began, `zone`
    that of its clock. Raises BadInput for an unknown format, an empty file, and one that is no log.
    """
    chosen, _, channel = (form or "").partition(":")
    if chosen and chosen not in formats():
        raise BadInput(f"there is no log format {chosen}", do=f"known are {', '.join(formats())}")
    stream.seek(0)
    start = stream.read(16)
    if start.startswith(ZIP):
        from bot.meetings.logformats.reading import shelf

        return open_export(shelf.unzipped(stream, name), name=name, form=form)
    for magic, kind in PACKED.items():
        if start.startswith(magic):
            raise BadInput(f"{name} is packed by {kind}", do="unpack it first")
    head = _head(stream, name)
    if chosen and isinstance(known := formats()[chosen], JsonFormat):
        return _json_log(stream, name, known, "--log-format says so", zone, channel)
    if not chosen and head.lstrip()[:1] in ("{", "[") and (fitting := _json_format(stream, name, head)):
        return _json_log(stream, name, *fitting, zone, channel)
    return _text_log(stream, name, head.split("\n"), chosen, on, zone)


def open_export(files: Mapping[str, Callable[[], Source]], *, name: str, form: str | None = None) -> Log:
    """Opens a log of several files, such as a channel's folder of a Slack export: its files' names and how to open them."""
    from bot.meetings.logformats.reading import shelf

    chosen, _, channel = (form or "slack").partition(":")
    if chosen != "slack":
        raise BadInput(
            f"{name} is a zip or a folder, and no {chosen} log",
            do="give the log itself, or leave --log-format out",
        )
    log = Log("slack", f"{name} holds CHANNEL/YYYY-MM-DD.json", "every message has its moment")
    log.lines = shelf.slack_lines(files, _document(io.BytesIO(), name, log, UTC, channel))
    return log


def _head(stream: BinaryIO, name: str) -> str:
    """The first lines, the last one whole. Raises BadInput for an empty file and for one that is no text."""
    head = next((text for text in decoding.pieces(stream) if text.strip("\x00 \t\r\n\ufeff")), "")[:HEAD]
    if not head:
        raise BadInput(f"{name} is empty", do="give a log with lines such as `17:01:55 <nick> text`")
    if head.count("\x00") * 10 > len(head) or head.count("\ufffd") * 3 > len(head):
        raise BadInput(f"{name} is no text", do="give a log with lines such as `17:01:55 <nick> text`")
    head = decoding.clean(head.replace("\r\n", "\n").replace("\r", "\n")).replace("\x01", "")
    return head.rpartition("\n")[0] or head if len(head) > HEAD // 2 else head


def _json_format(stream: BinaryIO, name: str, head: str) -> tuple[JsonFormat, str] | None:
    """The JSON format whose entries these are; None when it is no JSON at all, such as `[17:01:55] <nick> text`."""
    mark, behind = head.lstrip()[0], head.lstrip()[1:].lstrip()[:1]
    if behind not in {"[": ("{", "]", ""), "{": ('"', "}", "")}[mark]:
        return None
    known = [form for form in formats().values() if isinstance(form, JsonFormat)]
    seen: dict[str, int] = {}
    for key, entry in entries(stream, name):
        seen[key] = seen.get(key, 0) + 1
        for form in known:
            if form.fits(key, entry):
                return form, f"its entries are {form.told_by}"
        if seen[key] > PEEKED and key in ("", "messages"):
            break
    raise BadInput(
        f"{name} is JSON, but no log that Tallyman can read",
        do=f"exports of these are read: {', '.join(form.title for form in known)}",
    )


def _json_log(
    stream: BinaryIO, name: str, form: JsonFormat, decided_by: str, zone: tzinfo, channel: str
) -> Log:
    log = Log(form.name, decided_by, "every message has its moment")
    log.lines = form.read(_document(stream, name, log, zone, channel))
    return log


def _document(stream: BinaryIO, name: str, log: Log, zone: tzinfo, channel: str) -> Document:
    def learn_channel(found: str) -> None:
        log.channel = decoding.storable(found)

    def learn_name(nick: str, shown: str) -> None:
        log.names[nick] = decoding.storable(shown)

    return Document(stream, name, zone, log.warnings.append, learn_channel, learn_name, channel)


def _text_log(
    stream: BinaryIO, name: str, head: list[str], chosen: str, on: date | None, zone: tzinfo
) -> Log:
    lines = head[: recognising.LOOKED_AT]
    known = [
        form for form in formats().values() if isinstance(form, TextFormat) and chosen in ("", form.name)
    ]
    found = recognising.recognise(lines, known)
    if found is None and not chosen:
        raise BadInput(
            f"{name} is not a log Tallyman can read", do="its lines should look like `17:01:55 <nick> text`"
        )
    shapes = found.shapes if found else compiled(known[0])
    log = Log(shapes.format.name, found.decided_by if found and not chosen else "--log-format says so")
    looked = dating.survey(stream, name, shapes)
    many = looked.relayed >= relays.MANY
    warn = log.warnings.append
    reading = Reading(stream, name, shapes, warn, Clock(name, zone, None, warn), looked.marks)
    reading.clock, log.dated_by = dating.clock_for(reading, found.first_stamp if found else None, on, zone)
    reading.bridges = relays.bridges(stream, name, shapes) if many else frozenset()
    log.lines = reading.lines()
    return log


def decode(raw: bytes) -> str:
    """The text of a log, clean."""
    return "\n".join(decoding.blocks(io.BytesIO(raw), "the log")).replace("\x01", "") + (
        "\n" if raw[-1:] in b"\r\n" and raw else ""
    )


def read(text: str, *, name: str, form: str | None, on: date | None, zone: tzinfo) -> tuple[Line, ...]:
    """All lines of a log at once. Raises BadInput."""
    return tuple(
        open_log(io.BytesIO(text.encode("utf-8", "replace")), name=name, form=form, on=on, zone=zone).lines
    )
