"""What mutants did to cases, as `docs/measured/mutants.json` keeps it, and what is missing or wrong in that.

A row belongs to a mutant's code and a column to a case's, by their digests: where both are as they were, the cell is kept. What
a case borrows from other modules and from the harness is not in its digest, nor is refrun itself.
"""

import ast
import inspect
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from runtime.conformance import declare, releases
from runtime.conformance.declare import Case
from runtime.conformance.mutants import LEAST, Mutant, digest, killers, program

_MEASURED = program.HOME / "docs" / "measured"
FILE = (_MEASURED if _MEASURED.is_dir() else Path.cwd()) / "mutants.json"  # the installed package has no docs


class Damaged(Exception):
    """What was kept cannot be read; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a mutant did: case -> `killed`, `error` (it neither passed nor failed) or `passed`, for those that pass on sound
    refrun. `untouched` of them were not run, since they call nothing that the mutant replaces (traces.py)."""

    digest: str
    release: str
    cells: Mapping[str, str] = field(default_factory=dict)
    untouched: int = 0

    def named(self, outcome: str) -> list[str]:
        return sorted(case for case, each in self.cells.items() if each == outcome)

    def left(self, case: str = "") -> float:
        """The share of the other cases that it leaves passing, in per cent with one decimal."""
        others = [outcome for name, outcome in self.cells.items() if name != case]
        return round(100 * others.count("passed") / len(others), 1) if others else 100.0


@dataclass(frozen=True, slots=True)
class Matrix:
    """`cases` are digests; `idle` the cases of a release that do not pass on sound refrun: not applicable, or skipped here."""

    cases: Mapping[str, str] = field(default_factory=dict)
    idle: Mapping[str, list[str]] = field(default_factory=dict)
    rows: Mapping[str, Row] = field(default_factory=dict)

    def blind(self) -> list[str]:
        """The cases that pass on every mutant."""
        seen = {case for row in self.rows.values() for case in row.named("killed")}
        return sorted(set(self.cases) - seen)


def gaps(matrix: Matrix, mutants: Iterable[Mutant]) -> Iterator[str]:
    """Why the matrix does not show that every case can fail: one sentence for each thing that is missing or too broad."""
    mutants = tuple(mutants)
    cases = {case.id: case for case in declare.all_cases()}
    known, for_it = {mutant.name: mutant for mutant in mutants}, killers(mutants)
    for mutant in mutants:
        yield from (
            f"{mutant.name} is for {id_}, and there is no such case"
            for id_ in mutant.kills
            if id_ not in cases
        )
        yield from _gaps_of(matrix, mutant, cases)
    yield from (f"{id_} is blind: it passes on every mutant" for id_ in matrix.blind() if id_ in cases)
    for id_ in cases:
        rows = [row for name in for_it.get(id_, ()) if (row := matrix.rows.get(name)) and name in known]
        if not rows:
            yield f"no mutant is for {id_}"
        elif all(row.left(id_) < LEAST for row in rows) and any(id_ in row.cells for row in rows):
            yield f"each mutant that is for {id_} fails more than {100 - LEAST:g} % of the others"


def _gaps_of(matrix: Matrix, mutant: Mutant, cases: Mapping[str, Case]) -> Iterator[str]:
    row = matrix.rows.get(mutant.name)
    if row is None or row.digest != mutant.digest:
        yield f"{mutant.name} was not run as it is now"
        return
    idle = set(matrix.idle.get(mutant.release, ()))
    stale = [id_ for id_, case in cases.items() if matrix.cases.get(id_) != digest_of(case)]
    missing = sorted({id_ for id_ in cases if id_ not in row.cells and id_ not in idle} | set(stale))
    if missing:
        yield f"{mutant.name} was not run on {', '.join(missing[:3])}{' and others' if len(missing) > 3 else ''} as they are now"
    yield from (
        f"{mutant.name} is for {id_} and does not kill it"
        for id_ in mutant.kills
        if id_ in row.cells and row.cells[id_] != "killed"
    )
    if row.left() < LEAST:
        yield f"{mutant.name} leaves {row.left()} % of the cases passing, and {LEAST:g} are the least"


@cache
def digest_of(case: Case) -> str:
    return digest(text_of(case))


def text_of(case: Case) -> str:
    """A case's function and what in its module is no case, docstrings and comments aside."""
    module = sys.modules[case.run.__module__]
    return "\0".join(
        text for name, text in _texts(inspect.getsource(module)) if name in ("", case.run.__name__)
    )


@cache
def _texts(source: str) -> tuple[tuple[str, str], ...]:
    """The statements of a module of cases; with the case's name where one is a case."""
    found = []
    for node in ast.parse(source).body:
        is_case = isinstance(node, ast.FunctionDef) and any(
            ast.unparse(each).startswith("case(") for each in node.decorator_list
        )
        found.append((getattr(node, "name", "") if is_case else "", ast.unparse(_silent(node))))
    return tuple(found)


def _silent(node: ast.stmt) -> ast.stmt:
    if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
        node.body = node.body[1:] or [ast.Pass()]
    return ast.Pass() if isinstance(node, ast.Expr) else node


def load(path: Path) -> Matrix:
    """What was kept; an empty one where there is no file. Raises Damaged."""
    if not path.exists():
        return Matrix()
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        rows = {name: _row(document, row) for name, row in document["mutants"].items()}
        return Matrix(document["cases"], document["idle"], rows)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged(f"{path} is not what `mutants` keeps: remove it, and run the command anew") from None


def _row(document: Mapping[str, Any], row: Mapping[str, Any]) -> Row:
    besides = {*document["idle"][row["release"]], *row.get("missing", ())}
    cells = dict.fromkeys((id_ for id_ in document["cases"] if id_ not in besides), "passed")
    cells |= dict.fromkeys(row["killed"], "killed") | dict.fromkeys(row["errors"], "error")
    return Row(row["digest"], row["release"], cells, row["untouched"])


def save(path: Path, matrix: Matrix) -> None:
    """Writes it whole or not at all."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=program.HOME, capture_output=True, text=True, check=False
    )
    document: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit.stdout.strip(),
        "command": "python -m runtime.conformance mutants",
        "kernel": f"{platform.system()} {platform.release()}",
        "suite": digest(*(f"{name} {text}" for name, text in sorted(matrix.cases.items()))),
        "counts": _counts(matrix),
        "blind": matrix.blind(),
        "idle": {tag: matrix.idle[tag] for tag in releases.TAGS if tag in matrix.idle},
        "cases": dict(sorted(matrix.cases.items())),
        "mutants": {name: _document(matrix, row) for name, row in sorted(matrix.rows.items())},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    new.replace(path)


def _counts(matrix: Matrix) -> dict[str, Any]:
    cells = sum(len(row.cells) for row in matrix.rows.values())
    return {
        "mutants": len(matrix.rows),
        "cases": len(matrix.cases),
        "cells": cells,
        "untouched": sum(row.untouched for row in matrix.rows.values()),
        "killed": sum(len(row.named("killed")) for row in matrix.rows.values()),
        "least_left": min((row.left() for row in matrix.rows.values()), default=None),
    }


def _document(matrix: Matrix, row: Row) -> dict[str, Any]:
    idle = set(matrix.idle[row.release])
    missing = sorted(id_ for id_ in matrix.cases if id_ not in row.cells and id_ not in idle)
    return {
        "digest": row.digest,
        "release": row.release,
        "of": len(row.cells),
        "left": row.left(),
        "untouched": row.untouched,
        "killed": row.named("killed"),
        "errors": row.named("error"),
        **({"missing": missing} if missing else {}),
    }
