"""Every mutant on every case of its release, but for what is known already (kept.py) or can be proved without (traces.py)."""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from runtime.conformance import declare, releases
from runtime.conformance.mutants import Mutant, program, traces
from runtime.conformance.mutants.kept import Matrix, Row, digest_of, text_of
from runtime.conformance.mutants.program import HostFailed, run

DOUBTFUL = (
    40  # so many failures that nobody expected are tried a second time: a busy host fails a case now and then
)
WORTH_TRACING = 20  # mutants to run on everything from which it pays to ask first what each case calls

Say = Callable[[str], None]
Keep = Callable[[Matrix], None]


def bring_up_to_date(matrix: Matrix, mutants: Sequence[Mutant], jobs: int, say: Say, keep: Keep) -> Matrix:
    """The matrix of these mutants with the cells that were missing; `keep` gets it after each mutant. Raises HostFailed."""
    cases = {case.id: digest_of(case) for case in declare.all_cases()}
    changed = {id_ for id_, text in cases.items() if matrix.cases.get(id_) != text}
    idle = dict(matrix.idle)
    for tag in sorted({mutant.release for mutant in mutants}):
        idle[tag] = _idle(tag, matrix.idle.get(tag), cases, changed, jobs, say)
    rows = {
        mutant.name: replace(
            row, cells={id_: out for id_, out in row.cells.items() if id_ in cases and id_ not in changed}
        )
        for mutant in mutants
        if (row := matrix.rows.get(mutant.name)) and row.digest == mutant.digest
    }
    missing = {m.name: _missing(m, rows.get(m.name), cases, idle[m.release]) for m in mutants}
    whole = [name for name, ids in missing.items() if len(ids) > len(cases) // 2]
    calls = (
        _calls(set(cases) - set(idle.get(releases.NEWEST, ())), jobs, say)
        if len(whole) > WORTH_TRACING
        else {}
    )
    for n, mutant in enumerate(mutants, 1):
        if ids := missing[mutant.name]:
            row = rows.get(mutant.name) or Row(mutant.digest, mutant.release)
            rows[mutant.name] = row = _filled(row, mutant, ids, calls, jobs)
            say(f"{n} of {len(mutants)}: {mutant.name} killed {len(row.named('killed'))} of {len(row.cells)}")
            keep(Matrix(cases, idle, rows))
    return Matrix(cases, idle, rows)


def _idle(
    tag: str, known: Sequence[str] | None, cases: Iterable[str], changed: set[str], jobs: int, say: Say
) -> list[str]:
    """The cases that do not pass on sound refrun at a release. Raises HostFailed when one of them fails."""
    ids = [id_ for id_ in cases if known is None or id_ in changed]
    if not ids:
        return [id_ for id_ in known or () if id_ in cases]
    say(f"sound refrun at {tag}: {len(ids)} cases")
    found = run("refrun", tag, ids, jobs)
    if wrong := [id_ for id_, outcome in found.items() if outcome in ("failed", "error")]:
        found |= run("refrun", tag, wrong, 1)
    if wrong := [id_ for id_, outcome in found.items() if outcome in ("failed", "error")]:
        raise HostFailed(f"sound refrun fails {', '.join(wrong)} at {tag}: mutants of it would tell nothing")
    kept = {id_ for id_ in known or () if id_ in cases and id_ not in found}
    return sorted(kept | {id_ for id_, outcome in found.items() if outcome != "passed"})


def _missing(mutant: Mutant, row: Row | None, cases: Iterable[str], idle: Sequence[str]) -> list[str]:
    have = row.cells if row else {}
    return [id_ for id_ in cases if id_ not in have and id_ not in idle]


def _calls(ids: Iterable[str], jobs: int, say: Say) -> dict[str, tuple[str, ...]]:
    """Case -> what sound refrun calls for it at the newest release; at others every mutant is run on everything."""
    wanted = sorted(ids)
    say(f"what each of {len(wanted)} cases calls")
    with ThreadPoolExecutor(jobs) as pool:
        found = dict(
            zip(wanted, pool.map(lambda id_: traces.called(id_, releases.NEWEST), wanted), strict=True)
        )
    cases = {case.id: case for case in declare.all_cases()}
    return {
        id_: tuple(
            each for each in calls if each != traces.FEATURES or traces.reads_claims(text_of(cases[id_]))
        )
        for id_, calls in found.items()
    }


def _filled(
    row: Row, mutant: Mutant, ids: Sequence[str], calls: Mapping[str, Sequence[str]], jobs: int
) -> Row:
    functions = traces.replaced(mutant) if calls and mutant.release == releases.NEWEST else None
    wanted = [id_ for id_ in ids if id_ not in calls or traces.touched(functions, calls[id_])]
    cells = {**row.cells, **dict.fromkeys(set(ids) - set(wanted), "passed")}
    untouched = len(ids) - len(wanted) + (row.untouched if row.cells else 0)
    if wanted:
        cells |= _ran(mutant, wanted, jobs)
    return replace(row, cells=cells, untouched=min(untouched, list(cells.values()).count("passed")))


def _ran(mutant: Mutant, ids: Sequence[str], jobs: int) -> dict[str, str]:
    """A case that a mutant makes skip, or not applicable, does not pass either: that is an `error` too."""
    with tempfile.TemporaryDirectory(prefix="conformance-mutant-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        path = program.write(folder, mutant.name, mutant.code)
        found = run(path, mutant.release, ids, jobs)
        doubtful = [id_ for id_, outcome in found.items() if outcome != "passed" and id_ not in mutant.kills]
        if 0 < len(doubtful) <= DOUBTFUL:
            again = run(path, mutant.release, doubtful, 1)
            found |= {id_: outcome for id_, outcome in again.items() if outcome == "passed"}
    return {
        id_: {"passed": "passed", "failed": "killed"}.get(outcome, "error") for id_, outcome in found.items()
    }
