"""A fresh database for each test: a schema of its own on PostgreSQL when TALLYMAN_TEST_DATABASE_URL is set, else SQLite."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.records import migrate
from bot.records.engine import Engine, open_engine


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    server = os.environ.get("TALLYMAN_TEST_DATABASE_URL")
    if not server:
        engine = open_engine(f"sqlite:///{tmp_path / 'test.db'}")
        yield engine
        engine.dispose()
        return
    name = f"test_{uuid.uuid4().hex}"
    admin = open_engine(server).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = open_engine(admin.url.set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def engine(empty: Engine) -> Engine:
    """A database with this version's tables."""
    migrate.upgrade(empty)
    return empty
