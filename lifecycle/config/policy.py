"""A policy: an ordered list of actions for one account (``config/policies/*.yaml``)."""

from __future__ import annotations

from pydantic import Field, model_validator

from lifecycle.actions.catalogue import AnyParameters
from lifecycle.config.model import ConfigModel, Name


class ActionPolicy(ConfigModel):
    """What happens to an account, in this order. An automation names it for joiners, movers, rehires or leavers."""

    name: Name
    description: str = ""
    actions: tuple[AnyParameters, ...] = Field(min_length=1, max_length=50)

    @model_validator(mode="after")
    def _time_goes_on(self) -> ActionPolicy:
        for before, later in zip(self.actions, self.actions[1:], strict=False):
            if later.delay < before.delay:
                raise ValueError(
                    f"{later.action} (after {later.after or 'nothing'}) stands behind {before.action}, "
                    f"which is later (after {before.after}): put the actions in the order of their times"
                )
        return self
