"""Run the simulator: ``python -m sandbox.graph --address 127.0.0.1 --certfile … --keyfile … …``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sandbox.graph.app import build
from sandbox.graph.simulator import Simulator
from sandbox.simulators import program
from sandbox.simulators.entra import LIFETIME_S, Application


def main(
    address: program.Address,
    certfile: program.Certificate,
    keyfile: program.Key,
    client_id: program.ClientId,
    client_secret: program.ClientSecret,
    ready_file: program.ReadyFile,
    client_certificate: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="PEM certificate that the application may sign with."),
    ] = None,
    port: program.Port = 0,
    tenant: program.TenantName = "example.onmicrosoft.test",
    token_lifetime_s: program.TokenLifetime = LIFETIME_S,
) -> None:
    """Serve a simulated Microsoft Graph over HTTPS until SIGTERM or Ctrl-C."""
    certificate = client_certificate.read_bytes() if client_certificate else None
    simulator = Simulator(Application(tenant, client_id, client_secret, certificate), token_lifetime_s=token_lifetime_s)
    program.serve(build(simulator), address, port, certfile=certfile, keyfile=keyfile, ready_file=ready_file)


if __name__ == "__main__":
    typer.run(main)
