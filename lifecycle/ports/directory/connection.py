"""One LDAPS connection, always with a verified certificate; several requests may be outstanding on it."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPException, LDAPInvalidCredentialsResult, LDAPResponseTimeoutError

from lifecycle.directory.operation import NO_ANSWER, Answer
from lifecycle.errors import DirectoryError, DirectoryUnavailableError

_BUSY, _UNAVAILABLE, _INVALID_CREDENTIALS = 51, 52, 49
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
    def open(self) -> Iterator[ldap3.Connection]:
        """A bound connection; closed at the end.

        Raises:
            DirectoryUnavailableError: No connection.
            DirectoryError: The certificate is not trusted, or the account may not bind.
        """
        wait_s = int(self.timeout_s)  # ldap3 packs it into a socket option, which takes whole seconds
        tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, version=ssl.PROTOCOL_TLS_CLIENT, ca_certs_file=self._authority())
        server = ldap3.Server(self.host, self.port, use_ssl=True, tls=tls, get_info=ldap3.NONE, connect_timeout=wait_s)
        connection = ldap3.Connection(
            server, self.user, self.password,
            client_strategy=ldap3.ASYNC, check_names=False, return_empty_attributes=False,
            receive_timeout=wait_s, auto_referrals=False,
        )  # fmt: skip
        try:
            with translated("connect"):
                connection.open()
                if not connection.bind():
                    raise refusal("bind", connection.result)
            yield connection
        finally:
            connection.unbind()

    def _authority(self) -> str | None:
        return self.ca_file or ssl.get_default_verify_paths().cafile


@contextmanager
def translated(operation: str) -> Iterator[None]:
    """Turn ldap3's exceptions into ours.

    Raises:
        DirectoryUnavailableError: The connection failed or an answer did not come in time.
    """
    try:
        yield
    except LDAPInvalidCredentialsResult as error:
        raise DirectoryError(operation, _INVALID_CREDENTIALS, "invalidCredentials") from error
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
