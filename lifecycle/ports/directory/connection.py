"""One LDAPS connection, always with a verified certificate; several requests may be outstanding on it."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPException
from ldap3.utils.asn1 import decode_message_fast

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.errors import DirectoryError, DirectoryUnavailableError

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
        """A bound connection; closed at the end.

        Raises:
            DirectoryUnavailableError: No connection, or the certificate is not trusted.
            DirectoryError: The account may not bind.
        """
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
                if not connection.bind():
                    raise refusal("bind", connection.result)
            yield Session(connection)
        finally:
            with suppress(LDAPException, OSError):  # the server may be gone: there is nobody to say goodbye to
                connection.unbind()

    def _authority(self) -> str | None:
        return self.ca_file or ssl.get_default_verify_paths().cafile


class Session:
    """A bound connection on which requests may be sent ahead of their answers. For one thread.

    The methods of ``ldap`` send a request and answer its message number; :meth:`result` waits for what belongs to it.

    Args:
        ldap: A synchronous ldap3 connection; its waiting after each request is turned off.
    """

    def __init__(self, ldap: ldap3.Connection) -> None:
        self.ldap = ldap
        self.ldap.post_send_single_response = _message_number
        self.ldap.post_send_search = _message_number
        self._entries: dict[int, list[dict[str, Any]]] = {}
        self._results: dict[int, dict[str, Any]] = {}

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


def _message_number(number: int) -> int:
    """Instead of waiting for the answer."""
    return number


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
