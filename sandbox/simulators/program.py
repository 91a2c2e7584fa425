"""A simulator as a program: the options that each has, and serving until a signal ends it."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from starlette.applications import Starlette

from sandbox.simulators.server import Server, bind

Address = Annotated[str, typer.Option(help="Address to listen on.")]
Certificate = Annotated[Path, typer.Option(exists=True, dir_okay=False, help="PEM certificate of the server.")]
Key = Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Key of the certificate.")]
ReadyFile = Annotated[Path, typer.Option(help='Gets one line {"port": N} when the simulator listens.')]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port, 0 takes a free one.")]
TenantName = Annotated[str, typer.Option(help="Name of the one tenant.")]
ClientId = Annotated[str, typer.Option(help="Application that may have tokens.")]
ClientSecret = Annotated[str, typer.Option(help="Its secret.")]
TokenLifetime = Annotated[int, typer.Option(min=1, help="Seconds that a token is good for.")]


def serve(app: Starlette, address: str, port: int, *, certfile: Path, keyfile: Path, ready_file: Path) -> None:
    """Serve an application over HTTPS until SIGTERM or Ctrl-C.

    Args:
        app: What answers.
        address: Address to listen on.
        port: Port, 0 takes a free one.
        certfile: PEM certificate.
        keyfile: Its key.
        ready_file: Gets one line ``{"port": N}`` when connections are accepted.

    Raises:
        typer.BadParameter: Nobody can listen there.
    """
    # uvicorn shuts down first, then hands the signal on: that is a clean end
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    try:
        listener = bind(address, port)
    except OSError as error:
        raise typer.BadParameter(f"cannot listen on {address} port {port}: {error.strerror}") from error

    def say_ready() -> None:
        # renamed into place, so that who waits for the file never reads half of it
        draft = ready_file.with_name(ready_file.name + ".draft")
        draft.write_text(json.dumps({"port": listener.getsockname()[1]}) + "\n", encoding="ascii")
        draft.replace(ready_file)

    with listener:
        Server(app, certfile=certfile, keyfile=keyfile, listening=say_ready).run(sockets=[listener])


def _end(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
