"""Steps: what lists of actions do once for an account, now or later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table of steps."""
    op.create_table(
        "steps",
        sa.Column("step_id", sa.Text, nullable=False),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("directory", sa.Text, nullable=False),
        sa.Column("automation", sa.Text, nullable=False),
        sa.Column("account_guid", sa.Text, nullable=False),
        sa.Column("person_key", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("item", sa.Integer, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("status IN ('waiting', 'done', 'failed', 'cancelled')", name=op.f("ck_steps_status")),
        sa.PrimaryKeyConstraint("step_id", name="pk_steps"),
    )
    op.create_index("ix_steps_directory_status_due_at", "steps", ["directory", "status", "due_at"])
    op.create_index("ix_steps_account_guid", "steps", ["account_guid"])
