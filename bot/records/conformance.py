"""Conformance runs: every one is kept once, and how a release stands is the newest of each runtime, version, host and voucher."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.model import disputes
from bot.model.conformance import (
    CaseOutcome,
    CaseResult,
    Claims,
    Disputed,
    Explained,
    HostFacts,
    Level,
    ReleaseRun,
    Vouch,
)
from bot.model.errors import WrongRequest
from bot.records.disputes import load_disputes
from bot.records.tables import CaseResultRow, DocumentRow, RunRow
from bot.records.values import digest, from_json, to_json

MOST_IDS = 500  # in one query: SQLite takes a limited number of parameters


@dataclass(frozen=True, slots=True)
class Kept:
    """What saving a document did; `id` is the one it has, also when it was known already."""

    id: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One kept document in a line: a run of cases on one runtime over `releases`."""

    id: int
    saved_at: datetime
    source: str
    releases: tuple[str, ...]
    head: ReleaseRun  # who, where and when, without results


@dataclass(frozen=True, slots=True)
class _Run:
    """A run's row beside its document's."""

    id: int
    release: str
    document: DocumentRow
    row: RunRow

    @property
    def age(self) -> tuple[datetime, int]:
        return self.document.at, self.id

    @property
    def line_of_descent(self) -> tuple[str, ...]:
        """Runs that come one after the other: the same release and runtime on the same host, by the same voucher."""
        document = self.document
        return self.release, document.runtime, document.name, document.host, document.vouched_by

    @property
    def version(self) -> tuple[str, str]:
        return self.document.runtime_version, self.document.build


# --- saving


def save_run(session: Session, run: ReleaseRun) -> int:
    """Keeps one release's run as a document of its own."""
    return save_document(session, [run], run.at).id


def save_document(
    session: Session, runs: Sequence[ReleaseRun], at: datetime, *, said: Any = None, source: str = ""
) -> Kept:
    """Keeps the runs of one document, once: `said` is the document as it was read (the runs themselves where there is none).

    The first run says whose they are. `source` is the file's name.
    """
    print_ = digest(to_json(tuple(runs)) if said is None else said)
    if (known := _known(session, print_)) is not None:
        return Kept(known, False)
    first = runs[0]
    row = DocumentRow(
        digest=print_, at=first.at, saved_at=at, runtime=first.runtime, name=first.name,
        runtime_version=first.runtime_version, build=first.build, program=first.digest, suite=first.suite,
        host=first.host, claims=to_json(first.claims), facts=to_json(first.facts),
        vouched_by=first.vouched.by if first.vouched else "", vouched_why=first.vouched.why if first.vouched else "",
        source=source,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:  # another process kept the same one in this moment
        known = _known(session, print_)
        if known is None:
            raise
        return Kept(known, False)
    for run in runs:
        _save_release(session, row.id, run)
    return Kept(row.id, True)


def _known(session: Session, print_: str) -> int | None:
    return session.scalar(select(DocumentRow.id).where(DocumentRow.digest == print_))


def _save_release(session: Session, document: int, run: ReleaseRun) -> None:
    row = RunRow(
        document_id=document, release=run.release, like=run.like, untested=list(run.untested),
        containers=run.containers,
    )  # fmt: skip
    session.add(row)
    session.flush()
    if run.results:
        session.execute(insert(CaseResultRow), [_row(row.id, result) for result in run.results])


def _row(run_id: int, result: CaseResult) -> dict[str, Any]:
    standing = {
        "explained": to_json(result.explained),
        "disputed": to_json(result.disputed),
        "stored": to_json(result.stored),
    }
    evidence = {"output": result.output, "config": to_json(result.config), "repeat": result.repeat}
    return {
        "run_id": run_id, "case": result.case, "level": result.level.value, "outcome": result.outcome.value,
        "reason": result.reason, "seconds": result.seconds, "counted": result.counted, "private": result.private,
        "requirements": list(result.requirements), "sections": list(result.sections),
        "standing": standing if any(standing.values()) else None,
        "evidence": evidence if any(evidence.values()) else None,
    }  # fmt: skip


# --- loading


def load_runs(session: Session, release: str | None = None) -> tuple[ReleaseRun, ...]:
    """Our own newest run of each runtime, of one release or of all, as everybody may see it."""
    own = [each for each in _runs(session, release) if not each.document.vouched_by]
    newest = _newest(own, lambda each: (each.release, each.document.runtime))
    return _loaded(session, newest)


def load_standing(
    session: Session, *, versions: bool = False, private: bool = False, evidence: bool = False
) -> tuple[ReleaseRun, ...]:
    """The newest run of each release and runtime on each host by each voucher; of each version too if `versions` asks for it.

    Private results only if `private` does; `evidence`: with what the case saw and how to repeat it.
    """
    newest = _newest(_runs(session), lambda each: (each.line_of_descent, each.version if versions else ""))
    return _loaded(session, newest, private=private, evidence=evidence)


def load_earlier(
    session: Session, runs: Iterable[ReleaseRun], *, private: bool = False
) -> dict[int, tuple[ReleaseRun, ...]]:
    """For the id of each run, what came before it on the same host by the same voucher: the run before, and the newest one of
    the version before."""
    wanted = {run.id for run in runs}
    found: dict[int, list[_Run]] = {}
    by_descent: dict[Any, list[_Run]] = {}
    for each in sorted(_runs(session), key=lambda each: each.age):
        before = by_descent.setdefault(each.line_of_descent, [])
        if each.id in wanted:
            others = [older for older in before if older.version != each.version]
            found[each.id] = list({older.id: older for older in (*before[-1:], *others[-1:])}.values())
        before.append(each)
    loaded = {
        run.id: run
        for run in _loaded(
            session, {e.id: e for old in found.values() for e in old}.values(), private=private
        )
    }
    return {id_: tuple(loaded[older.id] for older in old) for id_, old in found.items()}


def load_document(
    session: Session, id_: int, *, private: bool = False, evidence: bool = False
) -> tuple[ReleaseRun, ...]:
    """The runs of one document. Raises WrongRequest when there is none of that id."""
    found = [each for each in _runs(session) if each.document.id == id_]
    if not found:
        raise WrongRequest(
            f"there is no run {id_}", do="`tallyman conformance runs` lists those that are kept"
        )
    return _loaded(session, found, private=private, evidence=evidence)


def list_documents(session: Session) -> tuple[Line, ...]:
    """Every kept document, newest first."""
    by_document = itertools.groupby(
        sorted(_runs(session), key=lambda each: (each.document.at, each.document.id, each.id)),
        key=lambda each: each.document.id,
    )
    lines = []
    for id_, group in by_document:
        members = list(group)
        document, head = members[0].document, _head(members[0])
        releases = tuple(each.release for each in members)
        lines.append(Line(id_, document.saved_at, document.source, releases, head))
    return tuple(reversed(lines))


def _runs(session: Session, release: str | None = None) -> list[_Run]:
    """Who, what and where of every run: some thousand rows where the results are millions."""
    query = select(RunRow, DocumentRow).join(DocumentRow, DocumentRow.id == RunRow.document_id)
    if release is not None:
        query = query.where(RunRow.release == release)
    return [_Run(row.id, row.release, document, row) for row, document in session.execute(query)]


def _newest(runs: Iterable[_Run], key: Any) -> list[_Run]:
    newest: dict[Any, _Run] = {}
    for each in sorted(runs, key=lambda each: each.age):
        newest[key(each)] = each
    return list(newest.values())


def _loaded(
    session: Session, runs: Iterable[_Run], *, private: bool = False, evidence: bool = False
) -> tuple[ReleaseRun, ...]:
    found = sorted(runs, key=lambda each: (each.release, each.document.runtime, each.id))
    results = _results(session, [each.id for each in found], private, evidence)
    open_ = [each for each in load_disputes(session) if each.is_open]
    return tuple(
        disputes.apply(open_, replace(_head(each), results=tuple(results.get(each.id, ())))) for each in found
    )


def _head(run: _Run) -> ReleaseRun:
    document, row = run.document, run.row
    vouch = Vouch(document.vouched_by, document.vouched_why, document.saved_at)
    return ReleaseRun(
        row.release, document.runtime, document.runtime_version, document.host, document.at, (),
        name=document.name, build=document.build, digest=document.program,
        claims=from_json(Claims, document.claims) if document.claims else None, suite=document.suite,
        facts=from_json(HostFacts, document.facts) if document.facts else None,
        vouched=vouch if document.vouched_by else None, like=row.like, untested=tuple(row.untested),
        containers=row.containers, id=row.id, document=document.id,
    )  # fmt: skip


def _results(
    session: Session, ids: Sequence[int], private: bool, evidence: bool
) -> dict[int, list[CaseResult]]:
    """The results of these runs alone, by the table's key; what a case printed stays on the disk unless it is asked for."""
    row = CaseResultRow
    columns: list[Any] = [row.run_id, row.case, row.level, row.outcome, row.reason, row.seconds, row.counted, row.private,
               row.requirements, row.sections, row.standing]  # fmt: skip
    if evidence:
        columns.append(row.evidence)
    found: dict[int, list[CaseResult]] = {}
    for start in range(0, len(ids), MOST_IDS):
        query = select(*columns).where(row.run_id.in_(ids[start : start + MOST_IDS]))
        if not private:
            query = query.where(row.private.is_(False))
        for run_id, *fields in session.execute(query.order_by(row.run_id, row.case)):
            found.setdefault(run_id, []).append(_result(*fields))
    return found


def _result(
    case: str, level: str, outcome: str, reason: str, seconds: float, counted: bool, private: bool,
    requirements: Sequence[str], sections: Sequence[str], standing: Mapping[str, Any] | None,
    evidence: Mapping[str, Any] | None = None,
) -> CaseResult:  # fmt: skip
    said, seen = standing or {}, evidence or {}
    return CaseResult(
        case, tuple(requirements), Level(level), CaseOutcome(outcome), reason, seconds, tuple(sections),
        counted, private,
        explained=from_json(Explained, said["explained"]) if said.get("explained") else None,
        disputed=from_json(Disputed, said["disputed"]) if said.get("disputed") else None,
        stored=datetime.fromisoformat(said["stored"]) if said.get("stored") else None,
        output=seen.get("output", ""), config=seen.get("config"), repeat=seen.get("repeat", ""),
    )  # fmt: skip
