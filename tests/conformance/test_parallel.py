"""Many at once: no two cases share a name, whatever is under way at the same time, and the bound holds."""

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from runtime.conformance import declare, host, releases, rootfs, runner, trial
from runtime.conformance.trial import Trial
from tests.conformance.asking import ARGS, ask
from tests.skips import skip_host

TAGS = ["v0.5.0", "v1.0.0-rc3", "v1.0.2", "v1.3.0"]
TOPICS = ("lifecycle/", "cgroups/", "operations/", "hooks/", "bygone/")


@pytest.fixture(autouse=True)
def containers() -> None:
    if lacking := host.lacking("containers"):
        skip_host("no-user-namespace", lacking)


def made(run: Callable[[Trial], None], id_: str = "made/up") -> declare.Case:
    return declare.Case(id_, "made up", "MUST", (), releases.FIRST, releases.NEWEST, (), run)


def test_no_two_cases_share_a_container_s_name_or_its_group() -> None:
    """Every name that a real run makes, of four releases at once: each is of one case alone."""
    names: dict[str, set[str]] = {}
    lock = threading.Lock()

    def watched(case: declare.Case) -> declare.Case:
        def run(t: Trial) -> None:
            try:
                case.run(t)
            finally:
                groups = set()
                for bundle in t.bundles:
                    path = bundle.folder / "config.json"
                    if path.exists():
                        config = json.loads(path.read_text())
                        groups.add((config.get("linux") or {}).get("cgroupsPath") or "")
                with lock:
                    for name in {*t.ids, *(groups - {""})}:
                        names.setdefault(name, set()).add(f"{t.release} {case.id}")

        return replace(case, run=run)

    cases = [watched(case) for case in declare.all_cases() if case.id.startswith(TOPICS)]
    document = runner.run("refrun", TAGS, cases, rootfs.find(), 6, lambda step: None)
    assert len(names) > 150
    assert {name: who for name, who in names.items() if len(who) > 1} == {}
    bad = [
        (run["release"], each["case"], each["reason"])
        for run in document["runs"]
        for each in run["results"]
        if each["outcome"] in ("failed", "error")
    ]
    assert bad == []


def test_names_do_not_come_again_with_the_pid() -> None:
    """Another process of the same pid: the ids of a killed run may still be among the groups."""
    trial._mark.cache_clear()
    try:
        marks = set()
        for _ in range(12):
            marks.add(trial.mark())
            trial._mark.cache_clear()
    finally:
        trial._mark.cache_clear()
    assert len(marks) > 6
    assert all(re.fullmatch(r"case-\d+-\d{4}", mark) for mark in marks)


@pytest.mark.parametrize("jobs", [1, 3])
def test_as_many_run_at_once_as_were_asked_for(jobs: int) -> None:
    here, most, lock = 0, 0, threading.Lock()

    def run(t: Trial) -> None:
        nonlocal here, most
        with lock:
            here += 1
            most = max(most, here)
        time.sleep(0.05)
        with lock:
            here -= 1
        t.check(True, "")

    cases = [made(run, f"made/up-{n}") for n in range(9)]
    runner.run("refrun", ["v1.3.0"], cases, rootfs.find(), jobs, lambda step: None)
    assert most == jobs


def test_results_stand_in_order_whoever_is_ready_first() -> None:
    said = ask("--release", "v1.2.0", "--release", "v1.3.0", "--case", ARGS, "--case", "lifecycle/delete-takes-everything-away", "--jobs", "4", "--json")  # fmt: skip
    found = [(run["release"], each["case"]) for run in said.document["runs"] for each in run["results"]]
    ids = ("lifecycle/delete-takes-everything-away", ARGS)
    assert found == [(tag, id_) for tag in ("v1.2.0", "v1.3.0") for id_ in ids]


def test_what_counts_as_an_execution() -> None:
    def container(t: Trial) -> None:
        t.accepted(t.run(t.bundle().args("exit", "0")), "a bundle")

    def refusal(t: Trial) -> None:
        t.refused(t.runtime.call("state", t.new_id()), "an unknown id")

    def neither(t: Trial) -> None:
        t.check(True, "")

    def skipped(t: Trial) -> None:
        container(t)
        raise declare.Skipped("no lamp")

    cases = [made(run, f"made/{name}") for name, run in (("container", container), ("refusal", refusal), ("neither", neither), ("skipped", skipped))]  # fmt: skip
    document = runner.run("refrun", ["v1.3.0"], cases, rootfs.find(), 2, lambda step: None)
    (run,) = document["runs"]
    assert {each["case"]: each["counted"] for each in run["results"]} == {
        "made/container": True, "made/refusal": True, "made/neither": False, "made/skipped": False,
    }  # fmt: skip
    assert run["summary"]["executions"] == 2


def test_what_failed_says_how_with_its_words_its_config_and_its_command() -> None:
    def fails(t: Trial) -> None:
        bundle = t.bundle()
        bundle.process["env"] = ["HARBOUR=1"]
        t.equal("the words", t.output(bundle.args("cat", "/proc/self/status")), "")

    document = runner.run(
        "refrun", ["v1.3.0"], [made(fails)], rootfs.find(), 1, lambda step: None, "v1.0.0..v1.3.0"
    )
    result = document["runs"][0]["results"][0]
    assert "$ refrun run --bundle " in result["output"] or len(result["output"]) == 4096
    assert "VmPeak" in result["output"]
    assert result["config"]["process"]["env"] == ["HARBOUR=1"]
    assert result["repeat"] == "tallyman conformance run --runtime refrun --claims v1.0.0..v1.3.0 --release v1.3.0 --case made/up"  # fmt: skip


def test_what_must_be_alone_is_alone() -> None:
    here, seen, lock = 0, [], threading.Lock()

    def run(t: Trial) -> None:
        nonlocal here
        with lock:
            here += 1
        time.sleep(0.05)
        with lock:
            seen.append(here)
            here -= 1
        t.check(True, "")

    others = [made(run, f"made/up-{n}") for n in range(6)]
    cases = [replace(others[0], id="made/alone", alone=True), *others]
    document = runner.run("refrun", ["v1.2.1", "v1.3.0"], cases, rootfs.find(), 4, lambda step: None)
    assert seen[-2:] == [1, 1]
    assert max(seen) > 1
    assert [each["case"] for each in document["runs"][0]["results"]] == [case.id for case in cases]
