"""The events of issues, each kept once for ever, and the versions of milestones that the syncs saw."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.model.history import Event, MilestoneVersion, What
from bot.model.tracker import Milestone, State
from bot.records.embargoes import hidden_numbers, hidden_titles
from bot.records.request_tables import IssueEventRow
from bot.records.tables import FactRow
from bot.records.tracker import GONE, load_whole_tracker
from bot.records.values import from_json


def newest_event(session: Session, repo: str) -> int:
    """The highest id that is kept; 0 when there is none. GitHub numbers events in the order of their happening."""
    return session.scalar(select(func.max(IssueEventRow.id)).where(IssueEventRow.repo == repo)) or 0


def save_events(session: Session, repo: str, events: Iterable[Event]) -> int:
    """Keeps those that are new and gives their number."""
    found = {event.id: event for event in events}
    if not found:
        return 0
    between = IssueEventRow.id.between(min(found), max(found))
    known = set(session.scalars(select(IssueEventRow.id).where(IssueEventRow.repo == repo, between)))
    new = [event for id_, event in found.items() if id_ not in known]
    session.add_all(
        IssueEventRow(
            repo=repo, id=e.id, number=e.number, what=e.what.value, at=e.at, by=e.by, milestone=e.milestone,
            reason=e.reason, url=e.url,
        )
        for e in new
    )  # fmt: skip
    return len(new)


def load_events(session: Session, repo: str) -> tuple[Event, ...]:
    """Every event, without what is under embargo: neither its issues nor the milestone's name in anybody's history."""
    rows = session.scalars(select(IssueEventRow).where(IssueEventRow.repo == repo).order_by(IssueEventRow.id))
    found = (
        Event(row.number, What(row.what), row.at, row.id, row.by, row.url, row.milestone, row.reason)
        for row in rows
    )
    titles = hidden_titles(session, repo)
    whole = load_whole_tracker(session, repo) if titles else None
    if whole is None:
        return tuple(found)
    hidden = hidden_numbers(titles, whole.milestones, whole.issues)
    return tuple(
        each for each in found if each.number not in hidden and each.milestone.casefold() not in titles
    )


def load_versions(session: Session, repo: str) -> tuple[MilestoneVersion, ...]:
    """Every milestone as each sync first saw it, oldest first, without those under embargo."""
    rows = session.scalars(
        select(FactRow)
        .where(FactRow.repo == repo, FactRow.kind.in_(("milestone", GONE)))
        .order_by(FactRow.id)
    )
    found: list[MilestoneVersion] = []
    last: dict[int, Milestone] = {}
    for row in rows:
        if row.kind == GONE:  # a deleted one is closed for ever
            each = replace(last[row.number], state=State.CLOSED)
        else:
            each = last[row.number] = from_json(Milestone, row.facts)
        found.append(
            MilestoneVersion(each.number, each.title, each.state, each.due_on, row.seen_at, each.url)
        )
    titles = hidden_titles(session, repo)
    hidden = {each.number for each in found if each.title.casefold() in titles}
    return tuple(each for each in found if each.number not in hidden)
