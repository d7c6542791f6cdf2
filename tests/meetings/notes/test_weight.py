"""Long lines and long files cost time in proportion to their length."""

from datetime import date, timedelta
from time import process_time

import pytest

from bot.meetings.notes import looks_like_notes, read_notes
from bot.model.meeting import Meeting

LONG = 10_000_000  # characters
SECONDS = (
    20  # of processor time: most of these take one or two, and a pattern that walks back would take hours
)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("a" * LONG, id="one word"),
        pytest.param("a " * (LONG // 2), id="short words"),
        pytest.param(" " * LONG + "x", id="blanks"),
        pytest.param("- " + "[ " * (LONG // 2), id="brackets that nothing closes"),
        pytest.param("(" * LONG, id="round brackets"),
        pytest.param("**" * (LONG // 2), id="stars"),
        pytest.param("_" * LONG, id="underscores"),
        pytest.param("<!--" * (LONG // 4), id="comments that nothing closes"),
        pytest.param("|a" * (LONG // 2), id="cells"),
        pytest.param("@a, " * (LONG // 4), id="logins"),
        pytest.param("Attendees: " + "Ada Quay, " * (LONG // 10), id="attendees"),
        pytest.param("[1]: <data:image/png;base64," + "A" * LONG, id="a picture written out"),
        pytest.param("- ![](data:image/png;base64," + "A" * LONG + ")", id="a picture in place"),
    ],
)
def test_a_line_of_ten_million_characters_is_read(line: str) -> None:
    started = process_time()
    looks_like_notes(line)
    read_notes(f"## 2026-06-03\n\n{line}", name="notes.md")
    assert process_time() - started < SECONDS


def years(meetings: int) -> str:
    """So many meetings, newest first, 3,700 characters each."""
    parts = []
    for number in range(meetings, 0, -1):
        day = date(2000, 1, 1) + timedelta(number)
        people = "".join(
            f"- {name} {family}\n" for name in ("Ada", "Bo", "Cyd") for family in ("Quay", "Lund")
        )
        talk = "".join(
            f"- (aq) gate {number * 100 + at} of the lock and its lamp\n"
            + "    - it squeaks when the tide is low\n" * 2
            for at in range(30)
        )
        parts.append(
            f"## {day:%B %d, %Y}\n\n### Attendees:\n{people}\n### Notes:\n{talk}\n### Action Items:\n- [ ] Bo to go\n"
        )
    return "\n".join(parts)


def seconds(text: str, previous: tuple[Meeting, ...] = ()) -> tuple[float, tuple[Meeting, ...]]:
    started = process_time()
    read = read_notes(text, name="notes.md", previous=previous)
    return process_time() - started, read


def test_a_file_of_five_megabytes_is_read_in_proportion() -> None:
    small, large = years(350), years(1_400)
    assert len(large) > 5_000_000
    first, _ = seconds(small)
    all_, read = seconds(large)
    assert all_ < first * 8
    assert len(read) == 1_400


def test_an_edited_file_is_read_again_in_proportion() -> None:
    took = []
    for meetings in (150, 450):
        text = years(meetings)
        _, before = seconds(text)
        again, after = seconds(text.replace("and its lamp", "and the lamp"), before)
        took.append(again)
        assert [[item.id for item in m.items] for m in after] == [
            [item.id for item in m.items] for m in before
        ]
    assert took[1] < took[0] * 6
