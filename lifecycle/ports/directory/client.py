"""The adapter of the directory port: Active Directory over LDAPS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from lifecycle.answer import Answer, Permit, freely
from lifecycle.directory.account import Account, DirectoryView, Group
from lifecycle.directory.operation import Operation
from lifecycle.directory.schema import Schema
from lifecycle.directory.snapshot import AccountSnapshot, DeletedAccount
from lifecycle.ports.directory.connection import DirectoryConnection, Session
from lifecycle.ports.directory.deleted import read_deleted
from lifecycle.ports.directory.preparation import prepare
from lifecycle.ports.directory.reader import Reader
from lifecycle.ports.directory.snapshots import read_snapshot
from lifecycle.ports.directory.writer import send, written


class ActiveDirectory:
    """Implements :class:`lifecycle.directory.operation.Directory` over one session. Not for several threads.

    Whatever is asked first makes sure that the session is bound, as it may have been left alone for long.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._reader = Reader(session)

    def _bound(self) -> Reader:
        """The reader, on a connection to the same domain.

        Raises:
            DirectoryError: The connection was closed meanwhile, and there is none to this domain as this account.
        """
        if self._session.rebind():
            self._reader.confirm()
        return self._reader

    def identity(self) -> str:
        """The domain's objectGUID."""
        return self._reader.identity

    def own_guid(self) -> str:
        """The account that the product itself uses."""
        return self._bound().own_guid()

    def view(self, attributes: Iterable[str]) -> DirectoryView:
        """The whole domain, or an error."""
        return self._bound().view(attributes)

    def schema(self, attributes: Iterable[str]) -> Schema:
        """What the directory says of these attributes; one that it does not have is absent."""
        return self._bound().schema(attributes)

    def groups(self) -> dict[str, Group]:
        """Every group of the domain now, by GUID."""
        return self._bound().groups()

    def accounts(self, guids: Iterable[str], attributes: Iterable[str]) -> dict[str, Account]:
        """These accounts as they are now; one that is gone is absent."""
        return self._bound().accounts(guids, attributes)

    def holders(self, attribute: str, values: Iterable[str], attributes: Iterable[str]) -> dict[str, list[Account]]:
        """Lower-case value → accounts that hold it now."""
        return self._bound().holders(attribute, values, attributes)

    def privileged_guids(self) -> frozenset[str]:
        """Members, however deep, of privileged groups now."""
        return self._bound().privileged_guids()

    def snapshot(self, guid: str) -> AccountSnapshot | None:
        """One account whole; None when it is gone."""
        return read_snapshot(self._session, self._bound().base_dn, guid)

    def deleted(self, guids: Iterable[str]) -> dict[str, DeletedAccount]:
        """Those of these accounts that are among the deleted objects; an error names the right that is missing."""
        return read_deleted(self._session, self._bound().base_dn, guids)

    def send(self, operations: Sequence[Operation], permit: Permit = freely) -> list[Answer]:
        """Send operations; answers in their order. What is deleted or restored is looked up first."""
        reader = self._bound()
        preparation = prepare(self._session, reader.base_dn, operations)
        return send(self._session, operations, reader.schema(written(operations)), preparation, permit)


@contextmanager
def open_directory(settings: DirectoryConnection) -> Iterator[ActiveDirectory]:
    """A connection to a directory; closed at the end."""
    with settings.open() as session:
        yield ActiveDirectory(session)
