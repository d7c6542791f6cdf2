"""Whatever is written, notes are read; whatever is edited, identities are neither lost, doubled nor swapped."""

import re
from hashlib import sha512

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.meetings.notes import looks_like_notes, read_notes
from bot.model.meeting import Meeting, Status
from tests.soaking import ALWAYS_THE_SAME, seeds

EXAMPLES = settings(max_examples=seeds(100, 1_200), deadline=None, derandomize=ALWAYS_THE_SAME, database=None)

FRAGMENTS = [
    "## June 3, 2026", "## 2026-06-10 sync", "**6/17/2026**", "June 24, 2026", "------", "# Notes", "### Attendees:", "Attendees: Ada Quay, Bo",
    "- Ada Quay (@adaq)", "- ~~Bo Lund~~ (Dock)", "* [x] Cyd (CM)", "### Agenda", "### Notes:", "### Action Items", "Decisions:", "- Gate",
    "  - it squeaks", "    - [ ] @adaq oil it by June 10", "- TODO(ada) sing", "- AI: Bo to dance", "- [off] hush", "\\- \\[x\\] done #5",
    "- Q: why?", "- A: because", "- Decision: yes", "- ~~no~~", "<!-- hidden", "-->", "```", "| Action | Owner |", "|---|---|", "| oil | CM |",
    "> quoted", "https://github.com/quay/harbour/pull/175", "[a](b) ![](c) [d][e]", "[e]: https://example.org", "---", "", "  ", "\t- deep", "1. one",
    "Scribe: Ada", "Time: 10:00-11:00 UTC", "(aq) words", "[Ada] words", "&nbsp;\\_", "**bold** and _so on_", "+1", "+1", "Next meeting", "Template",
]  # fmt: skip
notes = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=40)), max_size=40).map("\n".join)


@EXAMPLES
@given(st.one_of(st.text(max_size=400), notes), st.text(max_size=30))
def test_any_text_is_read(text: str, name: str) -> None:
    looks_like_notes(text)
    for meeting in read_notes(text, name=name):
        assert meeting.started_at.tzinfo is not None
        assert all(item.text for item in meeting.items)


@EXAMPLES
@given(notes)
def test_reading_again_is_identity(text: str) -> None:
    once = read_notes(text, name="notes.md")
    assert read_notes(text, name="notes.md", previous=once) == once


@EXAMPLES
@given(notes, notes)
def test_no_identity_is_lost_or_doubled_whatever_becomes_of_the_file(before: str, after: str) -> None:
    once = read_notes(before, name="notes.md")
    then = read_notes(after, name="notes.md", previous=once)
    assert len({meeting.name for meeting in then}) == len(then)
    was = {meeting.name: meeting for meeting in once}
    for meeting in then:
        ids = [item.id for item in meeting.items]
        assert len(set(ids)) == len(ids)
        if meeting.name in was:
            assert {item.id for item in was[meeting.name].items} <= set(ids)
    assert read_notes(after, name="notes.md", previous=then) == then


@EXAMPLES
@given(notes)
def test_a_newer_meeting_on_top_leaves_the_others_as_they_were(text: str) -> None:
    plain = re.sub(
        r"[\d#]|---|```|~~~|<!--", "", text
    )  # no other day, and nothing that goes on to the end of the file
    old = f"## 2026-06-03 gate\n\nAttendees: Bo Lund\n\n{plain}"
    (once,) = read_notes(old, name="notes.md")
    newer = "## 2027-01-01\nAttendees: Dot Lind, Alf Quint\n\n- something new\n\n"
    assert read_notes(newer + old, name="notes.md", previous=(once,))[0] == once


def words_of(number: int) -> list[str]:
    """Six words like no other number's."""
    letters = "".join(chr(ord("a") + byte % 26) for byte in sha512(str(number).encode()).digest())
    return [letters[at : at + 7] for at in range(0, 42, 7)]


Line = tuple[int, list[str]]


def text_of(lines: list[Line]) -> str:
    return "## 2026-06-03\n\n### Notes\n" + "".join(f"- {' '.join(words)}\n" for _, words in lines)


@st.composite
def edited(draw: st.DrawFn, lines: list[Line], gone: list[Line], fresh: int) -> list[Line]:
    """The lines after some of them were put in, brought back, taken out, moved, and given another word."""
    after = list(lines)
    for number in range(fresh, fresh + draw(st.integers(0, 3))):
        after.insert(draw(st.integers(0, len(after))), (number, words_of(number)))
    if draw(st.booleans()) and gone:
        after.insert(draw(st.integers(0, len(after))), draw(st.sampled_from(gone)))
    for _ in range(draw(st.integers(0, 2))):
        if after:
            del after[draw(st.integers(0, len(after) - 1))]
    if len(after) > 1 and draw(st.booleans()):
        after.insert(draw(st.integers(0, len(after) - 1)), after.pop(draw(st.integers(0, len(after) - 1))))
    for at in draw(st.sets(st.integers(0, max(len(after) - 1, 0)), max_size=3)):
        if after and after[at] not in gone:  # a line that comes back comes back as it was
            number, words = after[at]
            place = draw(st.integers(0, 5))
            after[at] = (number, [*words[:place], words_of(number + 10_000)[place], *words[place + 1 :]])
    return after


@EXAMPLES
@given(st.data())
def test_random_edits_never_lose_double_or_swap_identities(data: st.DataObject) -> None:
    lines: list[Line] = [(number, words_of(number)) for number in range(data.draw(st.integers(1, 8)))]
    gone: dict[int, list[str]] = {}
    meetings: tuple[Meeting, ...] = read_notes(text_of(lines), name="notes.md")
    known = {number: item.id for (number, _), item in zip(lines, meetings[0].items, strict=True)}
    fresh = 100
    for _ in range(data.draw(st.integers(1, 4))):
        after = data.draw(edited(lines, list(gone.items()), fresh))
        fresh += 10
        read = read_notes(text_of(after), name="notes.md", previous=meetings)
        if not read:
            return
        meetings = read
        standing = [item for item in read[0].items if item.status is not Status.UNDONE]
        assert [item.text for item in standing] == [" ".join(words) for _, words in after]
        for (number, _), item in zip(after, standing, strict=True):
            if number in known:
                assert item.id == known[number]
            else:
                assert item.id not in known.values()
                known[number] = item.id
        here = {number for number, _ in after}
        gone |= {number: words for number, words in lines if number not in here}
        gone = {number: words for number, words in gone.items() if number not in here}
        lines = after
