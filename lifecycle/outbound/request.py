"""The requests of a webhook: its own, and the look for one whose answer never came."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lifecycle.config.webhook import AT_HAND, Webhook
from lifecycle.language.fields.record import RecordReader
from lifecycle.language.fields.selector import MISSING, Selector
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.ports.api.request import ApiRequest
from lifecycle.ports.api.request_template import RequestTemplate
from lifecycle.versions import WEBHOOK_CALL


class WebhookRequest:
    """A webhook, compiled.

    Args:
        webhook: As configured.
        words: Settings and tables.

    Raises:
        ConfigurationError: A text is no template.
    """

    def __init__(self, webhook: Webhook, words: Vocabulary) -> None:
        self.webhook = webhook
        file = f"webhooks/{webhook.name}.yaml"
        self._own = RequestTemplate(webhook, words, file, AT_HAND)
        self._look = RequestTemplate(webhook.look_up, words, file, AT_HAND) if webhook.look_up else None
        self._records = Selector(webhook.look_up.records) if webhook.look_up and webhook.look_up.records else None
        self._ticket = Selector(webhook.ticket) if webhook.ticket else None
        self._fetched = RecordReader(webhook.fetch_back) if webhook.fetch_back else None

    def names(self, prefix: str) -> frozenset[str]:
        """The names behind one prefix, in all texts."""
        return self._own.names(prefix) | (self._look.names(prefix) if self._look else frozenset())

    @property
    def needs_ticket(self) -> bool:
        """Whether it speaks of the ticket of an earlier answer."""
        return "ticket" in self.names("act")

    def render(self, ad: Mapping[str, str], act: Mapping[str, str]) -> ApiRequest:
        """The request.

        Raises:
            ValueError: A value is missing where one must be, or cannot stand where it should.
        """
        return self._own.render({}, ad=ad, act=act)

    def look(self, ad: Mapping[str, str], act: Mapping[str, str]) -> ApiRequest:
        """The look for an earlier one.

        Raises:
            ValueError: As for :meth:`render`; also where the webhook has none.
        """
        if self._look is None:
            raise ValueError("the webhook does not say how it is looked for")
        return self._look.render({}, ad=ad, act=act)

    def found(self, answer: Any, key: str) -> Mapping[str, Any] | None:
        """The record of a look-up that bears the key; None where none does.

        Raises:
            ValueError: The answer holds no list where one was promised: that is not the same as an empty one.
        """
        records = answer if self._records is None else self._records.read(answer)
        if not isinstance(records, list):
            raise ValueError("the answer holds no list of records")  # noqa: TRY004 - of an answer, not of an argument
        contains = self.webhook.look_up.contains if self.webhook.look_up else ""
        return next((one for one in records if isinstance(one, dict) and key in str(one.get(contains, ""))), None)

    def ticket_in(self, answer: Any) -> str | None:
        """The number of the ticket that an answer gives; the first, where it is a list of one."""
        if self._ticket is None:
            return None
        one = answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
        found = self._ticket.read(one)
        return None if found is MISSING or found is None or isinstance(found, dict | list) else _text(found)

    def fetched(self, answer: Any) -> dict[str, str]:
        """LDAP attribute → value that an answer gives; what it does not give, or not readably, is left out."""
        one = answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
        if self._fetched is None or not isinstance(one, dict):
            return {}
        values, _ = self._fetched.read(one)
        return {name: text for name, text in values.items() if text}


class Thawer:
    """Makes frozen calls ready; each webhook is compiled once, however many calls it makes.

    Args:
        words: Settings and tables.
    """

    def __init__(self, words: Vocabulary) -> None:
        self._words = words
        self._compiled: dict[str, WebhookRequest] = {}

    def __call__(self, content: str) -> tuple[WebhookRequest, dict[str, str], dict[str, str]]:
        """A frozen call: the webhook, what it says of the account, and what of the event.

        Raises:
            ConfigurationError: Its texts are no templates any more: a setting or a table has gone.
            NewerVersionError: A newer build froze it.
            ValueError: Another version froze it, whose webhooks are not those of this one.
        """
        frozen = WEBHOOK_CALL.read(content)
        key = json.dumps(frozen["webhook"])
        if key not in self._compiled:
            try:
                webhook = Webhook.model_validate(frozen["webhook"])
            except ValueError:  # the text of which quotes what was given
                raise ValueError("it was frozen by another version, whose webhooks were different") from None
            self._compiled[key] = WebhookRequest(webhook, self._words)
        return self._compiled[key], frozen["ad"], frozen["act"]


def thawed(content: str, words: Vocabulary) -> tuple[WebhookRequest, dict[str, str], dict[str, str]]:
    """One frozen call, as :class:`Thawer` makes it."""
    return Thawer(words)(content)


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
