"""The tables. A fact gets a new row when it changed and none when it did not; the newest row is how things stand."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.records.base import Base as Base  # whoever wants the tables wants this


class MeetingRow(Base):
    """A meeting is known by its channel and its start; what may still change, its name too, is in its versions.

    `archived` meetings are shown and searched, never judged, reminded of or posted. `form` is log or notes.
    """

    __tablename__ = "meetings"
    __table_args__ = (UniqueConstraint("channel", "started_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    started_at: Mapped[datetime]
    form: Mapped[str] = mapped_column(String(8), server_default="log")
    archived: Mapped[bool] = mapped_column(server_default=false())


class MeetingVersionRow(Base):
    """`facts` are the fields of the model's Meeting that are no items and no lines."""

    __tablename__ = "meeting_versions"
    __table_args__ = (Index(None, "meeting_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    digest: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[datetime]
    name: Mapped[str]
    source: Mapped[str]
    facts: Mapped[dict[str, Any]]


class LineRow(Base):
    """The log as it was heard: what the minutes are derived from.

    `number` is the line's name for ever; `place` is where it stands, since a fuller log may bring lines in between.
    """

    __tablename__ = "lines"
    __table_args__ = (Index(None, "meeting_id", "at"), Index(None, "meeting_id", "place"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[float]
    at: Mapped[datetime]
    nick: Mapped[str]
    text: Mapped[str]
    emote: Mapped[bool]
    event: Mapped[str] = mapped_column(String(8), server_default="")


class ItemRow(Base):
    """One version of an item; the columns are what is asked for, `facts` all fields of the model's Item."""

    __tablename__ = "items"
    __table_args__ = (
        Index(None, "meeting_id", "item"),
        Index(None, "kind"),
        Index(None, "repo"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    item: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[datetime]
    line: Mapped[int]
    kind: Mapped[str]
    repo: Mapped[str]
    facts: Mapped[dict[str, Any]]


class AmendmentRow(Base):
    """An item's new words after its meeting. It wins over what the log gives, however often that is read again."""

    __tablename__ = "amendments"
    __table_args__ = (Index(None, "meeting_id", "item"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    item: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    why: Mapped[str]
    facts: Mapped[dict[str, Any]]


class RedactionRow(Base):
    """Which line was taken out, by whom, when and why; its words are nowhere any more."""

    __tablename__ = "redactions"
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    by: Mapped[str]
    at: Mapped[datetime]
    why: Mapped[str]
    mark: Mapped[str]  # of a line of notes: a fingerprint, by which it is known when the notes are read again


class StepRow(Base):
    """What a person said of an action or a decision after its meeting; `what` is a word of the model's Step."""

    __tablename__ = "steps"
    __table_args__ = (Index(None, "meeting_id", "item"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    item: Mapped[str]
    what: Mapped[str] = mapped_column(String(16))
    by: Mapped[str]
    at: Mapped[datetime]
    why: Mapped[str]
    to: Mapped[str] = mapped_column(server_default="")
    due: Mapped[date | None]
    link: Mapped[str] = mapped_column(server_default="")


class TieRow(Base):
    """What was said of a nick, login, name or address of a person; bot/meetings/identity.py says what holds."""

    __tablename__ = "ties"
    __table_args__ = (Index(None, "means", "value"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str]
    means: Mapped[str] = mapped_column(String(8))
    value: Mapped[str]
    certainty: Mapped[str] = mapped_column(String(16))
    by: Mapped[str]
    at: Mapped[datetime]
    source: Mapped[str]
    why: Mapped[str]


class SyncRow(Base):
    __tablename__ = "syncs"
    __table_args__ = (Index(None, "repo"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    repo: Mapped[str]
    at: Mapped[datetime]
    source: Mapped[str]
    changed: Mapped[int]
    unchanged: Mapped[int]
    scope: Mapped[str] = mapped_column(String(8), server_default="all")  # the model's Scope


class FactRow(Base):
    """One version of a milestone, an issue or a pull request, as the tracker gave it.

    `kind` is milestone, issue or pull, and `facts` are the fields of the model's value of that kind; or gone: a milestone
    that is no longer there.
    """

    __tablename__ = "tracker_facts"
    __table_args__ = (Index(None, "repo", "kind", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    sync_id: Mapped[int] = mapped_column(ForeignKey("syncs.id"))
    repo: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]


class RepositoryFactRow(Base):
    """One version of what a repository holds besides its tracker; `kind` and `name` say what (bot/records/repository.py)."""

    __tablename__ = "repository_facts"
    __table_args__ = (Index(None, "repo", "kind", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    repo: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]


class RulingRow(Base):
    """What a person decided of a release; `act` is a word of the model's Act. Never changed: a newer one takes it back."""

    __tablename__ = "rulings"
    __table_args__ = (Index(None, "project", "release"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    project: Mapped[str]
    release: Mapped[str]
    act: Mapped[str] = mapped_column(String(16))
    about: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    why: Mapped[str]
    facts: Mapped[dict[str, Any]]
    url: Mapped[str]


class DocumentRow(Base):
    """One run of the cases on one runtime, over any number of releases; `digest` is of what was said, so that it is kept once.

    `program` is the digest of the runtime's program; `partial`: only some of the cases were asked for. `vouched_by` is "" for a run of this service, else who answers for it.
    """

    __tablename__ = "conformance_documents"
    __table_args__ = (UniqueConstraint("digest"), Index(None, "runtime"))
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    saved_at: Mapped[datetime]
    runtime: Mapped[str]
    name: Mapped[str]
    runtime_version: Mapped[str]
    build: Mapped[str]
    program: Mapped[str]
    suite: Mapped[str]
    host: Mapped[str]
    claims: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    vouched_by: Mapped[str]
    vouched_why: Mapped[str]
    source: Mapped[str]  # the file's name, of what was imported
    partial: Mapped[bool]


class RunRow(Base):
    """The part of a document that is about one release."""

    __tablename__ = "conformance_runs"
    __table_args__ = (UniqueConstraint("document_id", "release"), Index(None, "release"))
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("conformance_documents.id"))
    release: Mapped[str]
    like: Mapped[str]
    untested: Mapped[list[Any]]
    containers: Mapped[int]


class CaseResultRow(Base):
    """`standing` is what is said of the result (explained, disputed, stored), `evidence` what shows it; NULL where nothing is."""

    __tablename__ = "case_results"
    run_id: Mapped[int] = mapped_column(ForeignKey("conformance_runs.id"), primary_key=True)
    case: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(String(8))
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str]
    seconds: Mapped[float]
    counted: Mapped[bool]
    private: Mapped[bool]
    requirements: Mapped[list[Any]]
    sections: Mapped[list[Any]]
    standing: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class DisputeRow(Base):
    """A dispute, or (`closes` names it) the end of one; `runtime` and `release` "" are all of them."""

    __tablename__ = "case_disputes"
    __table_args__ = (Index(None, "case"), UniqueConstraint("closes"))
    id: Mapped[int] = mapped_column(primary_key=True)
    closes: Mapped[int | None] = mapped_column(ForeignKey("case_disputes.id"))
    case: Mapped[str]
    runtime: Mapped[str]
    release: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    link: Mapped[str]
    reading: Mapped[str]  # or, of an end, why


class JudgementRow(Base):
    """One judgement; `target` are the fields of the model's Target."""

    __tablename__ = "judgements"
    __table_args__ = (Index(None, "project", "release"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    project: Mapped[str]
    release: Mapped[str]
    family: Mapped[str]
    at: Mapped[datetime]
    synced_at: Mapped[datetime | None]
    target: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(server_default="")
    beside: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # the fields of the model's Beside


class VerdictRow(Base):
    __tablename__ = "verdicts"
    judgement_id: Mapped[int] = mapped_column(ForeignKey("judgements.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str]
    rule: Mapped[dict[str, Any]]
    links: Mapped[list[Any]]
    who: Mapped[list[Any]]
    waiver: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class OutboxRow(Base):
    """What one place should show of one kind; a newer text takes the older one's row. Written with its judgement, in one transaction.

    `sequence` grows with every change and never falls behind a comment's own mark; `once` marks what is said a single time.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "state"),
        UniqueConstraint("repo", "number", "kind", "project", "release", "key"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    judgement_id: Mapped[int | None] = mapped_column(ForeignKey("judgements.id"))
    kind: Mapped[str] = mapped_column(String(32))
    project: Mapped[str]
    release: Mapped[str]
    key: Mapped[str]
    repo: Mapped[str]
    number: Mapped[int]
    body: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    sequence: Mapped[int]
    as_of: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))  # pending, sent, failed, withdrawn
    attempts: Mapped[int]
    last_error: Mapped[str]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class PostRow(Base):
    """What was posted, and where it stands; the newest row of a place is what stands there now."""

    __tablename__ = "posts"
    __table_args__ = (Index(None, "repo", "number", "kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    project: Mapped[str]
    release: Mapped[str]
    repo: Mapped[str]
    number: Mapped[int]
    comment_id: Mapped[int]
    url: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    sequence: Mapped[int]
    action: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    key: Mapped[str] = mapped_column(server_default="")


class CommandRow(Base):
    """One version of a comment that asked something of us: what was asked, and what came of it."""

    __tablename__ = "commands"
    __table_args__ = (UniqueConstraint("repo", "comment_id", "edited_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    repo: Mapped[str]
    number: Mapped[int]
    comment_id: Mapped[int]
    edited_at: Mapped[datetime]
    by: Mapped[str]
    url: Mapped[str]
    asked: Mapped[str]
    outcome: Mapped[str] = mapped_column(String(16))  # done, mistaken, refused, silent
    at: Mapped[datetime]


class CorrectionRow(Base):
    """Somebody's word that a report was wrong; `said` is what it said, `since` the judgement that said it first."""

    __tablename__ = "corrections"
    __table_args__ = (Index(None, "project", "release"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    project: Mapped[str]
    release: Mapped[str]
    said: Mapped[str]
    since: Mapped[datetime]
    by: Mapped[str]
    at: Mapped[datetime]
    why: Mapped[str]
    url: Mapped[str]
