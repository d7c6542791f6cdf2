"""The matrix as text, Markdown, HTML and JSON."""

from dataclasses import dataclass
from typing import Any

from bot.model.conformance import CaseOutcome, Level, ReleaseRun
from bot.reports.matrix import By, Cell, Column, Matrix, Row, Tally
from bot.reports.matrix_entries import entries
from bot.reports.matrix_words import (
    SIGNS,
    asked,
    cell_kind,
    cell_notes,
    cell_word,
    span,
    tally_kind,
    tally_words,
    where,
)
from bot.reports.minutes_json import stamp
from bot.reports.templates import environment

WIDTH = 400  # characters of one reason


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in a field of the table, and its kind: the kind is never the only thing that tells it."""

    words: str
    kind: str

    @property
    def sign(self) -> str:
        return SIGNS[self.kind]


@dataclass(frozen=True, slots=True)
class Line:
    """`place` is a file or a section, "" in the table of releases."""

    release: str
    place: str
    fields: tuple[Shown, ...]


def render(matrix: Matrix, form: str) -> str:
    """The matrix in one of text, markdown and html."""
    return (
        environment()
        .get_template(f"matrix.{form}.j2")
        .render(
            matrix=matrix,
            asked=asked(matrix.question),
            lines=() if matrix.question.lists_cases else lines(matrix, matrix.question.by),
            entries=entries(matrix) if matrix.question.lists_cases else (),
            width=WIDTH,
            word=cell_word,
            kind=cell_kind,
            notes=cell_notes,
            signs=SIGNS,
            where=where,
            span=span,
        )
    )


def lines(matrix: Matrix, by: By) -> tuple[Line, ...]:
    """The totals, newest release first, a line for each of its places."""
    totals = matrix.totals(by)
    order = {release: n for n, release in enumerate(matrix.releases)}
    return tuple(
        Line(
            release,
            place,
            tuple(Shown(tally_words(each), tally_kind(each)) for each in totals[release, place]),
        )
        for release, place in sorted(totals, key=lambda key: (order[key[0]], key[1]))
    )


def to_json(matrix: Matrix, *, private: bool = False) -> list[dict[str, Any]]:
    """One object for each release and column; `results` are the cases that were asked for, `sections` the totals by section."""
    sections = matrix.totals(By.SECTION)
    totals = matrix.totals(By.RELEASE)
    found = []
    for release in matrix.releases:
        rows = [row for row in matrix.rows if row.release == release]
        for n, column in enumerate(matrix.columns):
            if release not in column.runs:
                continue
            tally = totals[release, ""][n] if (release, "") in totals else Tally()
            found.append(
                {
                    **_head(column, column.runs[release]),
                    **_tally(tally),
                    "sections": {place: _tally(tallies[n]) for (tag, place), tallies in sections.items() if tag == release},
                    "results": [_row(row, row.cells[n]) for row in rows if row.cells[n].result] if matrix.question.lists_cases else None,
                }
            )  # fmt: skip
    return found


def identity(run: ReleaseRun) -> dict[str, Any]:
    """Who made a run, of what and where."""
    facts = run.facts
    return {
        "runtime": run.runtime, "name": run.program, "version": run.runtime_version, "build": run.build,
        "digest": run.digest, "suite": run.suite, "host": run.host, "at": stamp(run.at), "run": run.document or None,
        "claims": {"min": run.claims.min, "max": run.claims.max, "from": run.claims.by} if run.claims else None,
        "facts": {
            "kernel": facts.kernel, "machine": facts.machine, "cgroup": facts.cgroup, "rights": facts.rights,
            "rootfs": facts.rootfs, "lsms": list(facts.lsms), "facts": {name: why or True for name, why in facts.facts},
        } if facts else None,
        "vouched": {"by": run.vouched.by, "why": run.vouched.why, "at": stamp(run.vouched.at)} if run.vouched else None,
    }  # fmt: skip


def _head(column: Column, run: ReleaseRun) -> dict[str, Any]:
    return {"release": run.release, "column": column.number, **identity(run), "executions": run.executions, "untested": list(run.untested), "like": run.like or None}  # fmt: skip


def _tally(tally: Tally) -> dict[str, Any]:
    counts = {outcome.value: tally.others.get(outcome, 0) for outcome in CaseOutcome}
    counts |= {"passed": tally.passed, "failed": sum(tally.failed.values())}
    return {
        "counts": counts, "failed": {level.value: tally.failed[level] for level in Level},
        "explained": tally.explained, "regressed": tally.regressed, "no_result": tally.none,
    }  # fmt: skip


def _row(row: Row, cell: Cell) -> dict[str, Any]:
    result = cell.result
    assert result is not None
    explained, disputed = result.explained, result.disputed
    return {
        "case": row.case, "level": result.level.value, "sections": list(result.sections),
        "requirements": list(result.requirements), "outcome": result.outcome.value, "reason": result.reason,
        "explained": {
            "why": explained.why, "link": explained.link, "kind": explained.kind, "anchor": explained.anchor,
        } if explained else None,
        "disputed": {
            "by": disputed.by, "link": disputed.link, "reading": disputed.reading, "since": disputed.since,
            "was": disputed.was.value if disputed.was else None,
        } if disputed else None,
        "regressed": cell.regressed or None, "fell": cell.fell or None, "private": result.private,
        "stored": stamp(result.stored) if result.stored else None, "output": result.output, "repeat": result.repeat,
    }  # fmt: skip
