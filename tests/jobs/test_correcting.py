"""Correcting what was published: amended in sight of all, or taken out of everything that repeats it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.jobs import correcting, noting, recording
from bot.jobs.desk import Desk
from bot.meetings.references import Home
from bot.model.errors import WrongRequest
from bot.model.followup import Step
from bot.model.meeting import Line, Status
from bot.records.engine import Engine, read_session, write_session
from bot.records.meetings import load_meeting
from bot.records.steps import save_step
from tests.jobs.test_recording import quiet

START = datetime(2026, 6, 3, 10, tzinfo=UTC)
READING = recording.Reading(Home("harbour/quay", ("harbour/quay",)), "quay.log", "#quay")
SECRET = "the harbour master drinks"
SAID = (
    ("ada", "#startmeeting quay"), ("ada", "#topic the crane"), ("ada", "#action bo to mend #7"), ("cyd", f"#info {SECRET}"),
    ("ada", "#undo"), ("ada", f"#startvote {SECRET}? yes, no"), ("ada", "#endvote"), ("ada", "#endmeeting"),
)  # fmt: skip


def log() -> list[Line]:
    return [Line(n, START + timedelta(seconds=n), nick, said) for n, (nick, said) in enumerate(SAID, start=1)]


def recorded(engine: Engine) -> tuple[Desk, int]:
    here = quiet(engine)
    (saved, _), *_ = recording.run(here, log(), READING)
    return here, saved.id


def everything(engine: Engine) -> str:
    """Every cell of every table, as one text."""
    with engine.connect() as connection:
        names = [row[0] for row in connection.execute(text(TABLES[engine.dialect.name]))]
        return "\n".join(
            str(row) for name in names for row in connection.execute(text(f'SELECT * FROM "{name}"'))
        )


TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


def test_an_amended_item_has_its_new_words_and_says_who_gave_them(engine: Engine) -> None:
    here, id_ = recorded(engine)
    item = correcting.amend(here, id_, "L3", "cyd to mend #8", by="ada", why="bo is away", home=READING.home)
    assert (item.text, item.assignees, [ref.number for ref in item.references]) == (
        "cyd to mend #8",
        ("cyd",),
        [8],
    )
    assert item.status is Status.AMENDED
    assert item.note == "amended by ada on 2026-06-03: bo is away"


def test_reading_the_log_again_does_not_undo_an_amendment(engine: Engine) -> None:
    here, id_ = recorded(engine)
    correcting.amend(here, id_, "L3", "cyd to mend #8", by="ada", why="", home=READING.home)
    recording.run(here, [*log(), Line(9, START + timedelta(hours=1), "ada", "thanks")], READING)
    with read_session(engine) as session:
        assert load_meeting(session, id_).items[1].text == "cyd to mend #8"


@pytest.mark.parametrize(
    ("item", "words", "said"),
    [
        pytest.param("L99", "x", "no item L99", id="an item that is not there"),
        pytest.param("L3", "  ", "amended to nothing", id="no words"),
    ],
)
def test_what_cannot_be_amended_is_answered_in_words(
    engine: Engine, item: str, words: str, said: str
) -> None:
    here, id_ = recorded(engine)
    with pytest.raises(WrongRequest, match=said):
        correcting.amend(here, id_, item, words, by="ada", why="", home=None)


def test_a_line_that_is_taken_out_is_nowhere_in_the_database(engine: Engine) -> None:
    here, id_ = recorded(engine)
    with write_session(engine) as session:
        save_step(session, id_, "L3", Step(START, "bo", "linked", f"because {SECRET}"))
    assert SECRET in everything(engine)
    correcting.redact(here, id_, "4", by="cyd", why="said in anger", reading=READING)
    correcting.redact(here, id_, "L6", by="ada", why="", reading=READING)
    assert SECRET not in everything(engine)
    with read_session(engine) as session:
        stone = next(item for item in load_meeting(session, id_).items if item.line == 4)
    assert stone.text == "[redacted] by cyd, 2026-06-03: said in anger"


def test_the_name_of_somebody_who_said_nothing_else_goes_with_the_line(engine: Engine) -> None:
    here, id_ = recorded(engine)
    correcting.redact(here, id_, "4", by="ada", why="", reading=READING)
    with read_session(engine) as session:
        meeting = load_meeting(session, id_)
    assert [person.nick for person in meeting.people] == ["ada"]
    assert "cyd" not in everything(engine)


def test_reading_the_log_again_does_not_bring_the_line_back(engine: Engine) -> None:
    here, id_ = recorded(engine)
    correcting.redact(here, id_, "4", by="cyd", why="", reading=READING)
    correcting.redact(here, id_, "L6", by="ada", why="", reading=READING)
    (saved, _), *_ = recording.run(here, log(), READING)
    assert saved.added == 0
    longer = [*log(), Line(9, START + timedelta(hours=1), "ada", "thanks")]
    recording.run(here, longer, READING)
    assert SECRET not in everything(engine)


def test_only_the_speaker_or_a_chair_takes_a_line_out(engine: Engine) -> None:
    here, id_ = recorded(engine)
    with pytest.raises(WrongRequest, match="neither said L4 nor chaired"):
        correcting.redact(here, id_, "4", by="bo", why="", reading=READING)
    with pytest.raises(WrongRequest, match="no line 99"):
        correcting.redact(here, id_, "99", by="ada", why="", reading=READING)
    assert SECRET in everything(engine)


def test_an_amended_line_can_be_taken_out_too(engine: Engine) -> None:
    here, id_ = recorded(engine)
    correcting.amend(here, id_, "L4", f"{SECRET}, and sings", by="ada", why="", home=None)
    correcting.redact(here, id_, "4", by="cyd", why="", reading=READING)
    correcting.redact(here, id_, "6", by="ada", why="", reading=READING)
    assert SECRET not in everything(engine)
    with read_session(engine) as session:
        stone = next(item for item in load_meeting(session, id_).items if item.id == "L4")
    assert (stone.by, stone.status) == ("[redacted]", Status.UNDONE), "the amendment is gone, its name too"


NOTES = """# Harbour notes

## June 3, 2026

### Attendees:
- Ada (Quay)

### The crane
- (ada) the harbour master drinks
- Agreed: mend it
"""


def test_a_line_of_notes_is_taken_out_and_stays_out(engine: Engine) -> None:
    here = quiet(engine)
    ((saved, meeting),) = noting.run(here, NOTES, name="notes.md", home=None)
    secret = next(item for item in meeting.items if SECRET in item.text)
    correcting.redact(here, saved.id, secret.id, by="Ada", why="", reading=READING)
    noting.run(here, NOTES + "- a new line\n", name="notes.md", home=None)
    assert SECRET not in everything(engine)
