"""What is worth a short word of its own: a vote opens, closes soon, has a result; a verdict turned; something was wrong.

Everything else only edits the report.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model.ballot import Outcome as VoteOutcome
from bot.model.ballot import Voted
from bot.model.release import Outcome, Readiness
from bot.model.telling import Correction

SOON = timedelta(hours=24)
NEWS = timedelta(
    days=7
)  # a result is told within a week, so that a bot that is new somewhere does not announce history


class Event(StrEnum):
    VOTE_OPENED = "vote-opened"
    VOTE_CLOSING = "vote-closing"
    VOTE_RESULT = "vote-result"
    VERDICT_TURNED = "verdict-turned"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Occasion:
    """One event of a release. `key` is what it is told by, once; `before` is the judgement that a verdict turned from."""

    event: Event
    key: str
    readiness: Readiness
    vote: Voted | None = None
    before: Readiness | None = None
    correction: Correction | None = None


def occasions(readiness: Readiness, before: Readiness | None) -> tuple[Occasion, ...]:
    """What this judgement is the occasion of. `before` is the last one of the release that was ready or not ready."""
    return (*_of_vote(readiness), *_of_verdict(readiness, before))


def definite(readiness: Readiness) -> str:
    """`ready` or `not ready`; "" while that is not known, for an unknown is no turn of events."""
    if readiness.is_ready:
        return "ready"
    is_failed = any(each.outcome is Outcome.FAILED for each in readiness.blocking)
    return "not ready" if is_failed else ""


def _of_verdict(readiness: Readiness, before: Readiness | None) -> tuple[Occasion, ...]:
    now = definite(readiness)
    if before is None or not now or definite(before) in ("", now):
        return ()
    # The judgement it turned from is part of the key: two that judge at once tell of one turn.
    key = f"{Event.VERDICT_TURNED} {_stamp(before.at)} {now}"
    return (Occasion(Event.VERDICT_TURNED, key, readiness, before=before),)


def _of_vote(readiness: Readiness) -> tuple[Occasion, ...]:
    """Nothing of a vote under embargo, and nothing while a person has to say what a remark means."""
    vote, at = readiness.beside.vote, readiness.at
    if vote is None or vote.tally.motion.is_hidden:
        return ()
    tally, opened = vote.tally, vote.tally.motion.opened_at
    named = f"{_stamp(opened)}"
    found = []
    if tally.outcome is VoteOutcome.OPEN and opened <= at < opened + SOON:
        found.append((Event.VOTE_OPENED, named))
    is_long = vote.closes_at - opened > SOON
    if tally.outcome is VoteOutcome.OPEN and is_long and vote.closes_at - SOON <= at < vote.closes_at:
        found.append((Event.VOTE_CLOSING, f"{named} {_stamp(vote.closes_at)}"))
    is_decided = tally.outcome in (VoteOutcome.ADOPTED, VoteOutcome.NOT_ADOPTED)
    if is_decided and at < vote.closes_at + NEWS:
        found.append((Event.VOTE_RESULT, f"{named} {tally.outcome.value}"))
    return tuple(Occasion(event, f"{event} {key}", readiness, vote) for event, key in found)


def corrected(readiness: Readiness, correction: Correction) -> Occasion:
    """A person's word that what was said was wrong is said aloud."""
    key = f"{Event.CORRECTION} {_stamp(correction.at)} {correction.by}"
    return Occasion(Event.CORRECTION, key, readiness, correction=correction)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
