"""What people decided of releases, in the order in which it was said."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.ruling import Act, Ruling
from bot.records.tables import RulingRow


def save_ruling(session: Session, ruling: Ruling) -> None:
    session.add(
        RulingRow(
            project=ruling.project, release=ruling.release, act=ruling.act.value, about=ruling.about,
            by=ruling.by, at=ruling.at, why=ruling.why, facts=dict(ruling.facts), url=ruling.url,
        )
    )  # fmt: skip


def load_rulings(session: Session, project: str, release: str | None = None) -> tuple[Ruling, ...]:
    """Those of a project, or those that concern one of its releases (what is for all of them among these)."""
    query = select(RulingRow).where(RulingRow.project == project).order_by(RulingRow.id)
    if release is not None:
        query = query.where(RulingRow.release.in_((release, "")))
    return tuple(_ruling(row) for row in session.scalars(query))


def _ruling(row: RulingRow) -> Ruling:
    return Ruling(
        row.project, row.release, Act(row.act), row.about, row.by, row.at, row.why, row.facts, row.url
    )
