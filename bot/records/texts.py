"""The texts of a specification by commit, the sentence of each requirement in them, and what drafts add."""

from collections.abc import Mapping

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.model.texts import Draft, SpecTexts
from bot.records.text_tables import DraftRow, SentenceRow, SpecRefRow, SpecTextRow
from bot.records.values import digest, from_json, to_json


def save_texts(session: Session, texts: SpecTexts, sentences: Mapping[str, str]) -> None:
    """Keeps the texts of a commit once, and where its name stands when that is new. `sentences` are by requirement id."""
    row = _row(session, texts.repo, texts.commit)
    if row is None:
        row = SpecTextRow(
            repo=texts.repo, commit=texts.commit, at=texts.at, source=texts.source, files=dict(texts.files)
        )
        session.add(row)
        session.flush()
        session.add_all(
            SentenceRow(text_id=row.id, requirement=id_, sentence=sentence)
            for id_, sentence in sentences.items()
        )
    if not texts.commit.startswith(texts.name):
        save_ref(session, texts)


def save_ref(session: Session, texts: SpecTexts) -> None:
    """Where a name stands now: a row when it has moved."""
    last = session.scalars(_refs(texts.repo, texts.name)).first()
    if last is None or last.commit != texts.commit:
        session.add(SpecRefRow(repo=texts.repo, ref=texts.name, commit=texts.commit, at=texts.at))


def load_texts(session: Session, repo: str, commit: str, name: str = "") -> SpecTexts | None:
    """The texts of a commit as they were read; None when they never were."""
    row = _row(session, repo, commit)
    if row is None:
        return None
    return SpecTexts(row.repo, row.commit, name or row.commit[:12], row.at, row.source, row.files)


def load_sentences(session: Session, repo: str, name: str) -> dict[str, str]:
    """The sentences of a tag, a branch, a pull request (`#43`) or a commit by requirement id; {} for what was never read."""
    last = session.scalars(_refs(repo, name)).first()
    row = _row(session, repo, last.commit if last else name)
    if row is None:
        return {}
    found = session.scalars(select(SentenceRow).where(SentenceRow.text_id == row.id))
    return {each.requirement: each.sentence for each in found}


def save_draft(session: Session, draft: Draft) -> bool:
    """Keeps what a draft adds. False when it is what was known of that pull request already."""
    facts = to_json(draft)
    print_ = digest({name: value for name, value in facts.items() if name != "at"})
    last = session.scalars(
        select(DraftRow)
        .where(DraftRow.repo == draft.repo, DraftRow.number == draft.number)
        .order_by(DraftRow.id.desc())
    ).first()
    if last is not None and last.digest == print_:
        return False
    session.add(
        DraftRow(
            repo=draft.repo,
            number=draft.number,
            version=draft.version,
            digest=print_,
            seen_at=draft.at,
            facts=facts,
        )
    )
    return True


def load_draft(session: Session, repo: str, number: int) -> Draft | None:
    """What a pull request was last seen to add; None when its texts were never read."""
    row = session.scalars(
        select(DraftRow).where(DraftRow.repo == repo, DraftRow.number == number).order_by(DraftRow.id.desc())
    ).first()
    return None if row is None else from_json(Draft, row.facts)


def _row(session: Session, repo: str, commit: str) -> SpecTextRow | None:
    return session.scalars(
        select(SpecTextRow).where(SpecTextRow.repo == repo, SpecTextRow.commit == commit)
    ).first()


def _refs(repo: str, ref: str) -> Select[SpecRefRow]:
    return (
        select(SpecRefRow)
        .where(SpecRefRow.repo == repo, SpecRefRow.ref == ref)
        .order_by(SpecRefRow.id.desc())
    )
