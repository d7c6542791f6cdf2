"""A fresh world and a fresh database for each errand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.jobs.desk import Desk
from bot.records.engine import Engine
from tests.records.conftest import empty, engine
from tests.world import World, harbour

__all__ = ["desk", "empty", "engine", "world"]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with harbour(tmp_path / "world") as found:
        yield found


@pytest.fixture
def desk(world: World, engine: Engine) -> Desk:
    """What an errand works with, at the local GitHub."""
    return world.desk(engine)
