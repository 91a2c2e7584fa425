"""Run the simulator: ``python -m sandbox.exchange --address 127.0.0.1 --certfile … --keyfile … …``."""

from __future__ import annotations

from typing import Annotated

import typer

from sandbox.exchange.app import build
from sandbox.exchange.entrance import Account
from sandbox.exchange.simulator import Simulator
from sandbox.simulators import program
from sandbox.simulators.entra import Application


def main(
    address: program.Address,
    certfile: program.Certificate,
    keyfile: program.Key,
    client_id: program.ClientId,
    client_secret: program.ClientSecret,
    user: Annotated[str, typer.Option(help="Account that may open sessions on the server.")],
    password: Annotated[str, typer.Option(help="Its password.")],
    ready_file: program.ReadyFile,
    port: program.Port = 0,
    tenant: program.TenantName = "example.onmicrosoft.test",
) -> None:
    """Serve a simulated Exchange over HTTPS until SIGTERM or Ctrl-C."""
    simulator = Simulator(Application(tenant, client_id, client_secret), Account(user, password))
    program.serve(build(simulator), address, port, certfile=certfile, keyfile=keyfile, ready_file=ready_file)


if __name__ == "__main__":
    typer.run(main)
