"""`python -m runtime.conformance requirements` as it is typed: JSON, lines, exit codes, and folders that are none."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.conformance.requirements import history
from tests.conformance.requirements.conftest import spec
from tests.skips import skip_data

ROOT = Path(__file__).resolve().parents[3]


def requirements(*words: object, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runtime.conformance", "requirements", *map(str, words)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
        env={**{name: value for name, value in os.environ.items() if name != "TALLYMAN_SPECS"}, **(environ or {})},
    )  # fmt: skip


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A small specification of its own: three statements, one of them for Windows."""
    folder = tmp_path / "draft"
    folder.mkdir()
    (folder / "config.md").write_text(
        "# Root\n\n* **`path`** (string, REQUIRED) x.\n    * On Windows, it MUST be y.\n"
    )
    (folder / "runtime.md").write_text("The runtime SHOULD whistle.\n")
    (folder / "README.md").write_text("This MUST not count.\n")
    return folder


def test_extract_prints_one_document(draft: Path) -> None:
    done = requirements("extract", draft, "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (document["release"], document["texts"]) == (None, str(draft))
    assert document["counts"]["by_keyword"] == {"REQUIRED": 1, "MUST": 1, "SHOULD": 1}
    assert document["counts"]["no_host"] == 1
    assert document["requirements"][1] == {
        "id": document["fresh"][1], "fingerprint": document["fresh"][1], "at": "config.md#root", "file": "config.md",
        "anchor": "root", "line": 4, "property": "root.path", "kind": "sentence", "text": "On Windows, it MUST be y.",
        "keywords": ["MUST"], "strength": "MUST", "platform": "windows", "duty": "config author", "refused": False,
        "listed": [], "to_test": False, "note": None, "schema": None,
    }  # fmt: skip


def test_extract_prints_lines_and_the_counts_last(draft: Path) -> None:
    lines = requirements("extract", draft, "--like", "v1.3.0").stdout.splitlines()
    assert lines[0].split()[1:] == ["REQUIRED", "all", "config", "author", "config.md#root", "root.path"]
    assert lines[1].strip() == "**`path`** (string, REQUIRED) x."
    assert "3 requirements (2 MUST, 1 SHOULD), 3 keywords" in lines[-5]
    assert lines[-1].startswith("against v1.3.0: 3 new wordings, ")


def test_a_tag_is_found_among_the_specs_or_answered_without_sentences() -> None:
    specs = skip_data("spec")
    for words, environ in (
        (("--specs", specs), {}),
        ((), {"TALLYMAN_SPECS": str(specs)}),
        ((), {}),
    ):
        document = json.loads(requirements("extract", "v1.3.0", "--json", *words, environ=environ).stdout)
        assert (document["release"], len(document["requirements"])) == ("v1.3.0", 705)
        assert bool(document["texts"]) is bool(words or environ)
        assert (document["requirements"][0]["text"] is None) is not bool(words or environ)


def test_a_release_that_nobody_has_seen_is_no_error(draft: Path) -> None:
    """Its texts lie among the others': it goes on from its nearest ancestor, and what is new is listed as such."""
    (draft.parent / "v1.9.0").symlink_to(draft)
    document = json.loads(requirements("extract", "v1.9.0", "--specs", draft.parent, "--json").stdout)
    assert (document["release"], document["like"], len(document["fresh"])) == (None, "v1.3.0", 3)


def test_a_tag_is_no_path_out_of_the_specs(draft: Path) -> None:
    specs = draft.parent / "specs"
    specs.mkdir()
    done = requirements("extract", "../draft", "--specs", specs)
    assert (done.returncode, "../draft is neither a folder nor a release" in done.stderr) == (2, True)


def test_diff_of_two_tags_as_json_and_as_lines() -> None:
    specs = skip_data("spec")
    done = requirements("diff", "v1.2.1", "v1.3.0", "--json", "--specs", specs)
    document = json.loads(done.stdout)
    assert done.returncode == 0
    assert document["counts"] == {"added": 79, "removed": 3, "strengthened": 0, "weakened": 1, "reworded": 5, "moved": 0}  # fmt: skip
    poststart = next(
        each for each in document["reworded"] if each["new"]["at"] == "runtime.md#runtimeLifecycle"
    )
    assert ["-", "step"] not in poststart["words"]
    assert {mark for mark, _ in poststart["words"]} == {"=", "-", "+"}
    lines = requirements("diff", "v1.2.1", "v1.3.0", "--specs", specs).stdout.splitlines()
    assert (
        lines[0] == "v1.2.1 to v1.3.0: 79 added, 3 removed, 0 strengthened, 1 weakened, 5 reworded, 0 moved"
    )
    assert sum(line.startswith("+ ") for line in lines) == 79
    assert any(line.lstrip().startswith("limit (int64, [-REQUIRED)-] {+OPTIONAL)+}") for line in lines)


def test_diff_without_texts_says_what_changed_by_id() -> None:
    document = json.loads(requirements("diff", "v1.2.1", "v1.3.0", "--json").stdout)
    assert document["counts"] == {"added": 79, "removed": 3, "strengthened": 0, "weakened": 1, "reworded": 5, "moved": 0}  # fmt: skip
    assert document["reworded"][0]["words"] == []


def test_diff_of_a_release_and_a_draft_of_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "v1.4.0"
    folder.mkdir()
    for name, text in spec("v1.3.0").items():
        (folder / name).write_text(text)
    text = (folder / "runtime.md").read_text()
    (folder / "runtime.md").write_text(
        text.replace("The runtime MAY validate", "The runtime MUST validate") + "\nRuntimes MUST whistle.\n"
    )
    document = json.loads(
        requirements("diff", "v1.3.0", folder, "--json", "--specs", skip_data("spec")).stdout
    )
    assert document["counts"] == {"added": 1, "removed": 0, "strengthened": 1, "weakened": 0, "reworded": 0, "moved": 0}  # fmt: skip
    assert document["strengthened"][0]["reviewed"] is False
    assert document["after"] == {"release": None, "like": "v1.3.0", "texts": str(folder)}


def test_what_a_draft_writes_does_not_move_the_cursor(draft: Path) -> None:
    (draft / "runtime.md").write_text("It MUST \x1b[2J\x9b1m\x07 vanish.\n")
    said = requirements("extract", draft).stdout
    assert "It MUST �[2J�1m� vanish." in said


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        pytest.param(("extract", "nowhere"), "nowhere is neither a folder nor a release; known are v0.1.1", id="nothing"),
        pytest.param(("extract", "v9.9.9"), "v9.9.9 is neither a folder nor a release", id="a release without texts"),
        pytest.param(("extract", "Makefile"), "Makefile is a file; give the folder", id="a file"),
        pytest.param(("extract", "../v1.3.0"), "neither a folder nor a release", id="a path beside the specs"),
        pytest.param(("extract", "migrations"), "migrations holds no file of a runtime specification", id="a folder of other things"),
        pytest.param(("extract", "v1.3.0", "--like", "v9"), "there is no release v9", id="like what is not there"),
        pytest.param(("extract",), "the following arguments are required", id="no folder"),
        pytest.param(("diff", "v1.3.0"), "the following arguments are required", id="one side"),
        pytest.param(("diff", "v1.3.0", "nowhere"), "nowhere is neither", id="the other side"),
        pytest.param(("dance",), "invalid choice", id="another action"),
        pytest.param(("record", "migrations"), "migrations holds no folder named after a release", id="nothing to record"),
        pytest.param(("record", "nowhere"), "nowhere is not a folder", id="no folder to record"),
    ],
)  # fmt: skip
def test_a_wrong_request_exits_2_and_says_what_to_do(words: tuple[str, ...], problem: str) -> None:
    done = requirements(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert problem in done.stderr
    assert "Traceback" not in done.stderr


def large(path: Path) -> None:
    path.write_bytes(b"It MUST.\n" * 300_000)


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


def fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        pytest.param(large, "config.md is larger than 2097152 bytes", id="too large"),
        pytest.param(
            lambda path: path.write_bytes(b"It MUST \xff\n"), "config.md is not UTF-8: byte 9", id="not UTF-8"
        ),
        pytest.param(
            lambda path: path.write_bytes(b"\x7fELF\0"), "config.md is not text: byte 5 is NUL", id="binary"
        ),
        pytest.param(folder_instead, "config.md is not a regular file", id="a folder"),
        pytest.param(fifo, "config.md is not a regular file", id="a pipe that nobody writes to"),
    ],
)
def test_a_folder_that_cannot_be_a_specification_is_refused(draft: Path, spoil: object, problem: str) -> None:
    assert callable(spoil)
    spoil(draft / "config.md")
    done = requirements("extract", draft)
    assert (done.returncode, done.stdout) == (2, "")
    assert problem in done.stderr


def test_an_empty_folder_and_an_empty_file(tmp_path: Path) -> None:
    assert "holds no file of a runtime specification" in requirements("extract", tmp_path).stderr
    (tmp_path / "config.md").write_bytes(b"")
    done = requirements("extract", tmp_path, "--json")
    assert (done.returncode, json.loads(done.stdout)["requirements"]) == (0, [])


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("# a\n", id="headings"),
        pytest.param("It MUST e.g. A. ", id="one line of sentences"),
        pytest.param("[a" * 8, id="brackets that never close"),
        pytest.param("[[]" * 8, id="brackets in brackets"),
        pytest.param("(It MUST. ", id="parentheses that never close"),
        pytest.param("|-" * 8, id="half a table"),
        pytest.param(" " * 16, id="blanks"),
        pytest.param("**`a`** (", id="half a property"),
        pytest.param("* " * 8 + "\n", id="items"),
        pytest.param("`" * 16 + "\n", id="fences"),
    ],
)
def test_a_quarter_of_a_megabyte_of_anything_is_read_in_seconds(draft: Path, line: str) -> None:
    (draft / "config.md").write_text((line * 100_000)[: 256 * 1024])
    done = requirements("extract", draft, "--json", "--like", "v1.3.0")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_stops_early_changes_nothing() -> None:
    command = f"{sys.executable} -m runtime.conformance requirements extract v1.3.0 | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_record_check_is_quiet_when_all_is_written_and_writes_nothing() -> None:
    before = {path: path.stat().st_mtime_ns for path in history.FOLDER.glob("*.toml")}
    done = requirements("record", skip_data("spec"), "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert {path: path.stat().st_mtime_ns for path in history.FOLDER.glob("*.toml")} == before


def test_record_check_says_which_release_differs(tmp_path: Path) -> None:
    """The oldest release with one more sentence: its file and that of the next no longer agree."""
    for tag in ("v0.1.1", "v0.2.0"):
        (tmp_path / tag).mkdir()
        for name, text in spec(tag).items():
            (tmp_path / tag / name).write_text(text)
    (tmp_path / "v0.1.1" / "runtime.md").write_text(
        spec("v0.1.1")["runtime.md"] + "\nRuntimes MUST whistle.\n"
    )
    done = requirements("record", tmp_path, "--check")
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "v0.1.1: differs"
