"""``python -m deployments.authorize BLOCK``: the first agreement of a block with authorization_code.

Prints an address; whoever opens it signs in and agrees. The code that comes back to this machine is exchanged, and the
refresh token is saved in the block: from then on each run renews it by itself.
"""

from __future__ import annotations

import secrets
import sys
from typing import Annotated, NoReturn

import typer

from blocks.halo import HaloITSMCredentials
from deployments.loopback import Loopback, NoCodeError
from lifecycle.errors import LifecycleError
from lifecycle.ports.api.authorization import AuthorizationCode
from lifecycle.ports.api.grants import authorize_address

_VERIFIER_BYTES = 48


def main(
    block: Annotated[str, typer.Argument(help="Name of a saved block with authorization_code.")],
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the redirect address that the API application names.")
    ] = 8400,
    patience_s: Annotated[float, typer.Option(min=1, max=3600, help="Seconds to wait for the agreement.")] = 300.0,
) -> None:
    """Let a user agree once, and keep what the following runs need."""
    try:
        credentials = HaloITSMCredentials.named(block)
        connection = credentials.connection()
        way = connection.authorization
        if not isinstance(way, AuthorizationCode):
            _stop(f"block {block!r} uses {credentials.authorization}: only authorization_code needs an agreement")
        state, verifier = secrets.token_urlsafe(), secrets.token_urlsafe(_VERIFIER_BYTES)
        with Loopback(port, state) as loopback, credentials.get_client() as client:
            redirect_uri = loopback.redirect_uri
            print(f"The API application must name the redirect address {redirect_uri}. Open:\n", flush=True)
            print(
                authorize_address(connection, way, redirect_uri=redirect_uri, state=state, code_verifier=verifier),
                flush=True,
            )
            code = loopback.code(patience_s)
            grant = client.redeem({"code": code, "redirect_uri": redirect_uri, "code_verifier": verifier})
    except (LifecycleError, NoCodeError) as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"cannot listen on port {port}: {error.strerror}")
    print(f"\nauthorised; granted: {', '.join(grant.scopes) or 'what was asked for'}. Saved in block {block!r}.")


def _stop(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
