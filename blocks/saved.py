"""Loading a saved block; what is wrong with it is told in our words, since Prefect's UI does not check it."""

from __future__ import annotations

from typing import TypeVar

from prefect.blocks.core import Block
from pydantic import ValidationError

from lifecycle.errors import ConfigurationError

MADE_BY = "python -m deployments.register_blocks"
"""What saves the blocks that automations name."""

_B = TypeVar("_B", bound=Block)


def load_block(kind: type[_B], name: str, made_by: str) -> _B:
    """Return the saved block of a name.

    Args:
        kind: Class of the block.
        name: Name under which it is saved.
        made_by: Command that saves one.

    Raises:
        ConfigurationError: There is none of this name, or its fields do not fit.
    """
    problem = ""
    try:
        block = kind.load(name)
    except ValueError:  # what Prefect raises where there is none
        problem = f"no {kind.get_block_type_name()} is saved under this name: {made_by} makes it"
    except RuntimeError as error:  # what Prefect makes of a ValidationError
        if not isinstance(error.__cause__, ValidationError):
            raise
        told = error.__cause__.errors(include_input=False, include_url=False)
        problem = "; ".join(one["msg"].removeprefix("Value error, ") for one in told)
    if problem:  # raised here, so that the values do not travel along
        raise ConfigurationError(f"block {name}", "", problem)
    if not isinstance(block, kind):
        raise TypeError("inside an event loop Prefect loads no block")
    return block
