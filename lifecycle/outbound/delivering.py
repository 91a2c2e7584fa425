"""Delivering the outbox: each call once, those of one subject in their order, wherever it is interrupted.

For each round: take the first call of each subject → note that it is being sent (durable) → send, several at once →
note what became of it. A call that was being sent when its deliverer ended may have arrived: before it is sent again it
is looked for, unless the same request may simply be sent again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from lifecycle.actions.change import Cause
from lifecycle.actions.modify_user import ModifyUserParameters
from lifecycle.errors import ConfigurationError, LifecycleError
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.outbound.request import WebhookRequest, thawed
from lifecycle.planning.action_list import FETCHED
from lifecycle.ports.api.delivery import Delivery, Fate
from lifecycle.ports.api.request import ApiRequest
from lifecycle.store.lease import Lease
from lifecycle.store.outbox import QueuedCall
from lifecycle.store.steps import Step
from lifecycle.store.store import Store, Unit

ROUND = 64
"""Calls that are noted and sent together; as many may have to be looked for after a kill."""
AT_ONCE = 8
"""Requests on their way at once."""
IN_VAIN = 16
"""So many calls in a row without one success end a run: the server is away, and the next run comes."""

NO_TICKET = "there is no ticket about the person"
NOBODY_KNOWS = "nobody knows whether it arrived, and the webhook does not say how to look for it"


class Api(Protocol):
    """What sends: :class:`lifecycle.ports.api.client.ApiClient`."""

    def deliver(self, webhook: str, request: ApiRequest) -> Delivery:
        """Send a request once."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long calls are tried again.

    Args:
        first: After the first failure.
        most: After many; it doubles in between.
        give_up: Since the event; then a call is set aside.
    """

    first: timedelta = timedelta(seconds=5)
    most: timedelta = timedelta(minutes=15)
    give_up: timedelta = timedelta(days=14)

    def after(self, tries: int) -> timedelta:
        """How long to wait after so many tries."""
        return min(self.first * float(2 ** min(tries - 1, 20)), self.most)


@dataclass(slots=True)
class Delivered:
    """What became of the calls of a run.

    Args:
        counts: ``delivered``, ``postponed``, ``poisoned``, ``dropped`` → how many.
        is_away: Whether the run ended because the server is away.
    """

    counts: Counter[str] = field(default_factory=Counter)
    is_away: bool = False


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A call made ready."""

    queued: QueuedCall
    webhook: WebhookRequest
    request: ApiRequest
    look: ApiRequest | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one."""

    fate: Fate
    why: str
    answer: Any = field(default=None, repr=False)
    is_uncertain: bool = False


def deliver_calls(
    store: Store,
    lease: Lease,
    open_api: Callable[[str], AbstractContextManager[Api]],
    words: Vocabulary,
    clock: Callable[[], datetime],
    patience: Patience = Patience(),
) -> Delivered:
    """Deliver every call whose time has come.

    Args:
        store: The state store.
        lease: Held on the outbox, so that two deliverers never send the same call; renewed before each round.
        open_api: Name of a credentials block → its client.
        words: Settings and tables.
        clock: Answers the present moment, UTC.
        patience: How long calls are tried again.

    Raises:
        RunLockedError: The lease was lost.
        StoreError: The store refused; what was sent is looked for by the next run.
    """
    told, in_vain = Delivered(), 0
    with store.begin() as unit:
        unit.outbox.interrupt()
    with ExitStack() as opened, ThreadPoolExecutor(AT_ONCE) as threads:
        apis: dict[str, Api] = {}
        while in_vain < IN_VAIN:
            lease.renew()
            taken, attempts = _taken(store, words, clock, told)
            if not taken:
                return told
            for block in {attempt.queued.call.credentials for attempt in attempts} - apis.keys():
                apis[block] = opened.enter_context(open_api(block))
            outcomes = list(threads.map(lambda one: _send(apis[one.queued.call.credentials], one), attempts))
            with store.begin() as unit:
                for attempt, outcome in zip(attempts, outcomes, strict=True):
                    told.counts[_settle(unit, attempt, outcome, patience, clock())] += 1
            reached = any(one.fate in {Fate.DONE, Fate.REFUSED} for one in outcomes)
            in_vain = 0 if reached else in_vain + len(attempts)
    told.is_away = True
    return told


def _taken(
    store: Store, words: Vocabulary, clock: Callable[[], datetime], told: Delivered
) -> tuple[int, list[_Attempt]]:
    """Take the first calls, and note that they are being sent; what cannot be sent at all is set aside."""
    attempts = []
    with store.begin() as unit:
        due = unit.outbox.due(clock(), ROUND)
        for queued in due:
            try:
                webhook, ad, act = thawed(queued.call.content, words)
                ticket = unit.outbox.ticket_of(queued.call) if webhook.needs_ticket else None
                if webhook.needs_ticket and ticket is None and not unit.outbox.waits_for_ticket(queued.call):
                    unit.outbox.pass_over(queued.sequence, NO_TICKET, clock())
                    told.counts["dropped"] += 1
                    continue
                attempts.append(_ready(queued, webhook, ad, {**act, "ticket": ticket or ""}))
            except (ValueError, LifecycleError) as error:
                unit.outbox.poison(queued.sequence, _said(error), clock())
                told.counts["poisoned"] += 1
        unit.outbox.begin([attempt.queued.sequence for attempt in attempts])
    return len(due), attempts


def _said(error: Exception) -> str:
    return error.problem if isinstance(error, ConfigurationError) else str(error)


def _ready(queued: QueuedCall, webhook: WebhookRequest, ad: Mapping[str, str], act: Mapping[str, str]) -> _Attempt:
    """A call with its macros filled in.

    Raises:
        ValueError: It cannot be filled in, or not be sent again.
    """
    doubtful = queued.uncertain and not webhook.webhook.may_repeat
    if doubtful and webhook.webhook.look_up is None:
        raise ValueError(NOBODY_KNOWS)
    return _Attempt(queued, webhook, webhook.render(ad, act), webhook.look(ad, act) if doubtful else None)


def _send(api: Api, attempt: _Attempt) -> _Outcome:
    try:
        return _sent(api, attempt)
    except ConfigurationError as error:  # its address leads elsewhere: nothing was sent
        return _Outcome(Fate.REFUSED, error.problem)


def _sent(api: Api, attempt: _Attempt) -> _Outcome:
    name = attempt.webhook.webhook.name
    if attempt.look is not None:
        looked = api.deliver(name, attempt.look)
        if looked.fate is not Fate.DONE:
            return _Outcome(Fate.UNKNOWN, f"looked for in vain: {looked.why}", is_uncertain=True)
        try:
            record = attempt.webhook.found(looked.answer, attempt.queued.call.call_key)
        except ValueError as error:
            return _Outcome(Fate.UNKNOWN, f"looked for in vain: {error}", is_uncertain=True)
        if record is not None:
            return _Outcome(Fate.DONE, "had arrived", record)
    sent = api.deliver(name, attempt.request)
    if sent.fate is Fate.REFUSED and sent.status in attempt.webhook.webhook.accepts:
        return _Outcome(Fate.DONE, sent.why, sent.answer)
    return _Outcome(sent.fate, sent.why, sent.answer, is_uncertain=sent.fate is Fate.UNKNOWN)


def _settle(unit: Unit, attempt: _Attempt, outcome: _Outcome, patience: Patience, now: datetime) -> str:
    """Note what became of a call; answers it in one word."""
    queued, webhook = attempt.queued, attempt.webhook
    if outcome.fate is Fate.DONE:
        unit.outbox.deliver(queued.sequence, webhook.ticket_in(outcome.answer), now)
        unit.steps.begin(list(_fetched(attempt, outcome.answer, now)))
        return "delivered"
    unknown = outcome.is_uncertain and not webhook.webhook.may_repeat and webhook.webhook.look_up is None
    if outcome.fate is Fate.REFUSED or unknown or now - queued.created_at >= patience.give_up:
        unit.outbox.poison(queued.sequence, NOBODY_KNOWS if unknown else outcome.why, now)
        return "poisoned"
    next_at = now + patience.after(queued.tries + 1)
    unit.outbox.postpone(queued.sequence, next_at, outcome.why, uncertain=outcome.is_uncertain)
    return "postponed"


def _fetched(attempt: _Attempt, answer: Any, now: datetime) -> Iterator[Step]:
    """What an answer says of the account, as a step that is due at once: through the gate, like any change."""
    call = attempt.queued.call
    values = attempt.webhook.fetched(answer) if call.account_guid else {}
    if values:
        parameters = ModifyUserParameters(set={name: text.replace("%", "%%") for name, text in values.items()})
        yield Step(
            step_id=f"{call.call_key}:0",
            course=call.call_key,
            directory=call.directory,
            automation=call.automation,
            account_guid=call.account_guid,
            person_key=call.person_key,
            rule=FETCHED,
            cause=Cause.FETCHED.value,
            item=0,
            action=parameters.action,
            parameters=parameters.model_dump_json(),
            due_at=now,
            begun_at=now,
        )
