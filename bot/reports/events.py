"""The short comments that speak once: a vote opens, closes soon, has a result; the verdict turned; something was wrong."""

from bot.model.ballot import Voted
from bot.model.release import Readiness
from bot.model.telling import Correction
from bot.reports.templates import environment
from bot.reports.votes import OUTCOMES


def event(
    name: str,
    readiness: Readiness,
    vote: Voted | None = None,
    before: Readiness | None = None,
    correction: Correction | None = None,
) -> str:
    """The comment of one event; `name` is a word of bot/judgement/occasions.py."""
    return environment().get_template("event.markdown.j2").render(
        event=name,
        readiness=readiness,
        vote=vote,
        before=before,
        correction=correction,
        outcome=OUTCOMES[vote.tally.outcome] if vote else "",
    )  # fmt: skip
