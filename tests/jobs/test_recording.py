"""Recording a log in pieces, again, longer or with gaps: no line is lost, none is doubled, and items keep their names."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.jobs import recording
from bot.jobs.desk import Desk
from bot.meetings.references import Home
from bot.model.errors import BadInput
from bot.model.meeting import Kind, Line
from bot.records.engine import Engine, read_session
from bot.records.lines import CHUNK, load_lines
from bot.records.meetings import archived_ids, load_meeting, load_said
from bot.records.tables import ItemRow, LineRow
from bot.settings import Settings
from tests.soaking import ALWAYS_THE_SAME, seeds

START = datetime(2026, 6, 3, 10, tzinfo=UTC)
READING = recording.Reading(Home("harbour/quay", ("harbour/quay",)), "quay.log", "#quay")
SAID = (
    "#startmeeting quay", "good morning", "#topic the crane", "#action bo to mend #7", "+1", "+1", "+1", "#info it rains",
    "#chair bo", "#agreed Move #7 out of 1.0", "see harbour/quay#9", "#link https://example.org/x", "#undo", "+1", "#endmeeting",
)  # fmt: skip


def quiet(engine: Engine, now: datetime = START + timedelta(hours=2)) -> Desk:
    def nobody() -> object:
        raise AssertionError("recording asks no tracker")

    return Desk(Settings(), engine, lambda: now, nobody, nobody, lambda _text: None)  # type: ignore[arg-type]  # never asked


def log(said: tuple[str, ...] = SAID) -> list[Line]:
    """Three lines a second, as when everybody says +1 at once."""
    return [Line(n, START + timedelta(seconds=n // 3), "ada", text) for n, text in enumerate(said, start=1)]


def kept(engine: Engine, id_: int) -> list[tuple[datetime, str]]:
    with read_session(engine) as session:
        return [(line.at, line.text) for line in load_lines(session, id_)]


def said(lines: list[Line]) -> list[tuple[datetime, str]]:
    return [(line.at, line.text) for line in lines]


def test_a_log_is_recorded_once_however_often_it_is_read(engine: Engine) -> None:
    (first, meeting), *_ = recording.run(quiet(engine), log(), READING)
    (again, same), *_ = recording.run(quiet(engine), log(), READING)
    assert (first.is_new, first.added, again.is_new, again.added) == (True, 15 + 6, False, 0)
    assert same == meeting
    assert kept(engine, first.id) == said(log())


def test_a_longer_version_adds_only_what_is_new(engine: Engine) -> None:
    (first, _), *_ = recording.run(quiet(engine), log()[:8], READING)
    (second, meeting), *_ = recording.run(quiet(engine), log(), READING)
    assert first.id == second.id
    assert meeting.ended_at is not None
    assert kept(engine, first.id) == said(log())


def test_a_shorter_version_takes_nothing_away(engine: Engine) -> None:
    (first, whole), *_ = recording.run(quiet(engine), log(), READING)
    (second, meeting), *_ = recording.run(quiet(engine), log()[:5], READING)
    assert (second.id, second.added, meeting) == (first.id, 0, whole)


def test_a_meeting_that_is_renamed_further_down_stays_the_same_meeting(engine: Engine) -> None:
    (first, _), *_ = recording.run(quiet(engine), log()[:3], READING)
    renamed = [*log()[:3], Line(4, START + timedelta(minutes=1), "ada", "#meetingname harbour")]
    (second, meeting), *_ = recording.run(quiet(engine), renamed, READING)
    assert (second.id, meeting.name) == (first.id, "harbour")


def test_lines_that_were_missing_stand_where_they_belong(engine: Engine) -> None:
    gap = [line for line in log() if not 4 <= line.number <= 9]
    renumbered = [
        line._replace(number=n) for n, line in enumerate(gap, start=1)
    ]  # cut out of a file, then numbered anew
    (first, _), *_ = recording.run(quiet(engine), renumbered, READING)
    (_, meeting), *_ = recording.run(quiet(engine), log(), READING)
    assert kept(engine, first.id) == said(log())
    assert [i.text for i in meeting.items if i.kind is Kind.AGREED] == ["Move #7 out of 1.0"]
    with read_session(engine) as session:
        ids = [item.id for item in load_meeting(session, first.id).items]
    assert len(ids) == len(set(ids)) == 6


def test_a_log_without_a_meeting_leaves_the_database_as_it_was(engine: Engine) -> None:
    with pytest.raises(BadInput, match=r"no meeting starts in quay\.log"):
        recording.run(quiet(engine), log()[1:], READING)
    with read_session(engine) as session:
        assert session.scalar(select(func.count()).select_from(LineRow)) == 0


def test_a_log_that_breaks_off_half_way_leaves_the_database_as_it_was(engine: Engine) -> None:
    def broken() -> Iterator[Line]:
        yield from log()[:10]
        raise BadInput("line 11 of quay.log has the time 25:00", do="correct the line")

    with pytest.raises(BadInput):
        recording.run(quiet(engine), broken(), READING)
    with read_session(engine) as session:
        assert session.scalar(select(func.count()).select_from(LineRow)) == 0
        assert session.scalar(select(func.count()).select_from(ItemRow)) == 0


def test_what_is_off_the_record_is_nowhere(engine: Engine) -> None:
    lines = [*log()[:3], Line(4, START, "ada", "[off] bo is ill"), Line(5, START, "ada", "[OFF] really")]
    (saved, _), *_ = recording.run(quiet(engine), lines, READING)
    assert kept(engine, saved.id) == said(log()[:3])


@pytest.mark.parametrize(
    ("age", "asked", "archived"),
    [
        pytest.param(timedelta(days=59), None, False, id="59 days old"),
        pytest.param(timedelta(days=61), None, True, id="61 days old"),
        pytest.param(timedelta(days=400), False, False, id="old, and live all the same"),
        pytest.param(timedelta(hours=1), True, True, id="new, and archived all the same"),
    ],
)
def test_an_old_meeting_is_archived_and_never_judged(
    engine: Engine, age: timedelta, asked: bool | None, archived: bool
) -> None:
    reading = recording.Reading(READING.home, "quay.log", "#quay", archived=asked)
    (saved, _), *_ = recording.run(quiet(engine, START + age), log(), reading)
    with read_session(engine) as session:
        assert (saved.id in archived_ids(session)) is archived
        actions, decisions = load_said(session, ["harbour/quay"])
        assert bool(actions or decisions) is not archived
        assert load_meeting(session, saved.id).items


def test_the_same_words_a_thousand_times_in_one_second_are_all_kept(engine: Engine) -> None:
    """More of them than are compared at once: what was just written must not pass for what was there before."""
    crowd = [log()[0], *(Line(n, START, "bo", "+1") for n in range(2, 2 * CHUNK))]
    (first, _), *_ = recording.run(quiet(engine), crowd[:4], READING)
    recording.run(quiet(engine), crowd, READING)
    assert len(kept(engine, first.id)) == len(crowd)
    (again, _), *_ = recording.run(quiet(engine), crowd, READING)
    assert again.added == 0


Fresh = Callable[[], Engine]


@settings(
    max_examples=seeds(8, 120),
    deadline=None,
    derandomize=ALWAYS_THE_SAME,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_random_cuts_never_lose_or_double_a_line(fresh: Fresh, data: st.DataObject) -> None:
    """Each piece keeps the first line and a random part of the rest, under its own numbers; the whole comes last."""
    whole = log(SAID[:1] + tuple(data.draw(st.lists(st.sampled_from(SAID[1:-1]), max_size=25))))
    engine = fresh()
    for _ in range(data.draw(st.integers(1, 4))):
        picked = data.draw(st.sets(st.integers(1, len(whole) - 1))) if len(whole) > 1 else set()
        piece = [whole[0], *(whole[n] for n in sorted(picked))]
        if data.draw(st.booleans()):
            piece = [line._replace(number=n) for n, line in enumerate(piece, start=1)]
        recording.run(quiet(engine), piece, READING)
    (saved, meeting), *_ = recording.run(quiet(engine), whole, READING)
    assert sorted(kept(engine, saved.id)) == sorted(said(whole))
    (again, same), *_ = recording.run(quiet(engine), whole, READING)
    assert (again.added, same) == (0, meeting)
    engine.dispose()
