"""Migration 0006 keeps what waits and what was sent, one row for each place, both ways."""

import hashlib

from alembic import command
from sqlalchemy import text

from bot.records import migrate
from bot.records.engine import Engine, read_session
from bot.records.outbox import load_outbox
from tests.records.test_meetings_migration import NOON

ROWS = (
    (1, 7, "old", "superseded"),
    (2, 7, "newer", "pending"),
    (3, 8, "other", "sent"),
    (4, 9, "gone", "superseded"),
)


def to(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        config = migrate.config(connection)
        (command.upgrade if revision == "0006" else command.downgrade)(config, revision)


def filled(engine: Engine) -> str:
    """A database as the revision before left it; gives that revision."""
    with engine.begin() as connection:
        config = migrate.config(connection)
        command.upgrade(config, "0006")
        command.downgrade(config, "-1")
        for id_, number, body, state in ROWS:
            connection.execute(
                text(
                    "INSERT INTO outbox (id, kind, project, release, repo, number, body, state, attempts, last_error, created_at) "
                    f"VALUES ({id_}, 'readiness', 'quay', 'v1', 'a/b', {number}, '{body}', '{state}', 0, '', '{NOON}')"
                )
            )
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def kept(engine: Engine, columns: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT {columns} FROM outbox ORDER BY id"))]


def test_the_newest_row_of_each_place_is_kept_with_its_number(empty: Engine) -> None:
    filled(empty)
    to(empty, "0006")
    assert kept(empty, "id, number, body, state, sequence, sha256") == [
        (2, 7, "newer", "pending", 2, hashlib.sha256(b"newer").hexdigest()),
        (3, 8, "other", "sent", 3, hashlib.sha256(b"other").hexdigest()),
        (4, 9, "gone", "withdrawn", 4, hashlib.sha256(b"gone").hexdigest()),
    ]
    with read_session(empty) as session:
        (waiting,) = load_outbox(session)
    assert (waiting.body, waiting.as_of.isoformat()) == ("newer", "2026-06-03T12:00:00+00:00")


def test_a_new_row_gets_a_number_of_its_own(empty: Engine) -> None:
    filled(empty)
    to(empty, "0006")
    with empty.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO outbox (kind, project, release, key, repo, number, body, sha256, sequence, as_of, state, attempts, last_error, created_at) "
                f"VALUES ('event', 'quay', 'v1', 'k', 'a/b', 1, '', '', 1, '{NOON}', 'pending', 0, '', '{NOON}')"
            )
        )
    assert [row[0] for row in kept(empty, "id")] == [2, 3, 4, 5]


def test_going_back_keeps_what_there_was_before(empty: Engine) -> None:
    before = filled(empty)
    to(empty, "0006")
    to(empty, before)
    assert kept(empty, "id, number, body, state") == [
        (2, 7, "newer", "pending"),
        (3, 8, "other", "sent"),
        (4, 9, "gone", "withdrawn"),
    ]
