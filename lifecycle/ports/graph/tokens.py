"""Tokens of the application, by MSAL over the same httpx client as everything else.

MSAL brings requests along unless it is given a client; two stacks would be two sets of certificates and timeouts. It
also writes a token answer that is no JSON into its log, so such an answer never reaches it.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import httpx
import msal
from msal.exceptions import MsalError

from lifecycle.answer import NO_ANSWER
from lifecycle.errors import LifecycleError, TargetAuthorizationError, TargetContractError, TargetUnavailableError
from lifecycle.ports.graph.connection import ClientCertificate, ClientSecret, GraphConnection, is_at
from lifecycle.ports.graph.failures import SYSTEM, broken, is_transient, refusal, translated
from lifecycle.ports.https.exceptions import HttpxError

_OPERATION = "get a token"


class Tokens:
    """The access token of one application in one tenant. For one thread.

    Args:
        connection: As whom, from where.
        http: Sends the requests.
    """

    def __init__(self, connection: GraphConnection, http: httpx.Client) -> None:
        self._connection, self._http = connection, http
        self._application: msal.ConfidentialClientApplication | None = None

    def bearer(self) -> str:
        """The token to send; kept by MSAL until shortly before it ends.

        Raises:
            TargetAuthorizationError: Tenant, application, secret or certificate are wrong.
            TargetUnavailableError: The authority is away or busy.
            TargetContractError: The answer is no token.
            ConfigurationError: The authority's certificate is not trusted.
        """
        try:
            answer = self._asked()
        except HttpxError as error:
            raise translated(_OPERATION, error) from error
        except MsalError:  # its own throttling answers so while the authority is busy
            raise TargetUnavailableError(SYSTEM, _OPERATION, NO_ANSWER, "the authority is busy") from None
        token = answer.get("access_token")
        if isinstance(token, str) and token.isascii() and token.isprintable():
            return token
        raise TargetAuthorizationError(
            SYSTEM, _OPERATION, _number(answer.get("error_codes")), _named(answer.get("error"))
        )

    def renew(self) -> None:
        """Forget the token: the next one is a new one."""
        if self._application is not None:
            self._application.remove_tokens_for_client()

    def _asked(self) -> dict[str, Any]:
        """The answer of MSAL: a token, or an error of the authority."""
        try:
            application = self._opened()
        except ValueError:  # its text holds the authority's whole answer
            raise TargetAuthorizationError(
                SYSTEM, _OPERATION, NO_ANSWER, "the tenant is not known to the authority"
            ) from None
        except KeyError:
            raise broken(_OPERATION, "the authority does not name its addresses") from None
        answer: dict[str, Any]
        if isinstance(self._connection.credential, ClientSecret):
            answer = application.acquire_token_for_client(scopes=[self._connection.scope])
            return answer
        try:
            answer = application.acquire_token_for_client(scopes=[self._connection.scope])
        except (LifecycleError, MsalError, *HttpxError):
            raise
        except Exception:  # noqa: BLE001 - those of the libraries that sign; their texts may hold the key
            raise TargetAuthorizationError(SYSTEM, _OPERATION, NO_ANSWER, "the private key cannot be used") from None
        return answer

    def _opened(self) -> msal.ConfidentialClientApplication:
        """The application; opening it reads the authority's addresses."""
        if self._application is None:
            credential: Any = None
            match self._connection.credential:
                case ClientCertificate(private_key, thumbprint):
                    credential = {"private_key": private_key, "thumbprint": thumbprint}
                case secret:
                    credential = secret.secret
            self._application = msal.ConfidentialClientApplication(
                self._connection.client_id,
                client_credential=credential,
                authority=self._connection.authority,
                http_client=MsalHttp(self._http, self._connection.authority_host),
                # Else a host that MSAL does not know would be asked for at login.microsoftonline.com.
                instance_discovery=False,
            )
        return self._application


class MsalHttp:
    """The client that MSAL asks for, over httpx: nothing goes to another host than the authority's.

    Args:
        http: Sends the requests.
        host: The authority's host.
    """

    def __init__(self, http: httpx.Client, host: str) -> None:
        self._http, self._host = http, host

    def get(self, url: str, params: Any = None, headers: Any = None, **_: Any) -> httpx.Response:
        """Read the authority's addresses."""
        return self._checked(self._http.get(self._inside(url), params=params, headers=headers))

    def post(self, url: str, params: Any = None, data: Any = None, headers: Any = None, **_: Any) -> httpx.Response:
        """Exchange the credential for a token; MSAL signs in bytes, which httpx would write as ``b'…'``."""
        headers = {**(headers or {}), "Content-Type": "application/x-www-form-urlencoded"}
        content = urlencode(data or {})
        return self._checked(self._http.post(self._inside(url), params=params, content=content, headers=headers))

    def close(self) -> None:
        """Nothing to do: the client is closed by who opened it."""

    def _inside(self, url: str) -> str:
        if not is_at(url, self._host):
            raise broken(_OPERATION, "the authority names another host for its tokens")
        return url

    @staticmethod
    def _checked(response: httpx.Response) -> httpx.Response:
        if is_transient(response.status_code):
            raise refusal(_OPERATION, response.status_code)
        if response.is_redirect:
            raise TargetContractError(SYSTEM, _OPERATION, response.status_code, "a redirect, which is not followed")
        try:
            answer = json.loads(response.content)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):  # told here, so that the body does not travel along
            raise broken(_OPERATION, "the authority's answer is no JSON object", response.status_code)
        return response


def _number(codes: object) -> int:
    """The number behind AADSTS: tells a wrong secret (7000215) from one that has ended (7000222)."""
    first = codes[0] if isinstance(codes, list) and codes else None
    return first if isinstance(first, int) else NO_ANSWER


def _named(code: object) -> str:
    return code if isinstance(code, str) and code.isascii() and code.replace("_", "").isalnum() else "no token"
