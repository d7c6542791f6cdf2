"""One file, many meetings: which headings open one, on which day it was, and what is none."""

from datetime import UTC, datetime

import pytest

from bot.meetings.notes import read_notes
from bot.model.meeting import Meeting

LINES = "Attendees: Ada Quay\n\n- the gate squeaks\n\n"


def days(text: str, name: str = "notes.md") -> list[str]:
    return [f"{meeting.started_at:%Y-%m-%d}" for meeting in read_notes(text, name=name)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("## June 10, 2026", "## June 3, 2026", id="headings, newest first"),
        pytest.param("## 2026-06-03 meeting", "## 2026-06-10 meeting", id="headings, oldest first"),
        pytest.param(
            "# **Jun 10, 2026** | Sync", "# **Jun 3, 2026** | Sync", id="as Google Docs writes them"
        ),
        pytest.param("**6/17/2026**", "**6/3/2026**", id="bold lines"),
        pytest.param("June 10, 2026", "June 3, 2026", id="lines of their own"),
        pytest.param("June 10, 2026\n-------------", "June 3, 2026\n------------", id="underlined"),
        pytest.param(
            "Dock sync, June 10, 2026\n====", "Dock sync, June 3, 2026\n====", id="underlined, with words"
        ),
        pytest.param(
            "# Board of the harbour 2026-06-10\n\n## 2026-07-01 release",
            "# Board of the harbour 2026-06-03",
            id="days last above days first",
        ),
        pytest.param("# 2026\n\n## June 10 (APAC)", "## June 3", id="the year in a heading above"),
        pytest.param(
            "### Wednesday, June 10th 2026, 17:00 UTC",
            "### Wednesday, June 3rd 2026, 17:00 UTC",
            id="with hours",
        ),
        pytest.param("## Board meeting 2026-06-10", "## Board meeting 2026-06-03", id="the day last"),
        pytest.param(
            "# Notes, changed 2026-06-11\n\n## 2026-06-10", "## 2026-06-03", id="a title with a day"
        ),
    ],
)
def test_dated_headings_open_meetings(first: str, second: str) -> None:
    read = read_notes(f"{first}\n\n{LINES}{second}\n\n{LINES}", name="notes.md")
    assert len(read) == 2
    assert read[0].started_at < read[1].started_at
    assert all("the gate squeaks" in [item.text for item in meeting.items] for meeting in read)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"# Notes\n\nhow to join\n\n## 2026-06-03\n{LINES}", ["2026-06-03"], id="words above"),
        pytest.param(
            f"## 2026-06-03\n{LINES}### Release of 2026-07-01\n- soon\n",
            ["2026-06-03"],
            id="a day in a topic",
        ),
        pytest.param(
            f"## 2026-06-03\n{LINES}## Template\n- **name**\n", ["2026-06-03"], id="a template below"
        ),
        pytest.param("## 2026-06-03\n\nCancelled for the holidays.\n", [], id="a meeting that was not held"),
        pytest.param(
            "## 2026-06-03\n\n### Notes:\n- Cancelled with no active agenda items\n",
            [],
            id="said among notes",
        ),
        pytest.param(
            "## 2026-06-03\n\n### Attendees\n- _add yourself_\n### Notes\n", [], id="a meeting to come"
        ),
        pytest.param("# Readme\n\nSince 2020-01-01 we meet.\n", [], id="no notes"),
        pytest.param("", [], id="nothing"),
        pytest.param(
            f"## [off] 2026-06-03\n{LINES}## 2026-06-10\n{LINES}",
            ["2026-06-10"],
            id="a meeting off the record",
        ),
    ],
)
def test_other_headings_do_not(text: str, expected: list[str]) -> None:
    assert days(text) == expected


def test_what_stands_below_a_template_is_of_no_meeting() -> None:
    (meeting,) = read_notes(f"## 2026-06-03\n{LINES}## Template\n- TODO(name) your text\n", name="notes.md")
    assert [item.text for item in meeting.items] == ["the gate squeaks"]


def test_parts_on_the_level_of_the_day_belong_to_it() -> None:
    text = "## 2026-06-03\n## Attendees\n- Ada\n## Notes\n- the gate\n## Lamps\n- out\n"
    (meeting,) = read_notes(text, name="notes.md")
    assert [person.nick for person in meeting.people] == ["Ada"]
    assert [(item.text, item.topic) for item in meeting.items] == [
        ("the gate", ""),
        ("Lamps", "Lamps"),
        ("out", "Lamps"),
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param(f"# Gate group\n{LINES}", "notes/2026-06-03.md", id="the file's name"),
        pytest.param(
            f"# Jun 3 gate group\n{LINES}",
            "2026/gate-06-03.md",
            id="month and day in the heading, year in the folder",
        ),
        pytest.param(f"# Gate group\n{LINES}", "gate/2026-06-03/notes.md", id="the folder"),
        pytest.param(f"# Gate group\n\nDate: June 3, 2026\n\n{LINES}", "notes.md", id="a line that says so"),
        pytest.param(
            f"# Gate group\n- **When**: June 3 2026, 4pm UTC\n\n{LINES}",
            "notes.md",
            id="a bullet that says so",
        ),
        pytest.param(
            f"| **Date** | 2026-06-03 |\n|---|---|\n\n{LINES}", "notes.md", id="a table that says so"
        ),
        pytest.param(f"---\ntitle: Gate\ndate: 2026-06-03\n---\n{LINES}", "notes.md", id="front matter"),
        pytest.param(f"+++\ndate = 2026-06-03\n+++\n{LINES}", "notes.md", id="front matter of another kind"),
        pytest.param(f"# Gate group, 3 June 2026\n{LINES}", "notes.md", id="its only dated heading"),
    ],
)
def test_a_file_may_be_one_meeting(text: str, name: str) -> None:
    (meeting,) = read_notes(text, name=name)
    assert f"{meeting.started_at:%Y-%m-%d}" == "2026-06-03"
    assert "the gate squeaks" in [item.text for item in meeting.items]


def test_only_the_day_is_known_unless_an_hour_and_a_zone_are_told() -> None:
    day, hour = read_notes(f"## 2026-06-03\n{LINES}## 2026-06-10, 17:00-18:00 UTC\n{LINES}", name="notes.md")
    assert (day.started_at, day.ended_at, day.day_only) == (
        datetime(2026, 6, 3, tzinfo=UTC),
        datetime(2026, 6, 3, tzinfo=UTC),
        True,
    )
    assert (hour.started_at, hour.ended_at, hour.day_only) == (
        datetime(2026, 6, 10, 17, tzinfo=UTC),
        datetime(2026, 6, 10, 18, tzinfo=UTC),
        False,
    )


def test_a_day_that_may_be_another_is_said() -> None:
    (meeting,) = read_notes(f"## 3/6/2026\n{LINES}", name="notes.md")
    assert meeting.warnings == (
        "the day may be another one: '3/6/2026' can be read as day/month and as month/day, and was read as month/day",
    )


def names(text: str, name: str) -> list[str]:
    return [meeting.name for meeting in read_notes(text, name=name)]


def test_a_meeting_is_named_by_its_day_and_its_heading_or_file() -> None:
    text = f"## 2026-06-03 Dock sync\n{LINES}## 2026-06-10 meeting\n{LINES}## 2026-06-10\n{LINES}"
    assert names(text, "harbour/weekly-notes.md") == [
        "2026_06_03_dock_sync",
        "2026_06_10_weekly_notes",
        "2026_06_10_weekly_notes_2",
    ]
    assert names(f"# Gate\n{LINES}", "2026-06-03.md") == ["2026_06_03_gate"]
    assert names(f"## 2026-06-03\n{LINES}", "https://notes.example.org/x/download") == ["2026_06_03_notes"]


def first(text: str) -> Meeting:
    return read_notes(text, name="notes.md")[0]


def test_lines_are_counted_from_the_heading_of_the_meeting() -> None:
    assert [item.line for item in first(f"## 2026-06-03\n{LINES}").items] == [4]
    assert [item.line for item in first(f"# Notes\n\n## 2026-06-03\n{LINES}").items] == [4]
