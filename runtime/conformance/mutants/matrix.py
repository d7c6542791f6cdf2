"""The kill matrix: every mutant on every case of its release, kept from one time to the next, so that only what changed is run.

`docs/measured/mutants.json` has what came out. A row belongs to a mutant's code and a column to a case's, by their digests:
where both are as they were, the cell is kept. What a case borrows from other modules and from the harness is not in its digest,
nor is refrun itself; `--fresh` runs everything. Each mutant's own cases are run on it in every `make test`.
"""

import ast
import inspect
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from runtime.conformance import declare, releases
from runtime.conformance.declare import Case
from runtime.conformance.mutants import Mutant, digest, program, traces
from runtime.conformance.mutants.program import HostFailed, run

KEPT = program.HOME / "docs" / "measured" / "mutants.json"
DOUBTFUL = (
    40  # so many failures that nobody expected are tried a second time: a busy host fails a case now and then
)
WORTH_TRACING = 20  # mutants to run on everything from which it pays to ask first what each case calls

Say = Callable[[str], None]


@dataclass(slots=True)
class Row:
    """What a mutant did: case -> `killed`, `error` (the case's own fault) or `passed`, for those that pass on sound refrun.
    `untouched` of them were not run, since they call nothing that the mutant replaces (traces.py)."""

    digest: str
    release: str
    cells: dict[str, str] = field(default_factory=dict)
    untouched: int = 0

    @property
    def killed(self) -> list[str]:
        return sorted(case for case, outcome in self.cells.items() if outcome == "killed")

    @property
    def errors(self) -> list[str]:
        return sorted(case for case, outcome in self.cells.items() if outcome == "error")

    def left(self, case: str) -> float:
        """The share of the other cases that it leaves passing, in per cent, one digit."""
        others = [outcome for name, outcome in self.cells.items() if name != case]
        return round(100 * others.count("passed") / len(others), 1) if others else 100.0


@dataclass(slots=True)
class Matrix:
    """`cases` are digests, `idle` the cases that do not pass on sound refrun at a release: not applicable or skipped."""

    cases: dict[str, str] = field(default_factory=dict)
    idle: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)

    def blind(self) -> list[str]:
        """The cases that pass on every mutant."""
        seen = {case for row in self.rows.values() for case in row.killed}
        return sorted(set(self.cases) - seen)


@cache
def digest_of(case: Case) -> str:
    """Of a case's function and whatever in its module is no case: comments and docstrings aside."""
    module = sys.modules[case.run.__module__]
    wanted = []
    for node in ast.parse(inspect.getsource(module)).body:
        is_case = isinstance(node, ast.FunctionDef) and any(
            "case(" in ast.unparse(each) for each in node.decorator_list
        )
        if not is_case or getattr(node, "name", "") == case.run.__name__:
            wanted.append(ast.unparse(_silent(node)))
    return digest(*wanted)


def _silent(node: ast.stmt) -> ast.stmt:
    if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
        node.body = node.body[1:] or [ast.Pass()]
    return ast.Pass() if isinstance(node, ast.Expr) else node


def bring_up_to_date(
    matrix: Matrix, mutants: Sequence[Mutant], jobs: int, say: Say, keep: Callable[[Matrix], None]
) -> None:
    """Runs the cells that are missing; `keep` is called after each mutant. Raises HostFailed."""
    cases = {case.id: case for case in declare.all_cases()}
    digests = {id_: digest_of(case) for id_, case in cases.items()}
    changed = {id_ for id_, text in digests.items() if matrix.cases.get(id_) != text}
    for row in matrix.rows.values():
        row.cells = {
            id_: outcome for id_, outcome in row.cells.items() if id_ in cases and id_ not in changed
        }
    matrix.rows = {
        m.name: row for m in mutants if (row := matrix.rows.get(m.name)) and row.digest == m.digest
    }
    matrix.cases = digests
    _ask_the_sound_one(matrix, sorted({mutant.release for mutant in mutants}), cases, changed, jobs, say)
    missing = {m.name: _missing(matrix, m, cases) for m in mutants}
    whole = [name for name, ids in missing.items() if len(ids) > len(cases) // 2]
    calls = _calls(matrix, cases, jobs, say) if len(whole) > WORTH_TRACING else {}
    for n, mutant in enumerate(mutants, 1):
        if ids := missing[mutant.name]:
            row = matrix.rows.setdefault(mutant.name, Row(mutant.digest, mutant.release))
            _fill(row, mutant, ids, calls, jobs)
            say(f"{n} of {len(mutants)}: {mutant.name} killed {len(row.killed)} of {len(row.cells)}")
            keep(matrix)


def _ask_the_sound_one(
    matrix: Matrix, tags: Iterable[str], cases: Mapping[str, Case], changed: set[str], jobs: int, say: Say
) -> None:
    for tag in tags:
        known = matrix.idle.get(tag)
        ids = [id_ for id_ in cases if known is None or id_ in changed]
        if not ids:
            continue
        say(f"sound refrun at {tag}: {len(ids)} cases")
        found = run("refrun", tag, ids, jobs)
        if wrong := [id_ for id_, outcome in found.items() if outcome in ("failed", "error")]:
            found |= run("refrun", tag, wrong, 1)
        if wrong := [id_ for id_, outcome in found.items() if outcome in ("failed", "error")]:
            raise HostFailed(
                f"sound refrun fails {', '.join(wrong)} at {tag}: mutants of it would tell nothing"
            )
        idle = {id_ for id_ in known or () if id_ in cases and id_ not in found}
        matrix.idle[tag] = sorted(idle | {id_ for id_, outcome in found.items() if outcome != "passed"})


def _missing(matrix: Matrix, mutant: Mutant, cases: Mapping[str, Case]) -> list[str]:
    row = matrix.rows.get(mutant.name)
    have = row.cells if row else {}
    return [id_ for id_ in cases if id_ not in have and id_ not in matrix.idle[mutant.release]]


def _calls(matrix: Matrix, cases: Iterable[str], jobs: int, say: Say) -> dict[str, tuple[str, ...]]:
    """Case -> what sound refrun calls for it at the newest release; at others every mutant is run on everything."""
    idle = set(matrix.idle.get(releases.NEWEST, ()))
    wanted = [id_ for id_ in cases if id_ not in idle]
    say(f"what each of {len(wanted)} cases calls")
    with ThreadPoolExecutor(jobs) as pool:
        return dict(
            zip(wanted, pool.map(lambda id_: traces.called(id_, releases.NEWEST), wanted), strict=True)
        )


def _fill(
    row: Row, mutant: Mutant, ids: Sequence[str], calls: Mapping[str, Sequence[str]], jobs: int
) -> None:
    functions = traces.replaced(mutant) if calls and mutant.release == releases.NEWEST else None
    wanted = [
        id_ for id_ in ids if functions is None or id_ not in calls or traces.touched(functions, calls[id_])
    ]
    row.cells |= dict.fromkeys(set(ids) - set(wanted), "passed")
    row.untouched = len(ids) - len(wanted)
    if not wanted:
        return
    with tempfile.TemporaryDirectory(prefix="conformance-mutant-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        path = program.write(folder, mutant.name, mutant.code)
        found = run(path, mutant.release, wanted, jobs)
        doubtful = [id_ for id_, outcome in found.items() if outcome != "passed" and id_ not in mutant.kills]
        if 0 < len(doubtful) <= DOUBTFUL:
            again = run(path, mutant.release, doubtful, 1)
            found |= {id_: outcome for id_, outcome in again.items() if outcome == "passed"}
    row.cells |= {id_: NAMES.get(outcome, "error") for id_, outcome in found.items()}


# A case that a mutant makes skip, or not applicable, does not pass either.
NAMES = {"passed": "passed", "failed": "killed"}


def load(path: Path) -> Matrix:
    """What was kept; an empty one where there is no file. Raises ValueError."""
    if not path.exists():
        return Matrix()
    document = json.loads(path.read_text(encoding="utf-8"))
    matrix = Matrix(document["cases"], document["idle"])
    for name, row in document["mutants"].items():
        idle = set(matrix.idle[row["release"]])
        stale = set(row.get("missing", ()))
        cells = dict.fromkeys((id_ for id_ in matrix.cases if id_ not in idle and id_ not in stale), "passed")
        cells |= dict.fromkeys(row["killed"], "killed") | dict.fromkeys(row["errors"], "error")
        matrix.rows[name] = Row(row["digest"], row["release"], cells, row["untouched"])
    return matrix


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
        "blind": matrix.blind(),
        "idle": matrix.idle,
        "cases": matrix.cases,
        "mutants": {name: _document(matrix, row) for name, row in sorted(matrix.rows.items())},
    }
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    new.replace(path)


def _document(matrix: Matrix, row: Row) -> dict[str, Any]:
    idle = set(matrix.idle[row.release])
    missing = sorted(id_ for id_ in matrix.cases if id_ not in row.cells and id_ not in idle)
    return {
        "digest": row.digest,
        "release": row.release,
        "of": len(row.cells),
        "untouched": row.untouched,
        "killed": row.killed,
        "errors": row.errors,
        **({"missing": missing} if missing else {}),
    }
