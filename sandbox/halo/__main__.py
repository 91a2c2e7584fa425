"""Run the simulator: ``python -m sandbox.halo --address 127.0.0.1 --certfile … --keyfile … …``."""

from __future__ import annotations

import typer

from sandbox.halo.app import build
from sandbox.halo.simulator import Application, Settings, Simulator
from sandbox.simulators.program import (
    Address,
    Certificate,
    ClientId,
    ClientSecret,
    Key,
    Port,
    ReadyFile,
    TenantName,
    TokenLifetime,
    serve,
)


def main(
    address: Address,
    certfile: Certificate,
    keyfile: Key,
    client_id: ClientId,
    client_secret: ClientSecret,
    ready_file: ReadyFile,
    port: Port = 0,
    tenant: TenantName = "example",
    token_lifetime_s: TokenLifetime = 3600,
) -> None:
    """Serve a simulated HaloITSM over HTTPS until SIGTERM or Ctrl-C."""
    simulator = Simulator(Application(tenant, client_id, client_secret), Settings(token_lifetime_s=token_lifetime_s))
    serve(build(simulator), address, port, certfile=certfile, keyfile=keyfile, ready_file=ready_file)


if __name__ == "__main__":
    typer.run(main)
