"""A webhook against the other files, and its sections against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lifecycle.actions.catalogue import CHANGE_NAMES
from lifecycle.actions.modify_user import NEVER_SET
from lifecycle.config.checks.problems import Problem, in_template, unknown
from lifecycle.config.checks.request import any_request_problems
from lifecycle.config.configuration import Configuration
from lifecycle.config.mapping import NEVER_MAPPED
from lifecycle.config.message import NoMessage, RawMessage
from lifecycle.config.request_texts import Configured, request_texts
from lifecycle.config.webhook import AT_HAND, Webhook
from lifecycle.language.macros.template import compile_template

_KEY = "key"


def webhook_problems(webhook: Webhook, configuration: Configuration) -> Iterator[Problem]:
    """Everything that is wrong between one webhook and the other files, and inside its requests."""
    for number, name in enumerate(webhook.trigger.automations):
        yield from unknown(f"trigger.automations.{number}", "automation", name, configuration.automations)
    for number, action in enumerate(webhook.trigger.actions):
        yield from unknown(f"trigger.actions.{number}", "action", action, CHANGE_NAMES)
    if webhook.method in {"GET", "DELETE"} and not isinstance(webhook.message, NoMessage):
        yield "message", f"a {webhook.method} has none"
    if webhook.repeatable and webhook.method not in {"POST", "PATCH"}:
        yield "repeatable", f"is for POST and PATCH: a {webhook.method} may be repeated always"
    yield from _in_request("", webhook, configuration)
    yield from any_request_problems(webhook)
    if webhook.look_up is not None:
        yield from _in_request("look_up.", webhook.look_up, configuration)
        yield from _bears_its_key(webhook, configuration)
    for attribute in webhook.fetch_back:
        place, name = f"fetch_back.{attribute}", attribute.lower()
        if name in NEVER_MAPPED:
            yield place, f"is never written from outside: {NEVER_MAPPED[name]}"
        elif name in NEVER_SET:
            yield place, f"is never written from outside: it has an action of its own: {NEVER_SET[name]}"


def _in_request(prefix: str, configured: Configured, configuration: Configuration) -> Iterator[Problem]:
    for text in request_texts(configured):
        path = f"{prefix}{text.path}"
        yield from in_template(path, text.text, configuration.vocabulary, place=text.place, at_hand=AT_HAND)
    message = configured.message
    if isinstance(message, RawMessage) and message.language == "other":
        for prefix_of, names in _names(configured, configuration, only="message.body").items():
            for name in sorted(names):
                yield (
                    f"{prefix}message.body",
                    f"%{prefix_of}.{name}% cannot stand in {message.content_type}: it is not known how to escape it",
                )


def _bears_its_key(webhook: Webhook, configuration: Configuration) -> Iterator[Problem]:
    """What is looked for must stand in what is sent."""
    if _KEY not in _names(webhook, configuration).get("act", ()):
        yield "message", "must hold %act.key%: by it a request is found whose answer was lost"


def _names(configured: Configured, configuration: Configuration, only: str = "") -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for text in request_texts(configured):
        if only and text.path != only:
            continue
        try:
            template = compile_template(text.text, configuration.vocabulary, text.place, AT_HAND)
        except ValueError:  # told already
            continue
        for prefix in ("ad", "act"):
            found.setdefault(prefix, set()).update(template.names(prefix))
    return found
