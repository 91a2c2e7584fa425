"""One LDAPS connection, always with a verified certificate; several requests may be outstanding on it.

A directory closes a connection on which nothing has been asked for a while (900 s on Windows and Samba), a firewall may
drop it without a word, and a run may leave it alone for longer than that. So the session binds again before it is used,
if the server has closed it or nothing was asked for long. It does so only while nothing is on its way: a request whose
answer was lost is never sent a second time.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPException
from ldap3.utils.asn1 import decode_message_fast

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.errors import DirectoryError, DirectoryUnavailableError

LONGEST_IDLE_S = 120.0
"""After that a connection is not trusted any more: firewalls forget one in a few minutes, without telling its ends."""

_BUSY, _UNAVAILABLE = 51, 52
_UNSOLICITED = 0
_PARTS_OF_A_SEARCH = frozenset({4, 19})
"""Tags of an entry and of a reference (RFC 4511, 4.5.2)."""
_WINDOWS_ERROR = re.compile(r"^[0-9A-F]{8}\b")


@dataclass(frozen=True, slots=True)
class DirectoryConnection:
    """How to reach a directory.

    Args:
        host: Name or address of a domain controller; its certificate must bear it.
        user: userPrincipalName of the account to bind as.
        password: Its password.
        port: LDAPS port.
        ca_file: PEM file with the authority that signed the certificate; None trusts the system's.
        timeout_s: Longest wait for a connection or an answer, seconds.
    """

    host: str
    user: str
    password: str = field(repr=False)
    port: int = 636
    ca_file: str | None = None
    timeout_s: float = 60.0

    @contextmanager
    def open(self) -> Iterator[Session]:
        """A bound session; closed at the end.

        Raises:
            DirectoryUnavailableError: No connection, or the certificate is not trusted.
            DirectoryError: The account may not bind.
        """
        session = Session(self._bound(), self._bound)
        try:
            yield session
        finally:
            session.close()

    def _bound(self) -> ldap3.Connection:
        """A new connection, bound."""
        tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, version=ssl.PROTOCOL_TLS_CLIENT, ca_certs_file=self._authority())
        server = ldap3.Server(
            self.host, self.port, use_ssl=True, tls=tls, get_info=ldap3.NONE, connect_timeout=int(self.timeout_s)
        )
        # Synchronous, so that one thread alone touches the socket: ldap3's asynchronous strategy reads a TLS socket in
        # one thread while it writes in another, which OpenSSL does not allow; answers went missing.
        connection = ldap3.Connection(
            server, self.user, self.password,
            client_strategy=ldap3.SYNC, check_names=False, return_empty_attributes=False, auto_referrals=False,
            receive_timeout=int(self.timeout_s),
        )  # fmt: skip
        try:
            with translated("connect"):
                connection.open()
        except DirectoryUnavailableError:
            if connection.socket is not None:  # ldap3 leaves it to the garbage collector
                connection.socket.close()
            raise
        try:
            with translated("bind"):
                is_bound = connection.bind()
        except BaseException:
            _hang_up(connection)
            raise
        if not is_bound:
            _hang_up(connection)
            raise refusal("bind", connection.result)
        return connection

    def _authority(self) -> str | None:
        return self.ca_file or ssl.get_default_verify_paths().cafile


class Session:
    """A bound connection on which requests may be sent ahead of their answers. For one thread.

    The methods of ``ldap`` send a request and answer its message number; :meth:`result` waits for what belongs to it.

    Args:
        ldap: A synchronous ldap3 connection; its waiting after each request is turned off.
        bind: Makes another one like it; None where the session ends with the connection.
        clock: Seconds from any point, never going back.
    """

    def __init__(
        self,
        ldap: ldap3.Connection,
        bind: Callable[[], ldap3.Connection] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bind, self._clock = bind, clock
        self._use(ldap)

    def _use(self, ldap: ldap3.Connection) -> None:
        self.ldap = ldap
        self.ldap.post_send_single_response = self._sent
        self.ldap.post_send_search = self._sent
        self._outstanding: set[int] = set()
        self._entries: dict[int, list[dict[str, Any]]] = {}
        self._results: dict[int, dict[str, Any]] = {}
        self._heard_s = self._clock()

    def _sent(self, number: int) -> int:
        """Instead of waiting for the answer."""
        self._outstanding.add(number)
        return number

    def rebind(self) -> bool:
        """Bind again if the connection was closed, or may have been, while nothing was asked; whether that was done.

        Raises:
            DirectoryUnavailableError: There is no new connection.
            DirectoryError: The account may not bind any more.
        """
        if self._bind is None or self._outstanding:
            return False
        if self._clock() - self._heard_s < LONGEST_IDLE_S and not _is_closed(self.ldap.socket):
            return False
        _hang_up(self.ldap)
        self._use(self._bind())
        return True

    def close(self) -> None:
        """End the session."""
        _hang_up(self.ldap)

    def result(self, message: int, operation: str) -> tuple[Iterator[dict[str, Any]], dict[str, Any]]:
        """Wait for the answer to a message.

        Returns:
            The entries of a search, decoded as they are asked for, and the result.

        Raises:
            DirectoryUnavailableError: The connection ended, or no answer came in time.
        """
        while message not in self._results:
            with translated(operation):
                received = self.ldap.strategy.receiving()
            if not received:
                raise DirectoryUnavailableError(operation, NO_ANSWER, "the server closed the connection")
            for raw in received:
                self._sort(decode_message_fast(raw), operation)
        self._outstanding.discard(message)
        self._heard_s = self._clock()
        entries = map(self.ldap.strategy.decode_response_fast, self._entries.pop(message, []))
        return entries, self._results.pop(message)

    def _sort(self, answer: dict[str, Any], operation: str) -> None:
        """Keep an answer under the message that it belongs to; answers may come in any order."""
        number = int(answer["messageID"])
        if number == _UNSOLICITED:  # RFC 4511, 4.4.1: the only one that a server sends says that it hangs up
            raise DirectoryUnavailableError(operation, NO_ANSWER, "the server ended the session")
        if answer["protocolOp"] in _PARTS_OF_A_SEARCH:
            self._entries.setdefault(number, []).append(answer)
        else:
            self._results[number] = self.ldap.strategy.decode_response_fast(answer)


def _is_closed(channel: ssl.SSLSocket | None) -> bool:
    """Whether the server has ended a connection on which no answer is awaited.

    What it may send by itself is a notice that it hangs up (RFC 4511, 4.4.1), the end of the stream, or a TLS session
    ticket, of which only the TLS layer hears.
    """
    if channel is None:
        return True
    patience_s = channel.gettimeout()
    try:
        channel.settimeout(0)
        channel.recv(1)
    except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
        return False
    except OSError:
        return True
    finally:
        with suppress(OSError):  # it is closed already
            channel.settimeout(patience_s)
    return True


def _hang_up(connection: ldap3.Connection) -> None:
    with suppress(LDAPException, OSError):  # the server may be gone, with nothing to say goodbye to
        connection.unbind()


@contextmanager
def translated(operation: str) -> Iterator[None]:
    """Turn ldap3's exceptions into ours.

    Raises:
        DirectoryUnavailableError: The connection failed or an answer did not come in time.
    """
    try:
        yield
    except (LDAPException, OSError) as error:
        raise DirectoryUnavailableError(operation, NO_ANSWER, f"no connection: {_kind(error)}") from error


def answer(result: dict[str, Any]) -> Answer:
    """An LDAP result as our value; of the diagnostic message only the Windows error number is kept."""
    found = _WINDOWS_ERROR.match(result.get("message") or "")
    return Answer(result["result"], result["description"], found[0] if found else "")


def refusal(operation: str, result: dict[str, Any]) -> DirectoryError:
    """The error for an LDAP result that is no success."""
    told = answer(result)
    kind = DirectoryUnavailableError if told.code in {_BUSY, _UNAVAILABLE} else DirectoryError
    return kind(operation, told.code, told.description, told.detail)


def _kind(error: BaseException) -> str:
    """What went wrong in a few words, without the address or account that ldap3 writes into its texts."""
    text = str(error).lower()
    if "certificate" in text:
        return "the server's certificate is not trusted or bears another name"
    if "refused" in text:
        return "connection refused"
    if "timed out" in text or "timeout" in text:
        return "timed out"
    return type(error).__name__
