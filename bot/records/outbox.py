"""The outbox: what each place should show, one row for each; what was posted; and what failed on the way."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.model.outgoing import A_WRONG_CLOCK, Action, Draft, Outgoing, Posted
from bot.records.embargoes import hidden_titles, is_hidden_release
from bot.records.tables import OutboxRow, PostRow

TAKEN_BACK = "(taken back)"
MAX_ATTEMPTS = 10  # then a row waits for a person, visibly


def queue(
    session: Session,
    drafts: Sequence[Draft],
    *,
    project: str,
    release: str,
    as_of: datetime,
    judgement_id: int | None = None,
) -> None:
    """Queues drafts in the caller's transaction; each takes the place of an older text that says the same kind of thing there.

    What is said once is left alone when it is there already, sent or not. A text that tells older facts than the one in
    the outbox is dropped.
    """
    for draft in drafts:
        row = session.scalars(
            select(OutboxRow)
            .where(*_place(draft.repo, draft.number, draft.kind, project, release, draft.key))
            .with_for_update()
        ).first()
        sha256 = hashlib.sha256(draft.body.encode()).hexdigest()
        if row is None:
            row = OutboxRow(
                kind=draft.kind.value, project=project, release=release, key=draft.key, repo=draft.repo,
                number=draft.number, sequence=_last_sequence(session, draft, project, release), state="pending",
                attempts=0, last_error="", created_at=as_of, sha256="", sent_at=None, body="", as_of=as_of,
            )  # fmt: skip
            session.add(row)
        elif (
            draft.once or as_of < row.as_of < as_of + A_WRONG_CLOCK or (draft.quiet and row.sha256 == sha256)
        ):
            continue
        if row.sha256 != sha256 or row.state in ("failed", "withdrawn"):
            row.attempts, row.last_error = 0, ""
        if row.sha256 != sha256:
            row.sequence += 1
        row.body, row.sha256, row.as_of, row.judgement_id = draft.body, sha256, as_of, judgement_id
        row.state = "pending"  # also when it says the same: somebody may have changed or removed the comment
        session.flush()


def load_outbox(session: Session, project: str | None = None) -> tuple[Outgoing, ...]:
    """What is still to be sent, oldest first. What would be said of a release under embargo waits until that is lifted."""
    query = select(OutboxRow).where(OutboxRow.state == "pending").order_by(OutboxRow.as_of, OutboxRow.id)
    if project is not None:
        query = query.where(OutboxRow.project == project)
    return tuple(
        Outgoing(
            row.kind, row.project, row.release, row.repo, row.number, row.body, row.sequence, row.as_of, row.key, row.id
        )
        for row in session.scalars(query)
        if not is_hidden_release(hidden_titles(session, row.repo), row.release)
    )  # fmt: skip


def save_posted(session: Session, outgoing: Outgoing, posted: Posted) -> None:
    """Marks what was sent and keeps where it stands. A text that came into the row meanwhile stays to be sent.

    The place may have a higher sequence number than we had, for instance after our database was lost: ours go on from it.
    """
    row = session.get(OutboxRow, outgoing.row, with_for_update=True)
    if row is not None:
        if row.sha256 == outgoing.sha256:
            row.state, row.sent_at, row.last_error, row.attempts = "sent", posted.at, "", 0
            row.sequence = max(row.sequence, posted.sequence)
        else:
            row.sequence = max(row.sequence, posted.sequence + 1)
            row.state = "pending"  # the newer text may have been sent first, and this one have gone over it
    session.add(
        PostRow(
            kind=posted.kind, project=posted.project, release=posted.release, repo=posted.repo, number=posted.number,
            comment_id=posted.comment_id, url=posted.url, sha256=posted.sha256, sequence=posted.sequence,
            action=posted.action.value, at=posted.at, key=posted.key,
        )
    )  # fmt: skip


def save_failure(session: Session, outgoing: Outgoing, error: str) -> None:
    """Counts a failed attempt; after MAX_ATTEMPTS the row waits for a person as `failed`."""
    row = session.get(OutboxRow, outgoing.row)
    if row is None or row.sha256 != outgoing.sha256:
        return
    row.attempts += 1
    row.last_error = error
    if row.attempts >= MAX_ATTEMPTS:
        row.state = "failed"


def save_wait(session: Session, outgoing: Outgoing, why: str) -> None:
    """Notes why a row still waits. A limit is no failure: it is not counted."""
    session.execute(update(OutboxRow).where(OutboxRow.id == outgoing.row).values(last_error=why))


def take_back(session: Session, kind: str, project: str, release: str, key: str) -> None:
    """What waits is not sent, and what was posted is edited to say nothing; `key` is how their keys begin."""
    rows = session.scalars(
        select(OutboxRow).where(
            OutboxRow.kind == kind, OutboxRow.project == project, OutboxRow.release == release,
            OutboxRow.key.startswith(key, autoescape=True), OutboxRow.body != TAKEN_BACK,
        )
    )  # fmt: skip
    for row in rows:
        row.body, row.sha256 = TAKEN_BACK, hashlib.sha256(TAKEN_BACK.encode()).hexdigest()
        row.sequence += 1
        row.state = "withdrawn" if row.sent_at is None else "pending"


def load_posted(
    session: Session, repo: str, number: int, kind: str, project: str, release: str, key: str = ""
) -> Posted | None:
    """What was posted last in a place; None when nothing was."""
    row = session.scalars(
        select(PostRow)
        .where(
            PostRow.repo == repo,
            PostRow.number == number,
            PostRow.kind == kind,
            PostRow.project == project,
            PostRow.release == release,
            PostRow.key == key,
        )
        .order_by(PostRow.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return Posted(
        row.kind, row.project, row.release, row.repo, row.number, row.comment_id, row.url, row.sha256, row.sequence,
        Action(row.action), row.at, row.key,
    )  # fmt: skip


def count_waiting(session: Session) -> dict[str, int]:
    """How many rows are pending and how many failed."""
    rows = session.execute(
        select(OutboxRow.state, func.count())
        .where(OutboxRow.state.in_(("pending", "failed")))
        .group_by(OutboxRow.state)
    )
    return {row[0]: row[1] for row in rows}


def _place(repo: str, number: int, kind: str, project: str, release: str, key: str) -> tuple[Any, ...]:
    return (
        OutboxRow.repo == repo,
        OutboxRow.number == number,
        OutboxRow.kind == kind,
        OutboxRow.project == project,
        OutboxRow.release == release,
        OutboxRow.key == key,
    )


def _last_sequence(session: Session, draft: Draft, project: str, release: str) -> int:
    """The highest sequence number that anything posted there ever had; 0 when nothing was."""
    found = session.scalar(
        select(func.max(PostRow.sequence)).where(
            PostRow.repo == draft.repo,
            PostRow.number == draft.number,
            PostRow.kind == draft.kind,
            PostRow.project == project,
            PostRow.release == release,
            PostRow.key == draft.key,
        )
    )
    return found or 0
