"""The tables of a specification's texts, their sentences, and what drafts add to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.records.tables import Base


class SpecTextRow(Base):
    """What a specification said at a commit, which never changes: `files` are its texts by path."""

    __tablename__ = "spec_texts"
    __table_args__ = (UniqueConstraint("repo", "commit"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    repo: Mapped[str]
    commit: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    source: Mapped[str]
    files: Mapped[dict[str, Any]]


class SpecRefRow(Base):
    """Where a tag, a branch or a pull request stood; the newest row is where it stands."""

    __tablename__ = "spec_refs"
    __table_args__ = (Index(None, "repo", "ref"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    repo: Mapped[str]
    ref: Mapped[str]
    commit: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class SentenceRow(Base):
    """The sentence of a requirement in a text."""

    __tablename__ = "spec_sentences"
    text_id: Mapped[int] = mapped_column(ForeignKey("spec_texts.id"), primary_key=True)
    requirement: Mapped[str] = mapped_column(String(16), primary_key=True)
    sentence: Mapped[str]


class DraftRow(Base):
    """What a pull request adds to the specification; `facts` are the fields of the model's Draft."""

    __tablename__ = "spec_drafts"
    __table_args__ = (Index(None, "repo", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    repo: Mapped[str]
    number: Mapped[int]
    version: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
