"""Meetings in the database: saved as they are heard, loaded as they stand now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from bot.model.errors import WrongRequest
from bot.model.meeting import DECISIONS, Item, Kind, Line, Meeting, Poll, Status
from bot.model.release import Said
from bot.records.embargoes import Curtain, load_curtain
from bot.records.lines import LineKeeper
from bot.records.steps import closed_at
from bot.records.tables import AmendmentRow, ItemRow, LineRow, MeetingRow, MeetingVersionRow, RedactionRow
from bot.records.values import digest, from_json, to_json

OF_THE_ROW = (
    "name",
    "channel",
    "started_at",
    "items",
    "source",
)  # the other fields of a Meeting are a version's facts


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving a meeting did. Importing the same log twice gives `added` 0 the second time."""

    id: int
    is_new: bool
    added: int  # lines and item versions that were not there before


def open_meeting(
    session: Session, channel: str, started_at: datetime, *, form: str = "log", archived: bool = False
) -> tuple[int, bool]:
    """The meeting's id, and whether it is new; a meeting that is known stays archived or live as it was."""
    row = session.scalar(
        select(MeetingRow).where(MeetingRow.channel == channel, MeetingRow.started_at == started_at)
    )
    if row is not None:
        return row.id, False
    row = MeetingRow(channel=channel, started_at=started_at, form=form, archived=archived)
    session.add(row)
    session.flush()
    return row.id, True


def archive(session: Session, id_: int, archived: bool) -> None:
    """Moves a meeting into the archive, or back."""
    row = session.get(MeetingRow, id_)
    if row is not None:
        row.archived = archived


def save_meeting(session: Session, meeting: Meeting, lines: Iterable[Line], at: datetime) -> Saved:
    """Adds what is new: the meeting, its lines, and a version of each item that changed."""
    id_, is_new = open_meeting(session, meeting.channel, meeting.started_at)
    keeper = LineKeeper(session, id_, is_new)
    for line in lines:
        keeper.add(line)
    keeper.flush()
    return Saved(id_, is_new, keeper.added + save_minutes(session, id_, meeting, at))


def save_minutes(session: Session, id_: int, meeting: Meeting, at: datetime) -> int:
    """A version of the meeting and of each item, where they changed; how many versions of items that were."""
    _save_version(session, id_, meeting, at)
    return _save_items(session, id_, meeting.items, at)


def _save_version(session: Session, id_: int, meeting: Meeting, at: datetime) -> None:
    facts = {name: value for name, value in to_json(meeting).items() if name not in OF_THE_ROW}
    print_ = digest({**facts, "name": meeting.name})
    newest = select(MeetingVersionRow.digest).where(MeetingVersionRow.meeting_id == id_)
    if session.scalar(newest.order_by(MeetingVersionRow.id.desc()).limit(1)) != print_:
        session.add(
            MeetingVersionRow(
                meeting_id=id_,
                digest=print_,
                seen_at=at,
                name=meeting.name,
                source=meeting.source,
                facts=facts,
            )
        )


def _save_items(session: Session, id_: int, items: Sequence[Item], at: datetime) -> int:
    standing = {row.item: row.digest for row in _current_items(session, id_)}
    added = 0
    for item in items:
        facts = to_json(item)
        # A line of notes that only moved is no new version; of a log, the line is the item's name anyway.
        print_ = digest({name: value for name, value in facts.items() if name != "line"})
        if standing.get(item.id) == print_:
            continue
        added += 1
        session.add(
            ItemRow(
                meeting_id=id_, item=item.id, digest=print_, seen_at=at, line=item.line, kind=item.kind.value,
                repo=item.repo, facts=facts,
            )
        )  # fmt: skip
    return added


def _current_items(session: Session, id_: int | None = None) -> list[ItemRow]:
    """The newest version of each item, meeting by meeting, in the order of their lines."""
    newest = select(func.max(ItemRow.id)).group_by(ItemRow.meeting_id, ItemRow.item)
    query = (
        select(ItemRow)
        .outerjoin(LineRow, and_(LineRow.meeting_id == ItemRow.meeting_id, LineRow.number == ItemRow.line))
        .where(ItemRow.id.in_(newest))
        .order_by(ItemRow.meeting_id, func.coalesce(LineRow.place, ItemRow.line), ItemRow.id)
    )
    if id_ is not None:
        query = query.where(ItemRow.meeting_id == id_)
    return list(session.scalars(query))


def load_items(
    session: Session, id_: int | None = None, *, embargoed: bool = False
) -> list[tuple[int, Item]]:
    """The items of one meeting, or of all, as they stand: what was amended has its new words. With the meeting's id.

    What is under embargo is not among them, unless `embargoed` is asked for.
    """
    amended, curtain = _amendments(session, id_), Curtain() if embargoed else load_curtain(session)
    found = []
    for row in _current_items(session, id_):
        amendment = amended.get((row.meeting_id, row.item))
        item = from_json(Item, row.facts) if amendment is None else _amended(amendment)
        if not curtain.hides(row.meeting_id, item):
            found.append((row.meeting_id, item))
    return found


def find_item(session: Session, id_: int, item: str) -> Item:
    """One item as it stands. Raises WrongRequest when there is none of that name."""
    load_meeting(session, id_)
    for _, found in load_items(session, id_):
        if found.id == item:
            return found
    raise WrongRequest(f"meeting {id_} has no item {item}", do=f"`tallyman meeting show {id_}` names them")


def _amendments(session: Session, id_: int | None) -> dict[tuple[int, str], AmendmentRow]:
    query = select(AmendmentRow).order_by(AmendmentRow.id)
    if id_ is not None:
        query = query.where(AmendmentRow.meeting_id == id_)
    return {(row.meeting_id, row.item): row for row in session.scalars(query)}


def _amended(row: AmendmentRow) -> Item:
    why = f": {row.why}" if row.why else ""
    note = f"amended by {row.by} on {row.at:%Y-%m-%d}{why}"
    return replace(from_json(Item, row.facts), status=Status.AMENDED, note=note)


def save_amendment(session: Session, id_: int, item: Item, by: str, why: str, at: datetime) -> None:
    """Gives an item new words; the old ones stay in its versions."""
    session.add(AmendmentRow(meeting_id=id_, item=item.id, by=by, at=at, why=why, facts=to_json(item)))


def load_meetings(session: Session) -> tuple[tuple[int, Meeting], ...]:
    """Every meeting with its id, oldest first, but for those under embargo."""
    hidden = load_curtain(session).meetings
    ids = session.scalars(select(MeetingRow.id).order_by(MeetingRow.started_at, MeetingRow.id))
    return tuple((id_, load_meeting(session, id_)) for id_ in ids if id_ not in hidden)


def load_meeting(session: Session, id_: int, *, embargoed: bool = False) -> Meeting:
    """One meeting as it stands, without what is under embargo unless that is asked for.

    Raises WrongRequest when there is none of that id, or nothing of it may be shown.
    """
    row, curtain = session.get(MeetingRow, id_), Curtain() if embargoed else load_curtain(session)
    if row is None or id_ in curtain.meetings:
        raise WrongRequest(f"there is no meeting {id_}", do="`tallyman meeting list` shows them")
    version = session.scalars(
        select(MeetingVersionRow)
        .where(MeetingVersionRow.meeting_id == id_)
        .order_by(MeetingVersionRow.id.desc())
    ).first()
    if version is None:
        raise LookupError(f"the meeting {id_} has no version")
    known = {field.name for field in fields(Meeting)}
    found = from_json(
        Meeting,
        {
            **{name: value for name, value in version.facts.items() if name in known},
            "name": version.name, "channel": row.channel, "started_at": row.started_at.isoformat(),
            "source": version.source, "items": [],
        },
    )  # fmt: skip
    return curtain.draw(id_, found, (item for _, item in load_items(session, id_, embargoed=embargoed)))


def load_changed_at(session: Session) -> dict[int, datetime]:
    """When each meeting's minutes last changed: a version of it, an item, an amendment or a redaction."""
    found: dict[int, datetime] = {}
    for table, moment in (
        (MeetingVersionRow, MeetingVersionRow.seen_at), (ItemRow, ItemRow.seen_at),
        (AmendmentRow, AmendmentRow.at), (RedactionRow, RedactionRow.at),
    ):  # fmt: skip
        query = select(table.meeting_id, func.max(moment)).group_by(table.meeting_id)
        for id_, at in session.execute(query):
            found[id_] = max(at, found.get(id_, at))
    return found


def load_noted(session: Session, source: str) -> tuple[int, ...]:
    """The meetings that were read from one file of notes, oldest first."""
    of_source = select(MeetingVersionRow.meeting_id).where(MeetingVersionRow.source == source)
    return tuple(
        session.scalars(
            select(MeetingRow.id)
            .where(MeetingRow.form == "notes", MeetingRow.id.in_(of_source))
            .order_by(MeetingRow.started_at, MeetingRow.id)
        )
    )


def load_polls(session: Session) -> tuple[tuple[int, Poll], ...]:
    """The votes of every meeting that is not archived, with the meeting's id."""
    newest = select(func.max(MeetingVersionRow.id)).group_by(MeetingVersionRow.meeting_id)
    archived = archived_ids(session)
    shown = {(id_, item.id) for id_, item in load_items(session)}
    rows = session.scalars(select(MeetingVersionRow).where(MeetingVersionRow.id.in_(newest)))
    return tuple(
        (row.meeting_id, from_json(Poll, poll))
        for row in rows
        if row.meeting_id not in archived
        for poll in row.facts.get("polls", ())
        if (row.meeting_id, poll["id"]) in shown
    )


def archived_ids(session: Session) -> set[int]:
    return set(session.scalars(select(MeetingRow.id).where(MeetingRow.archived)))


def load_names(session: Session) -> dict[int, str]:
    """Each meeting's name and day, by its id."""
    newest = select(func.max(MeetingVersionRow.id)).group_by(MeetingVersionRow.meeting_id)
    query = (
        select(MeetingRow.id, MeetingRow.started_at, MeetingVersionRow.name)
        .join(MeetingVersionRow, MeetingVersionRow.meeting_id == MeetingRow.id)
        .where(MeetingVersionRow.id.in_(newest))
    )
    return {id_: f"{name}, {started_at:%Y-%m-%d}" for id_, started_at, name in session.execute(query)}


def load_said(session: Session, repos: Sequence[str]) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    """The actions and the decisions that belong to these repositories or name something in them, oldest first.

    Only items that stand, of meetings that are not archived; an action's `done_at` is set when somebody said that it is
    done or dropped.
    """
    wanted = {repo.lower() for repo in repos}
    said = sorted(
        (s for s in _said(session) if _is_of(s.item, wanted)), key=lambda s: (s.item.at, s.item.line)
    )
    actions = tuple(each for each in said if each.item.kind is Kind.ACTION)
    return actions, tuple(each for each in said if each.item.kind in DECISIONS)


def count_meetings(session: Session, repos: Sequence[str]) -> int:
    """How many recorded meetings spoke of these repositories, under whatever command."""
    wanted = {repo.lower() for repo in repos}
    return len({id_ for id_, item in load_items(session) if _is_of(item, wanted)})


def load_met(session: Session, repos: Sequence[str]) -> tuple[datetime, ...]:
    """When the meetings that spoke of these repositories began, oldest first, archived ones too."""
    wanted = {repo.lower() for repo in repos}
    ids = {id_ for id_, item in load_items(session) if _is_of(item, wanted)}
    rows = session.execute(select(MeetingRow.id, MeetingRow.started_at).order_by(MeetingRow.started_at))
    return tuple(at for id_, at in rows if id_ in ids)


def _is_of(item: Item, repos: set[str]) -> bool:
    return item.repo.lower() in repos or any(ref.repo.lower() in repos for ref in item.references)


def _said(session: Session) -> list[Said]:
    names, closed, archived = load_names(session), closed_at(session), archived_ids(session)
    return [
        Said(id_, names[id_], item, closed.get((id_, item.id)))
        for id_, item in load_items(session)
        if item.stands and id_ not in archived and (item.kind is Kind.ACTION or item.kind in DECISIONS)
    ]
