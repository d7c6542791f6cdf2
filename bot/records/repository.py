"""What repositories hold besides their trackers: a row for each change, and the newest ones as the present state.

A kind's name is what its facts are about: a path and a ref, the number of a pull request or issue, a branch, or "" where
the facts are a whole list.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.model.repository import (
    Change,
    Comment,
    FileText,
    Protection,
    Published,
    PullFacts,
    Repository,
    Tagged,
    Talk,
    Unread,
)
from bot.records.tables import FactRow, RepositoryFactRow
from bot.records.values import digest, from_json, to_json

T = TypeVar("T")
Named = tuple[str, str, dict[str, Any]]  # kind, name, facts


def save_repository(session: Session, found: Repository) -> int:
    """Adds a row for everything that is new or changed; gives their number. What could not be read keeps its last state."""
    standing = {(row.kind, row.name): row.digest for row in _current(session, found.repo)}
    changed = 0
    for kind, name, facts in _rows(found):
        print_ = digest(facts)
        if standing.get((kind, name)) == print_:
            continue
        changed += 1
        session.add(
            RepositoryFactRow(
                repo=found.repo, kind=kind, name=name, digest=print_, seen_at=found.at, facts=facts
            )
        )
    return changed


def _rows(found: Repository) -> Iterator[Named]:
    yield "sync", "", {"at": to_json(found.at), "branch": found.branch, "tree": found.tree,
                       "unread": to_json(found.unread)}  # fmt: skip
    for each in found.files:
        yield "file", f"{each.path}@{each.ref}", to_json(each)
    for protection in found.protections:
        yield "protection", protection.branch, to_json(protection)
    for change in found.changes:
        yield "change", change.sha, to_json(change)
    for pull in found.pulls or ():
        yield "pull", str(pull.number), to_json(pull)
    if found.pulls is not None:
        yield "pulls", "", {"numbers": [pull.number for pull in found.pulls]}
    for talk in found.talks or ():
        yield "talk", str(talk.number), to_json(talk)
    for kind, rows in (("tags", found.tags), ("published", found.published)):
        if rows is not None:
            yield kind, "", {"rows": to_json(rows)}


def load_repository(session: Session, repo: str) -> Repository | None:
    """The repository as the last sync left it; None when it was never read. Comments come with the words they had before."""
    rows = {(row.kind, row.name): row.facts for row in _current(session, repo)}
    sync = rows.get(("sync", ""))
    if sync is None:
        return None
    pulls = rows.get(("pulls", ""))
    open_ = {str(number) for number in pulls["numbers"]} if pulls is not None else set()
    talks = tuple(_with_history(session, repo, talk) for talk in _of(Talk, rows, "talk"))
    return Repository(
        repo,
        datetime.fromisoformat(sync["at"]),
        sync["branch"],
        sync["tree"],
        _list(Tagged, rows.get(("tags", ""))),
        _of(FileText, rows, "file"),
        None if pulls is None else tuple(p for p in _of(PullFacts, rows, "pull") if str(p.number) in open_),
        _of(Protection, rows, "protection"),
        talks or None,
        _list(Published, rows.get(("published", ""))),
        _of(Change, rows, "change"),
        tuple(from_json(Unread, each) for each in sync["unread"]),
    )


def load_heads(session: Session, repo: str, number: int) -> tuple[tuple[datetime, str], ...]:
    """The heads that syncs saw of a pull request, each with when it was first seen, oldest first."""
    query = (
        select(FactRow)
        .where(FactRow.repo == repo, FactRow.kind == "pull", FactRow.number == number)
        .order_by(FactRow.id)
    )
    seen: list[tuple[datetime, str]] = []
    for row in session.scalars(query):
        if not seen or seen[-1][1] != row.facts["head_sha"]:
            seen.append((row.seen_at, row.facts["head_sha"]))
    return tuple(seen)


def load_untested(session: Session, repo: str, release: str) -> tuple[str, ...] | None:
    """The requirements that a release adds and no case covers, as they were last compared; None: never."""
    row = session.scalars(
        select(RepositoryFactRow)
        .where(
            RepositoryFactRow.repo == repo,
            RepositoryFactRow.kind == "untested",
            RepositoryFactRow.name == release,
        )
        .order_by(RepositoryFactRow.id.desc())
    ).first()
    return None if row is None else tuple(row.facts["ids"])


def save_untested(session: Session, repo: str, release: str, ids: Sequence[str], at: datetime) -> None:
    if load_untested(session, repo, release) == tuple(ids):
        return
    facts = {"ids": list(ids)}
    session.add(
        RepositoryFactRow(
            repo=repo, kind="untested", name=release, digest=digest(facts), seen_at=at, facts=facts
        )
    )


def _current(session: Session, repo: str) -> tuple[RepositoryFactRow, ...]:
    newest = (
        select(func.max(RepositoryFactRow.id))
        .where(RepositoryFactRow.repo == repo)
        .group_by(RepositoryFactRow.kind, RepositoryFactRow.name)
    )
    query = select(RepositoryFactRow).where(RepositoryFactRow.id.in_(newest)).order_by(RepositoryFactRow.id)
    return tuple(session.scalars(query))


def _of(kind: type[T], rows: dict[tuple[str, str], dict[str, Any]], named: str) -> tuple[T, ...]:
    return tuple(from_json(kind, facts) for (each, _), facts in rows.items() if each == named)


def _list(kind: type[T], facts: dict[str, Any] | None) -> tuple[T, ...] | None:
    return None if facts is None else tuple(from_json(kind, each) for each in facts["rows"])


def _with_history(session: Session, repo: str, talk: Talk) -> Talk:
    """Each comment with its earlier words, from the former versions of the talk: GitHub itself tells only that it was edited."""
    query = (
        select(RepositoryFactRow)
        .where(
            RepositoryFactRow.repo == repo,
            RepositoryFactRow.kind == "talk",
            RepositoryFactRow.name == str(talk.number),
        )
        .order_by(RepositoryFactRow.id)
    )
    before: dict[tuple[bool, int], list[tuple[datetime, str]]] = {}
    for row in session.scalars(query):
        for comment in from_json(Talk, row.facts).comments:
            said = before.setdefault((bool(comment.review), comment.id), [])
            if (
                not said or said[-1][1] != comment.text
            ):  # of a review GitHub does not even say that it was edited
                edited = comment.edited_at or (row.seen_at if said else comment.at)
                said.append((edited, comment.text))
    comments = tuple(
        _with_earlier(each, before.get((bool(each.review), each.id), [])) for each in talk.comments
    )
    return replace(talk, comments=comments)


def _with_earlier(comment: Comment, said: list[tuple[datetime, str]]) -> Comment:
    earlier = tuple(said[:-1])
    edited = said[-1][0] if earlier else comment.edited_at
    return replace(comment, edited_at=edited, earlier=earlier)
