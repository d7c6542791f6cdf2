"""With --json a command prints one document on stdout and nothing else there; what it says on the way is on stderr."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from bot.app import now
from bot.cli.main import app
from tests.cli.conftest import Command
from tests.world import World, harbour

CASE = "process/args-reach-the-program"
# Commands that print no facts, or give them in a way of their own (`demo` writes a file, `minutes` has --format json).
WITHOUT = {"init", "serve", "demo", "demo-github", "minutes"}
MEETINGS = ("meeting ", "actions ")  # have tests of their own


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        pytest.param("doctor", "check works what", id="doctor"),
        pytest.param("db check", "head revision", id="db check"),
        pytest.param("db upgrade", "head revision", id="db upgrade"),
        pytest.param("sync", "changed issues milestones project pulls repo unchanged", id="sync"),
        pytest.param("milestones list", "id milestones repo synced_at", id="milestones list"),
        pytest.param("milestones show v1.3.0", "actions conformance issues judgement milestone project story synced_at", id="milestones show"),
        pytest.param("meeting import weekly.log --live --date 2026-06-03", "id name new added items warnings", id="meeting import"),
        pytest.param("meeting list", "archived channel id items name started_at title", id="meeting list"),
        pytest.param("meeting tracker 1", "happened said_not_seen", id="meeting tracker"),
        pytest.param("actions", "archived assignees at due history item meeting owners proposal references repo state text", id="actions"),
        pytest.param(f"conformance run --release v1.3.0 --case {CASE}", "host runs runtime", id="conformance run"),
        pytest.param("conformance matrix", "", id="conformance matrix"),
        pytest.param("conformance runs", "", id="conformance runs"),
        pytest.param("conformance disputes", "", id="conformance disputes"),
        pytest.param("conformance coverage v1.3.0", "added counts files gone like no_host reasons release requirements statements texts", id="conformance coverage"),
        pytest.param("requirements extract v1.3.0", "counts fresh gone like release requirements texts", id="requirements extract"),
        pytest.param("requirements diff v1.2.1 v1.3.0", "added after before complete counts moved removed reworded strengthened weakened", id="requirements diff"),
        pytest.param("judge --release v1.3.0", "family headline ready release verdicts", id="judge"),
        pytest.param("report --release v1.3.0", "family headline ready release verdicts", id="report"),
        pytest.param("publish --release v1.3.0", "posted report", id="publish"),
    ],
)  # fmt: skip
def test_a_command_prints_one_document(books_of_the_meeting: Command, line: str, keys: str) -> None:
    said = books_of_the_meeting(*line.split(), "--json")
    assert said.code in (0, 1), said.err
    document = json.loads(said.out)
    rows = document if isinstance(document, list) else [document]
    assert [set(keys.split()) - set(row) for row in rows] == [set()] * len(rows)
    assert bool(rows) is bool(keys)
    assert not said.err.lstrip().startswith(("{", "["))


@pytest.mark.parametrize(
    "line", ["sync", "milestones list", "meeting list", "actions", "db check", "judge -r v1.3.0"]
)
def test_without_it_the_same_command_prints_words(books_of_the_meeting: Command, line: str) -> None:
    said = books_of_the_meeting(*line.split())
    assert said.out
    with pytest.raises(json.JSONDecodeError):
        json.loads(said.out)


def test_the_progress_of_a_sync_is_on_stderr(books_of_the_meeting: Command) -> None:
    said = books_of_the_meeting("sync", "--json")
    assert "sync: quayside/runtime-spec: 3 milestones" in said.err
    assert [(row["project"], row["changed"], row["unchanged"]) for row in json.loads(said.out)] == [
        ("runtime-spec", 0, 15)
    ]


def test_a_failure_leaves_stdout_empty_for_whoever_reads_json(command: Command) -> None:
    said = command("judge", "--release", "nonsense", "--json")
    assert (said.code, said.out) == (2, "")


@pytest.fixture
def own_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with harbour(tmp_path_factory.mktemp("json") / "world") as found:
        yield found


def test_what_people_wrote_does_not_reach_the_terminal_s_own_language(
    own_world: World, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = "v1.6.0 \x1b[2J\x9b31m\r"
    own_world.store.add_milestone("quayside/runtime-spec", title, by="ada", at=now())
    monkeypatch.setenv("TALLYMAN_CONFIG", str(own_world.settings()))
    assert command("sync").code == 0
    (line,) = (line for line in command("milestones", "list").out.splitlines() if "v1.6.0" in line)
    assert "v1.6.0 �[2J�31m�" in line
    (project,) = json.loads(command("milestones", "list", "--json").out)
    assert title in [each["title"] for each in project["milestones"]]


def test_what_was_posted_is_a_document_too(
    own_world: World, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALLYMAN_CONFIG", str(own_world.settings()))
    assert command("sync").code == 0
    answers = [command("publish", "--release", "v1.3.0", "--send", "--json") for _ in range(2)]
    assert [answer.code for answer in answers] == [0, 0]
    posted = [json.loads(answer.out)["posted"] for answer in answers]
    assert [[post["action"] for post in each] for each in posted] == [["created"] * 2, ["unchanged"] * 2]
    assert [set(post) for post in posted[0]] == [{"url", "comment_id", "action"}] * 2
    assert [post["comment_id"] for post in posted[0]] == [post["comment_id"] for post in posted[1]]
    assert len(own_world.comments(42)) == len(own_world.comments(43)) == 1


def leaves(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every command with its name as it is typed, such as `db check`."""
    for name, each in command.commands.items():
        if hasattr(each, "commands"):
            yield from leaves(each, f"{path}{name} ")
        else:
            yield f"{path}{name}", each


def test_every_command_that_prints_facts_takes_json() -> None:
    root: Any = get_command(app)
    assert isinstance(app, typer.Typer)
    lacking = {
        name
        for name, each in leaves(root)
        if "--json" not in {option for parameter in each.params for option in parameter.opts}
    }
    assert {name for name in lacking if not name.startswith(MEETINGS)} <= WITHOUT


def test_the_list_of_commands_names_each_of_them() -> None:
    text = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
    root: Any = get_command(app)
    assert [name for name in root.commands if f"`tallyman {name}`" not in text] == []
    words = {name.split()[-1] for name, _ in leaves(root)}
    assert [word for word in words if f"`{word}`" not in text and f"`tallyman {word}`" not in text] == []


def test_a_milestone_tells_its_story(books_of_the_meeting: Command) -> None:
    """What the local GitHub's events and the meeting say of it, in words and as JSON."""
    story = json.loads(books_of_the_meeting("milestones", "show", "v1.3.0", "--json").out)["story"]
    assert story["scope"] == story["done"] + story["remaining"] > 0
    assert story["burn_up"][-1]["scope"] == story["scope"]
    assert {each["known_from"] for each in story["changes"]} == {"event"}
    assert story["forecast"]["refused"] or story["forecast"]["p85"]
    said = books_of_the_meeting("milestones", "show", "v1.3.0").out
    assert f"{story['done']} of {story['scope']} done" in said
    assert "Changes" in said
