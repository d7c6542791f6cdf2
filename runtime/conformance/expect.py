"""What a runtime is expected to give: a file in its own repository, and what changed against it.

Red is a change only: a new failure, an unexpected pass, a case that is no longer there or no longer applies, and an error, which is
never expected. A case that this host skips is told and is not red: that is the host's doing.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

LISTS = ("passed", "failed")
HEADER = """\
# What {command} is expected to give; `conformance run --expect` is red only when something changes against this.
# Written by --write-expect at {at}: {version}.
"""


class WrongExpectation(Exception):
    """The file cannot be read or written, or is none; the text says what to do."""


def load(path: Path) -> dict[str, dict[str, str]]:
    """release -> case -> passed or failed. Raises WrongExpectation."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as failed:
        raise WrongExpectation(
            f"{path} cannot be read ({failed.strerror}); --write-expect makes one"
        ) from None
    except ValueError as broken:
        raise WrongExpectation(
            f"{path} is no file of expectations ({broken}); --write-expect makes one"
        ) from None
    found: dict[str, dict[str, str]] = {}
    for release, lists in raw.items():
        if not isinstance(lists, dict) or not set(lists) <= set(LISTS):
            raise WrongExpectation(
                f"{path}: [{release!r}] has other keys than passed and failed; --write-expect makes a sound one"
            )
        found[release] = {}
        for outcome, cases in lists.items():
            if not isinstance(cases, list) or not all(isinstance(case, str) for case in cases):
                raise WrongExpectation(f"{path}: {outcome} of {release} is not a list of cases")
            found[release].update(dict.fromkeys(cases, outcome))
    return found


def write(path: Path, document: Mapping[str, Any]) -> None:
    """Everything that passed or failed, sorted, one case a line, so that a change is one line of a diff."""
    runtime = document["runtime"]
    lines = [
        HEADER.format(
            command=_plain(runtime["command"]), at=document["at"], version=_plain(runtime["version"])
        )
    ]
    for run in document["runs"]:
        lists = {
            outcome: sorted(each["case"] for each in run["results"] if each["outcome"] == outcome)
            for outcome in LISTS
        }
        if any(lists.values()):
            lines.append(f'\n["{run["release"]}"]\n')
            lines += [
                f"{name} = [\n" + "".join(f'  "{case}",\n' for case in cases) + "]\n"
                for name, cases in lists.items()
            ]
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as failed:
        raise WrongExpectation(f"{path} cannot be written: {failed.strerror}") from None


def compare(
    expected: Mapping[str, Mapping[str, str]], document: Mapping[str, Any], chosen: Sequence[str], file: str
) -> dict[str, Any]:
    """{"file", "changes", "notes"}. `chosen` are the cases that --case asked for; () when all were run. Releases of the file that
    were not run are left alone."""
    changes, notes = [], []
    for run in document["runs"]:
        before = {
            case: word
            for case, word in expected.get(run["release"], {}).items()
            if not chosen or case in chosen
        }
        for row in _changes(before, run["results"]):
            if row["what"]:
                changes.append({"release": run["release"], **row})
            else:
                notes.append(f"{run['release']} {row['case']}: expected {row['expected']}, skipped here")
        fresh = sum(each["outcome"] == "passed" and each["case"] not in before for each in run["results"])
        if fresh:
            notes.append(
                f"{run['release']}: {fresh} passed that {file} does not name; --write-expect takes them in"
            )
    return {"file": file, "changes": changes, "notes": notes}


def _changes(before: Mapping[str, str], results: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    """`what` is "" for what is told but not red."""
    seen = {each["case"]: each["outcome"] for each in results}
    for case, outcome in seen.items():
        expected = before.get(case, "")
        row = {"case": case, "expected": expected or "nothing", "seen": outcome}
        if outcome == "error":
            yield row | {"what": "error"}
        elif outcome == "failed" and expected != "failed":
            yield row | {"what": "new failure"}
        elif outcome == "passed" and expected == "failed":
            yield row | {"what": "unexpected pass"}
        elif expected and outcome in ("not-applicable", "not-claimed"):
            yield row | {"what": "no longer tried"}
        elif expected and outcome == "skipped":
            yield row | {"what": ""}
    for case in sorted(set(before) - set(seen)):
        yield {"case": case, "expected": before[case], "seen": "nothing", "what": "vanished"}


def _plain(text: str) -> str:
    return " ".join(text.split())
