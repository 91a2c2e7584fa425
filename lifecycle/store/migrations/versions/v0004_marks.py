"""Marks: what runs remember of single accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table of marks."""
    op.create_table(
        "marks",
        sa.Column("directory", sa.Text, nullable=False),
        sa.Column("automation", sa.Text, nullable=False),
        sa.Column("mark", sa.String(16), nullable=False),
        sa.Column("account_guid", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("mark IN ('served', 'held')", name=op.f("ck_marks_mark")),
        sa.PrimaryKeyConstraint("directory", "automation", "mark", "account_guid", name="pk_marks"),
    )
