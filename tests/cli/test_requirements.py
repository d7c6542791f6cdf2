"""`tallyman requirements` through the process that reads the texts: the same facts, and the suite's words for what is wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.model.errors import WorldFailed, WrongRequest
from bot.sources import requirements
from tests.cli.conftest import Command
from tests.world import tallyman

ROOT = Path(__file__).resolve().parents[2]
TEXT = '# <a name="runtimeStart" />Start\nThe runtime MUST \x1b[2Jpipe aboard.\n'


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    folder = tmp_path / "-draft"
    folder.mkdir()
    (folder / "runtime.md").write_text(TEXT)
    return folder


def test_the_document_is_the_suites_own(command: Command) -> None:
    said = command("requirements", "diff", "v1.0.2", "v1.1.0", "--json")
    suite = subprocess.run(
        [sys.executable, "-m", "runtime.conformance", "requirements", "diff", "v1.0.2", "v1.1.0", "--json"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(said.out) == json.loads(suite.stdout)


def test_coverage_is_the_suites_own_and_of_drafts_too(command: Command, draft: Path) -> None:
    said = command("conformance", "coverage", "v1.3.0", "--json")
    suite = subprocess.run(
        [sys.executable, "-m", "runtime.conformance", "coverage", "v1.3.0", "--json"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(said.out) == json.loads(suite.stdout)
    said = command("conformance", "coverage", "--like", "v1.3.0", "--", draft.name)
    assert (said.code, "against v1.3.0 it adds 1 MUST, 0 with a case" in said.out) == (0, True), said.err
    said = command("conformance", "coverage", "v9.9.9")
    assert (said.code, "v9.9.9 is neither a folder nor a release" in said.err) == (2, True)


def test_a_draft_is_read_by_name_and_in_words(command: Command, draft: Path) -> None:
    """Its name begins with a hyphen and its text with a terminal's command."""
    said = command("requirements", "extract", "--like", "v1.3.0", "--", draft.name)
    assert said.code == 0, said.err
    assert "The runtime MUST �[2Jpipe aboard." in said.out
    assert "1 requirements (1 MUST), 1 keywords" in said.out
    assert "\x1b" not in said.out


def test_the_texts_of_tags_are_where_the_option_or_the_environment_says(
    command: Command, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft.rename(draft.parent / "v1.3.0")
    for words, environ in ((("--specs", draft.parent), ""), ((), str(draft.parent))):
        monkeypatch.setenv("TALLYMAN_SPECS", environ)
        document = json.loads(command("requirements", "extract", "v1.2.1", *words, "--json").out)
        assert document["texts"] is None
        document = json.loads(command("requirements", "extract", "./v1.3.0", *words, "--json").out)
        assert [each["at"] for each in document["requirements"]] == ["runtime.md#runtimeStart"]
        document = json.loads(command("requirements", "extract", "v1.3.0", "--json", *words).out)
        assert Path(document["texts"]).name == "v1.3.0"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        pytest.param(("extract", "nowhere"), "nowhere is neither a folder nor a release", id="no such place"),
        pytest.param(("extract", "."), "holds no file of a runtime specification", id="another folder"),
        pytest.param(("extract", "weekly.log"), "weekly.log is a file", id="a file"),
        pytest.param(("diff", "v1.3.0", "v7.0.0"), "v7.0.0 is neither", id="the second of two"),
        pytest.param(("extract", "v1.3.0", "--like", "x"), "there is no release x", id="like nothing"),
        pytest.param(("extract", "\0"), "cannot be asked for", id="a NUL"),
    ],
)
def test_a_wrong_request_exits_2_in_the_suites_words(
    command: Command, words: tuple[str, ...], problem: str
) -> None:
    said = command("requirements", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("tallyman: ")
    assert problem in said.err


def test_a_file_in_the_callers_folder_does_not_become_ours(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(7)")
    (tmp_path / "runtime").mkdir()
    said = tallyman("requirements", "extract", "v1.3.0", folder=tmp_path)
    assert said.code == 0, said.err
    assert "705 requirements" in said.out


@pytest.mark.parametrize(
    ("program", "error", "words"),
    [
        pytest.param("raise SystemExit(3)", WorldFailed, "it ended with 3", id="it failed"),
        pytest.param("import sys; print('requirements: no', file=sys.stderr); sys.exit(2)", WrongRequest, "^no$", id="it says no"),
    ],
)  # fmt: skip
def test_what_the_suite_may_answer(program: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        requirements.ask(["extract", "v1.3.0"], command=[sys.executable, "-c", program])


@pytest.mark.parametrize("text", ["", "{", "requirements: no"])
def test_half_a_document_is_none(text: str) -> None:
    with pytest.raises(WorldFailed, match="no readable answer"):
        requirements.read_document(text)
