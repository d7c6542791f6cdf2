"""Log formats: one file each, with one `FORMAT`; a new file is a new format. `reading/` is what they have in common."""

import importlib
import io
import pkgutil
from collections.abc import Callable, Mapping
from datetime import UTC, date, tzinfo
from functools import cache
from typing import BinaryIO

from bot.meetings.logformats.reading import decoding, opening
from bot.meetings.logformats.reading.decoding import Source
from bot.meetings.logformats.reading.opening import Log
from bot.meetings.logformats.reading.shapes import Format, JsonFormat, TextFormat
from bot.model.errors import BadInput
from bot.model.meeting import Line

__all__ = ["Log", "decode", "formats", "open_export", "open_log", "read"]

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
PACKED = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"(\xb5/\xfd": "zstd", b"Rar!": "rar"}


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
    known = list(formats().values())
    chosen, _, channel = (form or "").partition(":")
    if chosen:
        known = [each for each in known if each.name == chosen]
        if not known:
            raise BadInput(f"there is no log format {chosen}", do=f"known are {', '.join(formats())}")
    stream.seek(0)
    start = stream.read(16)
    if start.startswith(ZIP):
        from bot.meetings.logformats.reading import shelf  # it needs zipfile, which few logs do

        return open_export(shelf.unzipped(stream, name), name=name, form=form)
    for magic, kind in PACKED.items():
        if start.startswith(magic):
            raise BadInput(f"{name} is packed by {kind}", do="unpack it first")
    head = opening.head_of(stream, name)
    documents = [each for each in known if isinstance(each, JsonFormat)]
    texts = [each for each in known if isinstance(each, TextFormat)]
    if not texts:
        return opening.json_log(stream, name, documents[0], channel)
    if documents and (fitting := opening.json_format(stream, name, head, documents)):
        return opening.json_log(stream, name, fitting[0], channel, decided_by=fitting[1])
    return opening.text_log(stream, name, head, texts, on, zone)


def open_export(files: Mapping[str, Callable[[], Source]], *, name: str, form: str | None = None) -> Log:
    """Opens a log of several files, such as a channel's folder of a Slack export: their names, and how each is opened.

    The names are paths (`general/2016-06-01.json`, `users.json`). Raises BadInput when they hold no log, or several.
    """
    from bot.meetings.logformats.reading import shelf

    chosen, _, channel = (form or "slack").partition(":")
    if chosen != "slack":
        raise BadInput(
            f"{name} is a zip or a folder, and no {chosen} log",
            do="leave --log-format out, or give the log itself",
        )
    log = Log("slack", f"{name} holds CHANNEL/YYYY-MM-DD.json", "every message has its moment")
    log.lines = shelf.slack_lines(files, opening.document(io.BytesIO(), name, log, channel))
    return log


def decode(raw: bytes) -> str:
    """The text of a log, clean."""
    text = "\n".join(decoding.blocks(io.BytesIO(raw), "the log")).replace("\x01", "")
    return text + "\n" if raw.endswith((b"\n", b"\r")) else text


def read(text: str, *, name: str, form: str | None, on: date | None, zone: tzinfo) -> tuple[Line, ...]:
    """All lines of a log at once. Raises BadInput."""
    raw = io.BytesIO(text.encode("utf-8", "replace"))
    return tuple(open_log(raw, name=name, form=form, on=on, zone=zone).lines)
