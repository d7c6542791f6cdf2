"""Disputes of results: opened and closed by people, and nothing of that is ever taken back."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.disputes import Dispute
from bot.model.errors import WrongRequest
from bot.records.tables import DisputeRow


def open_dispute(session: Session, dispute: Dispute) -> Dispute:
    """Keeps it, and gives it with its id. Raises WrongRequest where the same one is open already."""
    about = (dispute.case, dispute.runtime, dispute.release)
    for each in load_disputes(session):
        if each.is_open and (each.case, each.runtime, each.release) == about:
            raise WrongRequest(
                f"{dispute.case} is disputed already (dispute {each.id}, by {each.by})",
                do="close it first, or add to what its link leads to",
            )
    row = DisputeRow(
        case=dispute.case, runtime=dispute.runtime, release=dispute.release, by=dispute.by, at=dispute.at,
        link=dispute.link, reading=dispute.reading,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return _dispute(row, None)


def close_dispute(session: Session, id_: int, by: str, at: datetime, why: str) -> Dispute:
    """Ends a dispute: its results count again. Raises WrongRequest where there is none of that id, or none open."""
    row = session.get(DisputeRow, id_)
    if row is None or row.closes is not None:
        raise WrongRequest(f"there is no dispute {id_}", do="`tallyman conformance disputes` lists them")
    end = session.scalar(select(DisputeRow).where(DisputeRow.closes == id_))
    if end is not None:
        raise WrongRequest(f"dispute {id_} was closed on {end.at:%Y-%m-%d} by {end.by}")
    end = DisputeRow(
        closes=id_,
        case=row.case,
        runtime=row.runtime,
        release=row.release,
        by=by,
        at=at,
        link="",
        reading=why,
    )
    session.add(end)
    session.flush()
    return _dispute(row, end)


def load_disputes(session: Session) -> tuple[Dispute, ...]:
    """All of them, open and closed, in the order they were opened."""
    rows = list(session.scalars(select(DisputeRow).order_by(DisputeRow.id)))
    ends = {row.closes: row for row in rows if row.closes is not None}
    return tuple(_dispute(row, ends.get(row.id)) for row in rows if row.closes is None)


def _dispute(row: DisputeRow, end: DisputeRow | None) -> Dispute:
    return Dispute(
        row.id, row.case, row.runtime, row.release, row.by, row.at, row.link, row.reading,
        end.by if end else "", end.at if end else None, end.reading if end else "",
    )  # fmt: skip
