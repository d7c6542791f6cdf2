"""`make conformance-docs`: runs all cases of every release on each runtime that is here, keeps the record, and writes docs/conformance.md.

`python -m tests.peers.matrix page` writes the page anew from the record that is kept: after known.toml or a title changed.
`python -m tests.peers.matrix keep RESULTS.json...` makes both from documents of `conformance run --json`.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench.record import ROOT, circumstances
from tests.peers.matrix_page import page
from tests.peers.runtimes import NAMES, programs

RECORD, PAGE = ROOT / "docs" / "measured" / "conformance.json", ROOT / "docs" / "conformance.md"
COMMAND = "make conformance-docs"
LETTERS = {
    "passed": "P", "failed": "F", "skipped": "S", "not-applicable": "n", "not-claimed": "c", "disputed": "D", "error": "E",
}  # fmt: skip
BAD = ("failed", "error")
NOT_ALWAYS = "~"  # of two tries one went well
TOLD = f"FSED{NOT_ALWAYS}"  # whose reasons are kept


def main(argv: Sequence[str]) -> int:
    if argv and argv[0] not in ("page", "keep"):
        print(f"matrix: {argv[0]} is neither page nor keep", file=sys.stderr)
        return 2
    if argv[:1] != ["page"]:
        documents = [json.loads(Path(path).read_text()) for path in argv[1:]] or [
            twice(_run(name), partial(_run, name)) for name in programs()
        ]
        RECORD.write_text(as_text(record(documents)), encoding="utf-8")
    PAGE.write_text(page(json.loads(RECORD.read_text(encoding="utf-8"))), encoding="utf-8")
    return 0


def command(name: str) -> list[str]:
    """What gives a runtime's column: the command that users type, every case of every release, nothing taken over."""
    return ["tallyman", "conformance", "run", "--runtime", name, "--fresh", "--json"]


def twice(document: dict[str, Any], run: Callable[[list[str]], dict[str, Any]]) -> dict[str, Any]:
    """The document after what failed was tried a second time, one by one: on a busy machine a case may run out of its time.

    What then passes is marked as not always passing, never as passed.
    """
    failed = {
        (one["release"], each["case"])
        for one in document["runs"]
        for each in one["results"]
        if each["outcome"] in BAD
    }
    if not failed:
        return document
    words = ["--jobs", "1"]
    for flag, values in (("--release", {tag for tag, _ in failed}), ("--case", {case for _, case in failed})):
        words += [word for value in sorted(values) for word in (flag, value)]
    passed = {
        (one["release"], each["case"])
        for one in run(words)["runs"]
        for each in one["results"]
        if each["outcome"] == "passed"
    }
    for one in document["runs"]:
        for each in one["results"]:
            each["not_always"] = (one["release"], each["case"]) in failed & passed
    return document


def _run(name: str, more: Sequence[str] = ()) -> dict[str, Any]:
    words = [str(Path(sys.executable).with_name("tallyman")), *command(name)[1:], *more]
    print(f"matrix: {' '.join(command(name))}{', what failed again' if more else ''}", file=sys.stderr)
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"matrix: {name} ended with {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def record(documents: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the page rests on: a letter for each case and release, and the reasons. What is private is not in it."""
    suites = {document["suite"] for document in documents}
    if len(suites) != 1:
        raise SystemExit("matrix: the documents are of several suites; run them again with one")
    in_order = sorted(documents, key=lambda each: NAMES.index(each["runtime"]["name"]))
    tags = [run["release"] for run in in_order[0]["runs"]]
    if any([run["release"] for run in document["runs"]] != tags for document in in_order):
        raise SystemExit("matrix: the documents are of different releases")
    return circumstances(COMMAND) | {
        "suite": suites.pop(), "releases": tags, "cases": _cases(in_order[0]),
        "runtimes": {document["runtime"]["name"]: _column(document) for document in in_order},
    }  # fmt: skip


def _cases(document: dict[str, Any]) -> dict[str, Any]:
    newest = document["runs"][-1]["results"]
    return {each["case"]: {"level": each["level"], "sections": each["sections"]} for each in newest}


def _column(document: dict[str, Any]) -> dict[str, Any]:
    runtime = document["runtime"]
    host = {
        name: value for name, value in document["host"].items() if name not in ("facts", "euid", "containers")
    }
    letters: dict[str, str] = {}
    reasons: dict[str, dict[str, list[str]]] = {}  # case -> reason -> releases
    for run in document["runs"]:
        for each in run["results"]:
            letter = NOT_ALWAYS if each.get("not_always") else LETTERS[each["outcome"]]
            letter = "-" if each["private"] else letter
            letters[each["case"]] = letters.get(each["case"], "") + letter
            if letter in TOLD:
                reasons.setdefault(each["case"], {}).setdefault(_lasting(each["reason"]), []).append(
                    run["release"]
                )
    return {
        "version": runtime["version"], "build": runtime["build"], "digest": runtime["digest"], "claims": runtime["claims"],
        "at": document["at"], "host": host, "command": " ".join(command(runtime["name"])),
        "executions": {run["release"]: run["summary"]["executions"] for run in document["runs"]},
        "letters": letters, "reasons": reasons,
    }  # fmt: skip


def _lasting(reason: str) -> str:
    """A reason without the time and the folder of this one run."""
    from bot.reports.matrix_entries import settled

    return settled(reason)


def as_text(found: dict[str, Any]) -> str:
    """JSON with a line for each case, so that a change of one is one line of a diff."""
    return json.dumps(found, indent=1) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
