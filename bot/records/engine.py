"""The connection: SQLite in the user's data folder or PostgreSQL, with faults answered in words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError
from sqlalchemy.orm import Session

from bot.model.errors import DatabaseFailed, WrongRequest

__all__ = ["Engine", "Session", "default_url", "open_engine", "read_session", "write_session"]

BUSY_MS = 5000  # how long a writer waits for another one
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON")


def default_url(folder: Path) -> str:
    """The SQLite database of a data folder; the folder is made. Raises DatabaseFailed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as failed:
        raise DatabaseFailed(
            f"the data folder {folder} cannot be made ({failed.strerror})",
            do="set service.database or TALLYMAN_DATA",
        ) from None
    return f"sqlite:///{folder / 'tallyman.db'}"


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql://...`. Nothing is read yet. Raises WrongRequest."""
    try:
        engine = create_engine(url, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError):
        raise WrongRequest(
            "service.database is no database address",
            do="write sqlite:///FILE or postgresql://user:password@host/name",
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # sqlite3 must not start transactions by itself
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Any) -> None:
    # A deferred transaction that reads first and then writes fails at once when another wrote in between,
    # whatever busy_timeout says; an immediate one waits.
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def read_session(engine: Engine) -> Iterator[Session]:
    """A session that sees one moment. Raises DatabaseFailed."""
    with in_words(engine), Session(engine) as session:
        yield session


@contextmanager
def write_session(engine: Engine) -> Iterator[Session]:
    """One transaction: all of it is kept when the block ends, nothing of it when it raises. Raises DatabaseFailed."""
    immediate = engine.execution_options(sqlite_begin="IMMEDIATE")
    with in_words(engine), Session(immediate) as session, session.begin():
        yield session


@contextmanager
def in_words(engine: Engine) -> Iterator[None]:
    """Turns the driver's faults into sentences. The address is shown without its password."""
    try:
        yield
    except DatabaseError as failed:
        where = engine.url.render_as_string(hide_password=True)
        raise _sentence(where, failed.orig, str(failed.orig)) from failed


def _sentence(where: str, error: object, text: str) -> DatabaseFailed:
    said = text.strip().splitlines()[0] if text.strip() else "no reason given"
    if "database is locked" in text:
        return DatabaseFailed(
            f"the database {where} is locked", do="another tallyman is writing; try again in a moment"
        )
    if "not a database" in text or "malformed" in text:
        return DatabaseFailed(
            f"{where} is not a database of Tallyman", do="name another file, or restore a backup"
        )
    if "readonly" in text or "unable to open" in text:
        return DatabaseFailed(
            f"the database {where} cannot be written", do="check the folder and its permissions"
        )
    if "full" in text and isinstance(error, sqlite3.Error):
        return DatabaseFailed(
            f"there is no room left for the database {where}", do="free some space; nothing was half-written"
        )
    if "no such table" in text or "does not exist" in text:
        return DatabaseFailed(f"the database {where} has not been set up", do="run `tallyman db upgrade`")
    return DatabaseFailed(
        f"the database {where} failed: {said}", do="check that it runs and takes connections"
    )
