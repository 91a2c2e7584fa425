"""Tickets: records that are requests, each taken in hand by one run and answered once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the table of tickets."""
    op.create_table(
        "tickets",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("ticket_key", sa.Text, nullable=False),
        sa.Column("opened", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("process_started", sa.BigInteger, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("state IN ('taken', 'answered', 'closed')", name=op.f("ck_tickets_state")),
        sa.PrimaryKeyConstraint("source", "ticket_key", name="pk_tickets"),
    )
