"""The application's access token: msal asks for it and keeps it, over our own HTTP client and its trust."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import msal
from msal.exceptions import MsalError

from lifecycle.ports.exchange.failures import broken, unauthorised, unavailable
from lifecycle.ports.https.trust import distrusted, is_distrust

_OPERATION = "token"
_BUSY = frozenset({"temporarily_unavailable", "server_error", "service_unavailable"})
_BAD_REQUEST = 400


class FencedTransport:
    """msal's HTTP client: httpx with our trust, and no host but the login host.

    msal takes the token's address from a document that the login host serves; a secret goes nowhere else.

    Args:
        http: What sends.
        host: The one host that is asked.
    """

    def __init__(self, http: httpx.Client, host: str) -> None:
        self._http, self._host = http, host.lower()

    def get(self, url: str, params: Any = None, headers: Mapping[str, str] | None = None, **_: Any) -> httpx.Response:
        """Read something."""
        return self._http.get(self._inside(url), params=params, headers=headers)

    def post(
        self,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> httpx.Response:
        """Exchange credentials for a token."""
        return self._http.post(self._inside(url), params=params, data=_as_text(data), headers=headers)

    def close(self) -> None:
        """Nothing: whoever made the client closes it."""

    def _inside(self, url: str) -> str:
        address = httpx.URL(url)
        if address.scheme != "https" or address.netloc.decode("ascii").lower() != self._host:
            raise broken(_OPERATION, "the login host refers to another host")
        return url


def _as_text(form: Any) -> Any:
    """A form whose values are texts: msal signs an assertion as bytes, which httpx would write as Python shows them."""
    if not isinstance(form, Mapping):
        return form
    return {name: value.decode("ascii") if isinstance(value, bytes) else value for name, value in form.items()}


class AppTokens:
    """Tokens of one application, by the client credentials grant (RFC 6749, section 4.4).

    Args:
        http: What sends.
        login_host: Host that gives tokens.
        tenant: Id or domain of the tenant.
        client_id: The application.
        credential: Its secret, or key and certificate as msal takes them.
        scope: What the token is for.
    """

    def __init__(
        self,
        http: httpx.Client,
        *,
        login_host: str,
        tenant: str,
        client_id: str,
        credential: str | dict[str, str],
        scope: str,
    ) -> None:
        self._transport = FencedTransport(http, login_host)
        self._authority = f"https://{login_host}/{tenant}"
        self._client_id, self._credential, self._scope = client_id, credential, scope
        self._application: msal.ConfidentialClientApplication | None = None

    def token(self) -> str:
        """A token that is good for some minutes at least.

        Raises:
            ConfigurationError: The certificate cannot be read, or the login host's is not trusted.
            TargetAuthorizationError: Tenant, application or secret are wrong.
            TargetUnavailableError: The login host is away or busy.
        """
        problem: Exception
        try:
            answer = self._made().acquire_token_for_client(scopes=[self._scope])
        except httpx.HTTPError as error:
            problem = distrusted() if is_distrust(error) else unavailable(_OPERATION, type(error).__name__)
        except MsalError:
            problem = unavailable(_OPERATION, "the login host failed")
        except ValueError:
            problem = unauthorised(_OPERATION, _BAD_REQUEST, "tenant or certificate cannot be used")
        else:
            token = answer.get("access_token")
            if isinstance(token, str) and token:
                return token
            problem = _refusal(answer)
        raise problem  # out here, so that no secret travels along in msal's own exceptions

    def renew(self) -> str:
        """A new token in place of one that Exchange does not take any more."""
        self._made().remove_tokens_for_client()
        return self.token()

    def _made(self) -> msal.ConfidentialClientApplication:
        if self._application is None:  # made late, because making it asks the login host
            self._application = msal.ConfidentialClientApplication(
                self._client_id,
                client_credential=self._credential,
                authority=self._authority,
                http_client=self._transport,
                instance_discovery=False,  # the login host stands in the block; nobody else is asked about it
                http_cache=_Forgetful(),  # a refusal is asked for again, as reads are
            )
        return self._application


class _Forgetful(dict[str, Any]):
    """A cache of msal's that keeps nothing: how often is asked is ours to say."""

    def __setitem__(self, key: str, value: Any) -> None:
        """Keep nothing."""


def _refusal(answer: Mapping[str, Any]) -> Exception:
    error = answer.get("error")
    name = error if isinstance(error, str) and error.replace("_", "").isalpha() else "no token"
    codes = answer.get("error_codes")
    code = codes[0] if isinstance(codes, list) and codes and isinstance(codes[0], int) else _BAD_REQUEST
    return unavailable(_OPERATION, name, code) if name in _BUSY else unauthorised(_OPERATION, code, name)
