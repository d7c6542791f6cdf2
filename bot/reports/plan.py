"""A release plan in words and as JSON; what it knows is handed in as plain values, since the plan is the judgement's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.model.clause import Clause
from bot.reports.minutes_json import stamp
from bot.reports.templates import environment


@dataclass(frozen=True, slots=True)
class PlanPage:
    """One name's plan. `steps` are (version, earliest, why); `shorter` is the plan's date without `without`."""

    version: str
    size: str
    rules: str
    clauses: tuple[Clause, ...]
    needs: tuple[str, ...]
    steps: tuple[tuple[str, datetime, str], ...]
    earliest: datetime | None
    notes: tuple[str, ...]
    unknown: str
    milestone: str
    due_on: datetime | None
    still_open: int
    without: tuple[int, ...]
    left_open: int
    shorter: datetime | None


def text(pages: Sequence[PlanPage]) -> str:
    return environment().get_template("plan.text.j2").render(pages=pages)


def to_json(page: PlanPage) -> dict[str, Any]:
    return {
        "as": page.version,
        "size": page.size,
        "rules": [
            {
                "id": each.id,
                "force": each.force.value,
                "text": each.text,
                "source": each.source,
                "url": each.url,
            }
            for each in page.clauses
        ],
        "needs": list(page.needs),
        "steps": [{"version": name, "earliest": stamp(at), "why": why} for name, at, why in page.steps],
        "earliest": stamp(page.earliest) if page.earliest else None,
        "unknown": page.unknown,
        "notes": list(page.notes),
        "scope": {
            "milestone": page.milestone or None,
            "due_on": stamp(page.due_on) if page.due_on else None,
            "open": page.still_open,
        },
        "without": {
            "numbers": list(page.without),
            "open": page.left_open,
            "earliest": stamp(page.shorter) if page.shorter else None,
        }
        if page.without
        else None,
    }
