"""A chapter of the story: HaloITSM says by itself that somebody has come, and the account is there at once."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from blocks.receiver import HaloWebhookReceiver
from sandbox.demo.tell import Teller
from sandbox.errors import SandboxError
from sandbox.halo.client import SandboxHalo
from sandbox.handle import Sandbox
from sandbox.ldapsearch import ldapsearch
from sandbox.prefect_server import running

BLOCK = "demo-webhooks"
LISTENING = "listening on 127.0.0.1 port "
PATIENCE_S = 90.0


@dataclass(frozen=True)
class AtOnce:
    """One telling.

    Args:
        sandbox: Up.
        halo: The admin side of HaloITSM.
        folder: For the receiver's log.
        variables: Environment that points Prefect's programs at the server.
        tell: Prints.
        expect: Says what holds, or ends the story.
    """

    sandbox: Sandbox
    halo: SandboxHalo
    folder: Path
    variables: Mapping[str, str]
    tell: Teller
    expect: Callable[[bool, str], None]

    def joiner(self) -> None:
        """From a hire in HaloITSM to the account, with nobody starting a run.

        Raises:
            SandboxError: Something is not as it should be; the sentence says what.
        """
        self.tell.stage("HaloITSM says by itself that somebody has come")
        secret, log = secrets.token_urlsafe(32), self.folder / "receiver.log"
        HaloWebhookReceiver(secret=secret, dry_run=False).save(BLOCK, overwrite=True)
        command = [sys.executable, "-m", "commands.main", "listen", BLOCK, "--port", "0"]
        with running(command, self.variables, log):
            self._until(lambda: log.exists() and LISTENING in log.read_text(), "the receiver listens")
            port = log.read_text().partition(LISTENING)[2].partition(",")[0]
            self.halo.webhook(f"http://127.0.0.1:{port}/halo", secret=secret)
            self.tell.line("halo-ad listen takes its webhooks, signed, and starts a run for whom they are about.")
            key = self.halo.hire("Priya", "Nair", department="Pharmacy")
            began = time.monotonic()
            self._until(lambda: ldapsearch(self.sandbox, f"(employeeID={key})", "cn"), "there is an account")
            seconds = time.monotonic() - began
            name = ldapsearch(self.sandbox, f"(employeeID={key})", "sAMAccountName")[0]["samaccountname"][0]
            self.expect(bool(name), f"{seconds:.0f} s after the hire, ldapsearch finds the account {name}")

    def _until(self, holds: Callable[[], object], text: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            if time.monotonic() > deadline:
                raise SandboxError(f"after {PATIENCE_S:.0f} s this does not hold yet: {text}")
            time.sleep(0.2)
