"""How close the delivery of the outbox comes to HaloITSM's rate limit: ``python -m benchmarks.outbox [--calls 10000]``.

Queues a ticket for each of so many people and delivers them over HTTPS to a simulated HaloITSM in another process,
which takes so many requests in any window of seconds. The limit alone asks for calls ÷ limit - 1 windows: the first
window's worth may come at once. Prints our time against that, and how many answers were 429, of which there should be
none.
"""

from __future__ import annotations

import argparse
import json
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import trustme

from lifecycle.actions.change import Cause
from lifecycle.config.loader import load_configuration
from lifecycle.config.webhook import Occasion
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.outbound.delivering import Delivered, deliver_calls
from lifecycle.outbound.event import Event
from lifecycle.outbound.freezing import Announcer
from lifecycle.ports.api.authorization import ClientCredentials
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.store import Store
from sandbox.halo.client import SandboxHalo

WEBHOOK = "halo-add-ticket"
TOKEN_URL = "https://{Host-Name}/auth/token"  # noqa: S105 - an address


def main() -> None:
    """Measure, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--limit", type=int, default=400, help="requests in any window")
    parser.add_argument("--window", type=float, default=2.5, help="seconds")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="halo-ad-benchmark-") as folder,
        _halo(Path(folder), given.limit, given.window) as connection,
    ):
        seconds, delivered = _deliver(Path(folder), connection, given.calls)
        with SandboxHalo(f"https://{connection.host_name}/_sandbox", connection.ca_file) as admin:
            state = admin.state()
    least = (given.calls / given.limit - 1) * given.window
    tickets = {ticket["summary"] for ticket in state["tickets"]}
    print(f"{given.calls} calls, {given.limit} requests in {given.window:g} s: {seconds:.1f} s")
    print(f"the limit alone: {least:.1f} s, ratio {seconds / least:.3f}")
    print(f"{dict(delivered.counts)}, {len(tickets)} tickets, answers 429: {state['refused_429']}")


def _deliver(folder: Path, connection: ApiConnection, calls: int) -> tuple[float, Delivered]:
    words = Vocabulary(env={"halo_ticket_type": "1"})
    webhook = load_configuration(Path("config")).webhooks[WEBHOOK]
    announcer = Announcer((webhook,), words, ZoneInfo("UTC"))
    with Store.open(f"sqlite:///{folder}/state.db") as store:
        with store.begin() as unit:
            queued = announcer.calls(map(_event, range(calls)))
            unit.outbox.add(queued, datetime.now(UTC))
        if len(queued) < calls:
            sys.exit(f"{WEBHOOK} speaks of {len(queued)} of {calls} events: its trigger has changed")
        with store.lease("outbox", "benchmark", _now) as lease:
            began = time.perf_counter()
            delivered = deliver_calls(store, lease, lambda _: ApiClient(connection), words, _now)
            return time.perf_counter() - began, delivered


def _event(number: int) -> Event:
    name = f"p{number}"
    return Event(
        Occasion.DONE, "people-to-ad", "domain", _now(), "run", "plan", f"plan {number}", person=name, account=name,
        action="create-user", cause=Cause.JOINER,
        attributes={"displayName": f"Person {number}", "userPrincipalName": f"{name}@corp.test"},
    )  # fmt: skip


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _halo(folder: Path, limit: int, window_s: float) -> Iterator[ApiConnection]:
    """A simulated HaloITSM in a process of its own, and how to reach it."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    secret, ready = secrets.token_urlsafe(), folder / "ready"
    command = [
        sys.executable, "-m", "sandbox.halo", "--address", "127.0.0.1", "--certfile", f"{folder}/server.pem",
        "--keyfile", f"{folder}/server.pem", "--client-id", "benchmark", f"--client-secret={secret}",
        "--ready-file", str(ready),
    ]  # fmt: skip
    with subprocess.Popen(command) as process:  # noqa: S603 - this project's own program
        try:
            while not ready.exists() and process.poll() is None:
                time.sleep(0.05)
            host_name = f"127.0.0.1:{json.loads(ready.read_text())['port']}"
            way = ClientCredentials(token_url=TOKEN_URL, client_id="benchmark", client_secret=secret, scopes=("all",))
            connection = ApiConnection(
                host_name, way, ca_file=f"{folder}/ca.pem", requests_per_window=limit, window_s=window_s
            )
            with SandboxHalo(f"https://{host_name}/_sandbox", connection.ca_file) as admin:
                admin.settings(requests_per_window=limit, window_s=window_s)
            yield connection
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
