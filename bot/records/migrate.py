"""Brings a database to this version's tables, and refuses one that a newer version wrote."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection, Engine

from bot.model.errors import DatabaseFailed
from bot.records import request_tables, text_tables  # noqa: F401  # so that Base knows their tables
from bot.records.engine import in_words, use_wal

ROOMS = Path(__file__).resolve().parent.parent
UPGRADE_LOCK = 72_611  # an advisory lock: two services that start at once upgrade one after the other


def folder() -> Path:
    """The migrations: inside the installed package, or at the top of a checkout."""
    shipped = ROOMS / "_shipped" / "migrations"
    return shipped if shipped.is_dir() else ROOMS.parent / "migrations"


def config(connection: Connection) -> Config:
    found = Config()
    found.set_main_option("script_location", str(folder()))
    found.attributes["connection"] = connection
    return found


def upgrade(engine: Engine) -> None:
    """Makes or upgrades the tables. Raises DatabaseFailed for a database that is newer than this program, or foreign."""
    if check(engine) == head():
        return  # whoever only reads need not wait for a writer
    use_wal(engine)
    with in_words(engine), engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
        _refuse_newer(connection)
        command.upgrade(config(connection), "head")


def check(engine: Engine) -> str:
    """The revision a database stands at, "" for an empty one. Raises DatabaseFailed as upgrade does."""
    with in_words(engine), engine.connect() as connection:
        return _refuse_newer(connection)


def head() -> str:
    """The revision this program writes."""
    found = Config()
    found.set_main_option("script_location", str(folder()))
    return ScriptDirectory.from_config(found).get_current_head() or ""


def _refuse_newer(connection: Connection) -> str:
    current = MigrationContext.configure(connection).get_current_revision() or ""
    tables = set(inspect(connection).get_table_names())
    if not current and tables:
        raise DatabaseFailed(
            "the database holds tables of another program", do="name another database in service.database"
        )
    if current:
        try:
            ScriptDirectory.from_config(config(connection)).get_revision(current)
        except CommandError:
            raise DatabaseFailed(
                f"the database was written by a newer Tallyman (revision {current})",
                do="install that version, or restore a backup",
            ) from None
    return current
