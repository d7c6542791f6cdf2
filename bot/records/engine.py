"""The connection: SQLite in the user's data folder or PostgreSQL, with faults answered in words."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError
from sqlalchemy.orm import Session

from bot.model.errors import DatabaseFailed, WrongRequest

__all__ = ["Engine", "Session", "default_url", "open_engine", "read_session", "use_wal", "write_session"]

BUSY_MS = 5000  # how long a writer waits for another one
PRAGMAS = (f"busy_timeout={BUSY_MS}", "synchronous=NORMAL", "foreign_keys=ON")


def default_url(folder: Path) -> str:
    """The SQLite database of a data folder; the folder is made. Raises DatabaseFailed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as failed:
        raise DatabaseFailed(
            f"the data folder {folder} cannot be made ({failed.strerror})",
            do="name another one with TALLYMAN_DATA, or set service.database",
        ) from None
    path = folder / "tallyman.db"
    return URL.create("sqlite", database=str(path)).render_as_string()  # a `?` or `%` in it is quoted


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


def use_wal(engine: Engine) -> None:
    """Lets SQLite's readers go on beside a writer. It is kept in the file, so only a database of ours may get it."""
    if engine.dialect.name != "sqlite":
        return
    patience = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            with in_words(engine), engine.execution_options(sqlite_begin="").connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
                return
        except DatabaseFailed as failed:  # of two that switch at once SQLite refuses one without any waiting
            if "is locked" not in failed.what or time.monotonic() > patience:
                raise
            time.sleep(0.05)


def _begin(connection: Any) -> None:
    # A deferred transaction that reads first and then writes fails at once when another wrote in between,
    # whatever busy_timeout says; an immediate one waits.
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    if mode:
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
    if isinstance(error, sqlite3.Error) and ("full" in text or "disk I/O error" in text):
        return DatabaseFailed(
            f"the disk has no room for the database {where}, or does not work",
            do="free some space; nothing was half-written",
        )
    if "no such table" in text or "does not exist" in text:
        return DatabaseFailed(f"the database {where} has not been set up", do="run `tallyman db upgrade`")
    return DatabaseFailed(
        f"the database {where} failed: {said}", do="check that it runs and takes connections"
    )
