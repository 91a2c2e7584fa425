"""What outlives a run: runs, plans, journal, snapshots, absences, grants, departures and leases.

:class:`~lifecycle.store.store.Store` opens the database and hands out units of work; each table has a file with its
repository and the values it takes and gives.
"""

from lifecycle.store.journal import Intent, JournalEntry, Outcome
from lifecycle.store.lease import Lease, LeaseWait
from lifecycle.store.plans import StoredPlan
from lifecycle.store.policy_runs import PolicyRun
from lifecycle.store.runs import Run
from lifecycle.store.snapshots import SnapshotRow
from lifecycle.store.status import EntryState, Mark, PlanStatus, RunStatus
from lifecycle.store.store import Store, Unit

__all__ = [
    "EntryState",
    "Intent",
    "JournalEntry",
    "Lease",
    "LeaseWait",
    "Mark",
    "Outcome",
    "PlanStatus",
    "PolicyRun",
    "Run",
    "RunStatus",
    "SnapshotRow",
    "Store",
    "StoredPlan",
    "Unit",
]
