"""Connections to file servers: SMB 3 only, every message signed or encrypted, one session a server."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

from smbprotocol.connection import Connection, Dialects
from smbprotocol.exceptions import SMBException
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

from lifecycle.errors import TargetAuthorizationError, TargetError, TargetUnavailableError
from lifecycle.folders.unc_path import UncPath
from lifecycle.ports.files.failures import SYSTEM, Reason, refused, translated
from lifecycle.ports.kerberos import kerberos_problem, principal

CREDITS = 512
"""Requests that a connection may have outstanding, of 64 KiB each; a server may grant fewer."""

_CREDITS_A_TIME = 256


OnLogon = Callable[[str, str], None]


def silent(server: str, mechanism: str) -> None:
    """For those who need not know."""


@dataclass(frozen=True, slots=True)
class FileConnection:
    """How to reach file servers.

    Args:
        user: Account to log on as: ``user`` or ``user@domain``.
        password: Its password.
        domain: NetBIOS or DNS name of the account's domain, for NTLM; empty where the user name has it.
        realm: Realm of the account, for Kerberos; empty takes the machine's default realm.
        roots: Folders below which home folders stand; nothing else is read or written.
        archive_roots: Folders below which archives are kept.
        require_encryption: Whether contents must be encrypted on the way; they are signed in any case.
        authentication: Kerberos needs the server's name in paths, not its address, and a Kerberos library. Negotiate
            takes it where it gives a ticket, else NTLM.
        port: SMB port.
        timeout_s: Longest wait for a connection or an answer, seconds.
    """

    user: str
    password: str = field(repr=False)
    domain: str = ""
    roots: tuple[UncPath, ...] = ()
    archive_roots: tuple[UncPath, ...] = ()
    require_encryption: bool = True
    authentication: Literal["negotiate", "ntlm", "kerberos"] = "negotiate"
    port: int = 445
    timeout_s: float = 60.0
    realm: str = ""

    @contextmanager
    def open(self, on_logon: OnLogon = silent) -> Iterator[Servers]:
        """Connections as they are needed; closed at the end.

        Args:
            on_logon: Called with each server's name and how the account proved itself there.
        """
        servers = Servers(self, on_logon)
        try:
            yield servers
        finally:
            servers.close()


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """A share that is connected; two of one server have one ``connection``."""

    connection: Connection
    session_id: int
    tree_id: int
    timeout_s: float


class Servers:
    """A session with each server, made when it is first asked for. For one thread.

    Args:
        settings: How to reach them.
        on_logon: Called with each server's name and how the account proved itself there.
    """

    def __init__(self, settings: FileConnection, on_logon: OnLogon = silent) -> None:
        self._settings, self._on_logon = settings, on_logon
        self._sessions: dict[str, Session] = {}
        self._shares: dict[tuple[str, ...], Share] = {}

    def share(self, path: UncPath) -> Share:
        """The share that a path stands on.

        Raises:
            TargetUnavailableError: No connection.
            TargetAuthorizationError: The account may not log on, or the server does not protect what is sent.
            TargetError: There is no such share, or it is the root of a DFS namespace.
        """
        key = path.key[:2]
        if key not in self._shares:
            session = self._session(path.server)
            tree = TreeConnect(session, f"\\\\{path.server}\\{path.share}")
            with translated("connect to share"):
                tree.connect()
            if tree.is_dfs_share:
                raise refused("connect to share", Reason.DFS_NAMESPACE)
            self._shares[key] = Share(
                session.connection, session.session_id, tree.tree_connect_id, self._settings.timeout_s
            )
        return self._shares[key]

    def close(self) -> None:
        """End all connections; a server forgets the session, and closes what was open, with its connection.

        Logging off first would wait for an answer, and without end for one of a server that has fallen silent.
        """
        for session in self._sessions.values():
            with suppress(SMBException, OSError):  # it may have ended already
                session.connection.disconnect(close=False)
        self._sessions.clear()
        self._shares.clear()

    def _session(self, server: str) -> Session:
        key = server.upper()
        if key not in self._sessions:
            self._sessions[key] = self._log_on(server)
        return self._sessions[key]

    def _log_on(self, server: str) -> Session:
        given = self._settings
        connection = Connection(uuid.uuid4(), server, given.port, require_signing=True)
        try:
            with translated("connect"):
                connection.connect(timeout=given.timeout_s)
            _see_dialect(connection.dialect)
            session = self._session_on(connection, server)
            with translated("ask for credits"):
                _ask_for_credits(session, given.timeout_s)
        except BaseException:
            if connection.transport is not None:
                connection.disconnect(close=False)
            raise
        return session

    def _session_on(self, connection: Connection, server: str) -> Session:
        """Log on; with Kerberos where that is asked for, or is at hand."""
        given = self._settings
        why = ""
        if given.authentication != "ntlm":
            session = self._new_session(connection, "kerberos")
            try:
                self._prove(session)
            except KerberosError as error:
                if given.authentication == "kerberos":
                    raise TargetAuthorizationError(SYSTEM, "log on", Reason.NO_TICKET, error.problem) from error
                why = f", as {error.problem}"
            else:
                self._on_logon(server, "Kerberos")
                return session
        session = self._new_session(connection, "ntlm")
        try:
            self._prove(session)
        except TargetAuthorizationError as error:
            raise TargetAuthorizationError(SYSTEM, "log on", error.code, f"{error.description}{why}") from error
        self._on_logon(server, f"NTLM{why}")
        return session

    def _new_session(self, connection: Connection, protocol: Literal["kerberos", "ntlm"]) -> Session:
        given = self._settings
        if protocol == "kerberos":
            user = principal(given.user, given.realm)
        else:
            user = f"{given.domain}\\{given.user}" if given.domain else given.user
        return Session(
            connection, user, given.password, require_encryption=given.require_encryption, auth_protocol=protocol
        )

    def _prove(self, session: Session) -> None:
        """Log on.

        Raises:
            KerberosError: There is no ticket; nothing was sent to the server.
            TargetAuthorizationError: The server refused.
        """
        with _as_authorization(), translated("log on"):
            try:
                session.connect()
            except Exception as error:
                if problem := kerberos_problem(error):
                    raise KerberosError(problem) from error
                raise


class KerberosError(Exception):
    """Kerberos gave no ticket; ``problem`` says why, in words without names."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@contextmanager
def _as_authorization() -> Iterator[None]:
    """Whatever a server answers to a logon that it refuses: servers differ in which status they take."""
    try:
        yield
    except TargetUnavailableError:
        raise
    except TargetError as error:
        raise TargetAuthorizationError(*error.args) from error


def _see_dialect(dialect: int) -> None:
    if dialect < Dialects.SMB_3_0_0:
        raise TargetAuthorizationError(SYSTEM, "connect", dialect, "the server has no SMB 3")


def _ask_for_credits(session: Session, timeout_s: float) -> None:
    """Have the server let as much be outstanding as it will."""
    window, before = session.connection.sequence_window, -1
    while before < window["high"] - window["low"] < CREDITS:
        before = window["high"] - window["low"]
        session.connection.echo(session.session_id, int(timeout_s), _CREDITS_A_TIME)
