"""Bytes of any kind: two encodings in one file, any line ends, control characters, and cuts at every place."""

import io
from datetime import date

import pytest

from bot.meetings import logformats
from bot.meetings.logformats.reading import decoding
from bot.model.meeting import Line

DAY = date(2026, 6, 3)


def lines(raw: bytes) -> list[Line]:
    return list(logformats.open_log(io.BytesIO(raw), name="x.log", on=DAY).lines)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        pytest.param("10:00:00 <a> ü €".encode(), "ü €", id="UTF-8"),
        pytest.param(b"10:00:00 <a> \x93hi\x94", "“hi”", id="cp1252"),
        pytest.param(b"10:00:00 <a> caf\xc3\xa9 \x93hi\x94", "café “hi”", id="both in one line"),
        pytest.param(b"10:00:00 <a> a character that was cut \xe2\x82", "a character that was cut â‚", id="a cut character"),
        pytest.param(b"10:00:00 <a> \x81 no letter of cp1252", "\ufffd no letter of cp1252", id="no letter at all"),
        pytest.param(b"\xef\xbb\xbf10:00:00 <a> x", "x", id="byte order mark"),
        pytest.param("\ufeff10:00:00 <a> é".encode("utf-16-le"), "é", id="UTF-16, little end first"),
        pytest.param("\ufeff10:00:00 <a> é".encode("utf-16-be"), "é", id="UTF-16, big end first"),
        pytest.param(b"10:00:00 <a> \x0304,01red\x0f \x0312blue\x03 \x02bold\x02 \x1di\x1fu\x1es\x11m\x16r", "red blue bold iusmr", id="mIRC's colours and styles"),
        pytest.param(b"10:00:00 <a> \x04ff0000red\x04", "red", id="colours in hexadecimal"),
        pytest.param(b"10:00:00 <a> \x1b[1;31mred\x1b[0m", "red", id="a terminal's colours"),
        pytest.param(b"10:00:00 <a> \x035 apples", " apples", id="a colour that looks like a number"),
        pytest.param(b"10:00:00 <a> n\x00u\x00l", "nul", id="NUL"),
        pytest.param("10:00:00 <a> a\u0085b\u2028c\x0bd".encode(), "ab\u2028cd", id="what Python takes for a line's end"),
        pytest.param(b"10:00:00 <a>", "", id="nothing said"),
    ],
)  # fmt: skip
def test_bytes_become_plain_text(raw: bytes, text: str) -> None:
    assert [line.text for line in lines(raw)] == [text]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("last", [True, False], ids=["with a last newline", "without"])
def test_lines_are_numbered_alike_whatever_ends_them(end: bytes, last: bool) -> None:
    raw = end.join([b"10:00:00 <a> x", b"", b"10:00:01 <a> y", b"10:00:02 <a> z"]) + end * last
    assert [(line.number, line.text) for line in lines(raw)] == [(1, "x"), (3, "y"), (4, "z")]


class Trickle(io.BytesIO):
    """A file that never gives more than a few bytes at once."""

    most = 2

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or self.most, self.most))


@pytest.mark.parametrize("most", [2, 3, 5, 7, 64])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_it_does_not_matter_where_the_blocks_are_cut(most: int, encoding: str) -> None:
    stream = Trickle("a é\r\nb\r\rc €\n\x0304red\r\nlast".encode(encoding))
    stream.most = most
    assert "\n".join(decoding.blocks(stream, "x")) == "a é\nb\n\nc €\nred\nlast"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param("<a> \x01ACTION waves\x01", [("waves", True)], id="ACTION"),
        pytest.param("<a> \x01ACTION waves", [("waves", True)], id="ACTION without its end"),
        pytest.param("<a> \x01VERSION\x01", [], id="a question between clients"),
        pytest.param("<a> x \x01ACTION y\x01", [("x ACTION y", False)], id="in the middle of a line"),
        pytest.param("* a #info this is a /me", [("#info this is a /me", True)], id="a /me that looks like a command"),
        pytest.param("<a> [off] x", [], id="off the record"),
        pytest.param("<a> [OFF] x", [], id="in capitals"),
        pytest.param("* a [off] x", [], id="a /me off the record"),
        pytest.param("<a> \x01ACTION [off] x\x01", [], id="an ACTION off the record"),
        pytest.param("<a> \x0304[off] x", [], id="in colour"),
        pytest.param("<a> turn it [off]", [("turn it [off]", False)], id="not at the beginning"),
        pytest.param("<a> [official] x", [("[official] x", False)], id="another word"),
    ],
)  # fmt: skip
def test_what_is_off_the_record_or_no_talk_never_comes_in(text: str, read: list[tuple[str, bool]]) -> None:
    told = lines(f"10:00:00 <b> before\n10:00:00 {text}\n10:00:00 <b> behind".encode())
    assert [(line.text, line.emote) for line in told[1:-1]] == read
    assert [line.number for line in told[:: len(told) - 1]] == [1, 3]
