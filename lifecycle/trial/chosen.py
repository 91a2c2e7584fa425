"""The account whose values fill the macros of a webhook that is tried."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from lifecycle.config.configuration import Configuration
from lifecycle.directory.account import Account
from lifecycle.directory.operation import Directory
from lifecycle.directory.values import is_guid
from lifecycle.errors import RequestError
from lifecycle.outbound.request import WebhookRequest
from lifecycle.planning.selection import NAMED_BY
from lifecycle.trial.webhook import NEVER_READ, webhook_named


@dataclass(frozen=True, slots=True)
class Chosen:
    """The account whose values fill a webhook's macros.

    Args:
        account: It; None where none was chosen.
        automation: Whose directory was asked, and of whose events the webhook is told.
        directory: objectGUID of the domain; empty where none was asked.
        person: Its anchor: the primary key of the person.
    """

    account: Account | None
    automation: str
    directory: str = ""
    person: str = ""


def choose(
    configuration: Configuration,
    webhook: str,
    automation: str,
    account: str,
    open_directory: Callable[[str], AbstractContextManager[Directory]],
) -> Chosen:
    """Find the account that somebody names.

    Args:
        configuration: All of ``config/``.
        webhook: Name of the webhook.
        automation: Whose directory is asked; empty for the first of the webhook's trigger, or of all.
        account: objectGUID, or the value of one of :data:`NAMED_BY`; empty for none.
        open_directory: Opens a directory, by the name of its block.

    Raises:
        RequestError: There is no such automation, or the name does not mean exactly one account.
    """
    model = webhook_named(configuration, webhook)
    name = automation or next(iter((*model.trigger.automations, *sorted(configuration.automations))), "")
    if not account:
        return Chosen(None, name)
    if name not in configuration.automations:
        raise RequestError(f"no automation named {name!r}: its directory would be asked for the account")
    asked = configuration.automations[name]
    wanted = WebhookRequest(model, configuration.vocabulary).names("ad") - NEVER_READ
    attributes = sorted({*wanted, asked.anchor})
    found: dict[str, Account] = {}
    with open_directory(asked.directory) as directory:
        identity = directory.identity()
        if is_guid(account):
            found |= directory.accounts([account.lower()], attributes)
        else:
            for attribute in NAMED_BY:
                for holders in directory.holders(attribute, [account], attributes).values():
                    found |= {one.guid: one for one in holders}
    if len(found) != 1:
        many = f"{len(found)} accounts" if found else "no account"
        raise RequestError(f"the name means {many}: it must be one")
    (one,) = found.values()
    return Chosen(one, name, identity, str(one.attributes.get(asked.anchor, "")))
