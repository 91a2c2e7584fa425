"""Lists that have begun, and which runs were sound; both as far as an older store shows them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_RUNS = sa.table(
    "runs",
    *(sa.column(name) for name in ("run_id", "automation", "flow", "dry_run", "status", "counts", "rows_read")),
    sa.column("started_at", sa.DateTime(timezone=True)),
    sa.column("sound_at", sa.DateTime(timezone=True)),
)
_STEPS = sa.table(
    "steps",
    *(sa.column(name) for name in ("directory", "automation", "rule", "account_guid", "course", "status")),
    sa.column("begun_at", sa.DateTime(timezone=True)),
)
_JOURNAL = sa.table(
    "journal",
    *(sa.column(name) for name in ("plan_id", "directory", "action", "rule", "target_guid", "after", "state")),
    sa.column("settled_at", sa.DateTime(timezone=True)),
    sa.column("intended_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """Create the table of policy runs and the columns of sound runs, and fill them from what is there."""
    policy_runs = op.create_table(
        "policy_runs",
        sa.Column("directory", sa.Text, nullable=False),
        sa.Column("automation", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("account_guid", sa.Text, nullable=False),
        sa.Column("policy_run_id", sa.Text, nullable=False),
        sa.Column("triggers", sa.Text),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("directory", "automation", "rule", "account_guid", name="pk_policy_runs"),
    )
    op.create_index("ix_policy_runs_policy_run_id", "policy_runs", ["policy_run_id"])
    op.create_index("ix_steps_course", "steps", ["course"])
    op.add_column("runs", sa.Column("sound_at", sa.DateTime(timezone=True)))
    op.add_column("runs", sa.Column("rows_read", sa.Integer))
    op.create_index("ix_runs_automation_sound_at", "runs", ["automation", "sound_at"])
    connection = op.get_bind()
    if found := list(_begun(connection)):
        op.bulk_insert(policy_runs, found)
    _note_sound_runs(connection)


def _note_sound_runs(connection: sa.Connection) -> None:
    """Live syncs of everybody that came as far as the gate; their counts have how many people they planned for."""
    made_a_plan = (
        (_RUNS.c.flow == "sync-people")
        & _RUNS.c.dry_run.is_(sa.false())
        & _RUNS.c.status.in_(("completed", "stopped"))
        & _RUNS.c.automation.not_like("%: %")  # that is a run for some people
    )
    for row in connection.execute(sa.select(_RUNS).where(made_a_plan)).all():
        people = json.loads(row.counts).get("people")
        if people is not None:
            noted = sa.update(_RUNS).where(_RUNS.c.run_id == row.run_id)
            connection.execute(noted.values(sound_at=row.started_at, rows_read=people))


def _begun(connection: sa.Connection) -> Iterable[dict[str, Any]]:
    """The last run of each leavers' list, unless the account was enabled since; of other lists what still differs.

    A movers' or rehires' list is done with the night in which it began, but where the change that it began for was not
    carried out: then what that change asked for was there to be seen every night.
    """
    newest: dict[tuple[str, str, str, str], Any] = {}
    listed = _STEPS.c.rule.in_(("leavers", "movers", "rehires")) & (_STEPS.c.account_guid != "")
    for row in connection.execute(sa.select(_STEPS).where(listed).order_by(_STEPS.c.begun_at)):
        newest[row.directory, row.automation, row.rule, row.account_guid] = row
    for (directory, automation, rule, guid), row in newest.items():
        mine = (_JOURNAL.c.directory == directory) & (_JOURNAL.c.target_guid == guid)
        if rule == "leavers":
            triggers = None
            returned = mine & (_JOURNAL.c.action == "enable-user") & (_JOURNAL.c.state == "done")
            over = connection.scalar(
                sa.select(_JOURNAL.c.plan_id).where(returned & (_JOURNAL.c.settled_at > row.begun_at)).limit(1)
            )
            if over is not None:
                continue
        else:
            triggers = sorted(_left_open(connection, mine, rule))
            if not triggers:
                continue
        yield {
            "directory": directory,
            "automation": automation,
            "rule": rule,
            "account_guid": guid,
            "policy_run_id": row.course,
            "triggers": None if triggers is None else json.dumps(triggers, separators=(",", ":")),
            "started_at": row.begun_at,
            "ended_at": None,
        }


def _left_open(connection: sa.Connection, mine: sa.ColumnElement[bool], rule: str) -> set[str]:
    """Digests of what the plan in which a list began last asked of the account's record, and did not get."""
    began = mine & (_JOURNAL.c.action == "begin-policy") & (_JOURNAL.c.rule == rule) & (_JOURNAL.c.state == "done")
    plan_id = connection.scalar(
        sa.select(_JOURNAL.c.plan_id).where(began).order_by(_JOURNAL.c.settled_at.desc()).limit(1)
    )
    refused = (
        mine
        & (_JOURNAL.c.plan_id == plan_id)
        & _JOURNAL.c.rule.in_(("attributes", "placement", "rehire"))
        & _JOURNAL.c.state.in_(("failed", "stale", "unknown", "intended"))
    )
    triggers: set[str] = set()
    for row in connection.execute(sa.select(_JOURNAL.c.after).where(refused)):
        for attribute, value in json.loads(row.after).items():
            # With its value, and without: which attributes are computed from the account, the store does not know.
            triggers |= {_digest([attribute, value]), _digest([attribute])}
    return triggers


def _digest(parts: list[Any]) -> str:
    """As ``lifecycle.planning.policy_starts`` had it when this migration was written."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:32]
