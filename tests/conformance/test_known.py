"""Known causes and disputes: rows that say what they must, and failures that stay failures."""

from pathlib import Path
from typing import Any

import pytest

from runtime.conformance import beside, declare, known, releases, results, rootfs, runner
from runtime.conformance.driver import Runtime
from runtime.conformance.results import Outcome
from tests.skips import skip_data, skip_tool, skip_version

CASES = {case.id: case for case in declare.all_cases()}
ROWS = [pytest.param(row, id=f"{row['runtime']} {row['cases'][0]}") for row in known.causes()]


@pytest.mark.parametrize("row", ROWS)
def test_each_cause_says_what_where_and_by_whom(row: dict[str, Any]) -> None:
    assert set(row) <= {
        "runtime",
        "versions",
        "cases",
        "since",
        "until",
        "seen",
        "kind",
        "why",
        "link",
        "anchor",
    }
    assert set(row["cases"]) <= {*CASES, "*"}
    assert row["kind"] in known.KINDS
    assert row["link"].startswith("https://")
    assert len(row["why"]) > 20
    assert row["cases"] != ["*"] or row["seen"]
    assert known.among("harbour 1.0", row["versions"]) in (True, False)  # a range that can be read
    assert {row.get("since", releases.FIRST), row.get("until", releases.NEWEST)} <= set(releases.TAGS)


@pytest.mark.parametrize("row", ROWS)
def test_each_anchor_stands_in_the_specification(row: dict[str, Any]) -> None:
    file, _, anchor = row["anchor"].partition("#")
    tag = row.get("until", releases.NEWEST)
    text = skip_data(f"spec/{tag}/{file}").read_text(encoding="utf-8")
    headings = {
        line.split(">")[-1].lstrip("# ").strip().lower().replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }
    assert anchor in headings


@pytest.mark.parametrize(
    ("version", "wanted", "holds"),
    [
        pytest.param("runc version 1.1.5+ds1", ">=1.1,<1.2", True, id="within"),
        pytest.param("runc version 1.2.0", ">=1.1,<1.2", False, id="the upper end"),
        pytest.param("runc version 1.1", ">=1.1,<1.2", True, id="the lower end, shorter"),
        pytest.param("runc version 1.10.0", ">=1.9", True, id="numbers, not letters"),
        pytest.param("runc", ">=1.9", False, id="no version"),
        pytest.param("runc", "", True, id="every version"),
    ],
)
def test_a_range_of_versions(version: str, wanted: str, holds: bool) -> None:
    assert known.among(version, wanted) is holds


def test_a_range_that_cannot_be_read_is_no_range() -> None:
    with pytest.raises(ValueError, match="no range"):
        known.among("runc 1.1.5", "about 1.1")


def shown(outcome: str, reason: str, case: str, name: str, tmp_path: Path) -> results.Result:
    runtime = Runtime(name, tmp_path)
    return results.result(CASES[case], "v1.0.2", runtime, Outcome(outcome, reason, counted=True), "again")


DELETE = "lifecycle/delete-of-a-created-container-is-an-error"
LINK = "mounts/a-link-in-the-root-cannot-lead-a-mount-outside"


@pytest.mark.parametrize(
    ("outcome", "reason", "explained"),
    [
        pytest.param(
            "failed", "delete of a created container was accepted; ...", True, id="the known failure"
        ),
        pytest.param("failed", "it hung", False, id="another failure of the same case"),
        pytest.param("passed", "was accepted", False, id="no failure"),
    ],
)
def test_a_cause_is_put_beside_its_failure_alone(
    outcome: str, reason: str, explained: bool, tmp_path: Path
) -> None:
    skip_tool("runc")
    found = shown(outcome, reason, DELETE, "runc", tmp_path)
    assert (found.outcome, found.explained is not None) == (outcome, explained)


@pytest.mark.parametrize(
    ("case", "name", "outcome", "private"),
    [
        pytest.param(LINK, "runc", "failed", True, id="a way out of another's runtime"),
        pytest.param(LINK, "refrun", "failed", False, id="of ours"),
        pytest.param(LINK, "runc", "passed", False, id="no way out"),
        pytest.param(DELETE, "runc", "failed", False, id="no escape"),
    ],
)
def test_what_shows_a_way_out_of_another_s_runtime_is_private(
    case: str, name: str, outcome: str, private: bool, tmp_path: Path
) -> None:
    if name != "refrun":
        skip_tool(name)
    assert shown(outcome, "x", case, name, tmp_path).private is private


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        pytest.param({}, "disputed", id="open"),
        pytest.param({"closed": "2026-11-26"}, "failed", id="closed"),
        pytest.param({"runtime": "crun"}, "failed", id="another runtime's"),
        pytest.param({"until": "v1.0.1"}, "failed", id="another release's"),
    ],
)
def test_a_dispute_takes_a_result_out_of_every_total(
    more: dict[str, str], outcome: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"case": DELETE, "by": "somebody", "link": "https://example.org", "reading": "MUST of whom?", "opened": "2026-11-25"}  # fmt: skip
    file = "\n".join(["[[disputed]]", *(f'{name} = "{value}"' for name, value in (row | more).items())])
    (tmp_path / "disputed.toml").write_text(file)
    (tmp_path / "known.toml").touch()
    monkeypatch.setattr(known, "HERE", tmp_path)
    beside.forget()
    try:
        skip_tool("runc")
        found = shown("failed", "was accepted", DELETE, "runc", tmp_path)
    finally:
        beside.forget()
    assert found.outcome == outcome
    assert (found.disputed or {}).get("reading", "") == ("MUST of whom?" if outcome == "disputed" else "")
    totals = results.summary([found], 0, "1.0.2")
    assert totals["failed"] == (outcome == "failed")


def test_every_failure_of_the_peers_is_explained() -> None:
    """On the versions that were looked at: a new one is looked at again."""
    skip_tool("runc")
    if not known.among(Runtime("runc", Path("/tmp")).version, "==1.1.5"):
        skip_version("runc", "1.1.5")
    document = runner.run("runc", ["v1.0.2"], tuple(CASES.values()), rootfs.find(), 4, lambda step: None)
    failed = [each for each in document["runs"][0]["results"] if each["outcome"] == "failed"]
    assert len(failed) > 20
    assert [each["case"] for each in failed if each["explained"] is None] == []
    assert document["runs"][0]["summary"]["explained"] == len(failed)
