"""Logs of any size: memory that does not grow with the log, time that grows with it evenly, and lines made to be slow."""

import io
import json
import time
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from bot.meetings import logformats
from bot.meetings.logformats.reading.entries import entries
from bot.meetings.logformats.reading.shapes import TextFormat, compiled
from bot.model.errors import BadInput

DAY = date(2026, 6, 3)
TEXT_FORMATS = [form for form in logformats.formats().values() if isinstance(form, TextFormat)]
MIB = 1 << 20


class Made(io.RawIOBase):
    """A file that is made while it is read, so that it takes no memory itself."""

    def __init__(self, make: Callable[[], Iterator[bytes]]) -> None:
        self.make = make
        self.seek(0)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self.parts, self.rest = self.make(), b""
        return 0

    def read(self, size: int = -1, /) -> bytes:
        ready, length = [self.rest], len(self.rest)
        while length < size and (part := next(self.parts, None)):
            ready.append(part)
            length += len(part)
        whole = b"".join(ready)
        self.rest = whole[size:]
        return whole[:size]


def irssi(lines: int) -> Iterator[bytes]:
    """A day has 1,440 lines here, three quarters of them talk."""
    for n in range(0, lines, 4):
        clock = f"{n // 60 % 24:02}:{n % 60:02}"
        yield (
            f"{clock} <@ada> we should look at the pull request again {n}\n{clock} < bo> #info the build is green {n}\n"
            f"{clock} -!- cyd{n % 7} [c@h] has joined #c\n{clock}  * bo nods\n"
        ).encode()


def matrix(events: int) -> Iterator[bytes]:
    yield b'{"room_name": "Harbour", "messages": ['
    for n in range(events):
        event = {
            "type": "m.room.message", "sender": f"@p{n % 9}:hs", "event_id": f"${n}", "origin_server_ts": 1464800515000 + n,
            "content": {"msgtype": "m.text", "body": f"we should look at it again {n}"},
        }  # fmt: skip
        yield (b"," if n else b"") + json.dumps(event).encode()
    yield b"]}"


def peak(make: Callable[[int], Iterator[bytes]], size: int) -> int:
    """The most memory that reading took at once, in bytes."""
    log = logformats.open_log(Made(lambda: make(size)), name="x", on=DAY)  # type: ignore[arg-type]  # it reads and seeks
    tracemalloc.start()
    deque(log.lines, maxlen=0)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


@pytest.mark.parametrize(("make", "few"), [(irssi, 10_000), (matrix, 2_500)])
def test_memory_does_not_grow_with_the_log(make: Callable[[int], Iterator[bytes]], few: int) -> None:
    small, large = peak(make, few), peak(make, 6 * few)
    assert large < small + MIB
    assert large < 16 * MIB


def seconds(raw: bytes) -> float:
    begun = time.process_time()
    deque(logformats.open_log(io.BytesIO(raw), name="x", on=DAY).lines, maxlen=0)
    return time.process_time() - begun


def test_time_grows_evenly_and_a_line_takes_microseconds() -> None:
    small, large = b"".join(irssi(20_000)), b"".join(irssi(160_000))
    least = min(seconds(small) for _ in range(3))
    most = min(seconds(large) for _ in range(2))
    assert most < 16 * max(least, 0.02)
    assert most / 160_000 < 8e-6  # measured: 1.3; the limit leaves room for a machine that is busy


ENDLESS = {
    "letters": "a", "blanks": " ", "angles": "<", "closing angles": ">", "brackets": "[", "closing brackets": "] ", "round ones": "(",
    "round ones with blanks": " (", "stars": "*", "dashes": "-", "arrows": "--> ", "tabs": "\t", "digits": "1", "times": "17:01:55 ",
    "hosts": "a!u@h: ", "colons": "a:", "bars": " |", "headings": "--- ", "colours": "\x0304", "actions": "\x01ACTION ",
    "surprises": "Meeting started ", "links": "<https://x|", "escapes": "\x1b[",
}  # fmt: skip


@pytest.mark.parametrize("part", ENDLESS.values(), ids=ENDLESS)
def test_no_endless_line_is_slow_in_any_shape(part: str) -> None:
    line = part * (200_000 // len(part))
    begun = time.process_time()
    for form in TEXT_FORMATS:
        shapes = compiled(form)
        begins = form.sample.partition("nick")[0], form.sample.partition("text")[0], ""
        for begin in begins:
            for shape in (shapes.said, *(each for _, _, each in shapes.rest), *shapes.days):
                shape.match(begin + line)
            if shapes.wrapped:
                shapes.wrapped.match(begin + line)
    assert (
        time.process_time() - begun < 5
    )  # 0.1 here; a shape that looks twice at each character would take minutes


@pytest.mark.parametrize("part", ENDLESS.values(), ids=ENDLESS)
def test_no_endless_line_is_slow_to_read(part: str) -> None:
    raw = (
        b"17:01:55 <ada> x\n17:01:56 <ada> "
        + (part * (1_000_000 // len(part))).encode()
        + b"\n17:01:57 <ada> y"
    )
    begun = time.process_time()
    deque(logformats.open_log(io.BytesIO(raw), name="x", on=DAY).lines, maxlen=0)
    assert time.process_time() - begun < 5


def test_a_line_of_ten_million_characters_is_read() -> None:
    raw = b"10:00:00 <ada> " + b"x" * 10_000_000 + b"\n10:00:01 <ada> y"
    assert [len(line.text) for line in logformats.open_log(io.BytesIO(raw), name="x", on=DAY).lines] == [
        10_000_000,
        1,
    ]


def test_a_million_short_lines_and_a_line_without_an_end() -> None:
    log = logformats.open_log(
        io.BytesIO(b"10:00:00 <a> x\n" + b"\n" * 1_000_000 + b"10:00:01 <a> y"), name="x", on=DAY
    )
    assert [line.number for line in log.lines] == [1, 1_000_002]
    endless = io.BytesIO(b"10:00:00 <a> x\n" + b"x" * 70_000_000)
    with pytest.raises(BadInput, match="a line of more than 67,108,864 characters"):
        list(logformats.open_log(endless, name="x", on=DAY).lines)


def test_a_message_is_not_wrapped_over_more_lines_than_a_client_makes_of_it() -> None:
    raw = b"Session Start: Wed Jun 03 10:00:00 2026\n<ada> x\n" + b"  y\n" * 100_000
    (line,) = logformats.open_log(io.BytesIO(raw), name="x").lines
    assert line.text == "x" + " y" * 31


def test_a_fault_at_the_beginning_of_a_long_export_is_found_without_reading_it_all() -> None:
    given = 0

    def make() -> Iterator[bytes]:
        nonlocal given
        yield b'[{"type": "message", "ts": "1464800515.0"}, {"a": 1 "b": 2}'
        for _ in range(1000):
            given += 1
            yield b', {"type": "message", "ts": "1464800515.0"}' * 1000

    with pytest.raises(BadInput, match="no valid JSON behind entry 1"):
        deque(entries(Made(make), "x"), maxlen=0)
    assert given < 20  # of a thousand pieces
