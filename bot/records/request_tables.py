"""The tables of reading GitHub: events of issues, answers that may be asked for again, and how many requests there were."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.records.base import Base


class IssueEventRow(Base):
    """One event of an issue, as GitHub told it; it is never told otherwise. The columns are the model's Event."""

    __tablename__ = "issue_events"
    __table_args__ = (Index(None, "repo", "number"),)
    repo: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[int]
    what: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    by: Mapped[str]
    milestone: Mapped[str]
    reason: Mapped[str]
    url: Mapped[str]


class KeptAnswerRow(Base):
    """An answer of GitHub's that may be asked for again; `key` is of the token and the address, `body` is packed."""

    __tablename__ = "kept_answers"
    __table_args__ = (Index(None, "at"),)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    etag: Mapped[str]
    link: Mapped[str]
    body: Mapped[bytes]
    at: Mapped[datetime]


class RequestRow(Base):
    """How many requests went to GitHub in one minute (since 1970)."""

    __tablename__ = "requests"
    minute: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    count: Mapped[int]
