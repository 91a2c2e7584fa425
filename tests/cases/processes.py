"""Runs in a process of their own, as a worker begins them: to be frozen, killed, or at work at the same time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prefect.settings import PREFECT_API_URL

from sandbox.prefect_server import running

_SYNC = "from flows.sync_people import sync_people; sync_people(dry_run=False, config_dir=sys.argv[1])"
_APPROVE = "from flows.apply_plan import apply_plan; apply_plan(*sys.argv[2:4], dry_run=False, config_dir=sys.argv[1])"
_DUE = "from flows.run_due_steps import run_due_steps; run_due_steps(dry_run=False, config_dir=sys.argv[1])"
_UNDO = "from flows.undo_run import undo_run; undo_run(sys.argv[2], dry_run=False, config_dir=sys.argv[1])"
_REQUEST = (
    "from flows.run_action import run_action; run_action({'names': [sys.argv[2]]}, {'action': 'disable-user'}, "
    "dry_run=False, config_dir=sys.argv[1])"
)
KINDS = {"sync": _SYNC, "approval": _APPROVE, "due steps": _DUE, "undo": _UNDO, "request": _REQUEST}
"""What runs → the Python that begins it; its arguments are the configuration's folder and what the kind needs."""


@contextmanager
def begun(kind: str, config: Path, *arguments: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A live run in a process of its own, which ends with the block."""
    command = [sys.executable, "-c", f"import sys; {KINDS[kind]}", str(config), *arguments]
    address = {"PREFECT_API_URL": str(PREFECT_API_URL.value()), "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "INFO"}
    with running(command, address, log) as process:
        yield process
