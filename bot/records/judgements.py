"""Judgements and their history: a verdict and what is to be said of it are kept together or not at all."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.outgoing import Draft
from bot.model.release import Beside, Link, Outcome, Readiness, Rule, Target, Verdict, Waiver
from bot.model.telling import Correction
from bot.records import outbox
from bot.records.embargoes import hidden_titles, is_hidden_release
from bot.records.tables import CorrectionRow, JudgementRow, VerdictRow
from bot.records.values import from_json, to_json


def save_readiness(session: Session, readiness: Readiness, drafts: Sequence[Draft]) -> int:
    """Keeps the judgement and queues its comments, in the caller's one transaction."""
    target = readiness.target
    row = JudgementRow(
        project=target.project, release=target.tag, family=readiness.family, at=readiness.at,
        synced_at=readiness.synced_at, target=to_json(target), note=readiness.note, beside=to_json(readiness.beside),
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add_all(
        VerdictRow(
            judgement_id=row.id, position=position, outcome=verdict.outcome.value, reason=verdict.reason,
            rule=to_json(verdict.rule), links=to_json(verdict.links), who=list(verdict.who),
            waiver=to_json(verdict.waiver) if verdict.waiver else None,
        )
        for position, verdict in enumerate(readiness.verdicts)
    )  # fmt: skip
    outbox.queue(
        session, drafts, project=target.project, release=target.tag, as_of=readiness.at, judgement_id=row.id
    )
    return row.id


def load_readiness(session: Session, project: str, release: str) -> Readiness | None:
    """The last judgement of a release; None when there was none, or it is under embargo."""
    row = session.scalars(
        select(JudgementRow)
        .where(JudgementRow.project == project, JudgementRow.release == release)
        .order_by(JudgementRow.id.desc())
    ).first()
    if row is None:
        return None
    found = _readiness(session, row)
    return None if _is_hidden(session, found.target.repo, found.target.version) else found


def load_judged(session: Session, project: str) -> tuple[Readiness, ...]:
    """The last judgement of each release of a project."""
    rows = session.scalars(
        select(JudgementRow).where(JudgementRow.project == project).order_by(JudgementRow.id)
    )
    newest = {row.release: row for row in rows}
    shown = (_readiness(session, row) for row in newest.values())
    return tuple(each for each in shown if not _is_hidden(session, each.target.repo, each.target.version))


def _readiness(session: Session, row: JudgementRow) -> Readiness:
    rows = session.scalars(
        select(VerdictRow).where(VerdictRow.judgement_id == row.id).order_by(VerdictRow.position)
    )
    verdicts = tuple(
        Verdict(
            from_json(Rule, each.rule), Outcome(each.outcome), each.reason,
            tuple(from_json(Link, link) for link in each.links), tuple(each.who),
            from_json(Waiver, each.waiver) if each.waiver else None,
        )
        for each in rows
    )  # fmt: skip
    beside = from_json(Beside, row.beside) if row.beside else Beside()
    return Readiness(
        from_json(Target, row.target), row.at, row.family, verdicts, row.synced_at, row.note, beside
    )


def _is_hidden(session: Session, repo: str, release: str) -> bool:
    """Whether a release is under embargo: its judgements are not shown."""
    return is_hidden_release(hidden_titles(session, repo), release)


def load_different(session: Session, readiness: Readiness) -> Readiness | None:
    """The last judgement of the same release that said something else; None when there was none.

    Compared with this one, the report's list of changes stays the same until the next change.
    """

    def said(each: Readiness) -> list[tuple[str, str, str]]:
        return [(verdict.rule.id, verdict.outcome.value, verdict.reason) for verdict in each.verdicts]

    return next((each for each in _history(session, readiness) if said(each) != said(readiness)), None)


def load_turned(
    session: Session, readiness: Readiness, definite: Callable[[Readiness], str]
) -> Readiness | None:
    """The last judgement of the same release before this one that `definite` has a word for; None when there was none."""
    return next((each for each in _history(session, readiness) if definite(each)), None)


def load_since(session: Session, readiness: Readiness, word: Callable[[Readiness], str]) -> datetime:
    """Since when every judgement of the release has had the word that this one has."""
    since = readiness.at
    for each in _history(session, readiness):
        if word(each) != word(readiness):
            break
        since = each.at
    return since


def _history(session: Session, readiness: Readiness) -> Iterator[Readiness]:
    """The kept judgements of the same release, the newest first."""
    target = readiness.target
    rows = session.scalars(
        select(JudgementRow)
        .where(JudgementRow.project == target.project, JudgementRow.release == target.tag)
        .order_by(JudgementRow.id.desc())
    )
    return (_readiness(session, row) for row in rows)


def save_correction(session: Session, project: str, release: str, correction: Correction) -> None:
    session.add(
        CorrectionRow(
            project=project, release=release, said=correction.said, since=correction.since, by=correction.by,
            at=correction.at, why=correction.why, url=correction.url,
        )
    )  # fmt: skip


def load_corrections(session: Session, project: str, release: str) -> tuple[Correction, ...]:
    """What was called wrong about a release, oldest first."""
    rows = session.scalars(
        select(CorrectionRow)
        .where(CorrectionRow.project == project, CorrectionRow.release == release)
        .order_by(CorrectionRow.id)
    )
    return tuple(Correction(r.said, r.since, r.by, r.at, r.why, r.url) for r in rows)
