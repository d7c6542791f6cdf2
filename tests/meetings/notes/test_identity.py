"""An edited line keeps its identity, a deleted one gives its own to nobody, and a newer meeting on top moves nothing."""

import re
from itertools import combinations
from random import Random

import pytest
from rapidfuzz import fuzz

from bot.meetings.notes import fingerprint, read_notes
from bot.meetings.notes.same import LIKE, SLOT
from bot.model.meeting import Kind, Meeting, Status
from tests.skips import skip_data

BEFORE = """## 2026-06-03
Attendees: Ada Quay, Bo Lund

### Notes
- Gate
  - it squeaks in the morning
  - +1
- Lamp
  - it is dark at the pier
  - +1

### Action items
- [ ] Ada to oil the gate with the good oil
- [ ] Bo to review quay/harbour#105
"""


def read(text: str, *previous: Meeting) -> Meeting:
    (meeting,) = read_notes(text, name="notes.md", previous=previous)
    return meeting


def ids(meeting: Meeting) -> dict[str, str]:
    return {item.id: item.text for item in meeting.items if item.stands}


WAS = {
    "N1": "Gate",
    "N2": "it squeaks in the morning",
    "N3": "+1",
    "N4": "Lamp",
    "N5": "it is dark at the pier",
    "N6": "+1",
    "N7": "Ada to oil the gate with the good oil",
    "N8": "Bo to review quay/harbour#105",
}


def test_the_first_reading_numbers_the_lines() -> None:
    assert ids(read(BEFORE)) == WAS


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("in the morning", "every morning", WAS | {"N2": "it squeaks every morning"}, id="a word is changed"),
        pytest.param("it squeaks", "It squeeks", WAS | {"N2": "It squeeks in the morning"}, id="a mistake is made"),
        pytest.param("Ada to oil", "Bo to oil", WAS | {"N7": "Bo to oil the gate with the good oil"}, id="another owner"),
        pytest.param("- Gate", "- Gate of the lock", WAS | {"N1": "Gate of the lock"}, id="a topic is renamed"),
        pytest.param("- Gate\n", "- a new line that nobody saw\n- Gate\n", WAS | {"N9": "a new line that nobody saw"}, id="a line is put in"),
        pytest.param("  - it squeaks in the morning\n", "", {k: v for k, v in WAS.items() if k != "N2"}, id="a line is taken out"),
        pytest.param("- Gate\n  - it squeaks in the morning\n  - +1\n", "", {k: v for k, v in WAS.items() if k not in ("N1", "N2", "N3")}, id="one of two equal lines is taken out, with its topic"),
        pytest.param("#105", "#106", WAS | {"N8": "Bo to review quay/harbour#106"}, id="a number is corrected in its place"),
        pytest.param("it is dark", "TODO(bo) it is dark", WAS, id="a remark becomes an action"),
        pytest.param("- [ ] Ada to oil the gate with the good oil\n- [ ] Bo to review quay/harbour#105\n",
                     "- [ ] Bo to review quay/harbour#105\n- [ ] Ada to oil the gate with the good oil\n", WAS, id="two lines change places"),
        pytest.param("- [ ] Ada to oil the gate with the good oil\n- [ ] Bo to review quay/harbour#105\n",
                     "- [ ] Bo to review quay/harbour#105 now\n- [ ] Ada to oil the gate with the bad oil\n",
                     WAS | {"N7": "Ada to oil the gate with the bad oil", "N8": "Bo to review quay/harbour#105 now"},
                     id="two lines change places and words"),
        pytest.param("with the good oil", "", WAS | {"N7": "Ada to oil the gate"}, id="a line is cut short"),
        pytest.param("- [ ] Ada to oil the gate with the good oil\n", "- [ ] Ada to sing\n- [ ] Bo to dance\n",
                     {k: v for k, v in WAS.items() if k != "N7"} | {"N9": "Ada to sing", "N10": "Bo to dance"}, id="another line in its place"),
    ],
)  # fmt: skip
def test_identities_outlast_an_edit(old: str, new: str, expected: dict[str, str]) -> None:
    assert BEFORE.count(old) == 1
    assert ids(read(BEFORE.replace(old, new), read(BEFORE))) == expected


def test_a_box_that_is_checked_makes_the_same_action_done() -> None:
    after = read(BEFORE.replace("[ ] Ada", "[x] Ada"), read(BEFORE))
    assert [(item.id, item.done) for item in after.items if item.kind is Kind.ACTION] == [
        ("N7", True),
        ("N8", False),
    ]


def test_a_line_that_is_gone_stays_as_undone_and_its_id_is_not_used_again() -> None:
    without = read(BEFORE.replace("- [ ] Bo to review quay/harbour#105\n", ""), read(BEFORE))
    gone = next(item for item in without.items if item.id == "N8")
    assert (gone.status, gone.note) == (Status.UNDONE, "it is no longer in the notes")
    other = read(BEFORE.replace("Bo to review quay/harbour#105", "hire a pilot"), without)
    assert ids(other)["N9"] == "hire a pilot"


def test_a_line_that_comes_back_is_itself_again() -> None:
    without = read(BEFORE.replace("- [ ] Bo to review quay/harbour#105\n", ""), read(BEFORE))
    assert read(BEFORE, without) == read(BEFORE)


def test_another_number_elsewhere_is_another_line() -> None:
    text = BEFORE.replace("- [ ] Bo to review quay/harbour#105\n", "")
    text = text.replace("### Action items\n", "### Action items\n- [ ] Bo to review quay/harbour#112\n")
    assert ids(read(text, read(BEFORE)))["N9"] == "Bo to review quay/harbour#112"


def test_reading_the_same_text_again_changes_nothing() -> None:
    once = read(BEFORE)
    assert read(BEFORE, once) == once


def test_a_newer_meeting_on_top_moves_nothing() -> None:
    once = read(BEFORE)
    newer = (
        "## 2026-06-10\nAttendees: Ada Quay, Bo Lund\n\n### Notes\n- Gate\n  - it squeaks in the morning\n\n"
    )
    both = read_notes(newer + BEFORE, name="notes.md", previous=(once,))
    assert both[0] == once
    assert [item.id for item in both[1].items] == ["N1", "N2"]


def test_a_line_that_somebody_is_typing_is_one_line() -> None:
    typed = "- [ ] Bo to review quay/harbour#105"
    meeting = read(BEFORE.replace(typed, "- [ ] Bo"))
    for end in range(len("- [ ] Bo"), len(typed) + 1):
        meeting = read(BEFORE.replace(typed, typed[:end]), meeting)
    assert ids(meeting) == WAS


def test_lines_that_read_alike_are_told_apart_by_both_neighbours() -> None:
    before = "## 2026-06-03\n- vote\n- +1\n- on ropes\n- vote\n- +1\n- on lamps\n"
    after = read(before.replace("- +1\n", "", 1), read(before))
    assert ids(after) == {"N1": "vote", "N3": "on ropes", "N4": "vote", "N5": "+1", "N6": "on lamps"}


def test_a_meeting_whose_notes_were_emptied_keeps_its_lines_as_undone() -> None:
    emptied = read("## 2026-06-03\n", read(BEFORE))
    assert ids(emptied) == {}
    assert len(emptied.items) == 8
    assert ids(read(BEFORE, emptied)) == WAS


def test_a_corrected_day_is_the_same_meeting() -> None:
    once = read(BEFORE)
    later = read(BEFORE.replace("## 2026-06-03", "## 2026-06-04"), once)
    assert (later.name, ids(later)) == (once.name, WAS)
    assert f"{later.started_at:%Y-%m-%d}" == "2026-06-04"


def test_notes_that_moved_to_an_archive_are_the_same_meeting() -> None:
    once = read(BEFORE)
    (moved,) = read_notes(f"# Archive\n\n{BEFORE}", name="archive/2026.md", previous=(once,))
    assert (moved.name, ids(moved), moved.source) == (once.name, WAS, "archive/2026.md")


def test_a_meeting_that_is_gone_from_the_file_is_not_returned() -> None:
    assert read_notes("# Notes\n", name="notes.md", previous=(read(BEFORE),)) == ()


def test_two_meetings_of_one_day_keep_apart() -> None:
    text = "## 2026-06-03 Gate\n- the gate squeaks\n- and it is red\n\n## 2026-06-03 Lamp\n- the lamp is out\n- and it is blue\n"
    once = read_notes(text, name="notes.md")
    swapped = "## 2026-06-03 Lamp\n- the lamp is out\n- and it is blue\n\n## 2026-06-03 Gate\n- the gate squeaks\n- and it is red\n"
    assert {m.name: ids(m) for m in read_notes(swapped, name="notes.md", previous=once)} == {
        m.name: ids(m) for m in once
    }


def test_a_line_that_is_taken_off_the_record_loses_its_words() -> None:
    off = read(BEFORE.replace("- it squeaks", "- [off] it squeaks"), read(BEFORE))
    silenced = next(item for item in off.items if item.id == "N2")
    assert (silenced.text, silenced.status, silenced.note) == (
        "",
        Status.UNDONE,
        "the notes now mark it [off]",
    )
    assert "squeaks" not in repr(off)
    assert read(BEFORE.replace("- it squeaks", "- [off] it squeaks"), off) == off


def test_a_topic_that_is_taken_off_the_record_names_nothing_any_more() -> None:
    off = read(BEFORE.replace("- Gate", "- [off] Gate"), read(BEFORE))
    assert "Gate" not in repr(off)


def test_a_redacted_line_is_not_read_again() -> None:
    redacted = {fingerprint("it squeaks in the morning"), fingerprint("Lamp")}
    (meeting,) = read_notes(BEFORE, name="notes.md", redacted=redacted)
    assert "squeaks" not in repr(meeting)
    assert "Lamp" not in repr(meeting)
    assert "it is dark at the pier" in ids(meeting).values()


def talk() -> list[str]:
    """The different lines of talk in the seed meeting that are sentences."""
    log = skip_data("seed/2016-06-01-meeting.log").read_text(encoding="utf-8", errors="replace")
    said = re.findall(r"(?m)^\S+ <(?!collabot)[^>]+> (?:\w+: )?([^#\n].*)$", log)
    return [line for line in dict.fromkeys(said) if len(line.split()) > 3 and not line.startswith("http")]


def replaced(lines: list[str], share: float, random: Random) -> list[float]:
    """How alike lines are to themselves after a share of their words was replaced by other lines' words."""
    words = [word for line in lines for word in line.split()]
    found = []
    for line in lines * 10:
        own = line.split()
        for at in random.sample(range(len(own)), max(1, round(len(own) * share))):
            own[at] = random.choice(words)
        found.append(fuzz.ratio(line.casefold(), " ".join(own).casefold()))
    return found


def test_the_measure_of_likeness_parts_edited_lines_from_other_lines() -> None:
    lines = talk()
    others = [fuzz.ratio(a.casefold(), b.casefold()) for a, b in combinations(lines, 2)]
    random = Random(1)
    third, most = replaced(lines, 1 / 3, random), replaced(lines, 2 / 3, random)
    assert sum(score >= LIKE for score in others) / len(others) < 0.002
    assert sum(score >= LIKE for score in third) / len(third) > 0.95
    assert sum(score >= SLOT for score in others) / len(others) < 0.012
    assert sum(score >= SLOT for score in most) / len(most) > 0.75
