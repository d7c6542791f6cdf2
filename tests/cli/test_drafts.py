"""`tallyman requirements` and `conformance` over the texts on GitHub: tags, commits and pull requests of a project."""

import json
from datetime import datetime

import pytest

from bot.demo.github.code import add_commit, commit_at
from tests.cli.conftest import Command
from tests.conftest import no_user_namespace
from tests.skips import skip_host
from tests.world import World

REPO = "quayside/runtime-spec"


def test_the_draft_of_a_release_says_what_it_adds(command: Command) -> None:
    said = command("requirements", "draft", "--pull", "43")
    assert said.code == 0, said.err
    assert said.out.splitlines()[0].endswith(
        "against v1.2.1: the draft adds 7 MUST, 5 with a case; 1 SHOULD, none with a case"
    )
    document = json.loads(command("requirements", "draft", "--pull", "43", "--json").out)
    assert document["added"][0] == {
        "strength": "MUST",
        "total": 7,
        "counted": 7,
        "with_case": 5,
        "no_host": 0,
    }
    assert document["sentence"].startswith("the draft adds 7 MUST, 5 with a case")


def test_a_release_leads_to_its_pull_request_once_that_was_synced(command: Command) -> None:
    said = command("requirements", "draft", "--release", "v1.3.0")
    assert (said.code, "run `tallyman sync`" in said.err) == (2, True)
    assert command("sync").code == 0
    assert command("requirements", "draft", "--release", "v1.3.0").code == 0
    said = command("requirements", "draft", "--release", "v1.9.0")
    assert (said.code, "has no open pull request for v1.9.0" in said.err) == (2, True)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param((f"{REPO}@v1.2.1",), id="a repository's tag"),
        pytest.param(("runtime-spec@v1.2.1",), id="a project's tag"),
        pytest.param(("v1.2.1", "--project", "runtime-spec"), id="a tag of the project"),
        pytest.param(("main", "-p", "runtime-spec"), id="a branch"),
    ],
)
def test_texts_are_read_from_the_repository(command: Command, words: tuple[str, ...]) -> None:
    said = command("requirements", "extract", *words)
    assert said.code == 0, said.err
    assert "13 requirements (11 MUST, 1 MAY, 1 SHOULD)" in said.out
    assert "texts-" not in said.out, "a folder of ours is no name for anybody"
    document = json.loads(command("requirements", "extract", *words, "--json").out)
    ref = words[0].rpartition("@")[2]
    assert document["texts"] == f"{REPO}@{ref}"
    assert set(document["commits"]) == {f"{REPO}@{ref}"}


def test_a_release_and_a_pull_request_are_compared(command: Command, world: World) -> None:
    words = ("requirements", "diff", "v1.2.1", "#43", "--project", "runtime-spec")
    said = command(*words)
    assert said.out.startswith(f"v1.2.1 to {REPO}#43\n"), said.err
    assert "11 added, 1 reworded" in said.out
    assert "[-container goes on.-]" in said.out
    document = json.loads(command(*words, "--json").out)
    assert (document["counts"]["added"], document["after"]["texts"]) == (11, f"{REPO}#43")
    assert "### Added: 7 MUST, 1 SHOULD, 3 MAY" in command(*words, "--format", "markdown").out
    assert "<ins>MUST stop</ins>" in command(*words, "--format", "html").out
    said = command("conformance", "coverage", "runtime-spec#43")
    assert "it adds 15 MUST, 5 with a case" in said.out, said.out + said.err


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        pytest.param(("extract", "runtime-spec@v9"), f"{REPO} has no v9", id="no such tag"),
        pytest.param(("extract", "runtime-spec#999"), f"{REPO} has no pull request #999", id="no such pull request"),
        pytest.param(("extract", "x", "-p", "nobody"), "there is no project nobody", id="no such project"),
        pytest.param(("extract", "nobody@v1"), "there is no project nobody", id="no such project, short"),
        pytest.param(("extract", "../x", "-p", "runtime-spec"), "../x is neither a folder nor a release", id="a folder that is not there"),
        pytest.param(("extract", "a..b", "-p", "runtime-spec"), "is no tag, branch or commit", id="a range"),
        pytest.param(("draft",), "name it with --pull N, or with --release TAG", id="no draft"),
        pytest.param(("draft", "--pull", "1", "-r", "v1"), "name it with --pull N", id="two drafts"),
        pytest.param(("draft", "--pull", "42"), "has no pull request #42", id="an issue"),
    ],
)  # fmt: skip
def test_what_is_not_there_exits_2_and_says_what_to_do(
    command: Command, words: tuple[str, ...], problem: str
) -> None:
    said = command("requirements", *words)
    assert (said.code, said.out) == (2, "")
    assert problem in said.err


def test_cases_that_nobody_merged_are_not_run(command: Command) -> None:
    said = command(
        "conformance", "run", "--suite", "runtime-spec#43", "--case", "process/args-reach-the-program"
    )
    assert (said.code, said.out) == (2, "")
    assert "are not merged, so they are not run here: run them in the repository's own CI" in said.err


def test_a_release_that_nobody_has_seen_is_tested_and_what_it_adds_is_named(
    command: Command, world: World
) -> None:
    """From the tag on GitHub to the last line of the run."""
    if no_user_namespace():
        skip_host("no-user-namespace", "unshare(CLONE_NEWUSER) is refused")
    main = commit_at(world.store, REPO, "main")
    text = {"runtime.md": "The runtime MUST whistle aboard.\n"}
    at = datetime.fromisoformat(main["at"])
    add_commit(world.store, REPO, text, "next", by="ada", at=at, parent=main["sha"], refs=("tags/v1.4.0",))
    words = ("conformance", "run", "--release", "v1.4.0", "--case", "process/args-reach-the-program")
    said = command(*words, "--project", "runtime-spec")
    assert said.code == 0, said.err
    assert "tested as v1.3.0" in said.out
    assert "v1.4.0 adds 1 requirements, all untested: " in said.out
    said = command(*words)
    assert "tested as v1.3.0; what it adds: untested" in said.out


def test_merged_cases_are_run_from_the_repository(command: Command, world: World) -> None:
    if no_user_namespace():
        skip_host("no-user-namespace", "unshare(CLONE_NEWUSER) is refused")
    main, draft = (commit_at(world.store, REPO, name) for name in ("main", "pull/43/head"))
    at = datetime.fromisoformat(main["at"])
    add_commit(
        world.store,
        REPO,
        draft["files"],
        "merged",
        by="ada",
        at=at,
        parent=main["sha"],
        refs=("tags/v1.3.0",),
    )
    words = ("--release", "v1.3.0", "--case", "lending/a-mode-that-no-kernel-has-is-refused")
    said = command("conformance", "run", "--suite", "runtime-spec@v1.3.0", *words)
    assert (said.code, "are not merged" in said.err) == (2, True), (
        "a tag aside from the main branch is merged by nobody"
    )
    add_commit(
        world.store, REPO, draft["files"], "merged", by="ada", at=at, parent=main["sha"], refs=("heads/main",)
    )
    said = command("conformance", "run", "--suite", "runtime-spec@main", *words)
    assert said.code == 0, said.err + said.out
    assert "1 passed" in said.out
