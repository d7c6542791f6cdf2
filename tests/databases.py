"""Fresh databases: on SQLite, and once more on PostgreSQL when TALLYMAN_TEST_DATABASE_URL is set."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.records import migrate
from bot.records.engine import Engine, open_engine

SERVER = os.environ.get("TALLYMAN_TEST_DATABASE_URL", "")


@pytest.fixture(params=["sqlite", "postgresql"] if SERVER else ["sqlite"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path / 'test.db'}")
        yield engine
        engine.dispose()
        return
    name = f"test_{uuid.uuid4().hex}"
    admin = open_engine(SERVER).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = open_engine(admin.url.set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with this version's tables: copying it takes a hundredth of the time of making them."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    made = open_engine(f"sqlite:///{path}")
    migrate.upgrade(made)
    made.dispose()
    return path


@pytest.fixture
def engine(empty: Engine, template: Path) -> Engine:
    """A database with this version's tables."""
    if empty.dialect.name == "sqlite":
        shutil.copy(template, str(empty.url.database))
    else:
        migrate.upgrade(empty)
    return empty


@pytest.fixture
def fresh(tmp_path: Path, template: Path) -> Callable[[], Engine]:
    """Makes as many databases as a test asks for (SQLite: a property is tried on dozens of them)."""

    def make() -> Engine:
        path = shutil.copy(template, tmp_path / f"{uuid.uuid4().hex}.db")
        return open_engine(f"sqlite:///{path}")

    return make
