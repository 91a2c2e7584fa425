"""The token requests of each OAuth 2.0 grant, as flows of requests and answers: no socket is opened here."""

from __future__ import annotations

from collections.abc import Generator, Mapping

import httpx
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import DEFAULT_HEADERS
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from lifecycle.ports.api.authorization import AuthorizationCode, OAuth, PasswordGrant
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.refresh_token import RefreshTokens
from lifecycle.ports.api.token_answer import TokenAnswer, is_refused_grant, read_token_answer

GrantFlow = Generator[httpx.Request, httpx.Response, TokenAnswer]


def exchange(connection: ApiConnection, oauth: OAuth, refresh_tokens: RefreshTokens) -> GrantFlow:
    """A new access token by whatever grant the connection uses.

    Raises:
        SourceAuthorizationError: Client, tenant, user, refresh token or granted scopes are wrong.
        SourceUnavailableError: The token endpoint is away or busy.
        SourceContractError: The answer is no token.
        StoreError: The new refresh token could not be stored.
    """
    match oauth:
        case AuthorizationCode():
            return (yield from _refreshed(connection, oauth, refresh_tokens))
        case PasswordGrant():
            values = {"username": oauth.user_name, "password": oauth.password}
            return read_token_answer(
                (yield _token_request(connection, oauth, "password", values, oauth.scopes)), oauth.scopes, "password"
            )
        case _:
            response = yield _token_request(connection, oauth, "client_credentials", {}, oauth.scopes)
            return read_token_answer(response, oauth.scopes, "client_credentials")


def _refreshed(connection: ApiConnection, oauth: AuthorizationCode, refresh_tokens: RefreshTokens) -> GrantFlow:
    """By the stored refresh token; the one that replaces it is stored before the access token is handed on."""
    spent = refresh_tokens.current()
    response = yield _token_request(connection, oauth, "refresh_token", {"refresh_token": spent})
    if is_refused_grant(response) and (newer := refresh_tokens.current()) != spent:
        spent = newer  # another process has renewed meanwhile
        response = yield _token_request(connection, oauth, "refresh_token", {"refresh_token": spent})
    answer = read_token_answer(response, (), "refresh_token")
    if answer.refresh_token and answer.refresh_token != spent:
        refresh_tokens.replace(answer.refresh_token)
    # Only now: an answer that grants too little has spent the refresh token all the same.
    return read_token_answer(response, oauth.scopes, "refresh_token")


def redeem(
    connection: ApiConnection,
    oauth: AuthorizationCode,
    refresh_tokens: RefreshTokens,
    answered: Mapping[str, str],
) -> GrantFlow:
    """The first exchange: an authorization code becomes an access token and a refresh token, which is stored.

    Args:
        connection: Where to.
        oauth: As whom.
        refresh_tokens: Where the refresh token goes.
        answered: ``code``, ``redirect_uri`` and ``code_verifier``.

    Raises:
        SourceContractError: No refresh token came.
        SourceError: As for :func:`exchange`.
    """
    response = yield _token_request(connection, oauth, "authorization_code", answered)
    answer = read_token_answer(response, oauth.scopes, "authorization_code", needs_refresh_token=True)
    refresh_tokens.replace(answer.refresh_token)
    return answer


def authorize_address(
    connection: ApiConnection, oauth: AuthorizationCode, *, redirect_uri: str, state: str, code_verifier: str
) -> str:
    """The address that a user opens to agree (RFC 6749, section 4.1.1; RFC 7636, section 4.3)."""
    address: str = prepare_grant_uri(
        connection.authorize_page(oauth),
        oauth.client_id,
        "code",
        redirect_uri=redirect_uri,
        scope=list(oauth.scopes) or None,
        state=state,
        code_challenge=create_s256_code_challenge(code_verifier),
        code_challenge_method="S256",
    )
    return address


def _token_request(
    connection: ApiConnection, oauth: OAuth, grant: str, values: Mapping[str, str], scopes: tuple[str, ...] = ()
) -> httpx.Request:
    redirect_uri = values.get("redirect_uri")
    others = {name: value for name, value in values.items() if name != "redirect_uri"}
    body = prepare_token_request(grant, redirect_uri=redirect_uri, scope=list(scopes) or None, **others)
    method = "client_secret_post" if oauth.client_secret else "none"
    url, headers, body = ClientAuth(oauth.client_id, oauth.client_secret, method).prepare(
        "POST", connection.token_endpoint(oauth), dict(DEFAULT_HEADERS), body
    )
    # A request that an auth flow yields does not inherit the client's timeout.
    timeout = httpx.Timeout(connection.timeout_s).as_dict()
    return httpx.Request("POST", url, headers=headers, content=body, extensions={"timeout": timeout})
