"""The table beside other runtimes: the page is what the record says, the words are fair, and refrun's column is what refrun does."""

import json
from pathlib import Path
from typing import Any

import pytest

from runtime.conformance import host, runner
from runtime.conformance.declare import Case, all_cases
from runtime.conformance.releases import TAGS
from tests.peers import behaviours, claims, runtimes, safety
from tests.peers.__main__ import PAGE, RECORD
from tests.peers.behaviours import plain, release_for
from tests.peers.page import page
from tests.skips import skip_host, skip_tool

EVERY = 6  # of the cases, one in so many is run again here; the conformance tests run all of them
WORDS = {"yes", "no", "not always", "newer", "older", "n/a", "not tried"}


@pytest.fixture(scope="module")
def found() -> Any:
    return json.loads(RECORD.read_text())


@pytest.fixture(scope="module")
def refrun(tmp_path_factory: pytest.TempPathFactory) -> runtimes.Column:
    if lacking := host.lacking("root"):
        skip_host("no-root", lacking)
    skip_tool("busybox")
    folder = tmp_path_factory.mktemp("peers")
    for each in (folder, folder.parent):
        each.chmod(0o755)  # a mapped user inside must be able to walk through
    return runtimes.column("refrun", folder)


def test_the_page_is_what_the_record_says(found: Any) -> None:
    assert PAGE.read_text() == page(found), "docs/runtime-peers.md is not of its record: make peers"


def test_the_record_says_who_where_and_when(found: Any) -> None:
    assert {"at", "host", "commit", "cgroup"} <= set(found)
    assert "refrun" in found["runtimes"]
    for name, one in found["runtimes"].items():
        assert name in runtimes.NAMES
        assert one["told"][0].isdigit()
        assert set(one["claims"]) <= set(TAGS)
    assert found["claims"] == claims.rows(found["features"])


def test_a_name_never_stands_without_its_version(found: Any) -> None:
    heads = [line for line in page(found).splitlines() if line.startswith("| ")]
    heads = [
        line for line in heads if line.split("|")[-5].strip().startswith("refrun") and "checkout" not in line
    ]
    assert heads
    for line in heads:
        for name, one in found["runtimes"].items():
            assert f"| {name} {one['told']} |" in line


def test_a_runtime_that_is_not_here_has_no_answer(found: Any) -> None:
    absent = dict(found, runtimes={k: v for k, v in found["runtimes"].items() if k in ("refrun", "runc")})
    rows = [line for line in page(absent).splitlines() if line.startswith("| ") and "---" not in line]
    answers = [line.split(" | ")[-1].rstrip(" |") for line in rows if line.count("|") > 6]
    assert set(answers) == {"youki", "not here"}


def test_every_row_is_of_a_case_that_exists_and_has_a_word_for_each_runtime(found: Any) -> None:
    known = {case.id for case in all_cases()}
    for row in found["behaviours"]:
        assert row["case"] in known, f"{row['case']} is no longer a case: make peers"
        assert set(row["cells"]) == set(found["runtimes"])
        assert {cell["word"] for cell in row["cells"].values()} <= WORDS
    assert [row["id"] for row in found["safety"]] == [probe.id for probe in safety.PROBES]


def test_nothing_of_the_machine_is_in_the_record() -> None:
    text = RECORD.read_text()
    for word in (
        "/tmp/",
        "/root",
        "/usr/bin/crun",
        "/usr/sbin/runc",
        "level=error",
        str(Path.home()),
        str(Path.cwd()),
    ):
        assert word not in text


def test_refrun_s_claims_are_what_it_says_now(found: Any, refrun: runtimes.Column) -> None:
    assert found["features"]["refrun"] == refrun.features, "features changed: make peers"
    assert tuple(found["runtimes"]["refrun"]["claims"]) == refrun.claims


def test_refrun_does_with_hostile_bundles_what_the_table_says(
    found: Any, refrun: runtimes.Column, tmp_path: Path
) -> None:
    now = safety.cells(refrun, tmp_path)
    told = {row["id"]: row["cells"]["refrun"]["word"] for row in found["safety"]}
    assert {name: cell["word"] for name, cell in now.items()} == told
    assert {safety.THROUGH, safety.ACCEPTED}.isdisjoint(told.values())


def test_refrun_does_what_the_table_says(found: Any, refrun: runtimes.Column) -> None:
    rows = {row["case"]: row["cells"]["refrun"]["word"] for row in found["behaviours"]}
    some = tuple(case for case in all_cases() if case.id in rows)[::EVERY]
    now = behaviours.cells(refrun, some, runner.default_jobs())
    differing = {
        case.id: (rows[case.id], now[case.id])
        for case in some
        if "not tried" not in (rows[case.id], now[case.id]["word"]) and rows[case.id] != now[case.id]["word"]
    }
    assert differing == {}, "make peers"


def case_of(since: str, until: str) -> Case:
    return Case("topic/name", "title", "MUST", (), since, until, (), lambda trial: None)


@pytest.mark.parametrize(
    ("since", "until", "release"),
    [
        pytest.param("v1.0.0", "v1.3.0", "v1.0.2", id="holds still: the newest that is claimed"),
        pytest.param("v1.0.0-rc1", "v1.0.1", "v1.0.1", id="ended within the claim: its last"),
        pytest.param("v1.1.0", "v1.3.0", "v1.3.0", id="came later: its newest"),
        pytest.param("v1.0.0-rc1", "v1.0.0-rc4", "", id="ended before the claim: nothing"),
    ],
)
def test_a_case_runs_by_rules_that_the_runtime_claims(since: str, until: str, release: str) -> None:
    assert release_for(case_of(since, until), ("v1.0.0", "v1.0.2")) == release


@pytest.mark.parametrize(
    ("features", "words", "claims_"),
    [
        pytest.param({"ociVersionMin": "1.0.0", "ociVersionMax": "1.0.2-dev"}, "", ("v1.0.0", "v1.0.2"), id="a -dev"),
        pytest.param({"ociVersionMin": "1.0.0-rc1", "ociVersionMax": "1.3.0"}, "", ("v1.0.0-rc1", "v1.3.0"), id="a candidate"),
        pytest.param({"ociVersionMin": "1.0.0", "ociVersionMax": "1.2.9+dev"}, "", ("v1.0.0", "v1.2.1"), id="a version between"),
        pytest.param({}, "crun version 1\nspec: 1.0.0\n", ("v1.0.0", "v1.0.0"), id="--version alone"),
    ],
)  # fmt: skip
def test_claims_are_read_as_tags(features: dict[str, Any], words: str, claims_: tuple[str, str]) -> None:
    assert runtimes.claims_of(features, words) == claims_


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ('time="2026-11-25T16:40:38Z" level=error msg="no process"', '"no process"'),
        ("2026-11-25T16:40:38.123Z: cannot open", "cannot open"),
        ("open /tmp/conformance-ab12_/v1/x/rootfs: no", "open ...: no"),
        ("container case-12-34 is there", "container ID is there"),
        ("start was refused: exit code -13", "start was refused: ended by SIGPIPE"),
    ],
)
def test_a_reason_tells_nothing_of_this_run_alone(told: str, text: str) -> None:
    assert plain(told) == text
