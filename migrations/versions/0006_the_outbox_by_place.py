"""The outbox has one row for each place and kind, what comments ask is kept, and so is what was called wrong."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

AT = sa.DateTime(timezone=True)
PLACE = ("repo", "number", "kind", "project", "release")
Row = dict[str, Any]


def upgrade() -> None:
    before = _rows("outbox")
    newest: dict[tuple[Any, ...], Row] = {}
    for row in before:  # by id: what comes later is newer
        newest[tuple(row[name] for name in PLACE)] = row
    op.drop_table("outbox")
    _make_outbox(by_place=True)
    _fill(
        "outbox",
        [
            {
                **row,
                "key": "",
                "sha256": hashlib.sha256(row["body"].encode()).hexdigest(),
                "sequence": row["id"],  # as its comment's mark has it
                "as_of": row["created_at"],
                "state": "withdrawn" if row["state"] == "superseded" else row["state"],
            }
            for row in newest.values()
        ],
    )
    with op.batch_alter_table("posts") as batch:
        batch.add_column(sa.Column("key", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "commands",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("repo", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("edited_at", AT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commands")),
        sa.UniqueConstraint(
            "repo", "comment_id", "edited_at", name=op.f("uq_commands_repo_comment_id_edited_at")
        ),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_project_release"), "corrections", ["project", "release"])


def downgrade() -> None:
    op.drop_table("corrections")
    op.drop_table("commands")
    with op.batch_alter_table("posts") as batch:
        batch.drop_column("key")
    before = [row for row in _rows("outbox") if not row["key"]]
    op.drop_table("outbox")
    _make_outbox(by_place=False)
    kept = ("id", "judgement_id", *PLACE, "body", "state", "attempts", "last_error", "created_at", "sent_at")
    _fill("outbox", [{name: row[name] for name in kept} for row in before])


def _make_outbox(*, by_place: bool) -> None:
    more: list[sa.schema.SchemaItem] = [
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("as_of", AT, nullable=False),
        sa.UniqueConstraint(*PLACE, "key", name=op.f("uq_outbox_repo_number_kind_project_release_key")),
    ]
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("judgement_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("repo", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("sent_at", AT, nullable=True),
        *(more if by_place else []),
        sa.ForeignKeyConstraint(["judgement_id"], ["judgements.id"], name=op.f("fk_outbox_judgement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_state"), "outbox", ["state"])


def _rows(table: str) -> list[Row]:
    """Every row by id, its moments aware."""
    connection = op.get_bind()
    reflected = sa.Table(table, sa.MetaData(), autoload_with=connection)
    rows = connection.execute(sa.select(reflected).order_by(reflected.c.id))
    return [{name: _aware(value) for name, value in row._mapping.items()} for row in rows]


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


def _fill(table: str, rows: list[Row]) -> None:
    if not rows:
        return
    op.bulk_insert(sa.Table(table, sa.MetaData(), autoload_with=op.get_bind()), rows)
    if (
        op.get_bind().dialect.name == "postgresql"
    ):  # rows that brought their ids along did not move the sequence
        op.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
