"""Transcripts a chair can read: a log beside what must come of it."""

from datetime import UTC
from pathlib import Path

import pytest

from bot.meetings import logformats
from bot.meetings.minutes import Style, record
from bot.meetings.notes import read_notes
from bot.model.meeting import Item, Kind, Meeting
from bot.reports.minutes import stamp

FOLDER = Path(__file__).resolve().parent.parent / "transcripts"
EXPECTED = sorted(FOLDER.glob("*.*.txt"))


def in_words(item: Item) -> str:
    to = f" -> {' '.join(item.assignees) or 'nobody'}" if item.kind is Kind.ACTION else ""
    done = " (said to be done)" if item.done else ""
    return f"{item.id} {item.kind} {item.status}: {item.text}{to}{done}"


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
    notes = FOLDER / f"{name}.md"
    if notes.exists():
        read = read_notes(notes.read_text(encoding="utf-8"), name=notes.name)
        assert transcript(read) == expected.read_text(encoding="utf-8").splitlines()
        return
    log = FOLDER / f"{name}.log"
    lines = logformats.read(logformats.decode(log.read_bytes()), name=log.name, form=None, on=None, zone=UTC)
    assert (
        transcript(record(lines, style=Style(style), home=None, source=log.name))
        == expected.read_text().splitlines()
    )


def test_every_log_has_a_transcript() -> None:
    assert {path.stem for form in ("*.log", "*.md") for path in FOLDER.glob(form)} == {
        path.name.split(".")[0] for path in EXPECTED
    }
