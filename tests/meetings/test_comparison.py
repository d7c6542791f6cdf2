"""docs/meetings.md: each row of its comparison is shown by a transcript, and it names every word of the language."""

import re
from pathlib import Path

from bot.meetings import commands

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = (ROOT / "docs" / "meetings.md").read_text(encoding="utf-8")
ROWS = [line.strip("| ").split(" | ") for line in TEXT.splitlines() if line.count(" | ") == 7]


def test_every_row_is_shown_by_a_transcript() -> None:
    assert len(ROWS) > 30
    shown = [row[-1] for row in ROWS[1:]]
    missing = [name for name in shown if not list((ROOT / "tests" / "transcripts").glob(f"{name}.*.txt"))]
    assert missing == []


def test_no_transcript_stands_for_two_rows() -> None:
    shown = [row[-1] for row in ROWS[1:]]
    assert sorted(shown) == sorted(set(shown))


def test_every_command_is_told_or_is_only_the_bot_s() -> None:
    told = set(re.findall(r"#(\w+)", TEXT))
    silent = {name for name, does in commands.COMMANDS.items() if does is commands.service}
    spellings = {"agree", "accept", "reject", "failed", "halp"}
    assert set(commands.COMMANDS) - told - silent - spellings == set()
