"""Tokens of an application of Microsoft Entra ID, by MSAL over the same httpx client as everything else.

MSAL asks for them by the client credentials grant (RFC 6749, section 4.4), and keeps them. How it is given a client is
in :mod:`lifecycle.ports.https.msal_http`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import msal
from msal.exceptions import MsalError

from lifecycle.answer import NO_ANSWER
from lifecycle.errors import LifecycleError, TargetAuthorizationError, TargetContractError, TargetUnavailableError
from lifecycle.ports.https.exceptions import HttpxError
from lifecycle.ports.https.failures import target_error
from lifecycle.ports.https.msal_http import OPERATION, MsalHttp

_BAD_REQUEST = 400
_BUSY = frozenset({"temporarily_unavailable", "server_error", "service_unavailable"})


class AppTokens:
    """The access token of one application in one tenant. For one thread.

    Args:
        http: Sends the requests; verifies certificates and follows no redirects.
        system: What the token is for, as :class:`lifecycle.errors.TargetError` names it.
        authority_host: Host that gives tokens; nobody else is shown the credential.
        tenant: GUID of the tenant, or one of its domains.
        client_id: GUID of the application.
        credential: Its secret, or its key and certificate as MSAL takes them.
        scope: What the token is asked for.
    """

    def __init__(
        self,
        http: httpx.Client,
        *,
        system: str,
        authority_host: str,
        tenant: str,
        client_id: str,
        credential: str | dict[str, str],
        scope: str,
    ) -> None:
        self._transport, self._system = MsalHttp(http, system, authority_host), system
        self._authority = f"https://{authority_host}/{tenant}"
        self._client_id, self._credential, self._scope = client_id, credential, scope
        self._application: msal.ConfidentialClientApplication | None = None

    def bearer(self) -> str:
        """The token to send; kept by MSAL until shortly before it ends.

        Raises:
            TargetAuthorizationError: Tenant, application, secret or certificate are wrong.
            TargetUnavailableError: The authority is away or busy.
            TargetContractError: The answer is no token.
            ConfigurationError: The authority's certificate is not trusted.
        """
        problem: Exception
        try:
            answer: dict[str, Any] = self._opened().acquire_token_for_client(scopes=[self._scope])
        except Exception as error:  # noqa: BLE001 - also those of the libraries that sign; none is swallowed
            problem = self._meaning(error)
        else:
            token = answer.get("access_token")
            if isinstance(token, str) and token.isascii() and token.isprintable():
                return token
            problem = self._refusal(answer)
        raise problem  # out here, so that no secret travels along in exceptions of others

    def renew(self) -> None:
        """Forget the token: the next one is a new one."""
        if self._application is not None:
            self._application.remove_tokens_for_client()

    def _opened(self) -> msal.ConfidentialClientApplication:
        """The application; made late, because making it reads the authority's addresses."""
        if self._application is None:
            self._application = msal.ConfidentialClientApplication(
                self._client_id,
                client_credential=self._credential,
                authority=self._authority,
                http_client=self._transport,
                # Else a host that MSAL does not know would be asked for at login.microsoftonline.com.
                instance_discovery=False,
                http_cache=_Forgetful(),
            )
        return self._application

    def _meaning(self, error: Exception) -> Exception:
        """Our error for one on the way; texts of MSAL hold whole answers, those of what signs perhaps the key."""
        match error:
            case LifecycleError():
                return error
            case _ if isinstance(error, HttpxError):
                return target_error(self._system, OPERATION, error)
            case MsalError():
                return TargetUnavailableError(self._system, OPERATION, NO_ANSWER, "the authority failed")
            case KeyError() if self._application is None:
                return TargetContractError(
                    self._system, OPERATION, NO_ANSWER, "the authority does not name its addresses"
                )
            case _:
                return self._unusable(error)

    def _unusable(self, error: Exception) -> Exception:
        """Our error where MSAL makes nothing of the tenant or the credential."""
        is_signed = not isinstance(self._credential, str)
        if isinstance(error, ValueError) and self._application is None:
            certificate = ", or the certificate cannot be used" if is_signed else ""
            return self._unauthorised(f"the tenant is not known to the authority{certificate}")
        # Where nothing is signed it is a fault of the program.
        return self._unauthorised("the private key cannot be used") if is_signed else error

    def _refusal(self, answer: Mapping[str, Any]) -> LifecycleError:
        """The error for an answer without a token, with the number behind AADSTS where there is one.

        It tells a wrong secret (7000215) from one that has ended (7000222).
        """
        error, codes = answer.get("error"), answer.get("error_codes")
        name = error if isinstance(error, str) and error.isascii() and error.replace("_", "").isalnum() else "no token"
        code = codes[0] if isinstance(codes, list) and codes and isinstance(codes[0], int) else _BAD_REQUEST
        if name in _BUSY:
            return TargetUnavailableError(self._system, OPERATION, code, name)
        return self._unauthorised(name, code)

    def _unauthorised(self, problem: str, code: int = _BAD_REQUEST) -> TargetAuthorizationError:
        return TargetAuthorizationError(self._system, OPERATION, code, problem)


class _Forgetful(dict[str, Any]):
    """A cache of MSAL's that keeps nothing: how often the authority is asked is ours to say."""

    def __setitem__(self, key: str, value: Any) -> None:
        """Keep nothing."""
