"""How to reach the organisation's own Exchange, and Skype for Business Server beside it: remote PowerShell on HTTPS."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pypsrp.powershell import RunspacePool
from pypsrp.wsman import WSMan

from lifecycle.errors import ConfigurationError
from lifecycle.ports.exchange.patience import Patience
from lifecycle.ports.exchange.server import ExchangeServer
from lifecycle.ports.exchange.shell import Shell
from lifecycle.ports.https.trust import trusting
from lifecycle.ports.kerberos import principal

_OPERATION_S = 20
"""Longest wait for the next piece of output before the server says that there is none yet, seconds."""
_GRACE_S = 10
_HTTPS = 443

Authentication = Literal["kerberos", "negotiate", "basic", "certificate"]


@dataclass(frozen=True, slots=True)
class ServerConnection:
    """One Exchange server, or a load balancer before several; checked when made.

    Args:
        host: Name of the server; its certificate must bear it.
        realm: Realm of the account, for authentication kerberos; empty takes the machine's default realm.
        user: Account with the management roles Mail Recipients and Mail Recipient Creation, on the managed OUs alone.
        password: Its password.
        authentication: How the account proves itself; Kerberos needs the machine to be set up for it, basic to be
            allowed on the virtual directory, certificate a mapping to the account.
        certificate_file: PEM file of the client certificate.
        key_file: PEM file of its key.
        port: HTTPS port.
        ca_file: PEM file with the authority that signed the server's certificate; None trusts the system's.
        skype_host: Skype for Business Server, where there is one.
        timeout_s: Longest wait for the end of one cmdlet, seconds.
        patience_s: For how long one read is tried again when the server is away or busy, seconds.

    Raises:
        ConfigurationError: A value cannot be used; a message never holds a secret.
    """

    host: str
    user: str = ""
    password: str = field(default="", repr=False)
    authentication: Authentication = "negotiate"
    certificate_file: str = ""
    key_file: str = ""
    port: int = _HTTPS
    ca_file: str | None = None
    skype_host: str = ""
    timeout_s: float = 120.0
    patience_s: float = 300.0
    realm: str = ""

    def __post_init__(self) -> None:
        if not self.host or set(self.host) & set("/@ "):
            raise _wrong("host", "a host name is needed, without https:// and without a path")
        if self.authentication == "certificate":
            if not (self.certificate_file and self.key_file):
                raise _wrong("certificate_file", "authentication certificate needs certificate_file and key_file")
        elif self.authentication != "kerberos" and not (self.user and self.password):
            raise _wrong("user", f"authentication {self.authentication} needs user and password")
        for name in ("timeout_s", "patience_s"):
            if not getattr(self, name) > 0:
                raise _wrong(name, "must be more than zero")

    @contextmanager
    def open(self) -> Iterator[ExchangeServer]:
        """A client with an open session; closed at the end.

        Raises:
            ConfigurationError: The server's certificate is not trusted, or a file cannot be read.
            TargetAuthorizationError: The account may not connect.
            TargetUnavailableError: Nobody answers.
        """
        _hush()
        self._check_files()
        exchange = Shell(lambda: self._pool(self.host, "PowerShell", "Microsoft.Exchange"), self.timeout_s)
        skype = (
            Shell(lambda: self._pool(self.skype_host, "OcsPowerShell", "Microsoft.PowerShell"), self.timeout_s)
            if self.skype_host
            else None
        )
        patience = Patience(self.patience_s)
        try:
            patience.read(exchange.open)
            yield ExchangeServer(exchange, skype, patience)
        finally:
            exchange.close()
            if skype is not None:
                skype.close()

    def _pool(self, host: str, path: str, configuration: str) -> RunspacePool:
        """A pool of one runspace, not opened yet."""
        authority = self.ca_file or ssl.get_default_verify_paths().cafile or True
        operation_s = max(1, min(_OPERATION_S, int(self.timeout_s)))
        wsman = WSMan(
            host,
            port=self.port,
            username=self._username or None,
            password=self.password or None,
            ssl=True,
            path=path,
            auth=self.authentication,
            cert_validation=authority,  # type: ignore[arg-type]  # handed to requests, which takes a file as well
            operation_timeout=operation_s,
            connection_timeout=operation_s,
            read_timeout=operation_s + _GRACE_S,
            no_proxy=True,
            reconnection_retries=0,  # a lost request may have been carried out
            reconnection_backoff=0.1,
            negotiate_service="HTTP",  # what a load-balanced name is registered as
            certificate_pem=self.certificate_file or None,
            certificate_key_pem=self.key_file or None,
        )
        session = wsman.transport._build_session()  # noqa: SLF001 (there is no other way to it)
        session.max_redirects = 0  # what is sent holds names, and with basic authentication the password
        session.trust_env = False  # neither .netrc nor proxies of the environment
        wsman.transport.session = session
        return RunspacePool(wsman, configuration_name=configuration)

    @property
    def _username(self) -> str:
        return principal(self.user, self.realm) if self.authentication == "kerberos" and self.user else self.user

    def _check_files(self) -> None:
        for name in ("ca_file", "certificate_file", "key_file"):
            file = getattr(self, name)
            if file and not Path(file).is_file():
                raise _wrong(name, "is no file")
        trusting(self.ca_file)  # pypsrp would find out only when it connects


def _hush() -> None:
    """Keep pypsrp silent: it writes what it sends and receives, names and addresses with it, into its log."""
    logging.getLogger("pypsrp").setLevel(logging.CRITICAL)


def _wrong(name: str, problem: str) -> ConfigurationError:
    return ConfigurationError("credentials block", name, problem)
