"""Answers of GitHub's that were kept with their ETags, and how many requests there were: shared by all of a database's processes."""

import zlib
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from bot.model.answers import Kept
from bot.records.engine import Engine, read_session, write_session
from bot.records.request_tables import KeptAnswerRow, RequestRow

KEEP = timedelta(days=14)  # an answer that nobody asked for in so long is thrown away
HOUR = 60  # minutes


class KeptAnswers:
    """A shelf of answers. Each is one transaction of its own: a lost one costs a request, never a fact."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine, self._clock = engine, clock

    def get(self, key: str) -> Kept | None:
        with read_session(self._engine) as session:
            row = session.get(KeptAnswerRow, key)
            return None if row is None else Kept(row.etag, row.link, zlib.decompress(row.body))

    def put(self, key: str, kept: Kept) -> None:
        row = KeptAnswerRow(
            key=key, etag=kept.etag, link=kept.link, body=zlib.compress(kept.body), at=self._clock()
        )
        with write_session(self._engine) as session:
            session.merge(row)
            session.execute(delete(KeptAnswerRow).where(KeptAnswerRow.at < self._clock() - KEEP))


class RequestBudget:
    """At most so many requests in any sixty minutes, whoever sends them."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime], most: int) -> None:
        self._engine, self._clock, self.most = engine, clock, most

    def take(self) -> datetime | None:
        """Counts one request, which may then be sent; or counts nothing and says from when on one may be."""
        minute = self._minute()
        with write_session(self._engine) as session:
            if (
                self._engine.dialect.name == "postgresql"
            ):  # two that count at once would both find room for one
                session.execute(text("LOCK TABLE requests IN EXCLUSIVE MODE"))
            session.execute(delete(RequestRow).where(RequestRow.minute <= minute - HOUR))
            if _used(session, minute) >= self.most:
                oldest = session.scalar(select(func.min(RequestRow.minute)).where(RequestRow.count > 0))
                return datetime.fromtimestamp(((oldest or minute) + HOUR) * 60, self._clock().tzinfo)
            self._add(session, minute, 1)
        return None

    def give_back(self) -> None:
        """The request cost nothing: GitHub does not count an answer that is still good (304)."""
        with write_session(self._engine) as session:
            self._add(session, self._minute(), -1)

    def left(self) -> int:
        with read_session(self._engine) as session:
            return max(self.most - _used(session, self._minute()), 0)

    def _minute(self) -> int:
        return int(self._clock().timestamp()) // 60

    def _add(self, session: Session, minute: int, count: int) -> None:
        row = session.get(RequestRow, minute)
        if row is None:
            session.add(RequestRow(minute=minute, count=count))
        else:
            row.count += count


def _used(session: Session, minute: int) -> int:
    """A minute may be below nothing: a request of the minute before was given back in it."""
    counted = select(func.sum(RequestRow.count)).where(RequestRow.minute > minute - HOUR)
    return session.scalar(counted) or 0
