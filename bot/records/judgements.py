"""Judgements and the outbox: a verdict and what is to be said of it are kept together or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.model.outgoing import Outgoing, Posted
from bot.model.release import Beside, Link, Outcome, Readiness, Rule, Target, Verdict, Waiver
from bot.records.embargoes import hidden_titles, is_hidden_release
from bot.records.tables import JudgementRow, OutboxRow, PostRow, VerdictRow
from bot.records.values import from_json, to_json

MAX_ATTEMPTS = 10  # then a row waits for a person, visibly


@dataclass(frozen=True, slots=True)
class Draft:
    """A comment before it has its sequence number."""

    kind: str
    repo: str
    number: int
    body: str


def save_readiness(session: Session, readiness: Readiness, drafts: Sequence[Draft]) -> int:
    """Keeps the judgement and queues its comments, in the caller's one transaction. Older unsent ones are superseded."""
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
    for draft in drafts:
        place = (OutboxRow.repo == draft.repo, OutboxRow.number == draft.number, OutboxRow.kind == draft.kind)
        waiting = (
            OutboxRow.project == target.project,
            OutboxRow.release == target.tag,
            OutboxRow.state == "pending",
        )
        session.execute(update(OutboxRow).where(*place, *waiting).values(state="superseded"))
        session.add(
            OutboxRow(
                judgement_id=row.id,
                kind=draft.kind,
                project=target.project,
                release=target.tag,
                repo=draft.repo,
                number=draft.number,
                body=draft.body,
                state="pending",
                attempts=0,
                last_error="",
                created_at=readiness.at,
                sent_at=None,
            )
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


def load_outbox(session: Session, project: str | None = None) -> tuple[Outgoing, ...]:
    """What is still to be sent, oldest first; `sequence` is the row's id."""
    query = select(OutboxRow).where(OutboxRow.state == "pending").order_by(OutboxRow.id)
    if project is not None:
        query = query.where(OutboxRow.project == project)
    return tuple(
        Outgoing(row.kind, row.project, row.release, row.repo, row.number, row.body, row.id)
        for row in session.scalars(query)
        if not _is_hidden(session, row.repo, row.release)
    )


def _is_hidden(session: Session, repo: str, release: str) -> bool:
    """Whether a release is under embargo: its judgements are not shown, and what waits to be said of it waits."""
    return is_hidden_release(hidden_titles(session, repo), release)


def save_posted(session: Session, posted: Posted) -> None:
    """Marks the outbox row as sent and keeps where its comment stands."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == posted.sequence)
        .values(state="sent", sent_at=posted.at, last_error="")
    )
    session.add(
        PostRow(
            kind=posted.kind,
            project=posted.project,
            release=posted.release,
            repo=posted.repo,
            number=posted.number,
            comment_id=posted.comment_id,
            url=posted.url,
            sha256=posted.sha256,
            sequence=posted.sequence,
            action=posted.action.value,
            at=posted.at,
        )
    )


def save_failure(session: Session, sequence: int, error: str) -> None:
    """Counts a failed attempt; after MAX_ATTEMPTS the row waits for a person as `failed`."""
    row = session.get(OutboxRow, sequence)
    if row is None:
        return
    row.attempts += 1
    row.last_error = error
    if row.attempts >= MAX_ATTEMPTS:
        row.state = "failed"


def load_different(session: Session, readiness: Readiness) -> Readiness | None:
    """The last judgement of the same release that said something else; None when there was none.

    Compared with this one, the report's list of changes stays the same until the next change.
    """

    def said(each: Readiness) -> list[tuple[str, str, str]]:
        return [(verdict.rule.id, verdict.outcome.value, verdict.reason) for verdict in each.verdicts]

    rows = session.scalars(
        select(JudgementRow)
        .where(JudgementRow.project == readiness.target.project, JudgementRow.release == readiness.target.tag)
        .order_by(JudgementRow.id.desc())
    )
    return next((before for row in rows if said(before := _readiness(session, row)) != said(readiness)), None)
