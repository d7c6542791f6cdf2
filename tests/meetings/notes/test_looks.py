"""Notes are told from logs and from other texts by their first lines."""

from pathlib import Path

import pytest

from bot.meetings.notes import looks_like_notes
from tests.meetings.test_transcripts import FOLDER


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.name)
def test_every_transcript_of_notes_looks_like_notes(path: Path) -> None:
    assert looks_like_notes(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.log")), ids=lambda path: path.name)
def test_no_log_looks_like_notes(path: Path) -> None:
    assert not looks_like_notes(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "is_notes"),
    [
        pytest.param("## Attendees\n- Ada\n## Agenda\n- gate\n", True, id="parts of a meeting, no day"),
        pytest.param("**Attendees:** Ada\n\n**Action items:** none\n\n- gate", True, id="bold labels"),
        pytest.param("## June 3, 2026\n\n- the gate squeaks\n", True, id="only a day"),
        pytest.param("# Readme\n\nHow to build it.\n\n## Links\n- here\n", False, id="a readme"),
        pytest.param('{"messages": [{"sender": "ada", "payload": "# Attendees: notes"}]}', False, id="JSON"),
        pytest.param("<html><body><h2>June 3, 2026</h2></body></html>", False, id="a web page"),
        pytest.param(
            "[10:00] <ada> Attendees: us\n[10:01] <bo> # 2026-06-03\n", False, id="a log that talks of notes"
        ),
        pytest.param("2026-06-03 10:00:00\tada\tAgenda: gate\n" * 3, False, id="a log with dates"),
        pytest.param(
            "## Attendees\n## 2026-06-03\n" + "[10:00] <ada> gate\n" * 3, False, id="a log under headings"
        ),
        pytest.param("", False, id="nothing"),
    ],
)
def test_what_looks_like_notes(text: str, is_notes: bool) -> None:
    assert looks_like_notes(text) is is_notes
