"""One LDAPS connection, always with a verified certificate; several requests may be outstanding on it."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPException, LDAPResponseTimeoutError
from ldap3.core.results import RESULT_CODES
from ldap3.operation.unbind import unbind_operation

from lifecycle.directory.operation import NO_ANSWER, Answer
from lifecycle.errors import DirectoryError, DirectoryUnavailableError

_OPERATIONS_ERROR, _BUSY, _UNAVAILABLE = 1, 51, 52
_WINDOWS_ERROR = re.compile(r"^[0-9A-F]{8}\b")
_LOOK_S = 1.0
"""How often a wait for an answer looks whether there is still a connection, seconds."""
_GOODBYE_S = 5.0
"""How long a server may take to close a connection that was unbound, seconds."""


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
        # No receive_timeout: with one, the thread that ldap3 reads with goes round for good once the socket is closed.
        connection = ldap3.Connection(
            server, self.user, self.password,
            client_strategy=ldap3.ASYNC, check_names=False, return_empty_attributes=False, auto_referrals=False,
        )  # fmt: skip
        with translated("connect"):
            connection.open()
        try:
            with translated("bind"):
                if not connection.bind():
                    raise _bind_refusal(connection)
            yield Session(connection, self.timeout_s)
        finally:
            _close(connection)

    def _authority(self) -> str | None:
        return self.ca_file or ssl.get_default_verify_paths().cafile


@dataclass(frozen=True, slots=True)
class Session:
    """A bound connection.

    Args:
        ldap: The ldap3 connection; its methods send and answer a message number.
        timeout_s: Longest wait for an answer, seconds.
    """

    ldap: ldap3.Connection
    timeout_s: float

    def result(self, message: int, operation: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Wait for the answer to a message: entries, and the result.

        Raises:
            DirectoryUnavailableError: The connection ended, or no answer came in time.
        """
        deadline = time.monotonic() + self.timeout_s
        while True:
            try:
                with translated(operation):
                    responses, result = self.ldap.get_response(message, timeout=_LOOK_S)
            except DirectoryUnavailableError as error:
                waiting = isinstance(error.__cause__, LDAPResponseTimeoutError) and not self.ldap.closed
                if not waiting or time.monotonic() > deadline:
                    raise
                continue
            if result is None:
                raise DirectoryUnavailableError(operation, NO_ANSWER, "the connection ended")
            return responses, result


@contextmanager
def translated(operation: str) -> Iterator[None]:
    """Turn ldap3's exceptions into ours.

    Raises:
        DirectoryUnavailableError: The connection failed or an answer did not come in time.
    """
    try:
        yield
    except LDAPResponseTimeoutError as error:
        raise DirectoryUnavailableError(operation, NO_ANSWER, "no answer in time") from error
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


def _bind_refusal(connection: ldap3.Connection) -> DirectoryError:
    """An asynchronous bind keeps the name of its result only."""
    codes = {name: code for code, name in RESULT_CODES.items()}
    code = codes.get(connection.last_error or "", _OPERATIONS_ERROR)
    return DirectoryError("bind", code, RESULT_CODES[code])


def _close(connection: ldap3.Connection) -> None:
    """Say goodbye, let the reading thread see the end of the stream, and only then give the socket back.

    A socket closed under a thread that reads from it may be another file by the time it reads again.
    """
    socket, reader = connection.socket, connection.strategy.receiver
    with suppress(LDAPException, OSError):  # the server may be gone: there is nobody to say goodbye to
        connection.send("unbindRequest", unbind_operation(), None)
    reader.join(_GOODBYE_S)
    if reader.is_alive():
        with suppress(OSError):  # closed by the other side in this moment
            socket.shutdown(2)
        reader.join(_GOODBYE_S)
    if socket is not None:
        socket.close()


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
