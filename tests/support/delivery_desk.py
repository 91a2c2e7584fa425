"""One outbox, and an API that answers as it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from lifecycle.config.webhook import Webhook
from lifecycle.outbound.attempt import Api
from lifecycle.outbound.delivering import Delivered, Patience, deliver_calls
from lifecycle.outbound.freezing import Announcer
from lifecycle.ports.api.delivery import Delivery, Fate
from lifecycle.ports.api.request import ApiRequest
from lifecycle.store.outbox import QueuedCall
from lifecycle.store.status import CallStatus
from tests.support.delivery_bench import DeliveryBench

DONE = Delivery(Fate.DONE, "", 201, {"id": 1001})
LOST = Delivery(Fate.UNKNOWN, "no answer: ReadTimeout")
REFUSED = Delivery(Fate.REFUSED, "400: refused (a sentence)", 400)
LOOK_UP = {
    "url": "https://{Host-Name}/api/Tickets", "params": {"search": "%act.key%"}, "records": "tickets",
    "contains": "summary",
}  # fmt: skip
CREATE = {"message": {"type": "json", "body": [{"summary": "%act.key%"}]}, "ticket": "id"}
TOLD = {"message": {"type": "json", "body": [{"ticket_id": "%fx.number(#%act.ticket%#)%"}]}}

Answer = Callable[[str, ApiRequest], Delivery]


class Desk:
    """One outbox, one API that answers by a function, and a clock."""

    def __init__(self, bench: DeliveryBench, announce: Callable[..., Announcer]) -> None:
        self.bench, self.store, self.clock, self.announce = bench, bench.store, bench.clock, announce
        self.answer: Answer = lambda _name, _request: DONE
        self.sent: list[tuple[str, str]] = []
        self.opening: Callable[[str], None] = lambda _block: None

    def note(self, webhooks: list[Webhook], events: list[Any]) -> list[str]:
        """Queue; answers the keys."""
        calls = self.announce(*webhooks).calls(events)
        with self.store.begin() as unit:
            unit.outbox.add(calls, self.clock.now())
        return [call.call_key for call in calls]

    def deliver(self, webhook: str, request: ApiRequest) -> Delivery:
        """As the client does."""
        self.sent.append((webhook, request.method))
        return self.answer(webhook, request)

    @contextmanager
    def open_api(self, block: str) -> Iterator[Api]:
        """As a flow does."""
        self.opening(block)
        yield self

    def run(self, **patience: timedelta) -> Delivered:
        """One run."""
        with self.store.lease("outbox", "run", self.clock.now) as lease:
            return deliver_calls(
                self.store, lease, self.open_api, self.bench.words, self.clock.now, Patience(**patience)
            )

    def of(self, status: CallStatus) -> list[QueuedCall]:
        """What stands so."""
        with self.store.begin() as unit:
            return [one for one in [*unit.outbox.unsettled(), *unit.outbox.poisoned()] if one.status == status]

    def release(self, *keys: str) -> None:
        """As somebody does who has looked."""
        with self.store.begin() as unit:
            assert unit.outbox.release(keys, self.clock.now()) == len(keys)


Maker = Callable[..., Any]
