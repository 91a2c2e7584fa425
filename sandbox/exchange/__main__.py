"""Run the simulator: ``python -m sandbox.exchange --address 127.0.0.1 --certfile … --keyfile … …``."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from sandbox.exchange.server import Server
from sandbox.exchange.simulator import Credentials, Simulator
from sandbox.halo.server import bind


def main(
    address: Annotated[str, typer.Option(help="Address to listen on.")],
    certfile: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="PEM certificate of the server.")],
    keyfile: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Key of the certificate.")],
    client_id: Annotated[str, typer.Option(help="Application that may have tokens.")],
    client_secret: Annotated[str, typer.Option(help="Its secret.")],
    user: Annotated[str, typer.Option(help="Account that may open sessions on the server.")],
    password: Annotated[str, typer.Option(help="Its password.")],
    ready_file: Annotated[Path, typer.Option(help='Gets one line {"port": N} when the simulator listens.')],
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port, 0 takes a free one.")] = 0,
    tenant: Annotated[str, typer.Option(help="Name of the one tenant.")] = "example.onmicrosoft.test",
) -> None:
    """Serve a simulated Exchange over HTTPS until SIGTERM or Ctrl-C."""
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

    simulator = Simulator(Credentials(tenant, client_id, client_secret, user, password))
    with listener:
        Server(simulator, certfile=certfile, keyfile=keyfile, listening=say_ready).run(sockets=[listener])


def _end(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    typer.run(main)
