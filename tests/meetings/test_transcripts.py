"""Transcripts a chair can read: a log beside what must come of it."""

from pathlib import Path

import pytest

from bot.meetings import logformats
from bot.meetings.minutes import Style, record
from bot.model.meeting import Item, Kind, Meeting
from bot.reports.minutes import stamp

FOLDER = Path(__file__).resolve().parent.parent / "transcripts"
EXPECTED = sorted(FOLDER.glob("*.*.txt"))
LOGS = sorted(path for path in FOLDER.iterdir() if path.suffix != ".txt")  # .log, .json and .zip


def in_words(item: Item) -> str:
    to = f" -> {' '.join(item.assignees) or 'nobody'}" if item.kind is Kind.ACTION else ""
    return f"{item.id} {item.kind} {item.status}: {item.text}{to}"


def transcript(meetings: tuple[Meeting, ...]) -> list[str]:
    lines = []
    for meeting in meetings:
        if len(meetings) > 1:
            lines.append(
                f"{meeting.name} {stamp(meeting.started_at)} to {stamp(meeting.ended_at) if meeting.ended_at else '(not ended)'}"
            )
        lines += [in_words(item) for item in meeting.items]
    return lines


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.name)
def test_a_log_gives_what_its_transcript_says(expected: Path) -> None:
    name, style, _ = expected.name.split(".")
    (log,) = (path for path in LOGS if path.name.split(".")[0] == name)
    with log.open("rb") as stream:
        lines = tuple(logformats.open_log(stream, name=log.name).lines)
    assert (
        transcript(record(lines, style=Style(style), home=None, source=log.name))
        == expected.read_text().splitlines()
    )


def test_every_log_has_a_transcript() -> None:
    assert {path.name.split(".")[0] for path in LOGS} == {path.name.split(".")[0] for path in EXPECTED}


def in_every_format() -> list[Path]:
    """The transcripts of the meeting that is told once in each log format."""
    return [path for path in EXPECTED if path.name.startswith("format-")]


@pytest.mark.parametrize("expected", in_every_format(), ids=lambda path: path.name)
def test_one_meeting_gives_the_same_minutes_whatever_the_format(expected: Path) -> None:
    said = [line.partition(" ")[2] for line in expected.read_text().splitlines()]
    assert said == [
        "topic recorded: the pier",
        "info recorded: the lamp is broken",
        "action recorded: bo to mend the lamp -> bo",
        "link recorded: https://example.org/lamps",
        "agreed recorded: we meet again on Friday",
    ]
