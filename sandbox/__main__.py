"""``python -m sandbox up | down | status``: a domain controller, a HaloITSM, a Microsoft 365 to try everything on."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from types import FrameType
from typing import Annotated, NoReturn

import typer

from sandbox.detach import detach
from sandbox.errors import SandboxError
from sandbox.folder import folder_of, is_alive, read_state, remove_if_dead, wait_until_gone
from sandbox.handle import Sandbox, find
from sandbox.supervisor import SUPERVISOR_FILE, supervise

DOWN_TIMEOUT_S = 30
NOT_UP = 3
"""Exit status of ``status`` when the sandbox is not up, as of LSB init scripts."""

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
Name = Annotated[str, typer.Option(help="Name of the sandbox; several live side by side.")]


@app.command()
def up(
    name: Name = "default",
    *,
    detached: Annotated[bool, typer.Option("--detach", help="Return when everything answers.")] = False,
    without_halo: Annotated[bool, typer.Option("--without-halo", help="Start the directory alone.")] = False,
) -> None:
    """Start a sandbox and stay with it until Ctrl-C or SIGTERM; nothing of it is left afterwards."""
    with _one_sentence():
        running = find(name)
        if running:
            print(f"sandbox {name} is up already")
        elif detached:
            detach(lambda is_up: _stay(name, with_halo=not without_halo, announce=lambda _: is_up()))
        else:
            _stay(name, with_halo=not without_halo, announce=_describe)


@app.command()
def down(name: Name = "default") -> None:
    """End a sandbox and return when nothing of it is left."""
    with _one_sentence():
        folder = folder_of(name)
        if not is_alive(folder):
            print(f"sandbox {name} is not up" + (": removed what a dead one left" if remove_if_dead(folder) else ""))
            return
        supervisor = read_state(folder, SUPERVISOR_FILE)
        if supervisor:
            try:
                os.kill(supervisor["pid"], signal.SIGTERM)
            except PermissionError as error:
                raise SandboxError(f"sandbox {name} was started by root: end it with sudo") from error
            except ProcessLookupError:
                pass  # it is gone, and its keeper is about to be
        if not wait_until_gone(folder, DOWN_TIMEOUT_S):
            raise SandboxError(f"sandbox {name} was still there after {DOWN_TIMEOUT_S} s: {folder}")


@app.command()
def status(
    name: Name = "default",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, passwords included.")] = False,
) -> None:
    """Say where everything of a sandbox is; exit status 3 when it is not up."""
    with _one_sentence():
        sandbox = find(name)
        if sandbox is None:
            folder = folder_of(name)
            if is_alive(folder):
                reason = "starting or ending at this moment"
            else:
                reason = "not up; removed what a dead one left" if remove_if_dead(folder) else "not up"
            print(f"sandbox {name} is {reason}", file=sys.stderr)
            raise typer.Exit(NOT_UP)
        if as_json:
            print(json.dumps(asdict(sandbox), indent=2))
        else:
            _describe(sandbox)


def _stay(name: str, *, with_halo: bool, announce: Callable[[Sandbox], None]) -> NoReturn:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _leave)
    supervise(name, with_halo=with_halo, announce=announce)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    """End by an exception, so that every context on the way out does its part; a second signal changes nothing."""
    for again in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(again, signal.SIG_IGN)
    raise SystemExit(0)


def _describe(sandbox: Sandbox) -> None:
    directory, halo, graph = sandbox.directory, sandbox.halo, sandbox.graph
    look = [
        f"LDAPTLS_CACERT={sandbox.ca_file}", "ldapsearch", "-H", f"ldaps://{directory.host}", "-x",
        "-D", directory.user, "-w", directory.password, "-b", directory.base_dn, "-LLL",
        "(objectClass=user)", "sAMAccountName",
    ]  # fmt: skip
    print(f"sandbox {sandbox.name} is up: process {sandbox.pid}, folder {sandbox.folder}")
    print(f"  directory  ldaps://{directory.host}:{directory.port} ({directory.server_name}), {directory.base_dn}")
    print(rf"  homes      \\{sandbox.share.host}\{sandbox.share.name}, on {sandbox.share.folder}")
    if halo:
        print(f"  HaloITSM   https://{halo.host_name}, tenant {halo.tenant}, client {halo.client_id}")
    if graph:
        print(f"  Graph      https://{graph.graph_host}, tenant {graph.tenant}, client {graph.client_id}")
    if sandbox.exchange:
        exchange = sandbox.exchange
        print(f"  Exchange   https://{exchange.host}:{exchange.port}, tenant {exchange.tenant}, server {exchange.user}")
    print(f"  trust      {sandbox.ca_file}")
    print(f"  look       {shlex.join(look)}", flush=True)


@contextlib.contextmanager
def _one_sentence() -> Iterator[None]:
    """Turn a :class:`SandboxError` into one line and exit status 1."""
    try:
        yield
    except SandboxError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    app(prog_name="python -m sandbox")
