"""Meetings in the database: saved as they are heard, loaded as they stand now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.model.errors import WrongRequest
from bot.model.meeting import DECISIONS, Item, Kind, Line, Meeting, Participant
from bot.model.release import Said
from bot.records.tables import ActionStateRow, ItemRow, LineRow, MeetingRow, MeetingVersionRow
from bot.records.values import digest, from_json, to_json


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving a meeting did. Importing the same log twice gives `added` 0 the second time."""

    id: int
    is_new: bool
    added: int  # lines and item versions that were not there before


def save_meeting(session: Session, meeting: Meeting, lines: Sequence[Line], at: datetime) -> Saved:
    """Adds what is new: the meeting, its lines, and a version of each item that changed."""
    row = session.scalar(
        select(MeetingRow).where(
            MeetingRow.channel == meeting.channel,
            MeetingRow.name == meeting.name,
            MeetingRow.started_at == meeting.started_at,
        )
    )
    is_new = row is None
    if row is None:
        row = MeetingRow(channel=meeting.channel, name=meeting.name, started_at=meeting.started_at)
        session.add(row)
        session.flush()
    _save_version(session, row.id, meeting, at)
    return Saved(
        row.id, is_new, _save_lines(session, row.id, lines) + _save_items(session, row.id, meeting.items, at)
    )


def _save_version(session: Session, id_: int, meeting: Meeting, at: datetime) -> None:
    facts = {
        "title": meeting.title,
        "ended_at": to_json(meeting.ended_at),
        "chairs": list(meeting.chairs),
        "people": to_json(meeting.people),
        "warnings": list(meeting.warnings),
    }
    print_ = digest(facts)
    if session.scalar(_newest(MeetingVersionRow.digest, id_)) != print_:
        session.add(
            MeetingVersionRow(
                meeting_id=id_,
                digest=print_,
                seen_at=at,
                title=meeting.title,
                source=meeting.source,
                ended_at=meeting.ended_at,
                chairs=facts["chairs"],
                people=facts["people"],
                warnings=facts["warnings"],
            )
        )


def _newest(column, id_: int):  # type: ignore[no-untyped-def]  # SQLAlchemy's own generics say it better than we could
    return (
        select(column)
        .where(MeetingVersionRow.meeting_id == id_)
        .order_by(MeetingVersionRow.id.desc())
        .limit(1)
    )


def _save_lines(session: Session, id_: int, lines: Sequence[Line]) -> int:
    known = set(session.scalars(select(LineRow.number).where(LineRow.meeting_id == id_)))
    new = [line for line in lines if line.number not in known]
    session.add_all(
        LineRow(
            meeting_id=id_, number=line.number, at=line.at, nick=line.nick, text=line.text, emote=line.emote
        )
        for line in new
    )
    return len(new)


def _save_items(session: Session, id_: int, items: Sequence[Item], at: datetime) -> int:
    standing = {row.item: row.digest for row in _current_items(session, id_)}
    added = 0
    for item in items:
        facts = to_json(item)
        print_ = digest(facts)
        if standing.get(item.id) == print_:
            continue
        added += 1
        session.add(
            ItemRow(
                meeting_id=id_,
                item=item.id,
                digest=print_,
                seen_at=at,
                line=item.line,
                at=item.at,
                kind=item.kind.value,
                by=item.by,
                speaker=item.speaker,
                text=item.text,
                topic=item.topic,
                repo=item.repo,
                status=item.status.value,
                assignees=facts["assignees"],
                references=facts["references"],
            )
        )
    return added


def _current_items(session: Session, id_: int | None = None) -> list[ItemRow]:
    newest = select(func.max(ItemRow.id)).group_by(ItemRow.meeting_id, ItemRow.item)
    query = select(ItemRow).where(ItemRow.id.in_(newest)).order_by(ItemRow.at, ItemRow.line)
    if id_ is not None:
        query = query.where(ItemRow.meeting_id == id_)
    return list(session.scalars(query))


def _item(row: ItemRow) -> Item:
    return from_json(
        Item,
        {
            "id": row.item,
            "line": row.line,
            "at": row.at.isoformat(),
            "kind": row.kind,
            "by": row.by,
            "speaker": row.speaker,
            "text": row.text,
            "topic": row.topic,
            "assignees": row.assignees,
            "references": row.references,
            "status": row.status,
            "repo": row.repo,
        },
    )


def load_meetings(session: Session) -> tuple[tuple[int, Meeting], ...]:
    """Every meeting with its id, oldest first."""
    ids = session.scalars(select(MeetingRow.id).order_by(MeetingRow.started_at))
    return tuple((id_, load_meeting(session, id_)) for id_ in ids)


def load_meeting(session: Session, id_: int) -> Meeting:
    """One meeting as it stands. Raises WrongRequest when there is none of that id."""
    row = session.get(MeetingRow, id_)
    if row is None:
        raise WrongRequest(f"there is no meeting {id_}", do="`tallyman meeting list` shows them")
    version = session.scalars(
        select(MeetingVersionRow)
        .where(MeetingVersionRow.meeting_id == id_)
        .order_by(MeetingVersionRow.id.desc())
    ).first()
    if version is None:
        raise LookupError(f"the meeting {id_} has no version")
    return Meeting(
        name=row.name, title=version.title, channel=row.channel, started_at=row.started_at, ended_at=version.ended_at,
        chairs=tuple(version.chairs), items=tuple(_item(each) for each in _current_items(session, id_)),
        people=tuple(from_json(Participant, person) for person in version.people), warnings=tuple(version.warnings),
        source=version.source,
    )  # fmt: skip


def load_said(session: Session, repos: Sequence[str]) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    """The actions and the decisions that belong to these repositories or name something in them, oldest first.

    Only items that stand; an action's `done_at` is set when somebody said that it is done or dropped.
    """
    names = {row.id: f"{row.name}, {row.started_at:%Y-%m-%d}" for row in session.scalars(select(MeetingRow))}
    done = _action_states(session)
    actions, decisions = [], []
    for row in _current_items(session):
        item = _item(row)
        if not item.stands or not _speaks_of(item, repos):
            continue
        said = Said(row.meeting_id, names[row.meeting_id], item, done.get((row.meeting_id, item.id)))
        if item.kind is Kind.ACTION:
            actions.append(said)
        elif item.kind in DECISIONS:
            decisions.append(said)
    return tuple(actions), tuple(decisions)


def count_meetings(session: Session, repos: Sequence[str]) -> int:
    """How many recorded meetings spoke of these repositories, under whatever command."""
    return len({row.meeting_id for row in _current_items(session) if _speaks_of(_item(row), repos)})


def _speaks_of(item: Item, repos: Sequence[str]) -> bool:
    """Whether an item belongs to one of the repositories or names something in it; GitHub's names know no case."""
    wanted = {repo.lower() for repo in repos}
    return item.repo.lower() in wanted or any(ref.repo.lower() in wanted for ref in item.references)


def load_actions(session: Session) -> tuple[Said, ...]:
    """Every action of every meeting that stands, oldest first."""
    names = {row.id: f"{row.name}, {row.started_at:%Y-%m-%d}" for row in session.scalars(select(MeetingRow))}
    done = _action_states(session)
    rows = [row for row in _current_items(session) if row.kind == Kind.ACTION.value]
    said = (
        Said(row.meeting_id, names[row.meeting_id], _item(row), done.get((row.meeting_id, row.item)))
        for row in rows
    )
    return tuple(each for each in said if each.item.stands)


def _action_states(session: Session) -> dict[tuple[int, str], datetime]:
    """When each action was done or dropped; an action that was opened again is not in it."""
    states: dict[tuple[int, str], datetime] = {}
    for row in session.scalars(select(ActionStateRow).order_by(ActionStateRow.id)):
        if row.state == "open":
            states.pop((row.meeting_id, row.item), None)
        else:
            states[row.meeting_id, row.item] = row.at
    return states


def save_action_state(
    session: Session, meeting_id: int, item: str, state: str, by: str, evidence: str, at: datetime
) -> None:
    """Records what a person said of an action. Raises WrongRequest when there is no such action."""
    rows = [
        row
        for row in _current_items(session, meeting_id)
        if row.item == item and row.kind == Kind.ACTION.value
    ]
    if not rows:
        raise WrongRequest(f"meeting {meeting_id} has no action {item}", do="`tallyman actions` shows them")
    session.add(
        ActionStateRow(meeting_id=meeting_id, item=item, state=state, by=by, evidence=evidence, at=at)
    )
