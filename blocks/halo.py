"""The block with HaloITSM's credentials."""

from __future__ import annotations

from prefect.blocks.core import Block
from pydantic import Field, HttpUrl, SecretStr

from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.connection import ApiConnection


class HaloITSMCredentials(Block):
    """Reads one tenant of HaloITSM with an API application's client credentials.

    Attributes:
        host_name: Host that serves the API; fills ``{Host-Name}``.
        tenant: Name of the tenant; fills ``{tenantname}``.
        token_url: URL that exchanges the credentials for a token.
        client_id: Client ID of the API application.
        client_secret: Its secret.
        scopes: Scopes asked for, all of which must be granted.
        ca_file: PEM file with the authority that signed HaloITSM's certificate.
        requests_per_window: Requests that the tenant takes in one window.
        window_s: Length of that window, seconds.
        timeout_s: Longest silence on one request, seconds.
        patience_s: For how long one read is tried again, seconds.

    Example:
        Load the block and exchange a first token:
        ```python
        from blocks.halo import HaloITSMCredentials

        credentials = HaloITSMCredentials.load("BLOCK_NAME")
        with credentials.get_client() as client:
            print(client.authorize().scopes)
        ```
    """

    _block_type_name = "HaloITSM Credentials"
    _block_type_slug = "haloitsm-credentials"
    _documentation_url = HttpUrl("https://haloitsm.com/apidoc")

    host_name: str = Field(
        description="Host that serves the API, without https://; fills {Host-Name} in the URLs of endpoints.",
        examples=["acme.haloitsm.com"],
    )
    tenant: str = Field(
        default="", description="Name of the tenant; fills {tenantname}. Empty where the token URL needs none."
    )
    token_url: str = Field(
        default="https://{Host-Name}/auth/token?tenant={tenantname}",
        description="URL that exchanges the credentials for a token; {Host-Name} and {tenantname} are filled in.",
    )
    client_id: str = Field(description="Client ID of the API application in HaloITSM.")
    client_secret: SecretStr = Field(description="Client secret of the API application in HaloITSM.")
    scopes: list[str] = Field(
        default=["read:customers"],
        description="Scopes asked for; a run stops before its first page if HaloITSM grants less.",
    )
    ca_file: str | None = Field(
        default=None,
        description="PEM file with the authority that signed HaloITSM's certificate; empty trusts the system's.",
    )
    requests_per_window: int = Field(
        default=700, gt=0, description="Requests that HaloITSM takes from this tenant in one window."
    )
    window_s: float = Field(default=300.0, gt=0, description="Length of that rolling window in seconds.")
    timeout_s: float = Field(default=60.0, gt=0, description="Longest silence on one request in seconds.")
    patience_s: float = Field(
        default=900.0, gt=0, description="Seconds for which one read is tried again when HaloITSM is away or busy."
    )

    def connection(self) -> ApiConnection:
        """The library's value for this block.

        Raises:
            ConfigurationError: A value cannot be used, e.g. a host name with a path.
        """
        return ApiConnection(
            host_name=self.host_name,
            tenant=self.tenant,
            token_url=self.token_url,
            client_id=self.client_id,
            client_secret=self.client_secret.get_secret_value(),
            scopes=tuple(self.scopes),
            ca_file=self.ca_file or None,
            requests_per_window=self.requests_per_window,
            window_s=self.window_s,
            timeout_s=self.timeout_s,
            patience_s=self.patience_s,
        )

    def get_client(self) -> ApiClient:
        """A client to use in a ``with`` statement.

        Raises:
            ConfigurationError: As for :meth:`connection`, or the file of authorities cannot be read.
        """
        return ApiClient(self.connection())
