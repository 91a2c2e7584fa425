"""``test-webhook``: one real call of a webhook, drafts too, with the values of a chosen account; in three views."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.trying import Tried, finish, load
from lifecycle.trial.webhook import Happening
from tasks.clock import utc_now
from tasks.trial import call_webhook, choose_account


@flow(
    name="test-webhook",
    flow_run_name="{webhook}",
    description="Send a webhook once and show response, response details and request.",
    persist_result=False,
)
def try_webhook(
    webhook: str,
    account: str = "",
    outcome: str = "",
    action: str = "",
    person: str = "",
    ticket: str = "",
    confirmed: bool = False,
    save: bool = False,
    automation: str = "",
    config_dir: str = "config",
) -> Tried | State[Any]:
    """Send a webhook once, about an event that is made up; one that is no GET only where it is confirmed.

    Args:
        webhook: Name of a file in config/webhooks; a draft may be tried.
        account: Whose values fill the macros: objectGUID, sAMAccountName, userPrincipalName, mail or employeeID.
        outcome: What happened, as in a trigger; its first event without it.
        action: Name of the action; the first of its trigger without it.
        person: Primary key of the person; the account's anchor without it.
        ticket: Number of a ticket.
        confirmed: It may create, change or delete something there.
        save: After a successful call, lift its draft.
        automation: Whose directory is asked for the account; the first of its trigger, or of all, without it.
        config_dir: Folder of the configuration.
    """
    configuration = load(config_dir)
    chosen = choose_account(configuration, webhook, automation, account)
    happening = Happening(utc_now(), str(flow_run.id or uuid4()), outcome, action, person, ticket)
    trial = call_webhook(configuration, webhook, happening, chosen, confirmed=confirmed)
    return finish(configuration, trial, save=save)


if __name__ == "__main__":
    try_webhook("halo-add-ticket")
