"""docs/conformance.md is what its record, the cases and known.toml say, and each of its links leads into the text it names."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import pytest

from runtime.conformance import declare, known, releases
from runtime.conformance.requirements.markdown import sections
from tests.peers import matrix
from tests.peers.matrix import PAGE, RECORD, record, twice
from tests.peers.matrix_page import Failing, failing, page, place_of
from tests.skips import skip_data

FOUND: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
CASES = {case.id: case for case in declare.all_cases()}
NEWER = 0.1  # of the cases may be newer than the measurements; then it is time for new ones


def test_the_page_is_the_one_the_record_and_the_causes_give() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(FOUND), "write it anew: python -m tests.peers.matrix page"


def test_the_record_is_of_the_cases_there_are() -> None:
    assert set(FOUND["cases"]) - set(CASES) == set(), "cases that are gone: make conformance-docs"
    assert len(set(CASES) - set(FOUND["cases"])) <= NEWER * len(CASES), (
        "too many new cases: make conformance-docs"
    )
    moved = {
        case: one
        for case, one in FOUND["cases"].items()
        if (one["level"], tuple(one["sections"])) != (CASES[case].level, CASES[case].spec)
    }
    assert moved == {}, "cases that are about something else now: make conformance-docs"


def test_the_record_has_every_release_and_a_letter_for_each_case_at_each() -> None:
    assert FOUND["releases"] == list(releases.TAGS)
    assert {"refrun", "runc", "crun"} <= set(FOUND["runtimes"])
    for one in FOUND["runtimes"].values():
        assert set(one["letters"]) == set(FOUND["cases"])
        assert {len(letters) for letters in one["letters"].values()} == {len(FOUND["releases"])}
        assert one["build"] or one["version"]
        assert one["claims"]["min"] in releases.TAGS


def differences() -> Iterator[tuple[str, Any]]:
    for case in FOUND["cases"]:
        for row in failing(FOUND, case):
            yield case, row


def test_each_failure_has_a_cause() -> None:
    unexplained = [
        f"{case} on {row.runtime} at {row.tags[-1]}: {row.reason}"
        for case, row in differences()
        if row.letter == "F" and not row.cause
    ]
    assert unexplained == [], "look at each, and write its cause into runtime/conformance/known.toml"


def test_each_cause_of_these_builds_explains_something() -> None:
    used = {(row.runtime, row.cause["why"]) for _, row in differences() if row.cause}
    idle = [
        (each["runtime"], each["why"])
        for each in known.causes()
        if (one := FOUND["runtimes"].get(each["runtime"]))
        and known.among(one["version"], each.get("versions", ""))
        and (each["runtime"], each["why"]) not in used
        and set(each.get("cases") or [each["case"]]) & set(FOUND["cases"])
    ]
    assert idle == [], "nothing fails for that any more: take the row away, or make conformance-docs"


@cache
def anchors(tag: str, file: str) -> frozenset[str]:
    text = skip_data(f"spec/{tag}/{file}").read_text(encoding="utf-8")
    return frozenset(anchor for each in sections(text) for anchor in each.anchors) | frozenset(
        re.findall(r"<a name=\"([^\"]+)\"", text)
    )


def test_each_link_leads_to_a_place_in_that_releases_text() -> None:
    links = set(
        re.findall(r"/runtime-spec/blob/(v[^/]+)/([\w-]+\.md)#([\w-]+)\)", PAGE.read_text(encoding="utf-8"))
    )
    assert len(links) > 100
    assert {
        (tag, f"{file}#{anchor}") for tag, file, anchor in links if anchor not in anchors(tag, file)
    } == set()


def test_a_column_is_never_just_a_name() -> None:
    heads = [line for line in page(FOUND).splitlines() if line.startswith(("| release |", "| section |"))]
    assert len(heads) > 5
    for name, one in FOUND["runtimes"].items():
        told = one["build"] or one["version"].split()[-1]
        assert all(f"| {name} {told} |" in line for line in heads)
    assert all(line.endswith("| youki |") for line in heads) or "youki" in FOUND["runtimes"]


# --- what the record and the page make of other results


def document(*outcomes: str, name: str = "runc", **more: Any) -> dict[str, Any]:
    """Two cases at two releases: an outcome each, release by release."""
    cases = [
        ("mounts/relative-masked-paths-are-an-error", "config-linux.md#masked-paths"),
        ("process/a-relative-cwd-is-an-error", "config.md#process"),
    ]
    told = iter(outcomes)
    runs = [
        {
            "release": tag, "summary": {"executions": 2},
            "results": [
                {"case": case, "level": "MUST", "sections": [place], "outcome": next(told), "reason": "at /tmp/x it was so", "private": False, **more}
                for case, place in cases
            ],
        }
        for tag in ("v1.0.1", "v1.0.2")
    ]  # fmt: skip
    host = {
        "kernel": "6.1",
        "machine": "x86_64",
        "cgroup": "v2",
        "rights": "root",
        "lsms": [],
        "facts": {"root": True},
    }
    runtime = {
        "name": name,
        "command": name,
        "version": f"{name} version 9.1",
        "build": "",
        "digest": "sha256:ab",
        "claims": {"min": "v1.0.0", "max": "v1.0.2", "from": "features"},
    }
    return {
        "suite": "sha256:cd",
        "at": "2026-06-15T12:00:00Z",
        "runtime": runtime,
        "host": host,
        "runs": runs,
    }


P, F, S, C, N = "passed", "failed", "skipped", "not-claimed", "not-applicable"


@pytest.mark.parametrize(
    ("outcomes", "lines"),
    [
        pytest.param((P, P, P, P), {"v1.0.1 to v1.0.2": "passes"}, id="the same at both releases"),
        pytest.param((F, P, F, P), {"v1.0.1 to v1.0.2": "0 of 1 pass; 1 MUST **FAILS**"}, id="fails at both"),
        pytest.param((P, P, F, P), {"v1.0.1": "passes", "v1.0.2": "0 of 1 pass; 1 MUST **FAILS**"}, id="fails at one"),
        pytest.param((C, C, P, P), {"v1.0.1 to v1.0.2": "passes"}, id="what is not claimed is like anything"),
        pytest.param((C, C, C, C), {"v1.0.1 to v1.0.2": "not claimed"}, id="nothing is claimed"),
        pytest.param((S, P, P, P), {"v1.0.1": "not tried", "v1.0.2": "passes"}, id="skipped has not passed"),
        pytest.param((N, P, P, P), {"v1.0.2": "passes"}, id="where it does not apply there is no line"),
    ],
)  # fmt: skip
def test_a_section_in_words(outcomes: tuple[str, ...], lines: dict[str, str]) -> None:
    rows = [line.split(" | ") for line in page(record([document(*outcomes)])).splitlines()]
    assert {row[1]: row[3] for row in rows if row[0].startswith("| [Masked Paths]")} == lines


def test_a_failure_is_told_with_its_case_place_and_reason() -> None:
    text = page(record([document(P, P, F, P)]))
    (told,) = [line for line in text.splitlines() if line.startswith("  - ")]
    assert told == (
        "  - runc 9.1, v1.0.2: **FAILS**: “at … it was so” [config-linux.md#configLinuxMaskedPaths]"
        "(https://github.com/opencontainers/runtime-spec/blob/v1.0.2/config-linux.md#configLinuxMaskedPaths). Not explained yet."
    )


def test_what_fails_once_and_passes_alone_is_called_not_always() -> None:
    asked: list[list[str]] = []

    def again(words: list[str]) -> dict[str, Any]:
        asked.append(words)
        return document(P, P, F, P)

    found = record([twice(document(F, P, F, P), again)])
    case = "mounts/relative-masked-paths-are-an-error"
    assert asked == [["--jobs", "1", "--release", "v1.0.1", "--release", "v1.0.2", "--case", case]]
    assert found["runtimes"]["runc"]["letters"][case] == "~F"
    text = page(found)
    assert "| v1.0.1 | not here | 1 of 2 pass; 1 not always |" in text
    assert "v1.0.1: not always; of two tries one went well: “at … it was so”" in text
    assert twice(document(P, P, P, P), again) == document(P, P, P, P)
    assert len(asked) == 1, "what passed is not tried again"


def test_what_is_private_is_in_neither_record_nor_page() -> None:
    found = record([document(P, P, F, F, reason="the moon is out", private=True)])
    assert "moon" not in json.dumps(found) + page(found)
    assert set(found["runtimes"]["runc"]["letters"].values()) == {"--"}
    assert failing(found, "process/a-relative-cwd-is-an-error") == []


def test_a_case_that_was_not_measured_is_named() -> None:
    assert "Not measured yet: `agents/" in page(record([document(P, P, P, P)]))


CAUSE = {"why": "", "link": "", "kind": "bug", "anchor": ""}


@pytest.mark.parametrize(
    ("anchor", "tag", "place"),
    [
        pytest.param("config.md#process", "v1.0.2", "config.md#process", id="the cause names the case's own"),
        pytest.param(
            "config-linux.md#devices",
            "v1.0.2",
            "config.md#configProcess",
            id="the cause is one of many cases",
        ),
        pytest.param("", "v1.0.2", "config.md#configProcess", id="no cause names one"),
    ],
)
def test_the_place_is_where_the_release_says_it(anchor: str, tag: str, place: str) -> None:
    row = Failing("runc", (tag,), "F", "", {**CAUSE, "anchor": anchor})
    assert place_of("process/a-relative-cwd-is-an-error", row) == place


def test_a_section_that_the_release_has_not_yet_is_not_named() -> None:
    row = Failing("crun", ("v1.0.2",), "F", "", {**CAUSE, "anchor": "config.md#linux-mount-options"})
    assert place_of("mount-options/the-later-of-two-opposites-holds", row).startswith(
        "config.md#configMounts"
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"suite": "sha256:other"}, "of several suites", id="two suites"),
        pytest.param({"runs": []}, "of different releases", id="other releases"),
    ],
)
def test_documents_that_do_not_belong_together_are_refused(change: dict[str, Any], words: str) -> None:
    other = deepcopy(document(P, P, P, P, name="crun")) | change
    with pytest.raises(SystemExit, match=words):
        record([document(P, P, P, P), other])


def test_a_word_that_the_command_does_not_know_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert matrix.main(["pages"]) == 2
    assert "neither page nor keep" in capsys.readouterr().err
