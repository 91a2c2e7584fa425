"""Delivering the outbox: each call once, those of one subject in their order, wherever it is interrupted.

Turn after turn, in one transaction each: note what became of the calls that came back → take the first call of each
subject, and note that it is being sent (durable before it is). Threads send meanwhile. A call that was being sent when
its deliverer ended may have arrived: before it is sent again it is looked for, unless the same request may simply be
sent again.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from lifecycle.errors import ConfigurationError, LifecycleError, NewerVersionError
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.outbound.attempt import NOT_SENT, Api, Attempt, Outcome, ready, sent
from lifecycle.outbound.clients import Clients, OpenApi
from lifecycle.outbound.request import Thawer
from lifecycle.outbound.settling import Patience, settle
from lifecycle.ports.api.delivery import Fate
from lifecycle.store.lease import Lease
from lifecycle.store.outbox import QueuedCall
from lifecycle.store.store import Store, Unit

__all__ = ["Api", "Delivered", "Patience", "deliver_calls"]

AT_HAND = 64
"""Calls that are noted as being sent at a time; as many may have to be looked for after a kill."""
LOOK_AHEAD = 512
"""First calls of their subjects that are read together; they stay so, as nobody else takes any."""
AT_ONCE = 8
"""Requests on their way at once."""
IN_VAIN = 16
"""So many calls in a row without one success end a run: the server is away, and the next run comes."""

NO_TICKET = "there is no ticket about the person"
TICKET_SET_ASIDE = "the call that makes the ticket was set aside"
TICKET_TO_COME = "waits for the call that makes the ticket"

PATIENCE = Patience()


@dataclass(slots=True)
class Delivered:
    """What became of the calls of a run.

    Args:
        counts: ``delivered``, ``postponed``, ``poisoned``, ``dropped`` → how many.
        is_away: Whether the run ended because the server is away.
    """

    counts: Counter[str] = field(default_factory=Counter)
    is_away: bool = False


def deliver_calls(
    store: Store,
    lease: Lease,
    open_api: OpenApi,
    words: Vocabulary,
    clock: Callable[[], datetime],
    patience: Patience = PATIENCE,
) -> Delivered:
    """Deliver every call whose time has come.

    Args:
        store: The state store.
        lease: Held on the outbox, so that two deliverers never send the same call.
        open_api: Name of a credentials block → its client.
        words: Settings and tables.
        clock: Answers the present moment, UTC.
        patience: How long calls are tried again.

    Raises:
        RunLockedError: The lease was lost.
        StoreError: The store refused; what was sent is looked for by the next run.
    """
    with store.begin(lease) as unit:
        unit.outbox.interrupt(clock() + patience.doubt)
    with ExitStack() as opened, ThreadPoolExecutor(AT_ONCE) as threads:
        run = _Run(store, lease, Clients(open_api, opened), Thawer(words), clock, patience, threads)
        try:
            while run.turn():
                run.rest()
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
    run.told.is_away = run.is_away
    return run.told


@dataclass(slots=True)
class _Run:
    """One run of the deliverer."""

    store: Store
    lease: Lease
    clients: Clients
    thaw: Thawer
    clock: Callable[[], datetime]
    patience: Patience
    threads: ThreadPoolExecutor
    told: Delivered = field(default_factory=Delivered)
    in_vain: int = 0
    counting: Lock = field(default_factory=Lock)
    heads: deque[QueuedCall] = field(default_factory=deque)
    flying: dict[Future[Outcome], Attempt] = field(default_factory=dict)

    @property
    def is_away(self) -> bool:
        """Whether the server is."""
        return self.in_vain >= IN_VAIN

    def turn(self) -> bool:
        """Note what came back, and send more; whether anything is on its way, or could be."""
        landed = [(future, attempt) for future, attempt in self.flying.items() if future.done()]
        faults = [fault for future, _ in landed if (fault := future.exception())]
        wanted: set[str] = set()
        with self.store.begin(self.lease) as unit:
            known = [(attempt, future.result()) for future, attempt in landed if not future.exception()]
            self.told.counts += settle(unit, known, self.patience, self.clock())
            settled = self.told.counts.total()
            taken = [] if faults or self.is_away else self._take(unit, AT_HAND + len(landed), wanted)
        for future, _ in landed:
            del self.flying[future]
        if faults:  # its call is left as being sent: the next run looks for it
            raise faults[0]
        for attempt in taken:
            api = self.clients.ready[attempt.queued.call.credentials]
            self.flying[self.threads.submit(self._send, api, attempt)] = attempt
        for block in sorted(wanted):
            self.clients.open(block)
        # one that was put aside unsent may have others behind it
        return bool(self.flying or wanted or self.told.counts.total() > settled)

    def rest(self) -> None:
        """Wait until half of what is on its way came back: a commit for each would be the slowest of all."""
        enough = len(self.flying) // 2
        while len(still := [future for future in self.flying if not future.done()]) > enough:
            wait(still, return_when=FIRST_COMPLETED)

    def _send(self, api: Api, attempt: Attempt) -> Outcome:
        """In a thread: send one, unless so many before were sent in vain that the server is away."""
        if self.is_away:
            return NOT_SENT
        self.lease.check()
        outcome = sent(api, attempt)
        with self.counting:
            self.in_vain = 0 if outcome.fate in {Fate.DONE, Fate.REFUSED} else self.in_vain + 1
        return outcome

    def _take(self, unit: Unit, most: int, wanted: set[str]) -> list[Attempt]:
        """Take the first calls, and note that they are being sent; what cannot be sent at all is set aside."""
        attempts: list[Attempt] = []
        if not self.heads:
            self.heads.extend(unit.outbox.due(self.clock(), LOOK_AHEAD))
        while self.heads and len(self.flying) + len(attempts) < most:
            queued = self.heads.popleft()
            block = queued.call.credentials
            if why := self.clients.broken.get(block):
                self._put_off(unit, queued, why)
            elif block not in self.clients.ready:
                wanted.add(block)
                self.heads.appendleft(queued)
                break
            elif (attempt := self._ready(unit, queued)) is not None:
                attempts.append(attempt)
        unit.outbox.begin([attempt.queued.sequence for attempt in attempts])
        return attempts

    def _ready(self, unit: Unit, queued: QueuedCall) -> Attempt | None:
        try:
            webhook, ad, act = self.thaw(queued.call.content)
            ticket = None
            if webhook.needs_ticket:
                if unit.outbox.awaits_ticket(queued):
                    self._put_off(unit, queued, TICKET_TO_COME)
                    return None
                ticket = unit.outbox.ticket_of(queued.call)
                if ticket is None:
                    self._without_ticket(unit, queued)
                    return None
            return ready(queued, webhook, ad, {**act, "ticket": ticket or ""})
        except NewerVersionError as error:  # nothing is wrong with it: it waits for a build that can read it
            self._put_off(unit, queued, str(error))
            return None
        except (ValueError, LifecycleError) as error:
            said = error.problem if isinstance(error, ConfigurationError) else str(error)
            self._set_aside(unit, queued, said)
            return None

    def _without_ticket(self, unit: Unit, queued: QueuedCall) -> None:
        if unit.outbox.waits_for_ticket(queued.call):
            self._set_aside(unit, queued, TICKET_SET_ASIDE)
        else:
            unit.outbox.pass_over(queued.sequence, NO_TICKET, self.clock())
            self.told.counts["dropped"] += 1

    def _set_aside(self, unit: Unit, queued: QueuedCall, why: str) -> None:
        unit.outbox.poison(queued.sequence, why, self.clock())
        self.told.counts["poisoned"] += 1

    def _put_off(self, unit: Unit, queued: QueuedCall, why: str) -> None:
        next_at = self.clock() + self.patience.after(1)
        unit.outbox.postpone(queued.sequence, next_at, why, uncertain=queued.uncertain)
        self.told.counts["postponed"] += 1
