"""The recorder under inputs nobody thought of: it never raises, undoing and redoing changes nothing, and it stays linear."""

import tracemalloc
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.meetings import commands
from bot.meetings.minutes import Style, record
from bot.meetings.references import Home
from bot.model.meeting import Event, Item, Kind, Line, Meeting, Status
from tests.soaking import ALWAYS_THE_SAME, seeds

START = datetime(2026, 6, 3, 10, tzinfo=UTC)
NICKS = ("ada", "bo", "cyd_", "[z]", "in", "ö", "vbatts|work")
HOME = Home("quay/runtime-spec", ("quay/runtime-spec", "quay/image-spec"))
WORDS = st.sampled_from(
    ["#7", "runtime-spec#8", "bo", "to", "by Friday", "L3", "L4", "yes", "+1", "???", "= bo", "ada:", "https://x.org/a", "@cyd_"]
)  # fmt: skip
COMMAND = st.builds(
    lambda name, words: f"#{name} {' '.join(words)}",
    st.sampled_from(sorted(commands.COMMANDS)),
    st.lists(WORDS, max_size=4),
)
TEXT = st.one_of(
    COMMAND, st.text(max_size=60), st.lists(WORDS, max_size=6).map(" ".join),
    st.sampled_from(["#startmeeting x", "#endmeeting", "^ gloss", "s/bo/ada/", "ada: hm", "??? = bo", "chair me?", "[off] x"]),
)  # fmt: skip
ENTRY = st.tuples(st.sampled_from(NICKS), TEXT, st.sampled_from([*[Event.SAID] * 12, *Event]), st.booleans())


def lines_of(entries: Sequence[tuple[str, str, Event, bool]]) -> list[Line]:
    first = Line(1, START, "ada", "#startmeeting quay")
    return [first] + [
        Line(n, START + timedelta(seconds=10 * n), nick, text, emote and not event, event)
        for n, (nick, text, event, emote) in enumerate(entries, start=2)
    ]


def of(lines: Sequence[Line], style: Style = Style.TALLYMAN, w3c: bool = False) -> tuple[Meeting, ...]:
    return record(lines, style=style, home=HOME, source="x", w3c=w3c)


def typed(*texts: str) -> Meeting:
    (meeting,) = of(lines_of([("ada", text, Event.SAID, False) for text in texts]))
    return meeting


@settings(max_examples=seeds(100, 4_000), deadline=None, derandomize=ALWAYS_THE_SAME, database=None)
@given(entries=st.lists(ENTRY, max_size=40), w3c=st.booleans())
def test_no_log_makes_it_raise_and_what_it_gives_holds_together(
    entries: list[tuple[str, str, Event, bool]], w3c: bool
) -> None:
    lines = lines_of(entries)
    for style in Style:
        for meeting in of(lines, style, w3c):
            numbers = [item.line for item in meeting.items]
            assert numbers == sorted(set(numbers))
            known = {item.id for item in meeting.items}
            assert {item.closes for item in meeting.items} - known <= {""}
            assert all(item.at == lines[item.line - 1].at for item in meeting.items)
            assert all(
                item.topic for item in meeting.items if item.kind is Kind.TOPIC and item.stands and item.text
            )


@settings(max_examples=seeds(100, 4_000), deadline=None, derandomize=ALWAYS_THE_SAME, database=None)
@given(entries=st.lists(ENTRY, max_size=30))
def test_undo_and_then_redo_is_as_if_neither_had_been_typed(
    entries: list[tuple[str, str, Event, bool]],
) -> None:
    """Of the item that stands last; the meeting's chair types both. Only the note of the undo stays, and it does not stand."""
    lines = lines_of(
        [
            each
            for each in entries
            if not each[1].lower().startswith(("#endmeeting", "#unchair", "#startmeeting"))
        ]
    )
    number = len(lines)
    after = [Line(number + n, lines[-1].at, "ada", text) for n, text in ((1, "#undo"), (2, "#redo"))]
    (before,), (redone,) = of(lines), of([*lines, *after])
    assert _standing(redone.items) == _standing(before.items)
    assert redone.topics == before.topics


def _standing(items: Sequence[Item]) -> list[Item]:
    return [item for item in items if item.stands or item.status is Status.PENDING]


@settings(max_examples=seeds(60, 1_500), deadline=None, derandomize=ALWAYS_THE_SAME, database=None)
@given(entries=st.lists(ENTRY, max_size=40), cut=st.integers(0, 40))
def test_asking_for_the_meeting_early_changes_nothing_later(
    entries: list[tuple[str, str, Event, bool]], cut: int
) -> None:
    from bot.meetings.minutes import Follower

    lines = lines_of(entries)
    following = Follower(Style.TALLYMAN, HOME, source="x")
    asked = []
    for n, (recorder, line) in enumerate(following.feed(lines)):
        recorder.hear(line)
        if recorder not in asked:
            asked.append(recorder)
        if n == cut:
            recorder.meeting()
    assert tuple(recorder.meeting() for recorder in asked) == of(lines)


def test_every_command_says_what_it_does() -> None:
    assert [name for name, does in commands.COMMANDS.items() if not (does.__doc__ or "").strip()] == []


def test_a_topic_s_talk_is_searched_for_what_it_names() -> None:
    meeting = typed("#topic image lamps", "what of #7?", "and runtime-spec#8", "#7 again")
    assert [(ref.repo, ref.number) for ref in meeting.topics[0].mentions] == [
        ("quay/image-spec", 7),
        ("quay/runtime-spec", 8),
    ]


def test_what_an_adopted_topic_covers_is_read_by_it() -> None:
    lines = lines_of([
        ("bo", "#topic image lamps", Event.SAID, False), ("bo", "#info see #7", Event.SAID, False),
        ("ada", "#chair bo", Event.SAID, False),
    ])  # fmt: skip
    (meeting,) = of(lines)
    assert [ref.repo for ref in meeting.items[1].references] == ["quay/image-spec"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 1_000_000, id="one word"),
        pytest.param("#action " + "a," * 1_000_000, id="a million names"),
        pytest.param("#info " + "https://" * 100_000, id="protocols without end"),
        pytest.param("#info " + "a/" * 1_000_000 + "#1", id="slashes"),
        pytest.param("#action by " + "next " * 200_000, id="dates that never come"),
        pytest.param("#startvote " + "?" * 1_000_000, id="question marks"),
        pytest.param("x" * 60 + ":" + " " * 500_000, id="blanks behind a name"),
        pytest.param("^" * 500_000, id="carets"),
        pytest.param("#action " + "@" * 500_000, id="at signs"),
        pytest.param("s/" + "x" * 500_000, id="half a correction"),
    ],
)
def test_a_line_of_millions_of_characters_is_read_in_its_stride(text: str) -> None:
    """A backtracking search would take minutes; the suite's own time limit tells."""
    (meeting,) = of(lines_of([("ada", text, Event.SAID, False)]), w3c=True)
    assert meeting.name == "quay"


def test_talk_takes_no_memory() -> None:
    """What a meeting holds grows with its items and people: 12,000 lines of talk take no more than 2,000."""

    def talk(count: int) -> int:
        tracemalloc.start()
        lines = (
            Line(
                n,
                START,
                NICKS[n % 3],
                "#startmeeting x" if n == 1 else f"ada: we talk of #7 and x{n} at length",
            )
            for n in range(1, count)
        )
        of(lines)  # type: ignore[arg-type]  # any iterable will do
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    assert talk(12_000) < talk(2_000) + 100_000
