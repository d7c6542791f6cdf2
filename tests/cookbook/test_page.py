"""docs/cookbook.md is what `make cookbook` makes of the READMEs and of the record; both are whole."""

import json
import re

import pytest

from runtime.conformance import cookbook_page, recipes
from tests.cookbook.__main__ import PAGE, RECORD, record

CASES = recipes.read(recipes.COOKBOOK)
KEPT = json.loads(RECORD.read_text(encoding="utf-8"))
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_page_is_made_of_the_readmes_and_the_record() -> None:
    assert cookbook_page.page(CASES, KEPT) == TEXT, (
        "run `python -m runtime.conformance.cookbook_page docs/measured/cookbook.json`"
    )


def test_the_record_has_every_way() -> None:
    assert set(KEPT["cells"]) == {way.id for case in CASES for way in case.ways}, "run `make cookbook`"
    assert set(KEPT["runtimes"]) >= {"refrun", "runc", "crun"}


def test_every_link_on_the_page_leads_somewhere() -> None:
    anchors = {cookbook_page._anchor(head) for head in re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)}
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        else:
            assert (PAGE.parent / target).exists(), target


@pytest.mark.parametrize(
    ("outcomes", "word"),
    [
        pytest.param({"v1.0.0": "passed", "v1.3.0": "passed"}, "| yes |", id="at all"),
        pytest.param(
            {"v1.0.0": "passed", "v1.3.0": "failed"}, "| at some [1](#at-a-glance) |", id="at one of two"
        ),
        pytest.param({"v1.0.0": "failed", "v1.3.0": "failed"}, "| no [1](#at-a-glance) |", id="at none"),
        pytest.param({"v1.0.0": "skipped"}, "| not tried [1](#at-a-glance) |", id="not here"),
        pytest.param({"v1.0.0": "not-claimed"}, "| n/a |", id="not claimed"),
    ],
)
def test_a_difference_is_shown_on_the_page(outcomes: dict[str, str], word: str) -> None:
    rows: dict[str, dict[str, object]] = {
        tag: {"outcome": each, "reason": "" if each == "passed" else "why", "notes": []}
        for tag, each in outcomes.items()
    }
    made = {
        **KEPT,
        "runtimes": {"refrun": KEPT["runtimes"]["refrun"]},
        "cells": {"after-stop/wait": {"refrun": rows}},
    }
    line = next(
        line for line in cookbook_page.page(CASES, made).splitlines() if "after-stop/wait.sh)" in line
    )
    assert line.endswith(word)


def test_a_release_that_allows_no_such_way_is_left_out_of_the_record() -> None:
    row = {"case": "a/b", "outcome": "passed", "reason": "", "notes": ["odd"]}
    gone = {**row, "outcome": "not-applicable", "reason": "this way exists from v1.0.2 to v1.3.0"}
    document = {
        "runtime": {"version": "refrun version 9", "claims": {"min": "v0.4.0", "max": "v1.3.0"}}, "host": {"kernel": "6", "cgroup": "v2"},
        "runs": [{"release": "v1.0.0", "results": [gone]}, {"release": "v1.3.0", "results": [row]}],
    }  # fmt: skip
    found = record({"refrun": document})
    assert found["cells"] == {
        "a/b": {"refrun": {"v1.3.0": {"outcome": "passed", "reason": "", "notes": ["odd"]}}}
    }
    assert found["runtimes"]["refrun"]["claims"] == "v0.4.0 to v1.3.0"
