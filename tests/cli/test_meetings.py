"""Meetings by command: a folder of an export, notes read again, corrections, and an agenda, each as a chair would type it."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command

TRANSCRIPTS = Path(__file__).resolve().parents[1] / "transcripts"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with zipfile.ZipFile(TRANSCRIPTS / "format-slack.zip") as export:
        export.extractall(tmp_path / "export")
    return tmp_path


def facts(said: Any) -> Any:
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_an_unpacked_export_and_one_channel_of_it_are_read(command: Command, folder: Path) -> None:
    for place in (folder / "export", folder / "export" / "harbour"):
        said = command("minutes", str(place), "--format", "json")
        assert len(facts(said)["items"]) == 5
        assert "was read as slack" in said.err


def test_every_form_and_the_log_page_are_written_into_a_folder(command: Command, tmp_path: Path) -> None:
    said = command("minutes", str(TRANSCRIPTS / "a-plain-meeting.log"), "--out", str(tmp_path / "out"))
    assert said.code == 0, said.err
    written = sorted(
        path.name.removeprefix("harbour_call.2026-06-03-10.00.") for path in (tmp_path / "out").iterdir()
    )
    assert written == ["html", "json", "log.html", "md", "txt"]
    page = (tmp_path / "out" / "harbour_call.2026-06-03-10.00.log.html").read_text(encoding="utf-8")
    assert page.count("<li id=") == 7
    assert 'id="L5"' in page


def test_notes_that_were_edited_keep_their_items(command: Command, tmp_path: Path) -> None:
    notes = tmp_path / "weekly.md"
    notes.write_text(
        (TRANSCRIPTS / "notes-weekly-newest-first.md").read_text(encoding="utf-8"), encoding="utf-8"
    )
    first = facts(command("meeting", "import", str(notes), "--live", "--json"))
    again = facts(command("meeting", "import", str(notes), "--live", "--json"))
    assert [row["id"] for row in again] == [row["id"] for row in first]
    assert [(row["new"], row["added"]) for row in again] == [(False, 0)] * len(first)


def test_a_meeting_s_life(command: Command) -> None:
    log = str(TRANSCRIPTS / "dates-in-actions.log")
    (meeting,) = facts(command("meeting", "import", log, "--live", "--json"))
    id_ = str(meeting["id"])
    actions = facts(command("actions", "list", "--json"))
    assert [action["due"] for action in actions][:2] == ["2026-06-05", "2026-06-12"]
    name = f"{id_}/{actions[0]['item']}"
    handed = facts(command("actions", "assign", name, "--to", "cyd", "--by", "bo", "--json"))
    assert (handed["owners"], handed["state"]) == (["cyd"], "handed-over")
    assert (
        facts(command("actions", "due", name, "2026-07-01", "--by", "cyd", "--json"))["due"] == "2026-07-01"
    )
    assert facts(command("actions", "link", name, "quay/spec#7", "--by", "cyd", "--json"))["references"] == [
        "https://github.com/quay/spec/issues/7"
    ]
    assert facts(command("actions", "done", name, "--by", "cyd", "--json"))["state"] == "done"
    assert name.split("/")[1] not in [a["item"] for a in facts(command("actions", "list", "--json"))]
    amended = facts(
        command("meeting", "amend", id_, "L5", "--text", "bo to mend it", "--by", "ada", "--json")
    )
    assert (amended["status"], amended["note"].startswith("amended by ada")) == ("amended", True)
    assert command("meeting", "redact", id_, "6", "--by", "ada", "--because", "a slip").code == 0
    assert "a slip" in command("meeting", "show", id_).out
    assert "[redacted]" in command("meeting", "export", id_, "--format", "log").out


def test_an_issue_is_offered_for_what_names_none_and_for_nothing_else(command: Command) -> None:
    log = str(TRANSCRIPTS / "one-meeting-for-two-projects.log")
    (named,) = facts(command("meeting", "import", log, "--live", "--json"))
    (plain,) = facts(
        command(
            "meeting", "import", str(TRANSCRIPTS / "nobody-owns-it.log"), "--channel", "x", "--live", "--json"
        )
    )
    offered = facts(command("meeting", "offer", str(plain["id"]), "L3", "--json"))
    assert offered["title"] == "More talk about the lamps"
    assert "more talk about the lamps" in offered["body"]
    refused = command("meeting", "offer", str(named["id"]), "L6")
    assert (refused.code, "wants no issue of its own" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("actions done 1 --by ada", "names nothing", id="an action without its meeting"),
        pytest.param("actions done 9/L1 --by ada", "there is no meeting 9", id="a meeting that is not there"),
        pytest.param("actions due 1/L4 soon --by ada", "soon is no day", id="a day that is none"),
        pytest.param("actions link 1/L4 nothing --by ada", "names no issue", id="a link to nothing"),
        pytest.param("meeting redact 1 first --by ada", "first is no line", id="a line that is none"),
        pytest.param("meeting export 1 --format pdf", "there is no format pdf", id="an unknown form"),
        pytest.param("people roster nowhere", "nowhere cannot be read", id="a roster that is not there"),
    ],
)
def test_what_cannot_be_is_answered_with_what_to_do(command: Command, line: str, said: str) -> None:
    answer = command(*line.split())
    assert answer.code == 2
    assert said in answer.err
