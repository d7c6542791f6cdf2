"""Taking a line out: its words and its name are overwritten wherever the database holds them, and stay overwritten.

What stays is a tombstone: who took it out, when and why. Everything else in the records is only ever added to.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.model.errors import WrongRequest
from bot.model.meeting import Line
from bot.model.outgoing import Kind
from bot.records.lines import TOMBSTONE
from bot.records.tables import (
    AmendmentRow,
    ItemRow,
    LineRow,
    MeetingVersionRow,
    OutboxRow,
    RedactionRow,
    StepRow,
    VerdictRow,
)

SHORT = 6  # words as short as these stand in other texts by chance: they are only taken out of the line's own item


@dataclass(frozen=True, slots=True)
class Redaction:
    """`line` is the line's number in its meeting, or the number of an item of notes (7 of N7).

    `mark` is what is kept of a line of notes, so that it is known when the notes are read again; "" for a log's.
    """

    meeting_id: int
    line: int
    by: str
    at: datetime
    why: str
    mark: str = ""

    @property
    def item(self) -> str:
        return f"{'N' if self.mark else 'L'}{self.line}"

    @property
    def tombstone(self) -> str:
        why = f": {self.why}" if self.why else ""
        return f"{TOMBSTONE} by {self.by}, {self.at:%Y-%m-%d}{why}"


def find_line(session: Session, meeting_id: int, number: int) -> Line:
    """One line as it is kept. Raises WrongRequest."""
    row = session.get(LineRow, (meeting_id, number))
    if row is None:
        raise WrongRequest(
            f"meeting {meeting_id} has no line {number}",
            do=f"`tallyman meeting export {meeting_id} --format log` shows them",
        )
    return Line(row.number, row.at, row.nick, row.text, row.emote)


def save_redaction(session: Session, redaction: Redaction, line: Line) -> tuple[str, ...]:
    """Overwrites the line everywhere. Returns the releases whose reports must be judged anew, as `project release`.

    The comments that were posted are edited by the next publication of those releases.
    """
    session.merge(
        RedactionRow(
            meeting_id=redaction.meeting_id, line=redaction.line, by=redaction.by, at=redaction.at, why=redaction.why,
            mark=redaction.mark,
        )
    )  # fmt: skip
    return _bury(session, redaction, line)


def load_redactions(session: Session, meeting_id: int | None = None) -> tuple[Redaction, ...]:
    query = select(RedactionRow).order_by(RedactionRow.meeting_id, RedactionRow.line)
    if meeting_id is not None:
        query = query.where(RedactionRow.meeting_id == meeting_id)
    return tuple(Redaction(r.meeting_id, r.line, r.by, r.at, r.why, r.mark) for r in session.scalars(query))


def _bury(session: Session, redaction: Redaction, line: Line) -> tuple[str, ...]:
    words = line.text.strip()
    session.execute(
        update(LineRow)
        .where(LineRow.meeting_id == redaction.meeting_id, LineRow.number == redaction.line)
        .values(nick=TOMBSTONE, text=redaction.tombstone)
    )
    texts = _texts(session, redaction, words)
    own = (LineRow.meeting_id == redaction.meeting_id, LineRow.nick == line.nick)
    is_last = session.scalar(select(func.count()).select_from(LineRow).where(*own)) == 0
    for text in sorted(texts, key=len, reverse=True):
        _scrub_rows(session, redaction, text)
    for row in session.scalars(select(ItemRow).where(ItemRow.meeting_id == redaction.meeting_id)):
        if row.item == redaction.item:
            row.facts = _buried_item(row.facts, redaction)
            row.repo = ""
    session.execute(
        delete(AmendmentRow).where(
            AmendmentRow.meeting_id == redaction.meeting_id, AmendmentRow.item == redaction.item
        )
    )
    if is_last:  # the only line of that name: the list of people goes without it too
        for version in session.scalars(
            select(MeetingVersionRow).where(MeetingVersionRow.meeting_id == redaction.meeting_id)
        ):
            version.facts = _without_person(version.facts, line.nick)
    return _reports(session, texts)


def _texts(session: Session, redaction: Redaction, words: str) -> set[str]:
    """What the line said, in the forms in which it was kept: the line, its item's words, and what it was amended to."""
    items = select(ItemRow).where(ItemRow.meeting_id == redaction.meeting_id, ItemRow.item == redaction.item)
    found = {words, *(str(row.facts.get("text", "")) for row in session.scalars(items))}
    amended = select(AmendmentRow).where(
        AmendmentRow.meeting_id == redaction.meeting_id, AmendmentRow.item == redaction.item
    )
    found |= {str(row.facts.get("text", "")) for row in session.scalars(amended)}
    return {text for text in found if len(text) >= SHORT}


def _scrub_rows(session: Session, redaction: Redaction, text: str) -> None:
    """Takes the text out of what other rows repeat: undo records, topics, polls, offers, reasons and evidence."""
    stone = redaction.tombstone
    of_meeting: Sequence[Any] = (MeetingVersionRow, ItemRow, AmendmentRow)
    for table in of_meeting:
        for row in session.scalars(select(table).where(table.meeting_id == redaction.meeting_id)):
            row.facts = _scrubbed(row.facts, text, stone)
    for step in session.scalars(select(StepRow).where(StepRow.meeting_id == redaction.meeting_id)):
        step.why = step.why.replace(text, stone)
    for verdict in session.scalars(select(VerdictRow)):
        if text in verdict.reason:
            verdict.reason = verdict.reason.replace(text, stone)
        if (links := _scrubbed(verdict.links, text, stone)) != verdict.links:
            verdict.links = links


def _scrubbed(value: Any, text: str, stone: str) -> Any:
    if isinstance(value, str):
        return value.replace(text, stone)
    if isinstance(value, dict):
        return {key: _scrubbed(each, text, stone) for key, each in value.items()}
    if isinstance(value, list):
        return [_scrubbed(each, text, stone) for each in value]
    return value


def _buried_item(facts: dict[str, Any], redaction: Redaction) -> dict[str, Any]:
    gone = {
        "by": TOMBSTONE,
        "speaker": TOMBSTONE,
        "text": redaction.tombstone,
        "repo": "",
        "gloss": "",
        "note": "",
        "due": None,
    }
    return {**facts, **gone, "assignees": [], "references": []}


def _without_person(value: Any, nick: str) -> Any:
    """The lists of people, chairs, voters and scribes without somebody whose only line is gone."""
    if isinstance(value, dict):
        return {key: _without_person(each, nick) for key, each in value.items()}
    if isinstance(value, list):
        return [_without_person(each, nick) for each in value if not _is_person(each, nick)]
    return value


def _is_person(value: Any, nick: str) -> bool:
    return value == nick or (isinstance(value, dict) and nick in (value.get("nick"), value.get("by")))


def _reports(session: Session, texts: Iterable[str]) -> tuple[str, ...]:
    """Reports that may quote the line: what waits is not sent, what was sent is forgotten here and to be judged anew.

    A report quotes with marks and cuts, so that a part of the words is enough to suspect it.
    """
    signs = {text[:24] for text in texts}
    found = []
    for row in session.scalars(select(OutboxRow)):
        plain = row.body.replace("\\", "").replace("\u200b", "").replace("&amp;", "&")
        if not any(sign in plain for sign in signs):
            continue
        row.body = TOMBSTONE
        row.sha256 = hashlib.sha256(TOMBSTONE.encode()).hexdigest()
        row.sequence += 1
        if row.kind == Kind.READINESS:
            found.append(f"{row.project} {row.release}")
            row.state = "withdrawn"
        elif row.sent_at is None or row.kind in (Kind.CHECK, Kind.LABELS):
            row.state = "withdrawn"
        else:  # nobody makes it anew: the comment that stands there is edited to say that it is gone
            row.state = "pending"
    return tuple(dict.fromkeys(found))
