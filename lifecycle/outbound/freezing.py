"""From an event to the calls that it makes: which webhooks speak of it, and what each will have to say.

A call is frozen when its event happens: the webhook as it is configured then, with the values of its macros and no
others. What is sent is filled in later, since the number of a ticket may come with the answer to an earlier call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from lifecycle.config.webhook import OF_CHANGES, Trigger, Webhook
from lifecycle.language.filters.filter import conditions_of
from lifecycle.language.filters.row import UnreadableFieldError, holds
from lifecycle.language.moment import Moment
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.outbound.event import Event
from lifecycle.outbound.request import WebhookRequest
from lifecycle.store.outbox import Call
from lifecycle.versions import WEBHOOK_CALL

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Announcer:
    """The webhooks of a configuration, compiled.

    Args:
        webhooks: Those that are no drafts; where there is none, nobody is told.
        words: Settings and tables.
        zone: The organisation's.
    """

    webhooks: tuple[Webhook, ...] = ()
    words: Vocabulary = field(default_factory=Vocabulary)
    zone: ZoneInfo = _UTC

    @cached_property
    def _requests(self) -> Mapping[str, WebhookRequest]:
        return {one.name: WebhookRequest(one, self.words) for one in self.webhooks}

    @cached_property
    def attributes(self) -> frozenset[str]:
        """Every LDAP attribute that a webhook may speak of."""
        named = {name for request in self._requests.values() for name in request.names("ad")}
        asked = {one.field for webhook in self.webhooks if webhook.trigger.when
                 for one in conditions_of(webhook.trigger.when)}  # fmt: skip
        return frozenset(named | asked)

    def calls(self, events: Iterable[Event]) -> list[Call]:
        """The calls that events make, in their order."""
        return [call for event in events for call in self._calls(event)]

    def _calls(self, event: Event) -> Iterator[Call]:
        for webhook in self.webhooks:
            if self._is_meant(webhook.trigger, event):
                yield self._frozen(webhook, event)

    def _is_meant(self, trigger: Trigger, event: Event) -> bool:
        if event.occasion not in trigger.events:
            return False
        if trigger.automations and event.automation not in trigger.automations:
            return False
        return event.occasion not in OF_CHANGES or self._is_of_change(trigger, event)

    def _is_of_change(self, trigger: Trigger, event: Event) -> bool:
        if trigger.actions and event.action not in trigger.actions:
            return False
        if trigger.causes and event.cause not in trigger.causes:
            return False
        try:
            return trigger.when is None or holds(trigger.when, event.attributes, Moment(event.at, self.zone))
        except UnreadableFieldError:
            return False

    def _frozen(self, webhook: Webhook, event: Event) -> Call:
        request, key = self._requests[webhook.name], event.key_for(webhook.name)
        ad = {name: event.attributes[name] for name in sorted(request.names("ad")) if name in event.attributes}
        at = event.at.astimezone(self.zone).isoformat(timespec="seconds")
        act = {**event.told(), "timestamp": at, "key": key}
        return Call(
            call_key=key,
            webhook=webhook.name,
            credentials=webhook.credentials,
            automation=event.automation,
            directory=event.directory,
            event=event.occasion.value,
            subject=event.subject,
            account_guid=event.account,
            person_key=event.person,
            plan_id=event.plan_id,
            gives_ticket=webhook.ticket is not None,
            content=WEBHOOK_CALL.text(
                {"webhook": webhook.model_dump(mode="json", by_alias=True, exclude_unset=True), "ad": ad, "act": act}
            ),
        )
