"""Whatever the bytes are, a log is read or refused in words; what is written in a format's shape is read back unchanged."""

import io
import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.meetings import logformats
from bot.meetings.logformats.reading.shapes import TextFormat
from bot.model.errors import BadInput
from bot.model.meeting import Event, Line
from tests.soaking import ALWAYS_THE_SAME, seeds

FOLDER = Path(__file__).resolve().parent.parent / "transcripts"
LOGS = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix != ".txt"}
FORMS = [None, *logformats.formats()]
DAYS = [None, date(2026, 6, 3)]
few = settings(max_examples=seeds(150, 2_000), deadline=None, database=None, derandomize=ALWAYS_THE_SAME)

# What logs are made of, so that random input comes as far as the shapes, the clock and the entries.
SCRAPS = [
    *(form.sample.encode() for form in logformats.formats().values()), b"\n", b"\r", b"\x00", b"\x01ACTION ", b"\x03", b"\xff", b"\xe2\x82",
    b"[off]", b"<", b">", b"{", b"}", b"[", b"]", b'"', b"\\u", b"99:99", b"24:00 <a> x", b"12:60 PM", b"2016-02-30 10:00:00\ta\tx",
    b"--- Log opened Wed Jun 31 10:00:00 2016", b"Session Start: x", b"Feb 30 10:00:00 <a>\tx", b"Meeting started Wed Jun 41 99:00:00 2016 UTC.",
    b"17:01:55 <bot> Meeting started Wed Jun  1 17:01:55 2016 UTC.", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b'[{"type":"message","ts":"1"}',
    b'{"messages":[{"type":"m.room.message","origin_server_ts":1}]}', b'{"messages":[{"sender":1,"payload":[],"timestamp":{}}]}',
    "\u2028\u0085\ufeffé€".encode(), "\ufeff".encode("utf-16"), b"0001-01-01 00:00:00\ta\tx", b"9999-12-31 23:59:59\ta\tx", b"-1", b"1e999",
]  # fmt: skip
soup = st.lists(st.one_of(st.sampled_from(SCRAPS), st.binary(max_size=8)), max_size=25).map(b"".join)


def read(raw: bytes, name: str, form: str | None, on: date | None) -> list[Line]:
    return list(logformats.open_log(io.BytesIO(raw), name=name, form=form, on=on).lines)


@given(st.one_of(st.binary(max_size=300), soup), st.sampled_from(FORMS), st.sampled_from(DAYS))
@example(b"\xff\xfe", None, None)
@example(b'[{"type":"message","ts":"1464800515.0","text":"\\ud800"}]', None, None)
@settings(few, max_examples=seeds(300, 5_000))
def test_any_bytes_are_read_or_refused_in_words(raw: bytes, form: str | None, on: date | None) -> None:
    with suppress(BadInput):
        for line in read(raw, "x.log", form, on):
            line.text.encode()
            line.nick.encode()
            assert line.at.tzinfo is UTC
            assert not re.search("[\x00-\x08\x0a-\x1f\x7f]", line.text + line.nick)
            assert not line.text.lower().startswith("[off]")


@given(st.sampled_from(sorted(LOGS)), st.data(), st.sampled_from(DAYS))
@few
def test_a_log_that_was_cut_anywhere_is_read_or_refused_in_words(
    name: str, data: st.DataObject, on: date | None
) -> None:
    raw = LOGS[name]
    begin = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(begin, len(raw)))
    with suppress(BadInput):
        read(raw[begin:end], name, None, on)


@given(st.sampled_from(sorted(LOGS)), st.data())
@few
def test_a_log_with_a_damaged_byte_is_read_or_refused_in_words(name: str, data: st.DataObject) -> None:
    raw = bytearray(LOGS[name])
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with suppress(BadInput):
        read(bytes(raw), name, None, None)


def test_a_longer_copy_of_a_log_begins_like_the_shorter_one() -> None:
    for name, raw in LOGS.items():
        if not name.endswith(".log"):
            continue
        whole = read(raw, name, None, DAYS[1])
        ends = [found.end() for found in re.finditer(rb"\n", raw)]
        for end in ends[len(ends) // 2 :]:
            part = read(raw[:end], name, None, DAYS[1])
            *before, last = part
            told = whole[: len(part)]
            assert before == told[:-1], f"{name}, cut at {end}"
            assert told[-1].text.startswith(last.text)  # what follows may have been wrapped
            assert last._replace(text="") == told[-1]._replace(text="")


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff"),
    max_size=30,
)
TALK = WORDS.filter(lambda text: not text.lower().startswith("[off]") and text == text.strip())
NICKS = st.from_regex(r"[a-z\[\]\\`_^{|}][a-z0-9\[\]\\`_^{|}-]{0,9}", fullmatch=True)
SAID = st.lists(st.tuples(st.integers(0, 90), NICKS, TALK), min_size=1, max_size=12)
BEGIN = datetime(2026, 6, 3, 8, tzinfo=UTC)
WRITTEN = {  # how one line is written; everything else about these formats is the same
    "meetbot": "{at:%H:%M:%S} <{nick}> {text}",
    "irssi": "{at:%Y-%m-%dT%H:%M:%SZ} <{nick}> {text}",
    "weechat": "{at:%Y-%m-%d %H:%M:%S}\t{nick}\t{text}",
    "znc": "[{at:%H:%M:%S}] <{nick}> {text}",
    "limnoria": "{at:%Y-%m-%dT%H:%M:%S}  <{nick}> {text}",
    "thelounge": "[{at:%Y-%m-%dT%H:%M:%S}.000Z] <{nick}> {text}",
    "hexchat": "{at:%b %d %H:%M:%S} <{nick}>\t{text}",
    "iso-tab": "[{at:%Y-%m-%dT%H:%M:%S}.000Z]\t<{nick}>\t{text}",
}


@given(st.sampled_from(sorted(WRITTEN)), SAID)
@settings(few, max_examples=seeds(200, 3_000))
def test_what_is_written_in_a_format_s_shape_is_read_back_unchanged(
    form: str, said: list[tuple[int, str, str]]
) -> None:
    lines, at = [], BEGIN
    for number, (minutes, nick, text) in enumerate(said, start=1):
        at += timedelta(minutes=minutes)
        lines.append(Line(number, at, nick, text))
    raw = "\n".join(
        WRITTEN[form].format(at=line.at, nick=line.nick, text=line.text) for line in lines
    ).encode()
    assert [line for line in read(raw, "x.log", form, BEGIN.date()) if line.event is Event.SAID] == lines


def test_the_formats_that_are_written_here_are_text_formats() -> None:
    assert all(isinstance(logformats.formats()[form], TextFormat) for form in WRITTEN)
