"""The first minutes with Tallyman: help, version, a settings file that can be read, and a doctor that names what is wrong."""

import json
import re
from pathlib import Path

import pytest

from bot import settings
from tests.cli.conftest import Command
from tests.world import World


def test_help_names_every_command_and_what_the_exit_codes_mean(command: Command) -> None:
    said = command("--help")
    assert said.code == 0
    for word in ("init", "doctor", "demo", "minutes", "sync", "judge", "publish", "serve", "db", "--version"):
        assert word in said.out
    assert "Exit codes: 0 done, 1 the answer is no, 2 the request was wrong" in said.out


def test_the_version_is_that_of_the_package(command: Command) -> None:
    said = command("--version")
    assert (said.code, said.out.split()[0]) == (0, "tallyman")
    assert (
        f'version = "{said.out.split()[1]}"'
        in Path(__file__).parents[2].joinpath("pyproject.toml").read_text()
    )


def test_a_command_that_does_not_exist_is_a_wrong_request(command: Command) -> None:
    said = command("sink")
    assert (said.code, said.out) == (2, "")
    assert "No such command 'sink'" in said.err


@pytest.mark.parametrize("preset", ["oci", "plain"])
def test_what_init_writes_is_read_as_settings(command: Command, preset: str) -> None:
    said = command("init", "--preset", preset)
    assert said.code == 0
    assert "tallyman.toml is written" in said.out
    found = settings.load(Path("tallyman.toml"), {})
    assert [(project.family, project.repo) for project in found.project] == [
        (preset, "opencontainers/runtime-spec")
    ]
    assert found.service.send is False


def test_every_setting_that_init_shows_as_a_comment_is_a_default(command: Command) -> None:
    command("init")
    text = Path("tallyman.toml").read_text()
    shown = re.sub(r"^# (?=\[|(?!also)\w+ = )", "", text, flags=re.MULTILINE)
    assert shown.count("\n# ") < text.count("\n# ") - 8
    Path("shown.toml").write_text(shown)
    found, plain = settings.load(Path("shown.toml"), {}), settings.load(Path("tallyman.toml"), {})
    assert found.model_dump() == plain.model_dump()


def test_a_second_init_keeps_the_first_one_s_file(command: Command) -> None:
    Path("tallyman.toml").write_text("mine")
    said = command("init")
    assert (said.code, said.out) == (2, "")
    assert "tallyman.toml exists: edit it" in said.err
    assert Path("tallyman.toml").read_text() == "mine"


def test_a_doctor_finds_nothing_where_everything_works(command: Command) -> None:
    found = {each["check"]: each for each in json.loads(command("doctor", "--json").out)}
    assert list(found) == ["settings", "database", "github", "conformance"]
    for check, words in (
        ("settings", "runtime-spec"),
        ("database", "tallyman.db"),
        ("github", "as quayside-tallyman"),
    ):
        assert found[check]["works"] is True
        assert words in found[check]["what"]


def test_a_doctor_names_each_thing_that_does_not_work(command: Command, world: World) -> None:
    world.settings()
    (world.folder / "token").write_text("wrong")
    Path("data").mkdir()
    Path("data/tallyman.db").write_text("Dear harbour master, " * 300)
    said = command("doctor")
    assert said.code == 1
    lines = said.out.splitlines()
    assert any(line.startswith("NO") and "is not a database of Tallyman" in line for line in lines)
    assert any(line.startswith("NO") and "GitHub does not take the token" in line for line in lines)
    assert any(line.startswith("yes") and "runtime-spec" in line for line in lines)


def test_a_doctor_shows_every_problem_of_the_settings_in_a_readable_table(
    command: Command, world: World
) -> None:
    world.settings().write_text('[service]\nsned = 1\n[github]\napi = "x"\n')
    said = command("doctor")
    assert said.code == 1
    column = next(line.index("what") for line in said.out.splitlines())
    problem = next(line for line in said.out.splitlines() if "service.sned" in line)
    assert problem[column:].startswith("  - service.sned: unknown setting; did you mean send?")
