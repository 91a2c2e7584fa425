"""Snapshots: the rows of an endpoint as the last complete read found them, so that the next is a difference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from lifecycle.errors import StoreError
from lifecycle.store.columns import utc
from lifecycle.store.dialect import insert
from lifecycle.store.refusal import whole
from lifecycle.store.tables import snapshot_rows, snapshots

_BATCH = 5_000
"""Rows written at a time: bounds memory, and is far past where a larger batch is faster."""

_DELETE = delete(snapshot_rows).where(
    snapshot_rows.c.endpoint == bindparam("of_endpoint"), snapshot_rows.c.key == bindparam("of_key")
)


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """One row.

    Args:
        key: Primary key, unique in its endpoint.
        row_hash: Hash of what the list said of it.
        payload: The row as JSON; not shown in a repr.
        fetched_at: When its detail was fetched, UTC.
    """

    key: str
    row_hash: str
    payload: dict[str, Any] | list[Any] = field(repr=False)
    fetched_at: datetime


_FIELDS = tuple(each.name for each in fields(SnapshotRow))


@dataclass(frozen=True, slots=True)
class Snapshots:
    """The snapshots of all endpoints, in one transaction."""

    connection: Connection

    def load(self, endpoint: str) -> dict[str, SnapshotRow]:
        """The rows of an endpoint by key, in the order of keys; empty when it was never read whole."""
        columns = (column for column in snapshot_rows.c if column.name != "endpoint")
        rows = self.connection.execute(
            select(*columns).where(snapshot_rows.c.endpoint == endpoint).order_by(snapshot_rows.c.key)
        )
        return {row.key: SnapshotRow(row.key, row.row_hash, row.payload, row.fetched_at) for row in rows}

    def replace(self, endpoint: str, rows: Iterable[SnapshotRow], run_id: str, now: datetime) -> None:
        """Make ``rows`` the whole of the endpoint's snapshot; what is unchanged is not written again.

        A row is unchanged when hash and ``fetched_at`` are. The unit keeps other writers out, so the rows should be
        at hand and not come over the network one by one.

        Raises:
            StoreError: A key stands twice, or the run is not stored. Nothing is replaced then.
        """
        with whole(self.connection):
            head = insert(self.connection, snapshots).values(endpoint=endpoint, run_id=run_id, taken_at=now)
            # On PostgreSQL the row written here is also what a second replacement of this endpoint waits for.
            self.connection.execute(
                head.on_conflict_do_update(index_elements=["endpoint"], set_={"run_id": run_id, "taken_at": now})
            )
            known = self._marks(endpoint)
            seen: set[str] = set()
            batch: list[dict[str, Any]] = []
            for row in rows:
                if row.key in seen:
                    raise StoreError(f"key {row.key} stands twice in the snapshot of endpoint {endpoint}")
                seen.add(row.key)
                if known.get(row.key) == (row.row_hash, utc(row.fetched_at)):
                    continue
                batch.append({"endpoint": endpoint} | {name: getattr(row, name) for name in _FIELDS})
                if len(batch) == _BATCH:
                    self._write(batch)
                    batch = []
            self._write(batch)
            gone = [{"of_endpoint": endpoint, "of_key": key} for key in known if key not in seen]
            if gone:
                self.connection.execute(_DELETE, gone)

    def forget(self, endpoint: str, keys: Iterable[str]) -> None:
        """Drop some rows, so that the next read fetches them anew; the others stay as they are."""
        gone = [{"of_endpoint": endpoint, "of_key": key} for key in keys]
        if gone:
            with whole(self.connection):
                self.connection.execute(_DELETE, gone)

    def _marks(self, endpoint: str) -> dict[str, tuple[str, datetime]]:
        rows = self.connection.execute(
            select(snapshot_rows.c.key, snapshot_rows.c.row_hash, snapshot_rows.c.fetched_at).where(
                snapshot_rows.c.endpoint == endpoint
            )
        )
        return {row.key: (row.row_hash, row.fetched_at) for row in rows}

    def _write(self, batch: list[dict[str, Any]]) -> None:
        if batch:
            upsert = insert(self.connection, snapshot_rows)
            changed = {name: upsert.excluded[name] for name in ("row_hash", "payload", "fetched_at")}
            self.connection.execute(
                upsert.on_conflict_do_update(index_elements=["endpoint", "key"], set_=changed), batch
            )
