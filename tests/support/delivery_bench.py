"""The outbox of a store and the simulated HaloITSM, with one clock for both that tests move."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from lifecycle.language.vocabulary import Vocabulary
from lifecycle.outbound.delivering import Delivered, deliver_calls
from lifecycle.outbound.event import Event
from lifecycle.outbound.freezing import Announcer
from lifecycle.ports.api.authorization import ClientCredentials
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.tokens import TokenCache
from lifecycle.ports.https.pacing import Pacer
from lifecycle.store import Store
from sandbox.halo.app import build
from sandbox.halo.simulator import Application, Simulator
from tests.support.https_api import Authority
from tests.support.served import served
from tests.support.simulated_halo import CLIENT_ID, CLIENT_SECRET, TENANT

SCOPES = ("read:customers", "edit:customers", "read:tickets", "edit:tickets")


@dataclass
class Clock:
    """Seconds since the epoch; stands still unless moved, but that nothing in HaloITSM happens at the same time."""

    seconds: float = 1_930_000_000.0

    def __call__(self) -> float:
        """For the simulator: a hundredth of a second later each time that it looks."""
        self.seconds += 0.01
        return self.seconds

    def now(self) -> datetime:
        """The same as a moment."""
        return datetime.fromtimestamp(self.seconds, UTC)

    def pass_by(self, **time: float) -> None:
        """Let time pass: ``seconds``, ``minutes``, ``days``."""
        self.seconds += timedelta(**time).total_seconds()

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds


@dataclass
class DeliveryBench:
    """What is queued, who delivers it, and where it arrives.

    Args:
        store: The state store.
        simulator: HaloITSM.
        connection: How it is reached.
        words: Settings.
        clock: Of everything.
    """

    store: Store
    simulator: Simulator
    connection: ApiConnection
    words: Vocabulary
    clock: Clock
    tokens: TokenCache = field(default_factory=TokenCache)
    opened: list[str] = field(default_factory=list)

    def note(self, announcer: Announcer, events: Iterable[Event]) -> None:
        """Queue what an announcer makes of events."""
        with self.store.begin() as unit:
            unit.outbox.add(announcer.calls(events), self.clock.now())

    @contextmanager
    def open_api(self, name: str) -> Iterator[ApiClient]:
        """A client as a flow opens it."""
        self.opened.append(name)
        pacer = Pacer(100_000, 1.0, clock=lambda: self.clock.seconds, sleep=self.clock.sleep)
        with ApiClient(self.connection, now=self.clock.now, tokens=self.tokens, pacer=pacer) as client:
            yield client

    def deliver(self) -> Delivered:
        """One run of the deliverer."""
        with self.store.lease("outbox", "run", self.clock.now) as lease:
            return deliver_calls(self.store, lease, self.open_api, self.words, self.clock.now)

    def deliver_all(self, *, most_days: float = 14) -> int:
        """Run after run, a minute between them, until nothing waits; answers how many there were."""
        until = self.clock.seconds + most_days * 86_400
        runs = 0
        while self.clock.seconds < until:
            self.deliver()
            runs += 1
            with self.store.begin() as unit:
                is_over = not unit.outbox.unsettled()
            if is_over:
                self.clock.pass_by(days=1)  # whatever the server is still at, it has done by then
                self.simulator.overdue.catch_up(self.clock.seconds)
                return runs
            self.clock.pass_by(minutes=1)
        raise AssertionError("something still waits")

    def faults(self, **faults: Any) -> None:
        """Turn on exactly these switches of the simulator."""
        self.simulator.board.put(faults)

    def fired(self, fault: str) -> int:
        """How often a switch has struck."""
        count: int = self.simulator.board.shown()[fault]["fired"]
        return count

    @property
    def tickets(self) -> Sequence[dict[str, Any]]:
        """All tickets of the simulator, in the order of their numbers."""
        return list(self.simulator.desk.tickets.values())

    def notes(self, number: int) -> list[str]:
        """The notes of a ticket, without their keys."""
        return [str(one["note"]).partition(" [")[0] for one in self.simulator.desk.actions[number]]

    @property
    def poisoned(self) -> list[str]:
        """Why calls were set aside."""
        with self.store.begin() as unit:
            return [one.error or "" for one in unit.outbox.poisoned()]


@dataclass(frozen=True)
class Tenant:
    """A simulated HaloITSM over HTTPS, with its clock.

    Args:
        simulator: Its state.
        clock: Moved by tests.
        connection: How it is reached.
    """

    simulator: Simulator
    clock: Clock
    connection: ApiConnection

    def bench(self, store: Store, words: Vocabulary) -> DeliveryBench:
        """A bench on it, as at the start."""
        self.simulator.reset()
        return DeliveryBench(store, self.simulator, self.connection, words, self.clock)


@contextmanager
def served_tenant(authority: Authority) -> Iterator[Tenant]:
    """One that is up, and ends with the block."""
    clock = Clock()
    simulator = Simulator(Application(TENANT, CLIENT_ID, CLIENT_SECRET), clock=clock)
    with served(build(simulator), authority.certificate()) as port:
        way = ClientCredentials(
            token_url="https://{Host-Name}/auth/token?tenant={tenantname}",
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            scopes=SCOPES,
        )
        host_name = f"localhost:{port}"
        yield Tenant(simulator, clock, ApiConnection(host_name, way, TENANT, ca_file=authority.ca_file, timeout_s=20.0))
