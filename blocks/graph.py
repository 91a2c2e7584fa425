"""The block of Microsoft 365: one tenant, and the application that works on it through Microsoft Graph."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Self

from prefect.blocks.core import Block
from pydantic import ConfigDict, Field, HttpUrl, SecretStr, model_validator

from lifecycle.ports.graph.client import MicrosoftGraph, open_graph
from lifecycle.ports.graph.connection import ClientCertificate, ClientSecret, GraphConnection


class MicrosoftGraphCredentials(Block):
    """A tenant of Microsoft 365 and an application of it that proves itself by a secret or a certificate.

    The application needs the permissions User.ReadWrite.All, GroupMember.ReadWrite.All, Organization.Read.All and
    MailboxSettings.ReadWrite, as application permissions with an administrator's consent.

    Attributes:
        tenant: GUID or domain of the tenant.
        client_id: GUID of the application.
        client_secret: Its secret.
        private_key: Private key of its certificate, PEM.
        thumbprint: SHA-1 of that certificate.
        authority_host: Host that gives tokens.
        graph_host: Host of Microsoft Graph.
        ca_file: PEM file of the authority that signed the hosts' certificates.
        requests_per_window: HTTP requests sent in one window at most.
        window_s: Length of that window, seconds.
        timeout_s: Longest silence on one request, seconds.
        patience_s: For how long what was throttled is tried again, seconds.

    Example:
        Count the licences that are left:
        ```python
        from blocks.graph import MicrosoftGraphCredentials

        credentials = MicrosoftGraphCredentials.load("BLOCK_NAME")
        with credentials.open() as graph:
            print({sku.part_number: sku.free for sku in graph.skus().values()})
        ```
    """

    model_config = ConfigDict(hide_input_in_errors=True)  # an error about several fields would show all their values

    _block_type_name = "HaloITSM-AD Microsoft Graph Credentials"
    _block_type_slug = "halo-ad-microsoft-graph"
    _documentation_url = HttpUrl("https://learn.microsoft.com/graph/auth-v2-service")

    tenant: str = Field(description="GUID of the tenant, or one of its domains.", examples=["contoso.onmicrosoft.com"])
    client_id: str = Field(description="Application (client) ID of the application.")
    client_secret: SecretStr = Field(
        default=SecretStr(""), description="Client secret of the application; leave it empty if it has a certificate."
    )
    private_key: SecretStr = Field(
        default=SecretStr(""), description="Private key of the application's certificate, PEM without a passphrase."
    )
    thumbprint: str = Field(
        default="", description="SHA-1 thumbprint of that certificate, 40 hexadecimal digits, as the portal shows it."
    )
    authority_host: str = Field(
        default="login.microsoftonline.com",
        description="Host that gives tokens; login.microsoftonline.us and login.partner.microsoftonline.cn for the "
        "national clouds.",
    )
    graph_host: str = Field(
        default="graph.microsoft.com",
        description="Host of Microsoft Graph; graph.microsoft.us, dod-graph.microsoft.us and "
        "microsoftgraph.chinacloudapi.cn for the national clouds.",
    )
    ca_file: str | None = Field(
        default=None,
        title="CA file",
        description="PEM file of the authority that signed the hosts' certificates; the system's authorities without "
        "it.",
    )
    requests_per_window: int = Field(
        default=600, gt=0, description="HTTP requests sent in one window at most; a batch of 20 is one."
    )
    window_s: float = Field(default=60.0, gt=0, description="Length of that rolling window in seconds.")
    timeout_s: float = Field(default=60.0, gt=0, description="Longest silence on one request in seconds.")
    patience_s: float = Field(
        default=600.0, gt=0, description="Seconds for which a read, or a write that was throttled, is tried again."
    )

    @model_validator(mode="after")
    def _has_one_credential(self) -> Self:
        secret, key = self.client_secret.get_secret_value(), self.private_key.get_secret_value()
        if bool(secret) == bool(key):
            raise ValueError("either client_secret is needed, or private_key with thumbprint")
        if bool(key) != bool(self.thumbprint):
            raise ValueError("private_key and thumbprint go together")
        return self

    def connection(self) -> GraphConnection:
        """The library's value for this block.

        Raises:
            ConfigurationError: A value cannot be used, e.g. a host name with a path.
        """
        secret, key = self.client_secret.get_secret_value(), self.private_key.get_secret_value()
        return GraphConnection(
            tenant=self.tenant,
            client_id=self.client_id,
            credential=ClientSecret(secret) if secret else ClientCertificate(key, self.thumbprint),
            authority_host=self.authority_host,
            graph_host=self.graph_host,
            ca_file=self.ca_file or None,
            requests_per_window=self.requests_per_window,
            window_s=self.window_s,
            timeout_s=self.timeout_s,
            patience_s=self.patience_s,
        )

    def open(self) -> AbstractContextManager[MicrosoftGraph]:
        """A client of the tenant; its connections are closed at the end of the ``with``.

        Raises:
            ConfigurationError: As for :meth:`connection`, or the file of authorities cannot be read.
        """
        return open_graph(self.connection())
