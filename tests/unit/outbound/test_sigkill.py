"""A deliverer that is killed between any two lines: the next one delivers the rest, and nothing twice."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from lifecycle.config.webhook import Occasion
from lifecycle.outbound.event import Event
from lifecycle.outbound.freezing import Announcer
from lifecycle.store import Store
from lifecycle.store.engine import engine_of
from tests.support.delivery_bench import SCOPES, Tenant
from tests.support.simulated_halo import CLIENT_ID, CLIENT_SECRET

from .conftest import WORDS

pytestmark = pytest.mark.timeout(600)

ROOT = Path(__file__).parents[3]
CHILD = Path(__file__).with_name("forked_deliverer.py")
WAY = {
    "token_url": "https://{Host-Name}/auth/token?tenant={tenantname}",
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "scopes": SCOPES,
}


class Deliverers:
    """Deliverers that are killed, each on the same outbox as at the start.

    Args:
        tenant: The HaloITSM that they tell.
        file: The store, as a file that is replaced for each of them.
        queued: A store with calls in its outbox.
        keys: Of those calls, in order.
    """

    def __init__(self, tenant: Tenant, file: Path, queued: Path, keys: list[str]) -> None:
        self.tenant, self.keys = tenant, keys
        self._file, self._queued, self._began = file, queued, tenant.clock.seconds
        self._engine = engine_of(f"sqlite:///{file}")
        self.bench = tenant.bench(Store(self._engine), WORDS)
        where = tenant.connection
        given = {"host_name": where.host_name, "tenant": where.tenant, "ca_file": where.ca_file, "authorization": WAY}
        self._process = subprocess.Popen(  # noqa: S603 - a file of these tests
            [sys.executable, str(CHILD), json.dumps(given), f"sqlite:///{file}", json.dumps(WORDS.env)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._again()
        self._deliver(None)
        self._again()
        self.visits = self._deliver(("nowhere", 1))

    def kill(self, line: str, visit: int, **faults: Any) -> None:
        """Deliver, be killed before a line at one of its visits, and let the next one deliver the rest.

        The next one finds what the other left: its store, the lease in its name, its requests.
        """
        self._again()
        self.bench.faults(**faults)
        self._deliver((line, visit))
        self.tenant.clock.pass_by(minutes=3)
        self.bench.deliver_all()
        self._told_once(f"killed before {line}, visit {visit}")

    def close(self) -> None:
        """End the process that forks."""
        self._process.communicate()

    def _again(self) -> None:
        self._engine.dispose()
        for rest in ("-wal", "-shm"):
            self._file.with_name(self._file.name + rest).unlink(missing_ok=True)
        shutil.copy(self._queued, self._file)
        self.tenant.clock.seconds = self._began  # calls that are too old would be given up
        self.tenant.simulator.desk.reset()
        self.tenant.simulator.board.clear()

    def _deliver(self, before: tuple[str, int] | None) -> dict[str, int]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._engine.dispose()
        self._process.stdin.write(json.dumps({"now": self.tenant.clock.seconds, "before": before}) + "\n")
        self._process.stdin.flush()
        ended = json.loads(self._process.stdout.readline())
        assert ended["signal"] == (0 if ended["visits"] else signal.SIGKILL)
        return dict(ended["visits"] or {})

    def _told_once(self, when: str) -> None:
        """Two tickets, the first with one note and closed after it."""
        desk = self.tenant.simulator.desk
        assert self.bench.poisoned == [], when
        assert [sum(key in one["summary"] for one in desk.tickets.values()) for key in self.keys[:2]] == [1, 1], when
        assert len(desk.tickets) == 2, when
        ticket = next(one for one in desk.tickets.values() if self.keys[0] in one["summary"])
        (note,) = desk.actions[ticket["id"]]
        assert self.keys[2] in note["note"], when
        assert ticket["status_name"] == "Closed", when
        assert ticket["dateclosed"] > note["datetime"] > ticket["dateoccurred"], when


@pytest.fixture(scope="module")
def in_memory() -> Iterator[Path]:
    """A folder in memory: a kill, unlike a power cut, loses nothing that was written."""
    with TemporaryDirectory(dir="/dev/shm", prefix="halo-ad-killed-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def deliverers(
    tenant: Tenant, empty_store: Path, in_memory: Path, announce: Callable[..., Announcer], event: Callable[..., Event]
) -> Iterator[Deliverers]:
    """Of four calls: a ticket for each of two people, then a note on the first and its end."""
    queued = shutil.copy(empty_store, in_memory / "queued.db")
    calls = announce("halo-add-ticket", "halo-add-note", "halo-update-ticket").calls([
        event("ann"),
        event("bob"),
        event("ann", action="create-mailbox", occasion=Occasion.FAILED, reason="throttled"),
        event("ann", action="add-to-group"),
    ])  # fmt: skip
    with closing(Store(engine_of(f"sqlite:///{queued}"))) as store, store.begin() as unit:
        unit.outbox.add(calls, tenant.clock.now())
    with closing(Deliverers(tenant, in_memory / "state.db", queued, [call.call_key for call in calls])) as started:
        yield started


EVERY_VISIT = bool(os.environ.get("HALO_AD_EVERY_VISIT"))
"""Whether a line is tried each time that it is run: seven hundred times, which takes minutes."""
FAULTS = [
    {"commit_then_reset": {"times": 2}},
    {"commit_then_504": {"times": 3}},
    {"late_commit": {"seconds": 60, "times": 2}},
    {"reset_write": {"times": 2}},
    {"rate_limited": {"times": 2, "retry_after_s": None}},
]
"""What goes wrong besides; a kill in the middle of each."""
FILES = {
    "outbound/attempt.py", "outbound/delivering.py", "outbound/settling.py", "ports/api/client.py",
    "ports/api/delivery.py", "store/outbox.py",
}  # fmt: skip


def test_a_kill_before_any_line_loses_nothing_and_doubles_nothing(deliverers: Deliverers) -> None:
    """Each line that sends or notes, when it is first run."""
    assert {line.partition(":")[0] for line in deliverers.visits} == FILES
    assert len(deliverers.visits) > 100
    for line, times in sorted(deliverers.visits.items()):
        for visit in range(1, times + 1 if EVERY_VISIT else 2):
            deliverers.kill(line, visit)


@pytest.mark.parametrize(("number", "faults"), list(enumerate(FAULTS)))
def test_a_kill_while_answers_are_lost_loses_nothing_and_doubles_nothing(
    deliverers: Deliverers, number: int, faults: dict[str, Any]
) -> None:
    """Lines when they are last run: half of them, each fault with others."""
    step = 1 if EVERY_VISIT else 2 * len(FAULTS)
    for line, times in sorted(deliverers.visits.items())[number % step :: step]:
        deliverers.kill(line, times, **faults)
