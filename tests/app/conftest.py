"""A fresh world and a SQLite database for each test of the service."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.records import migrate
from bot.records.engine import Engine, default_url, open_engine
from tests.world import World, harbour


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with harbour(tmp_path / "world") as found:
        yield found


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(default_url(tmp_path))
    migrate.upgrade(found)
    yield found
    found.dispose()
