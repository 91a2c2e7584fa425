"""``deliver-outbox``: what happened is told to HaloITSM, once, whatever broke between."""

from __future__ import annotations

from typing import Annotated

from prefect import flow
from pydantic import Field

from flows.stages import new_run, prepare
from lifecycle.runs.outbox import KEPT_DAYS
from tasks.outbound import deliver_outbox_calls


@flow(name="deliver-outbox", description="Deliver the webhook calls that wait in the outbox.")
def deliver_outbox(
    automation: str = "people-to-ad", config_dir: str = "config", kept_days: Annotated[int, Field(ge=1)] = KEPT_DAYS
) -> dict[str, object]:
    """Deliver every call whose time has come, in the order of each person; a server that is away is asked later.

    Args:
        automation: Name of a file in config/automations: whose store it is. Calls of all automations are delivered.
        config_dir: Folder of the configuration.
        kept_days: What was delivered or dropped so long ago is forgotten; the number of the latest ticket stays.

    Returns:
        ``delivered``, ``postponed``, ``poisoned``, ``dropped`` → how many.
    """
    prepared = prepare(automation, config_dir)
    delivered = deliver_outbox_calls(new_run(prepared), kept_days)
    return dict(delivered.counts) if delivered is not None else {}


if __name__ == "__main__":
    deliver_outbox()
