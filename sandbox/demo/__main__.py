"""Start everything, tell the story, stay up until Ctrl-C (or end at once with ``--once``)."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from sandbox.errors import SandboxError
from sandbox.handle import PROJECT, find, start, stop
from sandbox.prefect_server import PREFECTS_PORT, environment, free_port, prefect_server

NAME = "demo"


def main(*, once: Annotated[bool, typer.Option("--once", help="End when the story is told.")] = False) -> None:
    """Run the main job on a sandbox and show what happens."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    folder = PROJECT / ".state" / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    os.chdir(PROJECT)
    port = free_port(PREFECTS_PORT)
    variables = environment(folder / "prefect", port)
    os.environ.update(variables)
    try:
        _run(folder, port, variables, once=once)
    except SandboxError as error:
        print(f"the demo stopped: {error}", file=sys.stderr)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        print("\nending the sandbox and the Prefect server; nothing is left behind")
    finally:
        stop(NAME)


def _run(folder: Path, port: int, variables: dict[str, str], *, once: bool) -> None:
    if find(NAME):
        stop(NAME)
    # Prefect reads its settings when it is first imported, so what needs it is imported here.
    from sandbox.demo.tell import Teller  # noqa: PLC0415

    teller = Teller()
    teller.stage("Start a domain controller, a HaloITSM and a Prefect server")
    with prefect_server(port, variables, folder / "prefect-server.log"):
        sandbox = start(NAME)
        from sandbox.demo.story import Story  # noqa: PLC0415

        Story(sandbox, f"http://127.0.0.1:{port}", folder, variables, teller).tell(stay=not once)


def _leave(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    typer.run(main)
