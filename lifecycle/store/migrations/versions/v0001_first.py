"""The first schema: runs, plans, journal, snapshots, absences, grants, departures, leases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create every table."""
    _create_runs_and_plans()
    _create_journal()
    _create_snapshots()
    _create_memory()
    _create_leases()


def _create_runs_and_plans() -> None:
    op.create_table(
        "runs",
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("automation", sa.Text, nullable=False),
        sa.Column("flow", sa.Text, nullable=False),
        sa.Column("dry_run", sa.Boolean, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT),
        sa.PrimaryKeyConstraint("run_id", name="pk_runs"),
        sa.CheckConstraint("status IN ('running', 'completed', 'failed', 'stopped')", name=op.f("ck_runs_status")),
    )
    op.create_index("ix_runs_automation_status_finished_at", "runs", ["automation", "status", "finished_at"])
    op.create_table(
        "plans",
        sa.Column("plan_id", sa.Text, nullable=False),
        sa.Column("automation", sa.Text, nullable=False),
        sa.Column("directory", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("plan_hash", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("moved_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name="pk_plans"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_plans_run_id"),
        sa.CheckConstraint(
            "status IN ('proposed', 'waiting', 'applying', 'applied', 'interrupted', 'superseded')",
            name=op.f("ck_plans_status"),
        ),
    )
    op.create_index("ix_plans_automation_status", "plans", ["automation", "status"])


def _create_journal() -> None:
    op.create_table(
        "journal",
        sa.Column("entry_id", sa.Text, nullable=False),
        sa.Column("plan_id", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("directory", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("person_key", sa.Text),
        sa.Column("target_guid", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("intended_at", _MOMENT, nullable=False),
        sa.Column("settled_at", _MOMENT),
        sa.PrimaryKeyConstraint("entry_id", name="pk_journal"),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.plan_id"], name="fk_journal_plan_id"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_journal_run_id"),
        sa.CheckConstraint(
            "state IN ('intended', 'done', 'failed', 'stale', 'unknown')", name=op.f("ck_journal_state")
        ),
    )
    op.create_index("ix_journal_directory_state", "journal", ["directory", "state"])
    op.create_index("ix_journal_plan_id_number", "journal", ["plan_id", "number"])
    op.create_index("ix_journal_target_guid", "journal", ["target_guid"])


def _create_snapshots() -> None:
    op.create_table(
        "snapshots",
        sa.Column("endpoint", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("taken_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("endpoint", name="pk_snapshots"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_snapshots_run_id"),
    )
    op.create_table(
        "snapshot_rows",
        sa.Column("endpoint", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("row_hash", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("fetched_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("endpoint", "key", name="pk_snapshot_rows"),
        sa.ForeignKeyConstraint(["endpoint"], ["snapshots.endpoint"], name="fk_snapshot_rows_endpoint"),
    )


def _create_memory() -> None:
    op.create_table(
        "absences",
        sa.Column("data_source", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("runs", sa.Integer, nullable=False),
        sa.Column("first_absent_at", _MOMENT, nullable=False),
        sa.Column("last_absent_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("data_source", "key", name="pk_absences"),
    )
    op.create_table(
        "grants",
        sa.Column("directory", sa.Text, nullable=False),
        sa.Column("account_guid", sa.Text, nullable=False),
        sa.Column("group_guid", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("granted_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("directory", "account_guid", "group_guid", name="pk_grants"),
    )
    op.create_table(
        "departures",
        sa.Column("directory", sa.Text, nullable=False),
        sa.Column("account_guid", sa.Text, nullable=False),
        sa.Column("disabled_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("directory", "account_guid", name="pk_departures"),
    )


def _create_leases() -> None:
    op.create_table(
        "leases",
        sa.Column("directory", sa.Text, nullable=False),
        sa.Column("fencing", sa.Integer, nullable=False),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("process_started", sa.BigInteger, nullable=False),
        sa.Column("acquired_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("directory", name="pk_leases"),
    )
