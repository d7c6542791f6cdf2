"""How far a run is: a bar where somebody looks, plain lines in a file, JSON where a program listens; on both commands."""

import fcntl
import io
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from runtime.conformance import progress
from tests.conformance.asking import ARGS, ROOT, ask

COMMANDS = {
    "the suite's": [sys.executable, "-m", "runtime.conformance", "run"],
    "tallyman's": [str(Path(sys.executable).with_name("tallyman")), "conformance", "run"],
}
WORDS = [
    "--runtime",
    "true",
    "--release",
    "v1.3.0",
    "--case",
    ARGS,
    "--case",
    "process/env-is-exactly-the-config",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_on_a_terminal_there_is_a_bar_that_is_wiped_in_the_end(command: str) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    environ = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    child = subprocess.Popen(
        [*COMMANDS[command], *WORDS], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=theirs, env=environ | {"TERM": "xterm"}
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    while True:
        try:
            some = os.read(ours, 4096)
        except OSError:  # EIO: nobody has the other end any more
            break
        if not some:
            break
        seen += some
    assert child.wait(60) == 1
    os.close(ours)
    text = seen.decode()
    assert "] 2/2, 2 failed" in text
    assert "[########################]" in text
    pictures = text.replace("\r\n", "\n").split("\r\033[K")
    assert all(len(picture.split("\n")[0]) < 80 for picture in pictures)
    assert pictures[-1].strip() == ""


@pytest.mark.parametrize("command", COMMANDS)
def test_in_a_file_there_are_plain_lines(command: str) -> None:
    done = subprocess.run([*COMMANDS[command], *WORDS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ("\r" in done.stderr, "\033" in done.stderr) == (False, False)
    assert f"v1.3.0 {ARGS}: failed" in done.stderr
    assert "2 of 2 results" in done.stderr


def test_a_program_gets_one_line_of_json_for_each_result() -> None:
    import json

    said = ask(*WORDS, "--json")
    steps = [json.loads(line)["progress"] for line in said.err.splitlines()]
    assert [each["done"] for each in steps] == [1, 2]
    assert {"release", "case", "outcome", "done", "total"} <= set(steps[0])


def test_a_bar_is_drawn_at_most_ten_times_a_second() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    bar = progress.choose(False, stream)
    for done in range(1, 5001):
        bar.step({"release": "v1.3.0", "case": "a/b", "outcome": "passed", "done": done, "total": 5000})
    assert stream.getvalue().count("\r") < 20
    assert "5000/5000" in stream.getvalue()
