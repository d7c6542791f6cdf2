"""Transcripts that a chair can read: a log beside what must come of it.

`NAME.tallyman.txt` and `NAME.meetbot.txt` hold the items in that style, `NAME.full.txt` everything that is known of the meeting,
`NAME.w3c.txt` the same with W3C's forms turned on. `GOLDEN=write pytest tests/meetings` writes them anew: read the difference.
"""

import os
from datetime import UTC
from pathlib import Path

import pytest

from bot.meetings import logformats
from bot.meetings.minutes import Style, record
from tests.meetings import telling

FOLDER = Path(__file__).resolve().parent.parent / "transcripts"
EXPECTED = sorted(FOLDER.glob("*.*.txt"))


def told(expected: Path) -> list[str]:
    name, style, _ = expected.name.split(".")
    log = FOLDER / f"{name}.log"
    lines = logformats.read(logformats.decode(log.read_bytes()), name=log.name, form=None, on=None, zone=UTC)
    exact = Style.MEETBOT if style == "meetbot" else Style.TALLYMAN
    meetings = record(lines, style=exact, home=None, source=log.name, w3c=style == "w3c")
    return telling.everything(meetings) if style in ("full", "w3c") else telling.items(meetings)


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.name)
def test_a_log_gives_what_its_transcript_says(expected: Path) -> None:
    if os.environ.get("GOLDEN") == "write":
        expected.write_text("".join(f"{line}\n" for line in told(expected)), encoding="utf-8")
    assert told(expected) == expected.read_text(encoding="utf-8").splitlines()


def test_every_log_has_a_transcript() -> None:
    assert {path.name.split(".")[0] for path in FOLDER.glob("*.log")} == {
        path.name.split(".")[0] for path in EXPECTED
    }


def test_there_are_enough_of_them() -> None:
    assert len({path.name.split(".")[0] for path in EXPECTED}) >= 60
