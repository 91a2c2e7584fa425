"""The tables, as the newest migration leaves them; a test holds the two against each other."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from lifecycle.store.columns import Json, UtcDateTime, status_of
from lifecycle.store.status import CallStatus, EntryState, Mark, PlanStatus, RunStatus, StepStatus, TicketState

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("automation", Text, nullable=False),
    Column("flow", Text, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("status", status_of(RunStatus, "status"), nullable=False),
    Column("counts", Json, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("sound_at", UtcDateTime),
    Column("rows_read", Integer),
    Index(None, "automation", "status", "finished_at"),
    Index(None, "automation", "sound_at"),
)

plans = Table(
    "plans",
    metadata,
    Column("plan_id", Text, primary_key=True),
    Column("automation", Text, nullable=False),
    Column("directory", Text, nullable=False),
    Column("run_id", Text, ForeignKey("runs.run_id"), nullable=False),
    Column("plan_hash", Text, nullable=False),
    Column("context", Text, nullable=False),
    Column("status", status_of(PlanStatus, "status"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("moved_at", UtcDateTime, nullable=False),
    Column("intent", Text, nullable=False, server_default=""),
    Column("context_hash", Text, nullable=False, server_default=""),
    Index(None, "automation", "status"),
)

journal = Table(
    "journal",
    metadata,
    Column("entry_id", Text, primary_key=True),
    Column("plan_id", Text, ForeignKey("plans.plan_id"), nullable=False),
    Column("run_id", Text, ForeignKey("runs.run_id"), nullable=False),
    Column("directory", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("action", Text, nullable=False),
    Column("person_key", Text),
    Column("target_guid", Text),
    Column("reason", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("before", Json, nullable=False),
    Column("after", Json, nullable=False),
    Column("state", status_of(EntryState, "state"), nullable=False),
    Column("error", Text),
    Column("intended_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("version", Integer, nullable=False, server_default="0"),
    Index(None, "directory", "state"),
    Index(None, "plan_id", "number"),
    Index(None, "target_guid"),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("endpoint", Text, primary_key=True),
    Column("run_id", Text, ForeignKey("runs.run_id"), nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
)

snapshot_rows = Table(
    "snapshot_rows",
    metadata,
    Column("endpoint", Text, ForeignKey("snapshots.endpoint"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("row_hash", Text, nullable=False),
    Column("payload", Json, nullable=False),
    Column("fetched_at", UtcDateTime, nullable=False),
)

absences = Table(
    "absences",
    metadata,
    Column("data_source", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("runs", Integer, nullable=False),
    Column("first_absent_at", UtcDateTime, nullable=False),
    Column("last_absent_at", UtcDateTime, nullable=False),
)

grants = Table(
    "grants",
    metadata,
    Column("directory", Text, primary_key=True),
    Column("account_guid", Text, primary_key=True),
    Column("group_guid", Text, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("granted_at", UtcDateTime, nullable=False),
)

departures = Table(
    "departures",
    metadata,
    Column("directory", Text, primary_key=True),
    Column("account_guid", Text, primary_key=True),
    Column("disabled_at", UtcDateTime, nullable=False),
)

names = Table(
    "names",
    metadata,
    Column("directory", Text, primary_key=True),
    Column("space", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("account_guid", Text, primary_key=True),
    Column("given_at", UtcDateTime, nullable=False),
)

steps = Table(
    "steps",
    metadata,
    Column("step_id", Text, primary_key=True),
    Column("course", Text, nullable=False),
    Column("directory", Text, nullable=False),
    Column("automation", Text, nullable=False),
    Column("account_guid", Text, nullable=False),
    Column("person_key", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("item", Integer, nullable=False),
    Column("action", Text, nullable=False),
    Column("parameters", Text, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("status", status_of(StepStatus, "status"), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("error", Text),
    Column("settled_at", UtcDateTime),
    Index(None, "directory", "status", "due_at"),
    Index(None, "account_guid"),
    Index(None, "course"),
)

policy_runs = Table(
    "policy_runs",
    metadata,
    Column("directory", Text, primary_key=True),
    Column("automation", Text, primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("account_guid", Text, primary_key=True),
    Column("policy_run_id", Text, nullable=False),
    Column("triggers", Json),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index(None, "policy_run_id"),
)

marks = Table(
    "marks",
    metadata,
    Column("directory", Text, primary_key=True),
    Column("automation", Text, primary_key=True),
    Column("mark", status_of(Mark, "mark"), primary_key=True),
    Column("account_guid", Text, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("sequence", Integer, primary_key=True),
    Column("call_key", String(64), nullable=False, unique=True),
    Column("webhook", Text, nullable=False),
    Column("credentials", Text, nullable=False),
    Column("automation", Text, nullable=False),
    Column("directory", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("account_guid", Text, nullable=False),
    Column("person_key", Text, nullable=False),
    Column("plan_id", Text, nullable=False),
    Column("gives_ticket", Boolean, nullable=False),
    Column("content", Text, nullable=False),
    Column("status", status_of(CallStatus, "status"), nullable=False),
    Column("uncertain", Boolean, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("error", Text),
    Column("ticket", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Index(None, "status", "subject", "sequence"),
    Index(None, "account_guid"),
    Index(None, "automation", "person_key"),
)

reported = Table(
    "reported",
    metadata,
    Column("automation", Text, primary_key=True),
    Column("person_key", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("since_plan", Text, nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("source", Text, primary_key=True),
    Column("ticket_key", Text, primary_key=True),
    Column("opened", Integer, nullable=False),
    Column("state", status_of(TicketState, "state"), nullable=False),
    Column("run_id", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("process_started", BigInteger, nullable=False),
    Column("outcome", Text),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
)

leases = Table(
    "leases",
    metadata,
    Column("directory", Text, primary_key=True),
    Column("fencing", Integer, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("holder", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("process_started", BigInteger, nullable=False),
    Column("acquired_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
