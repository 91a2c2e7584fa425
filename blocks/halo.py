"""The block with HaloITSM's credentials, or those of any other HTTP API that endpoints read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from prefect.blocks.core import Block
from pydantic import ConfigDict, Field, HttpUrl, SecretStr, model_validator

from blocks.saved import MADE_BY, load_block
from lifecycle.errors import ConfigurationError
from lifecycle.ports.api.authorization import (
    ApiKey,
    Authorization,
    AuthorizationCode,
    Basic,
    Bearer,
    ClientCredentials,
    NoAuthorization,
    PasswordGrant,
)
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.connection import ApiConnection

_CLIENT = ("token_url", "scopes", "client_id", "client_secret")
_FIELDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "none": ((), ()),
    "api_key": (("api_key_name", "api_key"), ("api_key_place",)),
    "basic": (("user_name", "password"), ()),
    "bearer": (("bearer_token",), ()),
    "client_credentials": (("client_id", "client_secret"), _CLIENT),
    "authorization_code": (("client_id", "authorize_url"), (*_CLIENT, "refresh_token")),
    "password": (("client_id", "user_name", "password"), _CLIENT),
}
"""Authorization → the fields that it needs, and those that it may have besides."""


class HaloITSMCredentials(Block):
    """Reads one tenant of HaloITSM, or another HTTP API, by the authorization that is chosen.

    Attributes:
        host_name: Host that serves the API; fills ``{Host-Name}``.
        other_hosts: Further hosts that requests may go to.
        tenant: Name of the tenant; fills ``{tenantname}``.
        authorization: How requests are authorised.
        token_url: URL that exchanges credentials for a token.
        authorize_url: Page where a user agrees to the application's reading in their name.
        client_id: Client ID of the API application.
        client_secret: Its secret.
        scopes: Scopes asked for, all of which must be granted.
        user_name: Name of the user.
        password: Their password.
        api_key_name: Name of the header or query parameter that takes the key.
        api_key: The key.
        api_key_place: Whether the key is sent in a header or in the query.
        bearer_token: A token that does not end by itself.
        refresh_token: What the next token is had for.
        ca_file: PEM file with the authority that signed the server's certificate.
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
            print(client.authorize())
        ```
    """

    model_config = ConfigDict(hide_input_in_errors=True)  # an error about several fields would show all their values

    _block_type_name = "HaloITSM Credentials"
    _block_type_slug = "haloitsm-credentials"
    _documentation_url = HttpUrl("https://haloitsm.com/apidoc")

    host_name: str = Field(
        description="Host that serves the API, without https://; fills {Host-Name} in the URLs of endpoints.",
        examples=["acme.haloitsm.com"],
    )
    other_hosts: list[str] = Field(
        default=[],
        description="Further hosts that requests, and secrets with them, may go to: the token URL's, those of next "
        "links and redirects. Nothing is ever sent to a host that stands neither here nor in host_name.",
    )
    tenant: str = Field(
        default="", description="Name of the tenant; fills {tenantname}. Empty where no URL holds {tenantname}."
    )
    authorization: Literal[
        "none", "api_key", "basic", "bearer", "client_credentials", "authorization_code", "password"
    ] = Field(
        default="client_credentials",
        description="How requests are authorised; says which of the fields below are needed. HaloITSM takes "
        "client_credentials, authorization_code (then run: python -m deployments.authorize BLOCK) and password.",
    )
    token_url: str = Field(
        default="https://{Host-Name}/auth/token?tenant={tenantname}",
        description="URL that exchanges credentials for a token; {Host-Name} and {tenantname} are filled in. For "
        "client_credentials, authorization_code and password.",
    )
    authorize_url: str = Field(
        default="",
        description="Page where a user agrees, e.g. https://{Host-Name}/auth/authorize?tenant={tenantname}. For "
        "authorization_code.",
    )
    client_id: str = Field(
        default="",
        description="Client ID of the API application. For client_credentials, authorization_code and password.",
    )
    client_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Client secret of the API application. For client_credentials; for authorization_code and password "
        "unless the application has none.",
    )
    scopes: list[str] = Field(
        default=["read:customers"],
        description="Scopes asked for; a run stops before its first page if the server grants less.",
    )
    user_name: str = Field(default="", description="Name of the user. For basic and password.")
    password: SecretStr = Field(default=SecretStr(""), description="Password of the user. For basic and password.")
    api_key_name: str = Field(
        default="", description="Header or query parameter that takes the key, e.g. X-API-Key. For api_key."
    )
    api_key: SecretStr = Field(default=SecretStr(""), description="The key. For api_key.")
    api_key_place: Literal["header", "query"] = Field(
        default="header", description="Whether the key is sent in a header or in the query. For api_key."
    )
    bearer_token: SecretStr = Field(
        default=SecretStr(""), description="A token that does not end by itself. For bearer."
    )
    refresh_token: SecretStr = Field(
        default=SecretStr(""),
        description="Leave it empty: python -m deployments.authorize puts it here, and each run replaces it, as it is "
        "good for one use. For authorization_code.",
    )
    ca_file: str | None = Field(
        default=None,
        description="PEM file with the authority that signed the server's certificate; empty trusts the system's.",
    )
    requests_per_window: int = Field(
        default=700, gt=0, description="Requests that the server takes from this tenant in one window."
    )
    window_s: float = Field(default=300.0, gt=0, description="Length of that rolling window in seconds.")
    timeout_s: float = Field(default=60.0, gt=0, description="Longest silence on one request in seconds.")
    patience_s: float = Field(
        default=900.0, gt=0, description="Seconds for which one read is tried again when the server is away or busy."
    )

    @model_validator(mode="after")
    def _has_what_its_authorization_needs(self) -> Self:
        needed, allowed = _FIELDS[self.authorization]
        if missing := [name for name in needed if self._is_default(name)]:
            raise ValueError(f"authorization {self.authorization} needs {', '.join(missing)}")
        others = {name for fields in _FIELDS.values() for group in fields for name in group} - {*needed, *allowed}
        if surplus := sorted(name for name in others if not self._is_default(name)):
            raise ValueError(f"authorization {self.authorization} takes no {', '.join(surplus)}: leave it empty")
        return self

    @classmethod
    def needed_fields(cls, authorization: str = "") -> tuple[str, ...]:
        """The fields that must have a value, besides the host name, for an authorization; the default one if empty."""
        chosen = authorization or cls.model_fields["authorization"].default
        return _FIELDS[chosen][0] if chosen in _FIELDS else ()

    @classmethod
    def named(cls, name: str) -> Self:
        """Load a saved block.

        Raises:
            ConfigurationError: There is none of this name, or its fields do not fit its authorization.
        """
        return load_block(cls, name, MADE_BY)

    def connection(self) -> ApiConnection:
        """The library's value for this block.

        Raises:
            ConfigurationError: A value cannot be used, e.g. a host name with a path.
        """
        return ApiConnection(
            host_name=self.host_name,
            authorization=self._way(),
            tenant=self.tenant,
            other_hosts=tuple(self.other_hosts),
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

    def _way(self) -> Authorization:
        password = self.password.get_secret_value()
        way: Authorization = NoAuthorization()
        match self.authorization:
            case "api_key":
                way = ApiKey(self.api_key_name, self.api_key.get_secret_value(), self.api_key_place)
            case "basic":
                way = Basic(self.user_name, password)
            case "bearer":
                way = Bearer(self.bearer_token.get_secret_value())
            case "client_credentials":
                way = ClientCredentials(**self._client())
            case "password":
                way = PasswordGrant(**self._client(), user_name=self.user_name, password=password)
            case "authorization_code":
                store = StoredRefreshToken(self._block_document_name or "")
                way = AuthorizationCode(**self._client(), authorize_url=self.authorize_url, refresh_tokens=store)
        return way

    def _client(self) -> dict[str, Any]:
        return {
            "token_url": self.token_url,
            "client_id": self.client_id,
            "client_secret": self.client_secret.get_secret_value(),
            "scopes": tuple(self.scopes),
        }

    def _is_default(self, name: str) -> bool:
        given = getattr(self, name)
        if isinstance(given, SecretStr):
            return not given.get_secret_value()
        return bool(given == type(self).model_fields[name].default)


class StoredRefreshToken:
    """The refresh token of a saved block; read anew each time, because another process may have replaced it.

    Args:
        name: Name of the block; empty for one that is not saved.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def load(self) -> str:
        """The token as it is stored now; empty where there is none."""
        return HaloITSMCredentials.named(self.name).refresh_token.get_secret_value() if self.name else ""

    def save(self, token: str) -> None:
        """Replace it; whatever else was changed in the block meanwhile stays.

        Raises:
            ConfigurationError: The block is not saved, so that nothing can be kept in it.
        """
        if not self.name:
            raise ConfigurationError("credentials block", "refresh_token", "save the block first")
        block = HaloITSMCredentials.named(self.name)
        block.refresh_token = SecretStr(token)
        block.save(self.name, overwrite=True)
