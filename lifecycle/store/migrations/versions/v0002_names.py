"""Names that accounts were given, so that none need ever be given to another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table of names."""
    op.create_table(
        "names",
        sa.Column("directory", sa.Text, nullable=False),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("account_guid", sa.Text, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("directory", "space", "name", "account_guid", name="pk_names"),
    )
