"""A database's refusals, in the project's words.

What a driver says is never passed on: PostgreSQL's details quote the whole row, and a connection error can quote
part of a URL that was mistyped. So messages are chosen by code, and the driver's exception is not chained.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError

from lifecycle.errors import StoreBusyError, StoreError

_BUSY = "another process held it too long"
_BY_CODE = {  # SQLSTATE (PostgreSQL, appendix A) or the beginning of SQLite's result code
    "23503": "it names a run or a plan that is not stored",
    "SQLITE_CONSTRAINT_FOREIGNKEY": "it names a run or a plan that is not stored",
    "23505": "it is stored already",
    "SQLITE_CONSTRAINT_PRIMARYKEY": "it is stored already",
    "SQLITE_CONSTRAINT_UNIQUE": "it is stored already",
    "55P03": _BUSY,
    "25P03": "nothing happened in a transaction for too long, and the server ended it: was this machine paused?",
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_NOTADB": "the file is not an SQLite database",
    "SQLITE_CORRUPT": "the file is damaged",
    "SQLITE_CANTOPEN": "the file cannot be opened",
    "SQLITE_READONLY": "the file may not be written",
    "SQLITE_FULL": "the disk is full",
}
_BY_PHRASE = {  # libpq has no code for what goes wrong while connecting
    "password authentication failed": "the server refuses the user or the password",
    "onnection refused": "no server answers there",
    "No such file or directory": "no server answers there",
    "resolve host": "its host name is not known",
    "translate host name": "its host name is not known",
    "timeout": "no server answers in time",
    "does not exist": "the server knows no such database or role",
}
_BY_CAUSE = {  # what the conversion of a Python value raises
    TypeError: "a value is of another type than its column",
    LookupError: "a status is not one of those allowed",
    UnicodeEncodeError: "a text holds half a character (a lone surrogate)",
}


@contextmanager
def refusals() -> Iterator[None]:
    """Raise what the database refuses inside as a :class:`StoreError` that quotes no value."""
    try:
        yield
    except SQLAlchemyError as error:
        if isinstance(error, StatementError) and isinstance(error.orig, StoreError):
            raise error.orig from None
        reason = _reason(error)
        kind = StoreBusyError if reason.startswith(_BUSY) else StoreError
        raise kind(f"the state store refused: {reason}") from None


@contextmanager
def whole(connection: Connection) -> Iterator[None]:
    """A savepoint: what happens inside is written whole or not at all, and the unit around it stays usable.

    Without it a refused row would leave the rows before it in the transaction (SQLite), or end the transaction in a
    state whose commit is silently a rollback (PostgreSQL).
    """
    try:
        with refusals(), connection.begin_nested():
            yield
    except UnicodeEncodeError:
        raise StoreError(f"the state store refused: {_BY_CAUSE[UnicodeEncodeError]}") from None


def _reason(error: SQLAlchemyError) -> str:
    origin = error.orig if isinstance(error, StatementError) else None
    if not isinstance(error, DBAPIError):
        causes = (reason for cause, reason in _BY_CAUSE.items() if isinstance(origin, cause))
        return next(causes, type(error).__name__)
    code = str(getattr(origin, "sqlite_errorname", None) or getattr(origin, "sqlstate", None) or "")
    reasons = [reason for start, reason in _BY_CODE.items() if code.startswith(start)]
    if not code:
        reasons = [reason for phrase, reason in _BY_PHRASE.items() if phrase in str(origin)]
    return f"{reasons[0] if reasons else type(origin).__name__}{f' [{code}]' if code else ''}"
