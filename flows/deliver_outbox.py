"""``deliver-outbox``: what happened is told to HaloITSM, once, whatever broke between."""

from __future__ import annotations

from typing import Annotated

from prefect import flow
from prefect.runtime import flow_run
from pydantic import Field

from flows.stages import prepare
from tasks.outbound import KEPT_DAYS, deliver_outbox_calls

RUN_NAME = "deliver-outbox"


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
    delivered = deliver_outbox_calls(prepared, str(flow_run.id or RUN_NAME), kept_days)
    return dict(delivered.counts) if delivered is not None else {}


if __name__ == "__main__":
    deliver_outbox()
