"""The texts of the specification by commit, their sentences, and what drafts add to them."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

AT = sa.DateTime(timezone=True)
TABLES = ("spec_drafts", "spec_sentences", "spec_refs", "spec_texts")


def upgrade() -> None:
    whole, text, json = sa.Integer(), sa.Text(), sa.JSON()
    _table(
        "spec_texts", _column("id", whole), _column("repo", text), _column("commit", sa.String(64)), _column("at", AT),
        _column("source", text), _column("files", json), _key("spec_texts"),
        sa.UniqueConstraint("repo", "commit", name=op.f("uq_spec_texts_repo_commit")),
    )  # fmt: skip
    _table(
        "spec_refs", _column("id", whole), _column("repo", text), _column("ref", text), _column("commit", sa.String(64)),
        _column("at", AT), _key("spec_refs"), index=[("repo", "ref")],
    )  # fmt: skip
    _table(
        "spec_sentences", _column("text_id", whole), _column("requirement", sa.String(16)), _column("sentence", text),
        sa.ForeignKeyConstraint(["text_id"], ["spec_texts.id"], name=op.f("fk_spec_sentences_text_id")),
        _key("spec_sentences", "text_id", "requirement"),
    )  # fmt: skip
    _table(
        "spec_drafts", _column("id", whole), _column("repo", text), _column("number", whole), _column("version", text),
        _column("digest", sa.String(64)), _column("seen_at", AT), _column("facts", json), _key("spec_drafts"),
        index=[("repo", "number")],
    )  # fmt: skip


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)


def _table(name: str, *parts: Any, index: Iterable[tuple[str, ...]] = ()) -> None:
    op.create_table(name, *parts)
    for columns in index:
        op.create_index(op.f(f"ix_{name}_{'_'.join(columns)}"), name, list(columns), unique=False)


def _column(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*(columns or ("id",)), name=op.f(f"pk_{table}"))
