"""A chapter of the story: HaloITSM says by itself that somebody has come, and the account is there at once."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from blocks.receiver import HaloWebhookReceiver
from sandbox.demo.context import DemoContext
from sandbox.ldapsearch import ldapsearch
from sandbox.prefect_server import running

BLOCK = "demo-webhooks"
LISTENING = "listening on 127.0.0.1 port "
TIMEOUT_S = 90.0


def show_a_webhook(context: DemoContext, folder: Path, variables: Mapping[str, str]) -> None:
    """From a hire in HaloITSM to the account, with nobody starting a run.

    Args:
        context: Of the story.
        folder: For the receiver's log.
        variables: Environment that points Prefect's programs at the server.

    Raises:
        SandboxError: Something is not as it should be; the sentence says what.
    """
    context.tell.stage("HaloITSM says by itself that somebody has come")
    secret, log = secrets.token_urlsafe(32), folder / "receiver.log"
    HaloWebhookReceiver(secret=secret, dry_run=False).save(BLOCK, overwrite=True)
    command = [sys.executable, "-m", "commands.main", "listen", BLOCK, "--port", "0"]
    with running(command, variables, log):
        context.wait_until(lambda: log.exists() and LISTENING in log.read_text(), "the receiver listens", TIMEOUT_S)
        port = log.read_text().partition(LISTENING)[2].partition(",")[0]
        context.halo.webhook(f"http://127.0.0.1:{port}/halo", secret=secret)
        context.tell.line("halo-ad listen takes its webhooks, signed, and starts a run for whom they are about.")
        key = context.halo.hire("Priya", "Nair", department="Pharmacy")
        account = f"(employeeID={key})"
        seconds = context.wait_until(
            lambda: ldapsearch(context.sandbox, account, "cn"), "there is an account", TIMEOUT_S
        )
        name = ldapsearch(context.sandbox, account, "sAMAccountName")[0]["samaccountname"][0]
        context.expect(bool(name), f"{seconds:.0f} s after the hire, ldapsearch finds the account {name}")
