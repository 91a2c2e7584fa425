"""Where SQLite and PostgreSQL differ in the middle of a unit of work."""

from __future__ import annotations

import hashlib
from sqlite3 import Connection as SqliteConnection

from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite


def insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ``ON CONFLICT``: both databases do, each with a class of its own."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def is_lost(connection: Connection) -> bool:
    """Whether the database has given up the transaction, so that a commit would say yes and keep nothing.

    PostgreSQL does so after any error outside a savepoint, SQLite when a disk is full.
    """
    driver = connection.connection.driver_connection
    if isinstance(driver, SqliteConnection):
        return not driver.in_transaction
    return driver is None or driver.info.transaction_status == TransactionStatus.INERROR


def take_turns(connection: Connection, name: str) -> None:
    """Wait until no other transaction is in the section called ``name``, and keep it to the end of this one.

    On SQLite every transaction is alone already (``BEGIN IMMEDIATE``).
    """
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(f"halo-ad {name}".encode()).digest()[:8], "big", signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(number)))
