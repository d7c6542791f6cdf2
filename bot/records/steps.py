"""What people said of actions and decisions after their meeting, and who is who: added, never changed."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.followup import Dismissal, Step
from bot.model.person import Certainty, Means, Tie
from bot.records.tables import StepRow, TieRow

CLOSES = ("done", "dropped")


def save_step(session: Session, meeting_id: int, item: str, step: Step) -> None:
    session.add(
        StepRow(
            meeting_id=meeting_id, item=item, what=step.what, by=step.by, at=step.at, why=step.why, to=step.to,
            due=step.due, link=step.link,
        )
    )  # fmt: skip


def load_steps(session: Session) -> dict[tuple[int, str], tuple[Step, ...]]:
    """Every step by its meeting and item, in the order in which they were said."""
    found: dict[tuple[int, str], list[Step]] = defaultdict(list)
    for row in session.scalars(select(StepRow).order_by(StepRow.id)):
        step = Step(row.at, row.by, row.what, row.why, row.to, row.due, row.link)
        found[row.meeting_id, row.item].append(step)
    return {key: tuple(steps) for key, steps in found.items()}


def closed_at(session: Session) -> dict[tuple[int, str], datetime]:
    """When each action was done or dropped; one that was opened again is not in it."""
    closed: dict[tuple[int, str], datetime] = {}
    for key, steps in load_steps(session).items():
        for step in steps:
            if step.what in CLOSES:
                closed[key] = step.at
            elif step.what == "open":
                closed.pop(key, None)
    return closed


def load_dismissals(session: Session) -> tuple[Dismissal, ...]:
    """What chairs said of decisions that need not be looked for, in the order in which they said it."""
    rows = session.scalars(
        select(StepRow).where(StepRow.what.in_(("dismissed", "wanted"))).order_by(StepRow.id)
    )
    return tuple(Dismissal(r.meeting_id, r.item, r.at, r.by, r.why, r.what == "dismissed") for r in rows)


def save_tie(session: Session, tie: Tie) -> None:
    session.add(
        TieRow(
            person=tie.person, means=tie.means.value, value=tie.value, certainty=tie.certainty.value, by=tie.by, at=tie.at,
            source=tie.source, why=tie.why,
        )
    )  # fmt: skip


def load_ties(session: Session) -> tuple[Tie, ...]:
    """Everything that was said of who is who, oldest first."""
    return tuple(
        Tie(
            row.person,
            Means(row.means),
            row.value,
            Certainty(row.certainty),
            row.by,
            row.at,
            row.source,
            row.why,
        )
        for row in session.scalars(select(TieRow).order_by(TieRow.id))
    )
