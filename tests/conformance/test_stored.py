"""Stored results: taken over when nothing changed, named as such, never believed when damaged."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.conformance import host
from tests.conformance.asking import ARGS, ask
from tests.skips import skip_host

ENV = "process/env-is-exactly-the-config"
COUNTING = '#!/bin/sh\necho "$@" >> {log}\nexec {refrun} "$@"\n'


@pytest.fixture(autouse=True)
def containers() -> None:
    if lacking := host.lacking("containers"):
        skip_host("no-user-namespace", lacking)


def stored_file() -> Path:
    files = list((Path(os.environ["XDG_CACHE_HOME"]) / "tallyman/conformance/results").glob("*.json"))
    assert len(files) == 1
    return files[0]


def test_what_has_not_changed_is_taken_over_and_is_no_execution() -> None:
    first = ask("--release", "v1.3.0", "--case", ARGS, "--json")
    second = ask("--release", "v1.3.0", "--case", ARGS, "--case", ENV, "--json")
    before, after = first.results[0], {each["case"]: each for each in second.results}
    assert (before["stored"], before["counted"]) == (None, True)
    assert (after[ARGS]["stored"], after[ARGS]["counted"]) == (first.document["at"], False)
    assert (after[ENV]["stored"], after[ENV]["counted"]) == (None, True)
    assert after[ARGS]["outcome"] == "passed"
    assert second.document["runs"][0]["summary"]["executions"] == 1
    text = ask("--release", "v1.3.0", "--case", ARGS).out
    assert "1 results are stored ones, of" in text


@pytest.mark.parametrize(
    ("words", "why"),
    [
        pytest.param(("--fresh",), "asked", id="--fresh"),
        pytest.param(("--rootfs", "host"), "another suite", id="another root file system"),
        pytest.param(("--claims", "v1.0.0..v1.3.0"), "other claims", id="other claims"),
        pytest.param(("--runtime", "refrun --debug"), "another command", id="another command"),
    ],
)
def test_what_has_changed_is_run_again(words: tuple[str, ...], why: str) -> None:
    ask("--release", "v1.3.0", "--case", ARGS, "--json")
    again = ask("--release", "v1.3.0", "--case", ARGS, "--json", *words)
    assert again.results[0]["stored"] is None, why


def test_a_runtime_whose_results_are_stored_is_not_started_for_them(tmp_path: Path) -> None:
    refrun = Path(sys.executable).with_name("refrun")
    log, program = tmp_path / "log", tmp_path / "counting"
    program.write_text(COUNTING.format(log=log, refrun=refrun))
    program.chmod(0o755)
    ask("--runtime", program, "--release", "v1.3.0", "--case", ARGS, "--json")
    first = [line for line in log.read_text().splitlines() if " run " in f" {line} "]
    log.write_text("")
    ask("--runtime", program, "--release", "v1.3.0", "--case", ARGS, "--json")
    second = [line for line in log.read_text().splitlines() if " run " in f" {line} "]
    assert len(first) >= 2
    assert second == []
    program.write_text(program.read_text() + "#\n")
    changed = ask("--runtime", program, "--release", "v1.3.0", "--case", ARGS, "--json")
    assert changed.results[0]["stored"] is None


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda text: "", id="empty"),
        pytest.param(lambda text: text[: len(text) // 2], id="cut short"),
        pytest.param(lambda text: text.replace('"passed"', '"perfect"'), id="an outcome that is none"),
        pytest.param(lambda text: text.replace('"seconds"', '"minutes"'), id="a field that is none"),
        pytest.param(lambda text: "[]", id="another shape"),
    ],
)
def test_a_damaged_file_is_told_and_not_used(damage: Callable[[str], str]) -> None:
    ask("--release", "v1.3.0", "--case", ARGS, "--json")
    path = stored_file()
    path.write_text(damage(path.read_text()))
    again = ask("--release", "v1.3.0", "--case", ARGS, "--json")
    assert (again.code, again.results[0]["stored"]) == (0, None)
    assert [note for note in again.notes if "damaged and not used" in note] != []
    assert ask("--release", "v1.3.0", "--case", ARGS, "--json").results[0]["stored"] is not None


def test_an_error_and_what_took_too_long_are_never_stored() -> None:
    from runtime.conformance.results import Outcome
    from runtime.conformance.stored import Store

    store = Store(lambda text: None, fresh=False)
    for name, came in (
        ("a", Outcome("error", "ours")),
        ("b", Outcome("failed", "did not end within 20 s", slow=True)),
        ("c", Outcome("skipped", "no lamp")),
        ("d", Outcome("failed", "was accepted")),
    ):
        store.keep("v1.3.0", "1.3.0", name, came, "2026-11-25T19:40:00Z")
    assert set(store.new["v1.3.0"]["results"]) == {"d"}


def test_where_nothing_can_be_written_the_run_goes_on_and_says_so() -> None:
    said = ask("--release", "v1.3.0", "--case", ARGS, "--json", environ={"XDG_CACHE_HOME": "/proc/nowhere"})
    assert (said.code, said.results[0]["outcome"]) == (0, "passed")
    assert any("cannot be stored" in note for note in said.notes)


def test_the_file_is_whole_json_that_only_its_owner_reads() -> None:
    ask("--release", "v1.3.0", "--case", ARGS, "--json")
    path = stored_file()
    assert set(json.loads(path.read_text())) == {"key", "releases"}
    assert path.stat().st_mode & 0o077 == 0
