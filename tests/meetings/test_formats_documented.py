"""docs/logformats.md shows the formats that there are, as they declare themselves."""

import subprocess
import sys
from pathlib import Path

from bot.meetings import logformats
from bot.meetings.logformats.reading import decoding, recognising, relays
from bot.meetings.logformats.reading.table import as_markdown

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "logformats.md").read_text(encoding="utf-8")


def test_the_table_in_the_docs_is_the_one_the_formats_give() -> None:
    table = as_markdown(logformats.formats().values())
    assert table in PAGE, "print it anew: python -m bot.meetings.logformats.reading.table"
    assert table.count("\n| ") == len(logformats.formats()) + 1


def test_the_table_is_printed_by_the_command_the_docs_name() -> None:
    command = [sys.executable, "-m", "bot.meetings.logformats.reading.table"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout in PAGE


def test_the_numbers_in_the_docs_are_those_of_the_code() -> None:
    assert f"first {recognising.LOOKED_AT} lines" in PAGE
    assert f"a block of {decoding.BLOCK >> 10} KiB" in PAGE
    assert decoding.LONGEST >> 20 == 64
    assert (relays.MANY, relays.MOSTLY) == (3, 0.75)
