"""Bytes to clean text, block after block: UTF-8 with cp1252 islands, UTF-16, any line ends, no control characters."""

import codecs
import re
from collections.abc import Iterator
from typing import Protocol

from bot.model.errors import BadInput

BLOCK = 1 << 18  # bytes read at a time
LONGEST = 1 << 26  # characters of one line or one JSON value; beyond that it is no log, and memory has an end
ISLAND = "tallyman-cp1252"
BOM16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What IRC clients leave in text: colours (mIRC's numbers, hexadecimal ones), styles, terminals' escapes, a byte order
# mark in the middle, and every other control character but tab, newline and \x01, which begins a /me.
CONTROL = re.compile(
    "\x03(?:[0-9]{1,2}(?:,[0-9]{1,2})?)?|\x04(?:[0-9A-Fa-f]{6}(?:,[0-9A-Fa-f]{6})?)?|\x1b\\[[0-9;]{0,40}[A-Za-z]"
    "|[\x00\x02\x05-\x08\x0b-\x1f\x7f-\x9f\ufeff]"
)
CONTROL_BYTES = bytes([*range(0x09), *range(0x0B, 0x0D), *range(0x0E, 0x20), 0x7F])
SURROGATE = re.compile("[\ud800-\udfff]")


class Source(Protocol):
    """Where bytes come from: a file, a file in a zip. It is read from its beginning as often as needed."""

    def read(self, size: int, /) -> bytes: ...
    def seek(self, offset: int, /) -> int: ...


def _cp1252(fault: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 are what Windows clients sent: a curly quote in a line of plain ASCII, most often."""
    if not isinstance(fault, UnicodeDecodeError):
        raise fault
    return fault.object[fault.start : fault.end].decode("cp1252", errors="replace"), fault.end


codecs.register_error(ISLAND, _cp1252)


def pieces(stream: Source) -> Iterator[str]:
    """The text as it stands, from the beginning, a block at a time."""
    stream.seek(0)
    head = stream.read(BLOCK)
    encoding, faults = ("utf-16", "replace") if head.startswith(BOM16) else ("utf-8-sig", ISLAND)
    decoder = codecs.getincrementaldecoder(encoding)(faults)
    while head:
        yield decoder.decode(head)
        head = stream.read(BLOCK)
    yield decoder.decode(b"", final=True)


def blocks(stream: Source, name: str) -> Iterator[str]:
    """The text in blocks of whole lines, joined by newlines, clean. Raises BadInput for a line without an end."""
    begun: list[str] = []  # a line that goes on in the next piece
    size = 0
    for piece in _with_newlines(pieces(stream)):
        cut = piece.rfind("\n")
        if cut < 0:
            begun.append(piece)
            size += len(piece)
            if size > LONGEST:
                raise BadInput(
                    f"{name} has a line of more than {LONGEST:,} characters", do="give a log of chat lines"
                )
            continue
        yield clean("".join((*begun, piece[:cut])))
        begun, size = [piece[cut + 1 :]], len(piece) - cut - 1
    if rest := "".join(begun):
        yield clean(rest)


def _with_newlines(texts: Iterator[str]) -> Iterator[str]:
    """CRLF and CR become LF; a CR at the end of a piece waits, as its LF may come with the next."""
    waiting = ""
    for text in texts:
        if waiting or "\r" in text:
            text, waiting = waiting + text, ""
            if text.endswith("\r"):
                text, waiting = text[:-1], "\r"
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if text:
            yield text
    if waiting:
        yield "\n"


def clean(text: str) -> str:
    return CONTROL.sub("", text) if _needs_cleaning(text) else text


def _needs_cleaning(text: str) -> bool:
    """Faster than asking the pattern, and nearly every block needs none of it."""
    raw = text.encode("utf-8", errors="replace")
    return (
        len(raw.translate(None, CONTROL_BYTES)) != len(raw)
        or (b"\xc2" in raw and CONTROL.search(text) is not None)  # where U+0080 to U+009F would be
        or b"\xef\xbb\xbf" in raw
    )


def storable(text: str) -> str:
    """JSON can hold halves of characters; no database and no page can."""
    return text if text.isascii() else SURROGATE.sub("\ufffd", text)
