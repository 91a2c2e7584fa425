"""``halo-ad test-webhook``: one real call of a webhook with the values of an account, and what it shows."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from commands.sample import CONFIG, Config, Save


def try_webhook(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a file in config/webhooks; drafts too.")],
    *,
    account: Annotated[
        str, typer.Option(help="Whose values fill the macros: sAMAccountName, UPN, mail, employeeID or objectGUID.")
    ] = "",
    ticket: Annotated[str, typer.Option(help="%act.ticket%: number of a ticket.")] = "",
    person: Annotated[str, typer.Option(help="%act.person%; the account's anchor without it.")] = "",
    outcome: Annotated[str, typer.Option(help="%act.outcome%; the trigger's first event without it.")] = "",
    action: Annotated[str, typer.Option(help="%act.action%; the trigger's first without it.")] = "",
    automation: Annotated[str, typer.Option(help="Whose directory is asked for the account.")] = "",
    confirmed: Annotated[
        bool, typer.Option("--yes", help="Send it though it is no GET: it may create, change or delete something.")
    ] = False,
    save: Save = False,
    config: Config = CONFIG,
) -> None:
    """Send a webhook once and show response, response details and request, secrets hidden.

    Without --yes one that is no GET is shown and not sent. With --save it is a draft no longer. The exit status is 0
    where the call was successful, 1 where it was not, was not sent or could not be saved, 2 where it was not made.
    """

    def flow() -> Any:
        from flows.test_webhook import try_webhook as tried  # noqa: PLC0415 - Prefect takes seconds to import

        return tried(
            name, account, outcome, action, person, ticket, confirmed, save, automation, str(config), return_state=True
        )

    from commands.trial import run  # noqa: PLC0415 - brings HTTP, which a check does not need

    raise run(flow)
