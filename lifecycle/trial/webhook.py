"""Trying a webhook: with the values of a chosen account, about an event that is made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from lifecycle.actions.change import Cause
from lifecycle.config.configuration import Configuration
from lifecycle.config.webhook import OF_CHANGES, Occasion, Webhook
from lifecycle.directory.account import Account
from lifecycle.directory.account_texts import texts_of
from lifecycle.errors import RequestError
from lifecycle.outbound.event import Event
from lifecycle.outbound.request import WebhookRequest
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.delivery import Fate
from lifecycle.trial.call import made_call, prepared_view
from lifecycle.trial.trial import OpenLine, Trial

NEVER_READ = frozenset({"distinguishedName", "cn", "enabled"})
"""What macros may say of an account that is no attribute to be asked for."""
_DOES: Mapping[str, str] = {
    "POST": "creates or changes something",
    "PUT": "changes something",
    "PATCH": "changes something",
    "DELETE": "deletes something",
}
_PLAN = "trial"


@dataclass(frozen=True, slots=True)
class Happening:
    """What the webhook is told has happened; what is empty is taken from its trigger.

    Args:
        at: When, UTC.
        run_id: Whose run; makes the key of each trial another one.
        outcome: One of the events of a trigger.
        action: Name of an action.
        person: Primary key of the person.
        ticket: Number of a ticket.
        automation: Name of the automation.
        directory: objectGUID of the domain.
    """

    at: datetime
    run_id: str
    outcome: str = ""
    action: str = ""
    person: str = ""
    ticket: str = ""
    automation: str = ""
    directory: str = ""


def webhook_named(configuration: Configuration, name: str) -> Webhook:
    """A webhook of the configuration, draft or not.

    Raises:
        RequestError: There is none of this name.
    """
    if name not in configuration.webhooks:
        known = ", ".join(sorted(configuration.webhooks)) or "none"
        raise RequestError(f"no webhook named {name!r}; there are: {known}")
    return configuration.webhooks[name]


def tried_webhook(
    configuration: Configuration,
    name: str,
    open_line: OpenLine,
    happening: Happening,
    account: Account | None = None,
    *,
    confirmed: bool = False,
) -> Trial:
    """Send a webhook once, drafts too; one that is no GET only where it is confirmed.

    Args:
        configuration: The whole.
        name: Name of the webhook.
        open_line: Opens the line of a credentials block.
        happening: What it tells of.
        account: Whose values fill its macros; without one they are empty.
        confirmed: Whether it may create, change or delete something.

    Raises:
        ConfigurationError: A text of it cannot be sent.
        RequestError: There is no such webhook, outcome or action, or a macro that must have a value has none.
        StoreError: A new refresh token could not be stored.
    """
    webhook = webhook_named(configuration, name)
    request = WebhookRequest(webhook, configuration.vocabulary)
    act = _told(webhook, configuration, happening, account)
    try:
        rendered = request.render(texts_of(account), act)
    except ValueError as error:
        raise RequestError(f"webhook {name}: {error}{_hint(request, happening, account)}") from None
    with open_line(webhook.credentials) as line:
        if webhook.method != "GET" and not confirmed:
            view = prepared_view(f"webhook {name}", line, rendered)
            verdict = (
                f"Nothing was sent. It would {webhook.method} to {_target(webhook, line.connection)}: this "
                f"{_DOES[webhook.method]} there. To send it, confirm it: --yes, or confirmed in the form."
            )
            return Trial("webhook", name, verdict, False, False, view)
        call = made_call(f"webhook {name}", line, rendered)
    delivery = call.delivery
    accepted = delivery.fate is Fate.REFUSED and delivery.status in webhook.accepts
    successful = delivery.fate is Fate.DONE or accepted
    if successful:
        verdict = f"Answered {call.status}{', which it accepts as done' if accepted else ''}."
    elif delivery.fate is Fate.UNKNOWN:
        verdict = f"Nobody knows whether it was carried out: {call.why}."
    else:
        verdict = f"Not successful: {call.why}."
    notes = tuple(_notes(request, delivery.answer)) if successful else ()
    return Trial("webhook", name, verdict, successful, call.sent, call.request, call.answer, call.tree, notes)


def _target(webhook: Webhook, connection: ApiConnection) -> str:
    """Host and path as configured: with macros that are not filled in, since a log may repeat it."""
    url = webhook.url.removeprefix("https://").partition("?")[0]
    return url.replace("{Host-Name}", connection.host_name).replace("{tenantname}", connection.tenant)


def _told(
    webhook: Webhook, configuration: Configuration, happening: Happening, account: Account | None
) -> dict[str, str]:
    """What ``%act.…%`` says, as a live run would fill it."""
    trigger = webhook.trigger
    try:
        occasion = Occasion(happening.outcome) if happening.outcome else trigger.events[0]
    except ValueError:
        raise RequestError(f"no outcome {happening.outcome!r}; there are: {', '.join(Occasion)}") from None
    of_change = occasion in OF_CHANGES
    event = Event(
        occasion=occasion,
        automation=happening.automation,
        directory=happening.directory,
        at=happening.at,
        run_id=happening.run_id,
        plan_id=_PLAN,
        about=f"{_PLAN} {happening.run_id}",
        person=happening.person,
        account=account.guid if account else "",
        action=happening.action or (next(iter(trigger.actions), "create-user") if of_change else ""),
        cause=next(iter(trigger.causes), Cause.JOINER) if of_change else None,
        reason=_PLAN if occasion is not Occasion.DONE else "",
    )
    at = happening.at.astimezone(configuration.settings.zone).isoformat(timespec="seconds")
    return {**event.told(), "timestamp": at, "key": event.key_for(webhook.name), "ticket": happening.ticket}


def _hint(request: WebhookRequest, happening: Happening, account: Account | None) -> str:
    missing = []
    if request.needs_ticket and not happening.ticket:
        missing.append("a ticket")
    if "person" in request.names("act") and not happening.person:
        missing.append("a person")
    if request.names("ad") and account is None:
        missing.append("an account")
    return f"; give {' and '.join(missing)}" if missing else ""


def _notes(request: WebhookRequest, answer: object) -> Iterator[str]:
    webhook = request.webhook
    if webhook.ticket is not None:
        ticket = request.ticket_in(answer)
        told = f"the answer names ticket {ticket}" if ticket else f"the answer has no ticket under {webhook.ticket}"
        yield f"{told[0].upper()}{told[1:]}."
    if webhook.fetch_back:
        fetched = request.fetched(answer)
        names = ", ".join(sorted(fetched)) or "nothing"
        yield f"A live run would write to the account: {names}. This trial writes nothing."
