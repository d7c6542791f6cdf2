"""Each case names what it covers, each requirement has a case, a reason or neither, and 85 % of what a runtime MUST do has a case."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runtime.conformance import coverage, coverage_page, covers, declare, releases
from runtime.conformance.requirements import history, source
from runtime.conformance.requirements.identity import Requirement
from runtime.conformance.requirements.statements import Statement
from tests.conformance.requirements.conftest import spec

ROOT = Path(__file__).resolve().parents[2]
CASES = {case.id: case for case in declare.all_cases()}
LEAST = 85  # per cent of v1.3.0's MUST statements for a runtime on Linux
# Cases that also run at releases whose text says nothing of what they show: case -> the last such release in a row.
SILENT = {
    "hooks/a-failed-poststart-does-what-its-release-says": (
        "v1.0.0-rc1",
        "v1.0.0-rc4",
    ),  # hooks are in config.md alone
    "hooks/a-hook-that-takes-too-long-is-ended": ("v1.0.0-rc1", "v1.0.0-rc3"),
    "lifecycle/state-of-an-unknown-container-is-an-error": ("v0.4.0", "v0.5.0"),
    "process/no-descriptor-of-the-runtime-leaks": (
        "v0.4.0",
        "v0.5.0",
    ),  # CVE-2024-21626 is older than the sentence
}


def range_of(case: declare.Case) -> list[str]:
    return [tag for tag in releases.TAGS if releases.within(tag, case.since, case.until)]


def test_the_map_has_every_case_and_no_other() -> None:
    assert sorted(covers.load()) == sorted(CASES)


def test_the_map_says_what_each_id_is() -> None:
    assert covers.FILE.read_text(encoding="utf-8") == covers.page(), (
        "python -m runtime.conformance.covers prints it anew"
    )


def test_each_id_of_a_case_exists_at_a_release_that_the_case_is_for() -> None:
    lost = [
        (name, id_)
        for name, ids in covers.load().items()
        for id_ in ids
        if not any(id_ in history.load(tag).known for tag in range_of(CASES[name]))
    ]
    assert lost == []


def test_each_case_covers_something_at_each_of_its_releases() -> None:
    idle = {name: [tag for tag in range_of(case) if not covers.of(name, tag)] for name, case in CASES.items()}
    assert {name: (tags[0], tags[-1]) for name, tags in idle.items() if tags} == SILENT


def test_what_cannot_be_tested_has_a_reason_of_the_list_and_no_case() -> None:
    everywhere = {id_ for tag in history.tags() for id_ in history.load(tag).known}
    covered = {id_ for ids in covers.load().values() for id_ in ids}
    rows = coverage.untestable()
    assert set(rows) - everywhere == set()
    assert set(rows) & covered == set()
    assert {row["reason"] for row in rows.values()} <= set(coverage.REASONS)
    assert [id_ for id_, row in rows.items() if len(row["why"].split()) < 5] == []
    assert set(coverage.REASONS) == {"hardware", "LSM", "architecture", "not visible"}, "the list is closed"


def measured(where: str) -> dict[str, Any]:
    return coverage.measure(source.find(where, None))


def test_the_share_of_what_a_runtime_must_do_on_linux() -> None:
    counts = measured("v1.3.0")["counts"]
    assert counts["MUST"]["share"] >= LEAST
    assert counts["SHOULD"]["share"] >= 60


@pytest.mark.parametrize("tag", history.tags())
def test_nothing_is_dropped_from_the_totals(tag: str) -> None:
    document = measured(tag)
    assert len(document["requirements"]) == document["statements"] == len(history.load(tag).known)
    for word in coverage.STRENGTHS:
        counts = document["counts"][word]
        assert counts["total"] == sum(counts[state] for state in coverage.STATES)
        assert counts["untestable"] == sum(counts["by_reason"].values())
        for name in ("total", *coverage.STATES):
            assert sum(file[word][name] for file in document["files"].values()) == counts[name]


def requirement(id_: str, word: str, **more: Any) -> Requirement:
    said = {"platform": "linux", "duty": "runtime", "refused": False, **more}
    statement = Statement("config.md", 1, ("root",), "", "sentence", "", "", (word,), strength=word, **said)
    return Requirement(id_, id_, statement, "")


@pytest.mark.parametrize(
    ("each", "cases", "counted", "state"),
    [
        pytest.param(requirement("new", "MUST"), ["ship/sinks"], True, "tested", id="with a case"),
        pytest.param(requirement("new", "MUST"), [], True, "untested", id="without"),
        pytest.param(
            requirement("ccf2507a1c", "MUST"), [], True, "untestable", id="for a device that few have"
        ),
        pytest.param(requirement("new", "MAY"), [], False, "untested", id="nothing to do"),
        pytest.param(
            requirement("new", "MUST", platform="windows"), [], False, "untested", id="for another system"
        ),
        pytest.param(
            requirement("new", "MUST", duty="config author"), [], False, "untested", id="the author's own"
        ),
        pytest.param(
            requirement("new", "MUST", duty="config author", refused=True),
            [],
            True,
            "untested",
            id="the author's, and refused",
        ),
    ],
)
def test_a_requirement_is_counted_by_whose_it_is(
    each: Requirement, cases: list[str], counted: bool, state: str
) -> None:
    row = coverage._row(each, cases)
    assert (row["counted"], row["state"]) == (counted, state)


def test_a_release_before_the_first_that_can_be_run_has_no_case() -> None:
    counts = measured("v0.2.0")["counts"]["MUST"]
    assert (counts["tested"], counts["total"] > 0) == (0, True)


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name != "TALLYMAN_SPECS"}
    return subprocess.run(
        [sys.executable, "-m", "runtime.conformance", "coverage", *map(str, words)],
        cwd=ROOT, capture_output=True, text=True, env=environ, timeout=100, check=False,
    )  # fmt: skip


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """The texts of v1.3.0 with two sentences more."""
    for name, text in spec("v1.3.0").items():
        (tmp_path / name).write_text(text)
    with (tmp_path / "runtime.md").open("a") as file:
        file.write("\nRuntimes MUST whistle.\nThe runtime SHOULD whistle well.\n")
    return tmp_path


def test_what_a_draft_adds_is_untested(draft: Path) -> None:
    document = json.loads(run(draft, "--json").stdout)
    assert (document["release"], document["like"]) == (None, "v1.3.0")
    assert {word: (counts["total"], counts["untested"]) for word, counts in document["added"].items()} == {
        "MUST": (1, 1),
        "SHOULD": (1, 1),
    }
    assert document["counts"]["MUST"]["total"] == measured("v1.3.0")["counts"]["MUST"]["total"] + 1
    said = run(draft).stdout.splitlines()[-1]
    assert (
        said
        == "against v1.3.0 it adds 1 MUST, 0 with a case, 1 SHOULD, 0 with a case, and 0 are no longer there"
    )


def test_the_table_adds_up_and_names_what_is_missing() -> None:
    said = run("v1.3.0")
    document = json.loads(run("v1.3.0", "--json").stdout)
    must = document["counts"]["MUST"]
    assert said.returncode == 0
    assert f"MUST: {must['tested']} of {must['total']} tested, {must['share']} %" in said.stdout
    missing = [row["id"] for row in document["requirements"] if row["counted"] and row["state"] != "tested"]
    assert [id_ for id_ in missing if id_ not in said.stdout] == []
    assert document["added"] is None


def test_what_is_no_release_is_a_wrong_request() -> None:
    done = run("v9.9.9")
    assert (done.returncode, "neither a folder nor a release" in done.stderr) == (2, True)


def test_the_page_is_the_one_the_code_gives() -> None:
    kept = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert kept == coverage_page.page() + "\n", (
        "print it anew: python -m runtime.conformance.coverage_page > docs/coverage.md"
    )
