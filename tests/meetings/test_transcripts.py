"""Transcripts that a chair can read: a log beside what must come of it.

`NAME.tallyman.txt` and `NAME.meetbot.txt` hold the items in that style, `NAME.full.txt` everything that is known of the meeting,
`NAME.w3c.txt` the same with W3C's forms turned on. `GOLDEN=write pytest tests/meetings` writes them anew: read the difference.
"""

import os
from pathlib import Path

import pytest

from bot.meetings.logformats import open_log
from bot.meetings.minutes import Style, record
from bot.meetings.notes import read_notes
from bot.model.meeting import Meeting
from tests.meetings import telling

FOLDER = Path(__file__).resolve().parent.parent / "transcripts"
EXPECTED = sorted(FOLDER.glob("*.*.txt"))
LOGS = sorted(
    path for path in FOLDER.iterdir() if path.suffix != ".txt"
)  # .log, .json, .zip, and notes in .md
ONCE_IN_EVERY_FORMAT = [path for path in EXPECTED if path.name.startswith("format-")]


def recorded(log: Path, style: str) -> tuple[Meeting, ...]:
    if log.suffix == ".md":
        return read_notes(log.read_text(encoding="utf-8"), name=log.name)
    exact = Style.MEETBOT if style == "meetbot" else Style.TALLYMAN
    with log.open("rb") as stream:
        return record(
            open_log(stream, name=log.name).lines, style=exact, home=None, source=log.name, w3c=style == "w3c"
        )


def told(expected: Path) -> list[str]:
    name, style, _ = expected.name.split(".")
    (log,) = (path for path in LOGS if path.name.split(".")[0] == name)
    meetings = recorded(log, style)
    return telling.everything(meetings) if style in ("full", "w3c") else telling.items(meetings)


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.name)
def test_a_log_gives_what_its_transcript_says(expected: Path) -> None:
    if os.environ.get("GOLDEN") == "write":
        expected.write_text("".join(f"{line}\n" for line in told(expected)), encoding="utf-8")
    assert told(expected) == expected.read_text(encoding="utf-8").splitlines()


def test_every_log_has_a_transcript() -> None:
    assert {path.name.split(".")[0] for path in LOGS} == {path.name.split(".")[0] for path in EXPECTED}


def test_there_are_enough_of_them() -> None:
    assert len({path.name.split(".")[0] for path in EXPECTED}) >= 60


@pytest.mark.parametrize("expected", ONCE_IN_EVERY_FORMAT, ids=lambda path: path.name)
def test_one_meeting_gives_the_same_minutes_whatever_the_format(expected: Path) -> None:
    said = [line.partition(" ")[2] for line in expected.read_text(encoding="utf-8").splitlines()]
    assert said == [
        "topic recorded: the pier",
        "info recorded: the lamp is broken",
        "action recorded: bo to mend the lamp -> bo",
        "link recorded: https://example.org/lamps",
        "agreed recorded: we meet again on Friday",
    ]
