"""From a URL to a database engine that is durable and waits its turn, on SQLite or PostgreSQL."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from lifecycle.errors import StoreBusyError, StoreError
from lifecycle.store.refusal import refusals

BUSY_TIMEOUT_S = 30
"""So long a connection is waited for; on SQLite, so long a transaction waits for its turn."""
LONGEST_STANDSTILL_S = 30
"""PostgreSQL ends a transaction in which nothing happened for so long: its host froze, or cannot be reached."""
LOCK_TIMEOUT_S = 45
"""So long a transaction on PostgreSQL waits for another; longer than any that stands still may last."""
APPLICATION = "halo-ad"
_FORMS = "give sqlite:///<path of a file> or postgresql://<user>@<host>/<database>"


def engine_of(url: str) -> Engine:
    """An engine for the URL; of SQLite the file is made if it is missing, readable by its owner alone.

    Raises:
        StoreError: The URL is not one of the two forms, or the file cannot be made.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(f"the URL of the state store cannot be read: {_FORMS}") from None
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        return _sqlite(parsed)
    if parsed.drivername in {"postgresql", "postgresql+psycopg"}:
        return _postgresql(parsed)
    raise StoreError(f"the URL of the state store names a database that is not supported: {_FORMS}")


def require_durability(engine: Engine) -> None:
    """Refuse a PostgreSQL server that says "committed" before it is: the journal is written ahead or is nothing.

    Raises:
        StoreError: ``fsync`` or ``synchronous_commit`` is off, or there is no connection.
    """
    if engine.dialect.name == "postgresql":
        with refusals(), engine.connect() as connection:
            for setting in ("fsync", "synchronous_commit"):
                if connection.exec_driver_sql(f"SHOW {setting}").scalar_one() == "off":
                    raise StoreError(f"the PostgreSQL server is set to {setting} = off: what it keeps is not durable")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction: committed at the end, rolled back on an exception.

    Raises:
        StoreBusyError: Another process held what it needs for too long; names that process where the server tells.
        StoreError: The database refused.
    """
    try:
        with refusals(), engine.begin() as connection:
            yield connection
    except StoreBusyError as error:
        holder = _longest_transaction(engine)
        raise StoreBusyError(f"{error}{f': {holder}' if holder else ''}") from None


def _longest_transaction(engine: Engine) -> str:
    """The connection whose transaction has been open for longest, in words; empty where that is unknown."""
    if engine.dialect.name != "postgresql":
        return ""
    try:
        with engine.connect() as connection:
            row = connection.exec_driver_sql(
                "SELECT application_name, host(client_addr), extract(epoch FROM clock_timestamp() - xact_start) "
                "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND xact_start IS NOT NULL AND backend_type = 'client backend' ORDER BY xact_start LIMIT 1"
            ).one_or_none()
    except SQLAlchemyError:
        return ""  # what was refused is said all the same
    if row is None:
        return ""
    name, address, open_s = row
    return f"{name or 'a program without a name'} at {address or 'the server itself'}, {open_s:.0f} s in a transaction"


def _sqlite(url: URL) -> Engine:
    database = url.database or ""
    if database in {"", ":memory:"} or database.startswith("file:") or url.query:
        raise StoreError(f"the URL of the state store names no plain file: {_FORMS}")
    path = Path(database).expanduser().absolute()
    try:
        _make_file(path)
    except OSError as error:
        raise StoreError(f"the file of the state store cannot be made: {error.strerror}") from error
    except sqlite3.Error as error:
        raise StoreError(f"the file of the state store cannot be made: {error.sqlite_errorname}") from error
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        connect_args={"timeout": BUSY_TIMEOUT_S},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _make_file(path: Path) -> None:
    """Make an empty database (0600) and the folders that lead to it (0700), where they are missing.

    It is made under another name and linked when it is whole. Made in place, it could not be put into WAL mode while
    others open it (they are refused at once, whatever the timeout), and closing a handle of our own would drop the
    locks of other threads on it (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    """
    for folder in reversed(path.parents):
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)
    if path.exists():
        return
    handle, draft = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    os.close(handle)
    try:
        with closing(sqlite3.connect(draft)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        path.hardlink_to(draft)
    except FileExistsError:
        return  # another process was faster, and made the same
    finally:
        Path(draft).unlink()


def _set_up_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver would otherwise begin transactions late, and of its own
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_immediate(connection: Connection) -> None:
    # A transaction that becomes a writer halfway can be refused at once, whatever the timeout; one that begins as a
    # writer waits for its turn.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _postgresql(url: URL) -> Engine:
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={"connect_timeout": BUSY_TIMEOUT_S, "tcp_user_timeout": LONGEST_STANDSTILL_S * 1000},
            pool_pre_ping=True,
            hide_parameters=True,
        )
    except (ArgumentError, TypeError, ValueError):
        raise StoreError(f"the URL of the state store cannot be read: {_FORMS}") from None
    event.listen(engine, "begin", _set_up_transaction)
    return engine


def _set_up_transaction(connection: Connection) -> None:
    """Say how long this transaction waits for others, and how long it may stand still.

    With each transaction, and not once for a connection: a pooler such as pgbouncer refuses settings among the startup
    parameters, and may give each transaction another connection.
    """
    connection.exec_driver_sql(
        f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_S}s'; "
        f"SET LOCAL idle_in_transaction_session_timeout = '{LONGEST_STANDSTILL_S}s'; "
        f"SET LOCAL application_name = '{_application_name()}'"
    )


def _application_name() -> str:
    """What PostgreSQL shows of this process, at most 63 characters."""
    host = re.sub(r"[^A-Za-z0-9._-]", "-", socket.gethostname())
    return f"{APPLICATION} {os.getpid()} on {host}"[:63]
