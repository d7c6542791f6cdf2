"""The lines of a meeting: kept once however often, and in how many pieces, its log is read."""

from collections import defaultdict, deque
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from bot.model.meeting import Event, Line
from bot.records.embargoes import hidden_lines
from bot.records.tables import LineRow

CHUNK = 2000  # lines that are compared and written at once
STEP = 1024  # a line that comes in between takes this part of the gap: thousands of lines fit into one
TOMBSTONE = "[redacted]"  # in the place of the nick and of the words


class LineKeeper:
    """Takes a log's lines in its order and keeps those that are not there yet.

    A line is the same when moment, nick and words are, counted: the third `+1` of a second is the third one there. It keeps the
    number under which it was kept first, whatever its number in this file is; a line that was redacted is known by its moment.
    """

    def __init__(self, session: Session, meeting_id: int, is_new: bool) -> None:
        self._session, self._id = session, meeting_id
        self.added = 0
        self._waiting: list[Line] = []
        self._used: set[int] = set()
        self._own: list[float] = []  # places of this chunk that are not written yet
        self._place = 0.0  # where the last line stands
        stored = func.coalesce(func.max(LineRow.place), 0.0), func.coalesce(func.max(LineRow.number), 0)
        self._top, self._highest = (
            (0.0, 0)
            if is_new
            else session.execute(select(*stored).where(LineRow.meeting_id == meeting_id)).one()
        )
        self._is_new = is_new

    def add(self, line: Line) -> None:
        self._waiting.append(line)
        if len(self._waiting) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        """Writes what was taken so far."""
        if not self._waiting:
            return
        rows = self._plain() if self._is_new else self._compared()
        if rows:
            self._session.execute(insert(LineRow), rows)
        self.added += len(rows)
        self._waiting.clear()
        self._own.clear()

    def _plain(self) -> list[dict[str, Any]]:
        return [self._row(line, line.number, float(line.number)) for line in self._waiting]

    def _compared(self) -> list[dict[str, Any]]:
        known, buried = self._stored()
        taken = self._taken_numbers()
        rows = []
        for line in self._waiting:
            same = known[line.at, line.nick, line.text]
            number, place = (
                same.popleft() if same else buried[line.at].popleft() if buried[line.at] else (0, 0.0)
            )
            if number:
                self._used.add(number)
                self._place = place
                continue
            number = line.number if line.number not in taken else self._highest + 1
            self._highest = max(self._highest, number)
            taken.add(number)
            self._used.add(number)
            self._place = self._between(line) if self._place < self._top else max(self._place + 1, number)
            self._top = max(self._top, self._place)
            self._own.append(self._place)
            rows.append(self._row(line, number, self._place))
        return rows

    def _between(self, line: Line) -> float:
        """Where a line stands that comes before some that are kept: behind the one before it here and all earlier moments."""
        of_meeting = select(LineRow.place).where(LineRow.meeting_id == self._id)
        earlier = (
            of_meeting.where(LineRow.at < line.at).order_by(LineRow.at.desc(), LineRow.place.desc()).limit(1)
        )
        base = max(self._place, self._session.scalar(earlier) or 0.0)
        following = self._session.scalar(
            of_meeting.where(LineRow.place > base).order_by(LineRow.place).limit(1)
        )
        ahead = [place for place in (following, *self._own) if place is not None and place > base]
        return base + (min(ahead) - base) / STEP if ahead else base + 1

    def _stored(self) -> tuple[dict[Any, deque[tuple[int, float]]], dict[Any, deque[tuple[int, float]]]]:
        """The kept lines of this chunk's time that were not matched yet: by what they say, and the redacted ones."""
        known: dict[Any, deque[tuple[int, float]]] = defaultdict(deque)
        buried: dict[Any, deque[tuple[int, float]]] = defaultdict(deque)
        moments = [line.at for line in self._waiting]
        query = (
            select(LineRow.number, LineRow.place, LineRow.at, LineRow.nick, LineRow.text)
            .where(LineRow.meeting_id == self._id, LineRow.at >= min(moments), LineRow.at <= max(moments))
            .order_by(LineRow.place)
        )
        for number, place, at, nick, text in self._session.execute(query):
            if number not in self._used:
                (buried[at] if nick == TOMBSTONE else known[at, nick, text]).append((number, place))
        return known, buried

    def _taken_numbers(self) -> set[int]:
        numbers = [line.number for line in self._waiting]
        query = select(LineRow.number).where(
            LineRow.meeting_id == self._id, LineRow.number >= min(numbers), LineRow.number <= max(numbers)
        )
        return set(self._session.scalars(query))

    def _row(self, line: Line, number: int, place: float) -> dict[str, Any]:
        return {
            "meeting_id": self._id, "number": number, "place": place, "at": line.at, "nick": line.nick, "text": line.text,
            "emote": line.emote, "event": line.event.value,
        }  # fmt: skip


def load_lines(session: Session, meeting_id: int, *, embargoed: bool = False) -> Iterator[Line]:
    """A meeting's lines in their order, a few at a time, without those under embargo unless they are asked for."""
    hidden = frozenset() if embargoed else hidden_lines(session, meeting_id)
    query = (
        select(LineRow.number, LineRow.at, LineRow.nick, LineRow.text, LineRow.emote, LineRow.event)
        .where(LineRow.meeting_id == meeting_id)
        .order_by(LineRow.place, LineRow.number)
        .execution_options(yield_per=CHUNK)
    )
    with session.execute(query) as rows:  # closed also for whoever stops half-way
        for number, at, nick, text, emote, event in rows:
            if number not in hidden:
                yield Line(number, at, nick, text, emote, Event(event))
