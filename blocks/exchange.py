"""The blocks of Exchange: Exchange Online, and the organisation's own servers; a hybrid organisation names both."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Literal

from prefect.blocks.core import Block
from pydantic import ConfigDict, Field, HttpUrl, SecretStr

from lifecycle.ports.exchange.hybrid import ExchangeHybrid, HybridConnection
from lifecycle.ports.exchange.online import ExchangeOnline
from lifecycle.ports.exchange.online_connection import OnlineConnection
from lifecycle.ports.exchange.server import ExchangeServer
from lifecycle.ports.exchange.server_connection import ServerConnection


class ExchangeOnlineCredentials(Block):
    """A tenant of Exchange Online and the application that manages its mailboxes.

    The application needs the permission Exchange.ManageAsApp and a role that may manage recipients, no more.

    Attributes:
        tenant: Id of the tenant, or one of its domains.
        client_id: Application (client) id.
        client_secret: Its secret.
        certificate: Key and certificate in PEM, instead of a secret.
        host: Host of Exchange Online.
        login_host: Host that gives tokens.
        ca_file: PEM file of the authority that signed the hosts' certificates.
        timeout_s: Longest silence on one request.
        patience_s: For how long one read is tried again.

    Example:
        Count the accounts that have a mailbox:
        ```python
        from blocks.exchange import ExchangeOnlineCredentials

        credentials = ExchangeOnlineCredentials.load("BLOCK_NAME")
        with credentials.open() as mail:
            print(len(mail.mailboxes(accounts)))
        ```
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    _block_type_name = "HaloITSM-AD Exchange Online Credentials"
    _block_type_slug = "halo-ad-exchange-online"
    _documentation_url = HttpUrl("https://learn.microsoft.com/powershell/exchange/app-only-auth-powershell-v2")

    tenant: str = Field(description="Id of the tenant, or one of its domains, e.g. contoso.onmicrosoft.com.")
    client_id: str = Field(title="Client ID", description="Application (client) id of the app registration.")
    client_secret: SecretStr = Field(
        default=SecretStr(""), description="Client secret of the application; empty where a certificate is used."
    )
    certificate: SecretStr = Field(
        default=SecretStr(""),
        description="Private key and certificate in PEM; safer than a secret. Empty where a secret is used.",
    )
    host: str = Field(
        default="outlook.office365.com", description="Host of Exchange Online; another in national clouds."
    )
    login_host: str = Field(default="login.microsoftonline.com", description="Host that gives tokens.")
    ca_file: str | None = Field(
        default=None,
        title="CA file",
        description="PEM file of the authority that signed the certificates; the system's authorities without it.",
    )
    timeout_s: float = Field(
        default=120.0, ge=1, title="Timeout", description="Longest silence on one request, in seconds."
    )
    patience_s: float = Field(
        default=600.0,
        gt=0,
        title="Patience",
        description="Seconds for which one read is tried again when Exchange is away or busy.",
    )

    def connection(self) -> OnlineConnection:
        """The settings of a connection.

        Raises:
            ConfigurationError: A value cannot be used.
        """
        return OnlineConnection(
            tenant=self.tenant,
            client_id=self.client_id,
            client_secret=self.client_secret.get_secret_value(),
            certificate=self.certificate.get_secret_value(),
            host=self.host,
            login_host=self.login_host,
            ca_file=self.ca_file or None,
            timeout_s=self.timeout_s,
            patience_s=self.patience_s,
        )

    def open(self) -> AbstractContextManager[ExchangeOnline]:
        """The tenant's mailboxes; closed at the end of the ``with``.

        Raises:
            ConfigurationError: A value cannot be used.
            TargetAuthorizationError: The application gets no token.
            TargetUnavailableError: Nobody answers.
        """
        return self.connection().open()


class ExchangeServerCredentials(Block):
    """An Exchange server of the organisation's own, and the account that manages mailboxes on it.

    The account should have the management roles it needs on the managed OUs only; never Organization Management.

    Attributes:
        host: Name of the server or load balancer, as its certificate bears it.
        user: Account that opens sessions.
        password: Its password.
        realm: Its Kerberos realm.
        authentication: How the account proves itself.
        certificate_file: PEM file of a client certificate.
        key_file: PEM file of its key.
        port: HTTPS port.
        ca_file: PEM file of the authority that signed the server's certificate.
        skype_host: Skype for Business Server, where there is one.
        timeout_s: Longest wait for the end of one cmdlet.
        patience_s: For how long one read is tried again.

    Example:
        Work on mailboxes wherever they live, in a hybrid organisation:
        ```python
        from blocks.exchange import ExchangeServerCredentials, ExchangeOnlineCredentials

        server = ExchangeServerCredentials.load("BLOCK_NAME")
        with server.open_hybrid(ExchangeOnlineCredentials.load("OTHER_BLOCK_NAME")) as mail:
            print(len(mail.mailboxes(accounts)))
        ```
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    _block_type_name = "HaloITSM-AD Exchange Server Credentials"
    _block_type_slug = "halo-ad-exchange-server"
    _documentation_url = HttpUrl(
        "https://learn.microsoft.com/powershell/exchange/connect-to-exchange-servers-using-remote-powershell"
    )

    host: str = Field(description="Name of the server or load balancer, as its certificate bears it.")
    user: str = Field(default="", description="User principal name of the account; empty with a certificate.")
    password: SecretStr = Field(default=SecretStr(""), description="Password of the account; empty with a certificate.")
    realm: str = Field(
        default="",
        description="Kerberos realm of the account as the domain spells it, e.g. CORP.EXAMPLE.TEST, for authentication "
        "kerberos; what follows the @ of the user is not taken for it. Empty for the default realm of the machine.",
    )
    authentication: Literal["kerberos", "negotiate", "basic", "certificate"] = Field(
        default="negotiate",
        description="How the account proves itself. Basic must be allowed on the PowerShell virtual directory, a "
        "certificate be mapped to the account; Kerberos needs the machine's own Kerberos and the package "
        "pypsrp[kerberos].",
    )
    certificate_file: str = Field(default="", description="PEM file of the client certificate. For certificate.")
    key_file: str = Field(default="", description="PEM file of the certificate's key. For certificate.")
    port: int = Field(default=443, ge=1, le=65535, description="HTTPS port.")
    ca_file: str | None = Field(
        default=None,
        title="CA file",
        description="PEM file of the authority that signed the certificate; the system's authorities without it.",
    )
    skype_host: str = Field(
        default="", description="Skype for Business Server, for the complete way of disabling; empty for none."
    )
    timeout_s: float = Field(
        default=120.0, ge=1, title="Timeout", description="Longest wait for the end of one cmdlet, in seconds."
    )
    patience_s: float = Field(
        default=300.0,
        gt=0,
        title="Patience",
        description="Seconds for which one read is tried again when the server is away or busy.",
    )

    def connection(self) -> ServerConnection:
        """The settings of a connection.

        Raises:
            ConfigurationError: A value cannot be used.
        """
        return ServerConnection(
            host=self.host,
            user=self.user,
            password=self.password.get_secret_value(),
            realm=self.realm,
            authentication=self.authentication,
            certificate_file=self.certificate_file,
            key_file=self.key_file,
            port=self.port,
            ca_file=self.ca_file or None,
            skype_host=self.skype_host,
            timeout_s=self.timeout_s,
            patience_s=self.patience_s,
        )

    def open(self) -> AbstractContextManager[ExchangeServer]:
        """The server's mailboxes; closed at the end of the ``with``.

        Raises:
            ConfigurationError: A value cannot be used, or the server's certificate is not trusted.
            TargetAuthorizationError: The account may not connect.
            TargetUnavailableError: Nobody answers.
        """
        return self.connection().open()

    def open_hybrid(self, online: ExchangeOnlineCredentials) -> AbstractContextManager[ExchangeHybrid]:
        """The mailboxes of both, for an organisation whose accounts are here and whose mailboxes are in the cloud.

        Args:
            online: The tenant.

        Raises:
            ConfigurationError: As for either.
            TargetError: As for either.
        """
        return HybridConnection(self.connection(), online.connection()).open()
