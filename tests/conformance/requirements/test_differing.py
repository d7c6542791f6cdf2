"""Where runtimes differ is read from recorded runs: the newest answer of each, and only what a case truly saw."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runtime.conformance import beside
from runtime.conformance.requirements import differing, notes

ROOT = Path(__file__).resolve().parents[3]
CASE = "hooks/a-timeout-of-zero-is-an-error"
ID = "210606f4d2"


def document(name: str, outcome: str, release: str = "v1.3.0", **more: Any) -> dict[str, Any]:
    """What `conformance run --json` prints of one case."""
    result = {"case": CASE, "outcome": outcome, "reason": "it was `accepted` by @runc", **more}
    return {
        "at": "2026-11-25T12:00:00Z",
        "runtime": {"command": f"/usr/bin/{name} --x", "version": f"{name} version 1.1.5"},
        "host": {"kernel": "6.18", "cgroup": "v1"},
        "runs": [{"release": release, "results": [result]}],
    }


def read(tmp_path: Path, *documents: dict[str, Any]) -> tuple[differing.Tried, ...]:
    paths = []
    for number, each in enumerate(documents):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(each))
        paths.append(path)
    return differing.read(paths)


def test_one_that_fails_where_another_passes_is_a_difference(tmp_path: Path) -> None:
    found = read(tmp_path, document("runc", "failed"), document("crun", "passed"))
    assert [(row.runtime.title, row.kept) for row in differing.by_requirement(found)[ID]] == [("runc 1.1.5", False), ("crun 1.1.5", True)]  # fmt: skip
    page = notes.page(found)
    assert "Where runtimes differ: crun 1.1.5 keeps it." in page
    assert f"- runc 1.1.5, by v1.3.0: it was \\`accepted\\` by @\u200brunc (`{CASE}`)." in page


@pytest.mark.parametrize(
    "outcomes",
    [
        pytest.param(("passed", "passed"), id="both keep it"),
        pytest.param(("failed", "failed"), id="neither does"),
        pytest.param(("failed", "skipped"), id="this host cannot tell"),
        pytest.param(("passed", "not-claimed"), id="not claimed"),
        pytest.param(("passed", "disputed"), id="disputed"),
        pytest.param(("passed", "error"), id="our fault"),
    ],
)
def test_what_is_no_answer_is_no_difference(tmp_path: Path, outcomes: tuple[str, str]) -> None:
    found = read(tmp_path, document("runc", outcomes[0]), document("crun", outcomes[1]))
    assert differing.by_requirement(found) == {}


def test_the_newest_release_counts(tmp_path: Path) -> None:
    found = read(tmp_path, document("runc", "failed", "v1.0.2"), document("runc", "passed", "v1.3.0"), document("crun", "passed"))  # fmt: skip
    assert differing.by_requirement(found) == {}


def test_an_escape_is_kept_out_and_a_known_cause_is_named(tmp_path: Path) -> None:
    cause = {"why": "it was mended in 1.2", "link": "https://example.org/1", "kind": "bug"}
    found = read(tmp_path, document("runc", "failed", explained=cause), document("crun", "passed"))
    assert "Known: it was mended in 1.2 (https://example.org/1)." in notes.page(found)
    assert read(tmp_path, document("runc", "failed", private=True)) == ()


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"runs": 1}', '{"behaviours": [1], "runtimes": {}}', "null"]
)
def test_what_is_no_document_is_a_wrong_request(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "runtime.conformance", "requirements", "notes", str(path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "x.json holds no results" in done.stderr


def test_a_cause_that_somebody_looked_at_stands_beside_what_a_record_of_peers_saw(tmp_path: Path) -> None:
    """known.toml has the cause; the record has only what was seen."""
    folder = tmp_path / "conformance"
    folder.mkdir()
    (folder / "known.toml").write_text(
        f'[[known]]\nruntime = "crane"\ncase = "{CASE}"\nkind = "bug"\nwhy = "it never looks"\nlink = "https://example.org/7"\n'
    )
    cells = {
        "crane": {"word": "no", "release": "v1.3.0", "seen": "no"},
        "winch": {"word": "yes", "release": "v1.3.0", "seen": ""},
    }
    record = {
        "at": "2026-11-25", "host": "Linux 6.18, 2 cores", "cgroup": "v1", "behaviours": [{"case": CASE, "cells": cells}],
        "runtimes": {name: {"told": "1.0"} for name in cells},
    }  # fmt: skip
    beside.add(folder)
    try:
        page = notes.page(read(tmp_path, record))
    finally:
        beside.remove(folder)
    assert f"- crane 1.0, by v1.3.0: no (`{CASE}`). Known: it never looks (https://example.org/7)." in page
