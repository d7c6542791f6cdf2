"""How the scope of a release moved: what came into its milestone and what left it since it was first read."""

from bot.model.evidence import Evidence
from bot.model.followup import Membership
from bot.model.release import Said
from bot.model.telling import Moved, Scope
from bot.model.tracker import Issue

SET_ASIDE = ("not_planned", "duplicate")  # closed without being done


def scope(evidence: Evidence) -> Scope | None:
    """None while no milestone is known. What was in it when it was first read is the plan; everything else moved."""
    milestone = evidence.target.milestone
    if milestone is None or evidence.no_tracker():
        return None
    own = {issue.number for issue in (evidence.target.issue, evidence.target.pull) if issue is not None}
    members = [issue for issue in evidence.milestone_issues() if issue.number not in own]
    aside = sum(not issue.is_open and issue.state_reason in SET_ASIDE for issue in members)
    still_open = sum(issue.is_open for issue in members)
    stays = [
        each for each in evidence.memberships if each.milestone == milestone.title and each.number not in own
    ]
    first = min((each.seen_from for each in stays), default=None)
    known = {issue.number: issue for issue in evidence.issues}
    last: dict[int, Membership] = {}
    for each in sorted(stays, key=lambda each: each.seen_from):
        last[each.number] = each
    came = [each for each in last.values() if each.gone_at is None and each.seen_from != first]
    gone = [each for each in last.values() if each.gone_at is not None]
    return Scope(
        milestone.title, milestone.url, still_open, len(members) - still_open - aside, aside,
        first.date() if first else None,
        tuple(_moved(each, known, evidence.memberships) for each in sorted(came, key=_when)),
        tuple(_moved(each, known, evidence.memberships) for each in sorted(gone, key=_when)),
    )  # fmt: skip


def _when(stay: Membership) -> tuple[object, int]:
    return stay.gone_at or stay.seen_from, stay.number


def _moved(stay: Membership, known: dict[int, Issue], every: tuple[Membership, ...]) -> Moved:
    issue = known.get(stay.number)
    to = ""
    if stay.gone_at is not None:
        since = [
            each
            for each in every
            if each.number == stay.number and each.gone_at is None and each.seen_from >= stay.gone_at
        ]
        to = since[-1].milestone if since else ""
    on = (stay.gone_at or stay.seen_from).date()
    return Moved(stay.number, issue.title if issue else "", issue.url if issue else "", on, to)


def actions(evidence: Evidence) -> tuple[Said, ...]:
    """What people promised in meetings about this release and nobody has called done, what is due first coming first."""
    members = {issue.number for issue in evidence.members()}
    repo = evidence.target.repo.lower()
    found = [
        said
        for said in evidence.actions
        if said.done_at is None
        and not said.archived
        and any(ref.number in members and ref.repo.lower() == repo for ref in said.item.references)
    ]
    return tuple(sorted(found, key=lambda said: (str(said.item.due or "9999"), said.item.at, said.item.line)))
