"""--expect: red on a change only, and on every change."""

from pathlib import Path
from typing import Any

import pytest

from runtime.conformance import expect
from tests.conformance.asking import ARGS, ask, document, row

EXPECTED = {"v1.3.0": {"a/sails": "passed", "b/leaks": "failed"}}


@pytest.mark.parametrize(
    ("rows", "changes", "notes"),
    [
        pytest.param([row("a/sails", "passed"), row("b/leaks", "failed")], [], 0, id="as expected, a failure among it"),
        pytest.param([row("a/sails", "failed"), row("b/leaks", "failed")], [("a/sails", "new failure")], 0, id="a new failure"),
        pytest.param([row("a/sails", "passed"), row("b/leaks", "passed")], [("b/leaks", "unexpected pass")], 0, id="an unexpected pass"),
        pytest.param([row("a/sails", "passed")], [("b/leaks", "vanished")], 0, id="a case that is gone"),
        pytest.param([row("a/sails", "not-claimed"), row("b/leaks", "failed")], [("a/sails", "no longer tried")], 0, id="a case that no longer applies"),
        pytest.param([row("a/sails", "error"), row("b/leaks", "failed")], [("a/sails", "error")], 0, id="an error is never expected"),
        pytest.param([row("a/sails", "passed"), row("b/leaks", "failed"), row("c/new", "failed")], [("c/new", "new failure")], 0, id="a new case that fails"),
        pytest.param([row("a/sails", "passed"), row("b/leaks", "failed"), row("c/new", "passed")], [], 1, id="a new case that passes is told"),
        pytest.param([row("a/sails", "skipped"), row("b/leaks", "failed")], [], 1, id="what this host skips is told"),
        pytest.param([row("a/sails", "passed"), row("b/leaks", "disputed")], [], 0, id="what is disputed is out of it"),
    ],
)  # fmt: skip
def test_red_is_a_change(rows: list[dict[str, Any]], changes: list[tuple[str, str]], notes: int) -> None:
    found = expect.compare(EXPECTED, document(*rows), (), "expected.toml")
    assert [(each["case"], each["what"]) for each in found["changes"]] == changes
    assert len(found["notes"]) == notes


def test_what_was_not_asked_for_has_not_vanished() -> None:
    found = expect.compare(EXPECTED, document(row("a/sails", "passed")), ("a/sails",), "expected.toml")
    other = expect.compare(
        EXPECTED, document(row("a/sails", "passed"), release="v1.2.0"), (), "expected.toml"
    )
    assert (found["changes"], other["changes"]) == ([], [])


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "expected.toml"
    expect.write(path, document(row("a/sails", "passed"), row("b/leaks", "failed"), row("c/dry", "skipped")))
    assert expect.load(path) == EXPECTED
    assert path.read_text().count('\n  "') == 2  # a case a line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[", "no file of expectations", id="no TOML"),
        pytest.param('["v1.3.0"]\nfailed = "a/b"', "not a list", id="no list"),
        pytest.param('["v1.3.0"]\nsunk = []', "other keys", id="another outcome"),
        pytest.param("passed = []", "other keys", id="no release"),
        pytest.param('["v1.3.0"]\nfailed = [1]', "not a list", id="no ids"),
        pytest.param(None, "cannot be read", id="no file"),
    ],
)
def test_a_file_that_is_none_is_a_wrong_request(text: str | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "expected.toml"
    if text is not None:
        path.write_text(text)
    done = ask("--expect", path, "--case", ARGS)
    assert (done.code, said in done.err) == (2, True), done.err


def test_the_run_is_red_only_when_something_changed(tmp_path: Path) -> None:
    """`true` is a runtime that fails: first as nobody expects, then as is expected; then it is expected to pass."""
    path = tmp_path / "expected.toml"
    words = ("--runtime", "true", "--release", "v1.3.0", "--case", ARGS)
    assert ask(*words, "--write-expect", path).code == 1
    assert '"process/args-reach-the-program"' in path.read_text().partition("failed")[2]
    assert ask(*words, "--expect", path).code == 0
    path.write_text(
        path.read_text().replace("passed", "x").replace("failed", "passed").replace("x = [\n]\n", "")
    )
    again = ask(*words, "--expect", path, "--json")
    assert (again.code, again.document["expect"]["changes"][0]["what"]) == (1, "new failure")
