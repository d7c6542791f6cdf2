"""What changed between two runs: every kind of change, what else is not the same, and what is private in either."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.model.conformance import HostFacts, ReleaseRun, Vouch
from bot.reports.matrix_diff import Diff, compare, render, to_json
from tests import goldens
from tests.reports.matrices import ELSEWHERE, FACTS, HOSTILE, NOON, RUNC, WHY, run

OTHER_HOST = HostFacts(
    "6.2", "x86_64", "v2", "user", "busybox", (), (("hugetlb", ""), ("seccomp", "no filters"))
)
VARIANTS: dict[str, tuple[list[ReleaseRun], list[ReleaseRun]]] = {
    "same": ([run("PFP", id_=1)], [run("PFP", id_=2)]),
    "changes": (
        [run("PFFF-", id_=1, one={"reason": ""}), run("P", release="v1.0.0")],
        [run("FPF-P", id_=2, three={"reason": "for another reason"}, one={"explained": WHY}), run("P", release="v1.2.0")],
    ),
    "another-host": ([run("P", id_=1, **RUNC)], [run("S", id_=2, **{**RUNC, "build": "2"}, facts=OTHER_HOST, suite="")]),
    "vouched": ([run("P", id_=1)], [run("P", **ELSEWHERE)]),
    "hostile": (
        [run("P", runtime_version=HOSTILE, claims=None)],
        [run("F", runtime=HOSTILE, vouched=Vouch(HOSTILE, HOSTILE, NOON), one={"reason": HOSTILE})],
    ),
}  # fmt: skip
GOLDENS = frozenset(f"matrix_diff.{name}.{ending}" for name in VARIANTS for ending in ("txt", "json"))


def compared(name: str) -> Diff:
    return compare(*VARIANTS[name])


@pytest.mark.parametrize("name", VARIANTS)
def test_a_diff_looks_like_its_golden_files(name: str) -> None:
    goldens.check(f"matrix_diff.{name}.txt", render(compared(name)))
    goldens.check(
        f"matrix_diff.{name}.json", json.dumps(to_json(compared(name)), indent=1, ensure_ascii=False) + "\n"
    )


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        pytest.param("P", "F", "newly failing", id="passed, fails"),
        pytest.param("P", "E", "newly failing", id="passed, an error of ours"),
        pytest.param("S", "F", "newly failing", id="was skipped, fails"),
        pytest.param("F", "P", "newly passing", id="failed, passes"),
        pytest.param("C", "P", "newly passing", id="was not claimed, passes"),
        pytest.param("F", "E", "changed otherwise", id="failed, an error of ours"),
        pytest.param("F", "D", "changed otherwise", id="failed, disputed"),
        pytest.param("P", "S", "changed otherwise", id="passed, skipped"),
        pytest.param("-P", "PP", "added", id="was not there"),
        pytest.param("PP", "-P", "gone", id="is not there"),
        pytest.param("P", "P", "", id="the same"),
        pytest.param("F", "F", "", id="the same failure"),
    ],
)
def test_how_a_case_changed(before: str, after: str, kind: str) -> None:
    diff = compare([run(before)], [run(after)])
    assert [change.kind for change in diff.changes] == [kind] * bool(kind)
    assert diff.unchanged == max(len(before), len(after)) - bool(kind)


@pytest.mark.parametrize(
    ("was", "is_", "changed"),
    [
        pytest.param(
            "time=2026-01-01T10:00:00Z no", "time=2026-11-25T19:36:37Z no", False, id="only the time"
        ),
        pytest.param("expected 1, saw 0", "expected 1, saw 7", True, id="what was seen"),
    ],
)
def test_another_reason_is_a_change(was: str, is_: str, changed: bool) -> None:
    diff = compare([run("F", one={"reason": was})], [run("F", one={"reason": is_})])
    assert bool(diff.of("changed reason")) is changed


@pytest.mark.parametrize("hidden", ["before", "after"])
def test_what_is_private_in_either_run_is_not_told(hidden: str) -> None:
    runs = {
        "before": run("PP", one={"private": hidden == "before"}),
        "after": run("FP", one={"private": hidden == "after"}),
    }
    diff = compare([runs["before"]], [runs["after"]])
    assert (diff.changes, diff.unchanged) == ((), 1)
    assert "bundle/one" not in render(diff) + json.dumps(to_json(diff))
    assert [each.case for each in compare([runs["before"]], [runs["after"]], private=True).changes] == [
        "bundle/one"
    ]


@pytest.mark.parametrize(
    ("more", "what"),
    [
        pytest.param({"runtime_version": "refrun 9"}, "runtime", id="version"),
        pytest.param({"digest": "sha256:00"}, "program", id="program"),
        pytest.param({"suite": "sha256:00"}, "suite", id="suite"),
        pytest.param({"runtime": "/opt/refrun"}, "command", id="command"),
        pytest.param({"facts": replace(FACTS, kernel="7.0")}, "kernel", id="kernel"),
        pytest.param({"facts": replace(FACTS, lsms=())}, "LSMs", id="LSMs"),
        pytest.param({"facts": replace(FACTS, facts=(("root", "euid 7"), ("hugetlb", "no controller")))}, "the fact root", id="a fact"),
        pytest.param({"facts": None, "host": "Linux 7"}, "host", id="a host without facts"),
        pytest.param({"vouched": Vouch("bo", "", NOON)}, "vouched for by", id="a voucher"),
        pytest.param({"claims": None}, "claims", id="claims"),
        pytest.param({}, "", id="nothing"),
    ],
)  # fmt: skip
def test_what_else_is_not_the_same_is_named(more: dict[str, Any], what: str) -> None:
    diff = compare([run("P")], [run("P", **more)])
    assert [each.what for each in diff.unlike] == ([what] if what else [])
