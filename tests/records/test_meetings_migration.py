"""Migration 0002 takes recorded meetings along, both ways."""

from datetime import UTC, datetime

from alembic import command
from sqlalchemy import text

from bot.model.meeting import Kind, Status
from bot.records import migrate
from bot.records.engine import Engine, read_session
from bot.records.lines import load_lines
from bot.records.meetings import load_meeting, load_said

NOON = "2026-06-03 12:00:00.000000"
BEFORE = (
    f"INSERT INTO meetings (id, channel, name, started_at) VALUES (3, '#quay', 'quay', '{NOON}')",
    "INSERT INTO meeting_versions (id, meeting_id, digest, seen_at, title, source, ended_at, chairs, people, warnings) VALUES "
    f"""(5, 3, 'd', '{NOON}', 'Quay', 'quay.log', NULL, '["ada"]', '[{{"nick": "ada", "present": "typed", "lines": 2, "left_at": null}}]', '[]')""",
    f"INSERT INTO lines (meeting_id, number, at, nick, text, emote) VALUES (3, 1, '{NOON}', 'ada', '#startmeeting quay', false)",
    f"INSERT INTO lines (meeting_id, number, at, nick, text, emote) VALUES (3, 2, '{NOON}', 'ada', '#action bo to mend it', false)",
    'INSERT INTO items (id, meeting_id, item, digest, seen_at, line, at, kind, "by", speaker, text, topic, repo, status, assignees, "references") VALUES '
    f"""(7, 3, 'L2', 'd', '{NOON}', 2, '{NOON}', 'action', 'ada', 'ada', 'bo to mend it', '', 'quay/spec', 'recorded', '["bo"]', '[]')""",
    f"""INSERT INTO action_states (id, meeting_id, item, state, "by", at, evidence) VALUES (9, 3, 'L2', 'done', 'bo', '{NOON}', 'seen')""",
)  # fmt: skip


def to(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        config = migrate.config(connection)
        (command.downgrade if revision == "0001" else command.upgrade)(config, revision)


def filled(engine: Engine) -> None:
    with engine.begin() as connection:
        command.upgrade(migrate.config(connection), "0001")
        for statement in BEFORE:
            connection.execute(text(statement))


def test_a_meeting_recorded_before_is_there_afterwards(empty: Engine) -> None:
    filled(empty)
    to(empty, "head")
    with read_session(empty) as session:
        meeting = load_meeting(session, 3)
        assert (meeting.name, meeting.title, meeting.chairs) == ("quay", "Quay", ("ada",))
        assert meeting.started_at == datetime(2026, 6, 3, 12, tzinfo=UTC)
        assert [(i.id, i.kind, i.status, i.assignees) for i in meeting.items] == [
            ("L2", Kind.ACTION, Status.RECORDED, ("bo",))
        ]
        assert [line.text for line in load_lines(session, 3)] == [
            "#startmeeting quay",
            "#action bo to mend it",
        ]
        (action,), _ = load_said(session, ["quay/spec"])
        assert action.done_at is not None


def test_going_back_gives_the_old_rows(empty: Engine) -> None:
    filled(empty)
    before = _rows(empty)
    to(empty, "0002")
    to(empty, "0001")
    assert _rows(empty) == before


def _rows(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [
            str(row)
            for table in ("meetings", "meeting_versions", "lines", "items", "action_states")
            for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))
        ]
