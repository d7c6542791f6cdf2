"""Conformance runs: every one is kept, the newest of each runtime is how a release stands."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.model.conformance import CaseOutcome, CaseResult, Level, ReleaseRun
from bot.records.tables import CaseResultRow, RunRow


def save_run(session: Session, run: ReleaseRun) -> int:
    row = RunRow(
        release=run.release,
        runtime=run.runtime,
        runtime_version=run.runtime_version,
        host=run.host,
        at=run.at,
    )
    session.add(row)
    session.flush()
    session.add_all(
        CaseResultRow(
            run_id=row.id, case=result.case, level=result.level.value, outcome=result.outcome.value,
            reason=result.reason, seconds=result.seconds, requirements=list(result.requirements),
        )
        for result in run.results
    )  # fmt: skip
    return row.id


def load_runs(session: Session, release: str | None = None) -> tuple[ReleaseRun, ...]:
    """The newest run of each runtime, of one release or of all."""
    newest = select(func.max(RunRow.id)).group_by(RunRow.release, RunRow.runtime)
    query = select(RunRow).where(RunRow.id.in_(newest)).order_by(RunRow.release, RunRow.runtime)
    if release is not None:
        query = query.where(RunRow.release == release)
    return tuple(_run(session, row) for row in session.scalars(query))


def _run(session: Session, row: RunRow) -> ReleaseRun:
    results = session.scalars(
        select(CaseResultRow).where(CaseResultRow.run_id == row.id).order_by(CaseResultRow.case)
    )
    return ReleaseRun(
        row.release, row.runtime, row.runtime_version, row.host, row.at,
        tuple(
            CaseResult(r.case, tuple(r.requirements), Level(r.level), CaseOutcome(r.outcome), r.reason, r.seconds)
            for r in results
        ),
    )  # fmt: skip
