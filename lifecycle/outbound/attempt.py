"""One attempt at a call: its request with everything filled in, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from lifecycle.errors import ConfigurationError
from lifecycle.outbound.request import WebhookRequest
from lifecycle.ports.api.delivery import Delivery, Fate
from lifecycle.ports.api.request import ApiRequest
from lifecycle.store.outbox import QueuedCall

NOBODY_KNOWS = "nobody knows whether it arrived, and the webhook does not say how to look for it"
NO_NUMBER = "it arrived, but the answer does not say the number of the ticket"


class Api(Protocol):
    """What sends: :class:`lifecycle.ports.api.client.ApiClient`."""

    def deliver(self, webhook: str, request: ApiRequest) -> Delivery:
        """Send a request once."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call made ready.

    Args:
        queued: The call, as it stood before it was taken.
        webhook: Its webhook.
        request: What is sent.
        look: What is asked first, where it may have arrived.
    """

    queued: QueuedCall
    webhook: WebhookRequest
    request: ApiRequest
    look: ApiRequest | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt.

    Args:
        fate: In one word.
        why: In a few.
        answer: What was answered, or the record that was found.
        is_uncertain: Whether it may have arrived although nobody knows.
    """

    fate: Fate
    why: str
    answer: Any = field(default=None, repr=False)
    is_uncertain: bool = False


NOT_SENT = Outcome(Fate.NOT_DONE, "not sent: the server is away")


def ready(queued: QueuedCall, webhook: WebhookRequest, ad: Mapping[str, str], act: Mapping[str, str]) -> Attempt:
    """A call with its macros filled in.

    Raises:
        ValueError: It cannot be filled in, or not be sent again.
    """
    doubtful = queued.uncertain and not webhook.webhook.may_repeat
    if doubtful and webhook.webhook.look_up is None:
        if queued.tries:
            raise ValueError(NOBODY_KNOWS)
        doubtful = False  # somebody has looked, and released it
    return Attempt(queued, webhook, webhook.render(ad, act), webhook.look(ad, act) if doubtful else None)


def sent(api: Api, attempt: Attempt) -> Outcome:
    """Send it, once; where it may have arrived, look for it first."""
    try:
        found = _looked(api, attempt, attempt.look) if attempt.look is not None else None
        return found or _sent(api, attempt)
    except ConfigurationError as error:  # its address leads elsewhere: nothing was sent
        return Outcome(Fate.REFUSED, error.problem)
    except UnicodeError:
        return Outcome(Fate.REFUSED, "not sent: a value holds characters that cannot stand there")


def _looked(api: Api, attempt: Attempt, look: ApiRequest) -> Outcome | None:
    """What a look found; None where it did not arrive for certain."""
    looked = api.deliver(attempt.webhook.webhook.name, look)
    if looked.fate is not Fate.DONE:
        return Outcome(Fate.UNKNOWN, f"looked for in vain: {looked.why}", is_uncertain=True)
    try:
        record = attempt.webhook.found(looked.answer, attempt.queued.call.call_key)
    except ValueError as error:
        return Outcome(Fate.UNKNOWN, f"looked for in vain: {error}", is_uncertain=True)
    return None if record is None else Outcome(Fate.DONE, "had arrived", record)


def _sent(api: Api, attempt: Attempt) -> Outcome:
    webhook = attempt.webhook.webhook
    answered = api.deliver(webhook.name, attempt.request)
    if answered.fate is Fate.REFUSED and answered.status in webhook.accepts:
        return Outcome(Fate.DONE, answered.why, answered.answer)
    is_expected = answered.fate is Fate.DONE and webhook.look_up is not None and webhook.ticket is not None
    if is_expected and attempt.webhook.ticket_in(answered.answer) is None:
        # An answer that was cut short: the number, which later calls need, is found by a look.
        return Outcome(Fate.UNKNOWN, NO_NUMBER, is_uncertain=True)
    return Outcome(answered.fate, answered.why, answered.answer, is_uncertain=answered.fate is Fate.UNKNOWN)
