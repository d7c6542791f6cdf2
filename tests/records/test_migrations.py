"""The tables and the migrations say the same, every migration goes both ways, and odd databases are refused in words."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from bot.model.errors import DatabaseFailed, WrongRequest
from bot.records import migrate
from bot.records.engine import Engine, open_engine, write_session
from bot.records.tables import Base


def test_the_tables_are_what_the_migrations_make(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_migration_goes_up_down_and_up_again(empty: Engine) -> None:
    with empty.begin() as connection:
        config = migrate.config(connection)
        revisions = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()][::-1]
        for revision in revisions:
            command.upgrade(config, revision)
            command.downgrade(config, "-1")
            command.upgrade(config, revision)
    assert migrate.check(empty) == revisions[-1] == migrate.head()


def test_a_downgrade_to_nothing_leaves_no_table(engine: Engine) -> None:
    with engine.begin() as connection:
        command.downgrade(migrate.config(connection), "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    migrate.upgrade(engine)
    assert migrate.check(engine) == migrate.head()


def test_two_services_that_start_at_once_both_find_the_tables(empty: Engine) -> None:
    failed: list[BaseException] = []

    def start() -> None:
        try:
            migrate.upgrade(empty)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert migrate.check(empty) == migrate.head()


def test_a_database_of_a_newer_tallyman_is_refused(engine: Engine) -> None:
    with write_session(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseFailed, match=r"newer Tallyman \(revision 9999\)"):
        migrate.upgrade(engine)


def test_a_database_of_another_program_is_refused(empty: Engine) -> None:
    with write_session(empty) as session:
        session.execute(text("CREATE TABLE somebody_else (x INTEGER)"))
    with pytest.raises(DatabaseFailed, match="another program"):
        migrate.upgrade(empty)


def test_a_file_of_another_program_stays_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(path)) as ledger:
        ledger.execute("CREATE TABLE somebody_else (x INTEGER)")
    before = path.read_bytes()
    with pytest.raises(DatabaseFailed, match="another program"):
        migrate.upgrade(open_engine(f"sqlite:///{path}"))
    assert path.read_bytes() == before


def test_a_database_that_is_up_to_date_is_opened_while_somebody_writes(engine: Engine) -> None:
    with write_session(engine) as session:
        session.execute(text("DELETE FROM posts"))  # a transaction begins with its first statement
        migrate.upgrade(engine)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear harbour master, " * 100)
    with pytest.raises(DatabaseFailed, match="not a database of Tallyman"):
        migrate.upgrade(open_engine(f"sqlite:///{path}"))
    assert path.read_text().startswith("Dear harbour master")


def test_an_address_that_is_none_is_a_wrong_request() -> None:
    with pytest.raises(WrongRequest, match="postgresql://"):
        open_engine("somewhere")


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseFailed) as caught:
        migrate.upgrade(open_engine("postgresql://tallyman:secret@127.0.0.1:1/x"))
    assert "127.0.0.1" in str(caught.value)
    assert "secret" not in str(caught.value)
