"""Plans as two texts, the hashed one and the rest; journal entries with the version of what they hold.

The hashed text is made of the stored JSON alone: it is the very text that was hashed when the plan was made, so each
plan keeps its hash, and one that was altered before keeps another content than its hash says.
"""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_HASHED = ("automation", "directory", "changes")


def upgrade() -> None:
    """Split the body of each plan."""
    op.execute("ALTER TABLE plans RENAME COLUMN body TO context")
    op.add_column("plans", sa.Column("intent", sa.Text, nullable=False, server_default=""))
    op.add_column("plans", sa.Column("context_hash", sa.Text, nullable=False, server_default=""))
    op.add_column("journal", sa.Column("version", sa.Integer, nullable=False, server_default="0"))
    plans = sa.table("plans", *map(sa.column, ("plan_id", "plan_hash", "intent", "context", "context_hash")))
    connection = op.get_bind()
    for plan_id, plan_hash in connection.execute(sa.select(plans.c.plan_id, plans.c.plan_hash)).all():
        mine = plans.c.plan_id == plan_id  # one at a time: a plan may be large
        intent, context = _split(connection.execute(sa.select(plans.c.context).where(mine)).scalar_one())
        digest = hashlib.sha256(f"{plan_hash}\n{context}".encode()).hexdigest()
        connection.execute(sa.update(plans).where(mine).values(intent=intent, context=context, context_hash=digest))


def _split(body: str) -> tuple[str, str]:
    """What was hashed, and the rest. What is no plan stays as it is, and has no hash that fits."""
    try:
        plan = json.loads(body)
        hashed = {name: plan.pop(name) for name in _HASHED}
    except (ValueError, KeyError, TypeError, AttributeError):
        return body, "{}"
    return json.dumps(hashed, sort_keys=True, ensure_ascii=False, separators=(",", ":")), json.dumps(plan)
