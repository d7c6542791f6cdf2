"""What comments asked of us, by comment and edit, so that nothing is carried out twice."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.records.tables import CommandRow


@dataclass(frozen=True, slots=True)
class Command:
    """One version of a comment that asked something. `outcome` is done, mistaken, refused, or silent: not even refused."""

    repo: str
    number: int
    comment: int
    edited_at: datetime
    by: str
    url: str
    asked: str
    outcome: str
    at: datetime


def load_last(session: Session, repo: str, comment: int) -> Command | None:
    """The newest version of a comment that was looked at; None for one that never was."""
    row = session.scalars(
        select(CommandRow)
        .where(CommandRow.repo == repo, CommandRow.comment_id == comment)
        .order_by(CommandRow.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return Command(
        row.repo, row.number, row.comment_id, row.edited_at, row.by, row.url, row.asked, row.outcome, row.at
    )


def save_command(session: Session, command: Command) -> None:
    session.add(
        CommandRow(
            repo=command.repo, number=command.number, comment_id=command.comment, edited_at=command.edited_at,
            by=command.by, url=command.url, asked=command.asked, outcome=command.outcome, at=command.at,
        )
    )  # fmt: skip


def count_refusals(session: Session, repo: str, by: str) -> int:
    """How often somebody was refused in a repository."""
    return (
        session.scalar(
            select(func.count())
            .select_from(CommandRow)
            .where(CommandRow.repo == repo, CommandRow.by == by, CommandRow.outcome == "refused")
        )
        or 0
    )
