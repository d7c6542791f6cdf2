"""The events of issues, from which milestones' histories are told."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "issue_events",
        sa.Column("repo", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("milestone", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("repo", "id", name=op.f("pk_issue_events")),
    )
    op.create_index(op.f("ix_issue_events_repo_number"), "issue_events", ["repo", "number"])


def downgrade() -> None:
    op.drop_table("issue_events")
