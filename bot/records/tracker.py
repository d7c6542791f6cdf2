"""What the tracker held, and when: a row for each change, and the newest ones as the present state."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.model.followup import Membership
from bot.model.tracker import Issue, Milestone, Pull, Scope, Snapshot
from bot.records.embargoes import hidden_numbers, hidden_titles
from bot.records.tables import FactRow, SyncRow
from bot.records.values import digest, from_json, to_json

T = TypeVar("T")
GONE = "gone"  # the kind of a row that says that a milestone is no longer there


@dataclass(frozen=True, slots=True)
class Counts:
    changed: int
    unchanged: int


def save_snapshot(session: Session, snapshot: Snapshot) -> Counts:
    """Adds a row for everything that is new or changed since the last snapshot of the repository.

    The milestones of a snapshot are all there are: one that is no longer among them is gone.
    """
    found: list[tuple[str, Milestone | Issue | Pull]] = [
        *(("milestone", each) for each in snapshot.milestones),
        *(("issue", each) for each in snapshot.issues),
        *(("pull", each) for each in snapshot.pulls),
    ]
    standing = {(row.kind, row.number): row.digest for row in _current(session, snapshot.repo)}
    changed = []
    for kind, value in found:
        facts = to_json(value)
        print_ = digest(facts)
        if standing.get((kind, value.number)) != print_:
            changed.append((kind, value.number, print_, facts))
    there = {milestone.number for milestone in snapshot.milestones}
    left = {number for kind, number in standing if kind == "milestone"} - there
    new = len(changed)
    changed += [(GONE, number, digest({}), {}) for number in sorted(left) if (GONE, number) not in standing]
    read = {issue.number for issue in snapshot.issues}
    unread = sum(kind == "issue" and number not in read for kind, number in standing)
    counts = Counts(len(changed), len(found) + unread - new)
    sync = SyncRow(
        repo=snapshot.repo,
        at=snapshot.at,
        source=snapshot.source,
        changed=counts.changed,
        unchanged=counts.unchanged,
        scope=snapshot.scope.value,
    )
    session.add(sync)
    session.flush()
    session.add_all(
        FactRow(
            sync_id=sync.id,
            repo=snapshot.repo,
            kind=kind,
            number=number,
            digest=print_,
            seen_at=snapshot.at,
            facts=facts,
        )
        for kind, number, print_, facts in changed
    )
    return counts


def _current(session: Session, repo: str) -> Iterable[FactRow]:
    newest = select(func.max(FactRow.id)).where(FactRow.repo == repo).group_by(FactRow.kind, FactRow.number)
    return session.scalars(
        select(FactRow).where(FactRow.id.in_(newest)).order_by(FactRow.kind, FactRow.number)
    )


def load_tracker(session: Session, repo: str) -> Snapshot | None:
    """The repository as the last sync left it, without what is under embargo; None when it was never read."""
    whole = load_whole_tracker(session, repo)
    titles = hidden_titles(session, repo)
    if whole is None or not titles:
        return whole
    hidden = hidden_numbers(titles, whole.milestones, whole.issues)
    return replace(
        whole,
        milestones=tuple(each for each in whole.milestones if each.title.casefold() not in titles),
        issues=tuple(each for each in whole.issues if each.number not in hidden),
        pulls=tuple(each for each in whole.pulls if each.number not in hidden),
    )


def load_whole_tracker(session: Session, repo: str) -> Snapshot | None:
    """The same with everything, for the next reading to build on: nothing of it is shown."""
    last = session.scalars(select(SyncRow).where(SyncRow.repo == repo).order_by(SyncRow.id.desc())).first()
    if last is None:
        return None
    rows: dict[str, list[dict[str, Any]]] = {"milestone": [], "issue": [], "pull": []}
    current = list(_current(session, repo))
    gone = {row.number for row in current if row.kind == GONE}
    for row in current:
        if row.kind != GONE and not (row.kind == "milestone" and row.number in gone):
            rows[row.kind].append(row.facts)
    issues = _all(Issue, rows["issue"])
    still_open = {issue.number for issue in issues if issue.is_open}
    # What only an open pull request has (mergeable, who is asked) is no longer true once it is closed.
    pulls = tuple(pull for pull in _all(Pull, rows["pull"]) if pull.number in still_open)
    return Snapshot(repo, last.at, last.source, _all(Milestone, rows["milestone"]), issues, pulls)


def _all(kind: type[T], rows: list[dict[str, Any]]) -> tuple[T, ...]:
    return tuple(from_json(kind, facts) for facts in rows)


def last_read(session: Session, repo: str, *scopes: Scope) -> datetime | None:
    """When the repository was last read in one of these scopes."""
    query = select(func.max(SyncRow.at)).where(
        SyncRow.repo == repo, SyncRow.scope.in_([s.value for s in scopes])
    )
    return session.scalar(query)


def load_memberships(session: Session, repo: str) -> tuple[Membership, ...]:
    """Which issue was in which milestone, and from which sync to which, oldest first."""
    titles = {row.number: row.facts["title"] for row in _current(session, repo) if row.kind == "milestone"}
    rows = session.scalars(
        select(FactRow)
        .where(FactRow.repo == repo, FactRow.kind == "issue")
        .order_by(FactRow.number, FactRow.id)
    )
    found: list[Membership] = []
    open_: dict[int, tuple[int, datetime]] = {}  # issue -> milestone, since when
    for row in rows:
        before = open_.get(row.number)
        now = row.facts["milestone"]
        if before is not None and before[0] != now:
            found.append(Membership(repo, row.number, titles.get(before[0], ""), before[1], row.seen_at))
            del open_[row.number]
        if now is not None and row.number not in open_:
            open_[row.number] = (now, row.seen_at)
    found += [Membership(repo, n, titles.get(m, ""), since, None) for n, (m, since) in open_.items()]
    titles_hidden = hidden_titles(session, repo)
    shown = (each for each in found if each.milestone.casefold() not in titles_hidden)
    return tuple(sorted(shown, key=lambda each: (each.seen_from, each.number)))
