"""Commands run in this process, each with its own data folder: quick, and with the exit code a shell would see."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.cli.main import run
from tests.world import Said, World, copy_books, harbour

LOG = """\
16:00:03 <ada> #startmeeting quayside weekly
16:00:10 <ada> #topic runtime-spec v1.3.0
16:00:40 <ada> #action bo to close #36
16:01:00 <ada> #agreed Move #34 out of v1.3.0
16:02:00 <ada> #endmeeting
"""
Command = Callable[..., Said]


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with harbour(tmp_path_factory.mktemp("cli") / "world") as found:
        yield found


@pytest.fixture
def command(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Runs one command in an empty folder that has a log; the settings name the local GitHub."""
    (tmp_path / "weekly.log").write_text(LOG)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TALLYMAN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TALLYMAN_CONFIG", str(world.settings()))

    def typed(*words: str | Path) -> Said:
        capsys.readouterr()
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return typed


@pytest.fixture(scope="package")
def recorded(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database when GitHub was read and the log was recorded."""
    folder = tmp_path_factory.mktemp("recorded")
    (folder / "weekly.log").write_text(LOG)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TALLYMAN_DATA", str(folder))
        patch.setenv("TALLYMAN_CONFIG", str(world.settings()))
        assert run(["sync"]) == 0
        assert run(["meeting", "import", str(folder / "weekly.log"), "--date", "2026-06-03"]) == 0
    return folder / "tallyman.db"


@pytest.fixture
def books_of_the_meeting(command: Command, recorded: Path, tmp_path: Path) -> Command:
    """The same as `command`, over a database of its own in which all of that is recorded."""
    copy_books(recorded, tmp_path / "data" / "tallyman.db")
    return command
