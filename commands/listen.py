"""``halo-ad listen``: take HaloITSM's webhooks, and start a run for those whom they are about."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lifecycle.errors import ConfigurationError


def listen(
    block: Annotated[
        str, typer.Argument(help="Prefect block of the type HaloITSM Webhook Receiver.")
    ] = "halo-webhooks",
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port, 0 takes a free one.")] = 8443,
    certfile: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="PEM certificate.")] = None,
    keyfile: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Its key.")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="No TLS: a proxy in front speaks it.")] = False,
) -> None:
    """Take webhooks until SIGTERM or Ctrl-C. Without a certificate it listens on loopback alone."""
    if (certfile is None) != (keyfile is None):
        raise typer.BadParameter("--certfile and --keyfile go together")
    from receiver import program  # noqa: PLC0415  (brings Prefect: who only checks does not wait for it)

    try:
        program.listen(block, host, port, certfile, keyfile, plain=plain)
    except ConfigurationError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
