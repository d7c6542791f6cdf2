"""The first day on which a release could be out: the later of the rules' own time and the forecast of the work."""

from datetime import datetime

from bot.judgement.plan import Past, Plan, is_breaking, plan
from bot.model import ballot
from bot.model.clause import Clauses
from bot.model.evidence import Evidence
from bot.model.release import Earliest


def earliest(evidence: Evidence, clauses: Clauses, work_at: datetime | None = None) -> Earliest:
    """`work_at` is when what is open will be done (P85 of the forecast); None: nobody forecast it.

    A vote that runs takes the place of the vote that the plan would ask for, and one that adopted the release of both.
    """
    rules_at, why = _by_the_rules(evidence, clauses)
    if rules_at is None:
        return Earliest(None, why)
    at = max(rules_at, work_at) if work_at is not None else rules_at
    if work_at is not None and work_at > rules_at:
        why = "what is open, as forecast"
    return Earliest(at, why, rules_at, work_at)


def _by_the_rules(evidence: Evidence, clauses: Clauses) -> tuple[datetime | None, str]:
    found = planned(evidence, clauses)
    if found.unknown:
        return None, found.unknown
    if not found.steps:
        return found.earliest, "; ".join(found.notes) or "nothing by the rules"
    vote = evidence.vote
    candidates = len(found.steps) - 1
    if vote is not None and not candidates:
        if vote.tally.outcome is ballot.Outcome.ADOPTED:
            return evidence.at, "it is adopted"
        if vote.tally.outcome is ballot.Outcome.OPEN:
            return vote.closes_at, "the vote is open until then"
    more = f"{candidates} more candidate{'s'[: candidates != 1]} and " if candidates else ""
    return found.earliest, f"{more}{found.steps[-1].why}"


def planned(evidence: Evidence, clauses: Clauses) -> Plan:
    """The plan of this release from what has landed, and from what in its milestone says that it breaks something."""
    scope = [issue for issue in evidence.milestone_issues() if issue.is_open]
    roster = evidence.vote.tally.roster if evidence.vote else None
    return plan(
        evidence.target.tag,
        clauses,
        Past(evidence.landed, evidence.broken),
        evidence.at,
        roster,
        breaks=any(is_breaking(issue.labels) for issue in scope),
    )
