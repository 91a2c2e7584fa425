"""Outbox: calls that tell other systems what happened; and what was reported of people before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "outbox",
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("call_key", sa.String(64), nullable=False),
        sa.Column("webhook", sa.Text, nullable=False),
        sa.Column("credentials", sa.Text, nullable=False),
        sa.Column("automation", sa.Text, nullable=False),
        sa.Column("directory", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("account_guid", sa.Text, nullable=False),
        sa.Column("person_key", sa.Text, nullable=False),
        sa.Column("plan_id", sa.Text, nullable=False),
        sa.Column("gives_ticket", sa.Boolean, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("uncertain", sa.Boolean, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("ticket", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "status IN ('waiting', 'sending', 'delivered', 'poisoned', 'dropped')", name=op.f("ck_outbox_status")
        ),
        sa.PrimaryKeyConstraint("sequence", name="pk_outbox"),
        sa.UniqueConstraint("call_key", name="uq_outbox_call_key"),
    )
    op.create_index("ix_outbox_status_subject_sequence", "outbox", ["status", "subject", "sequence"])
    op.create_index("ix_outbox_account_guid", "outbox", ["account_guid"])
    op.create_index("ix_outbox_automation_person_key", "outbox", ["automation", "person_key"])
    op.create_table(
        "reported",
        sa.Column("automation", sa.Text, nullable=False),
        sa.Column("person_key", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since_plan", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("automation", "person_key", "reason", name="pk_reported"),
    )
