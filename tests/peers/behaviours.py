"""What each runtime does with the conformance cases: every case at the newest release of its range that the runtime claims."""

import re
import signal
from collections import defaultdict
from typing import Any

from runtime.conformance import rootfs, runner
from runtime.conformance.declare import Case
from runtime.conformance.releases import NEWEST, position
from tests.peers.runtimes import Column

WORDS = {
    "passed": "yes",
    "failed": "no",
    "skipped": "not tried",
    "not-applicable": "n/a",
    "error": "not tried",
}
Cell = dict[str, str]


def cells(column: Column, cases: tuple[Case, ...], jobs: int) -> dict[str, Cell]:
    """{case: {"word", "release", "seen"}}. What came after a runtime's claim and does not work is `newer`, never `no`; a second try decides."""
    by_release: dict[str, list[Case]] = defaultdict(list)
    found: dict[str, Cell] = {}
    for case in cases:
        release = release_for(case, column.claims)
        if release:
            by_release[release].append(case)
        else:
            found[case.id] = {
                "word": "older",
                "release": "",
                "seen": f"it claims {column.claims[0]} and later",
            }
    for release, some in by_release.items():
        for result in _results(column, release, some, jobs):
            result["reason"] = result["reason"].replace(column.program, column.name)
            found[result["case"]] = _cell(result, release, column.claims[1])
        again = [case for case in some if found[case.id]["word"] in ("no", "newer")]
        for result in _results(column, release, again, 1) if again else ():
            if result["outcome"] == "passed":
                found[result["case"]]["word"] = "not always"
    return found


def _results(column: Column, release: str, cases: list[Case], jobs: int) -> list[dict[str, Any]]:
    held_to = f"{column.claims[0]}..{NEWEST}"  # what came after its claim is tried too: `newer`
    document = runner.run(column.program, [release], cases, rootfs.find(), jobs, lambda _: None, held_to)
    results: list[dict[str, Any]] = document["runs"][0]["results"]
    return results


def release_for(case: Case, claims: tuple[str, str]) -> str:
    """The newest release that is in the case's range and claimed; the range's newest when all of it came later; "" when earlier."""
    oldest, newest = (position(tag) for tag in claims)
    if position(case.until) < oldest:
        return ""
    if position(case.since) > newest:
        return case.until
    return case.until if position(case.until) <= newest else claims[1]


def rows(cases: tuple[Case, ...], seen: dict[str, dict[str, Cell]]) -> list[dict[str, Any]]:
    """One row for each case: title, where the specification says it, since and until when, and each runtime's cell."""
    return [
        {
            "case": case.id, "title": case.title, "level": case.level, "spec": list(case.spec), "since": case.since, "until": case.until,
            "cells": {name: found[case.id] for name, found in seen.items()},
        }
        for case in cases
    ]  # fmt: skip


def _cell(result: dict[str, Any], release: str, newest: str) -> Cell:
    word = WORDS[result["outcome"]]
    if word == "no" and position(release) > position(newest):
        word = "newer"
    return {"word": word, "release": release, "seen": plain(result["reason"])}


def plain(text: str) -> str:
    """A reason without what only this run could know: times, folders, ids."""
    text = re.sub(r'time="[^"]*" level=\w+ msg=', "", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z: ?", "", text)
    text = re.sub(r"(/[\w.-]+)*/(conformance|peers)-[\w.-]+(/[\w.-]+)*", "...", text)
    text = re.sub(r"exit code -(\d+)", lambda found: f"ended by {signal.Signals(int(found[1])).name}", text)
    return re.sub(r"case-\d+-\d+", "ID", text)
