"""Run the simulator: ``python -m sandbox.halo --address 127.0.0.1 --certfile … --keyfile … …``."""

from __future__ import annotations

import typer

from sandbox.halo.app import build
from sandbox.halo.simulator import Application, Settings, Simulator
from sandbox.simulators import program


def main(
    address: program.Address,
    certfile: program.Certificate,
    keyfile: program.Key,
    client_id: program.ClientId,
    client_secret: program.ClientSecret,
    ready_file: program.ReadyFile,
    port: program.Port = 0,
    tenant: program.TenantName = "example",
    token_lifetime_s: program.TokenLifetime = 3600,
) -> None:
    """Serve a simulated HaloITSM over HTTPS until SIGTERM or Ctrl-C."""
    simulator = Simulator(Application(tenant, client_id, client_secret), Settings(token_lifetime_s=token_lifetime_s))
    program.serve(build(simulator), address, port, certfile=certfile, keyfile=keyfile, ready_file=ready_file)


if __name__ == "__main__":
    typer.run(main)
