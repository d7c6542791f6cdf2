"""Reading GitHub with few requests: events of issues, answers that are asked for again, requests by the minute, whole syncs."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "issue_events",
        sa.Column("repo", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("milestone", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("repo", "id", name=op.f("pk_issue_events")),
    )
    op.create_index(op.f("ix_issue_events_repo_number"), "issue_events", ["repo", "number"])
    op.create_table(
        "kept_answers",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_kept_answers")),
    )
    op.create_index(op.f("ix_kept_answers_at"), "kept_answers", ["at"])
    op.create_table(
        "requests",
        sa.Column("minute", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("minute", name=op.f("pk_requests")),
    )
    with op.batch_alter_table("syncs") as table:
        # Every sync so far read everything.
        table.add_column(sa.Column("scope", sa.String(8), nullable=False, server_default="all"))


def downgrade() -> None:
    with op.batch_alter_table("syncs") as table:
        table.drop_column("scope")
    for name in ("requests", "kept_answers", "issue_events"):
        op.drop_table(name)
