"""The parameters of an action as one text: what was approved is what is done later, whichever build does it."""

from __future__ import annotations

import json

from pydantic import TypeAdapter, ValidationError

from lifecycle.actions.catalogue import AnyParameters
from lifecycle.actions.parameters import Parameters
from lifecycle.errors import StoreError
from lifecycle.versions import PARAMETERS

_PARAMETERS: TypeAdapter[Parameters] = TypeAdapter(AnyParameters)


def parameters_text(parameters: Parameters) -> str:
    """Parameters as JSON; keys are called as in a file."""
    return PARAMETERS.text(parameters.model_dump(mode="json", by_alias=True))


def read_parameters(text: str) -> Parameters:
    """Parameters from their text.

    Raises:
        NewerVersionError: A newer build wrote them.
        StoreError: They are none of any action; the message quotes nothing of them.
    """
    try:
        return _PARAMETERS.validate_json(json.dumps(PARAMETERS.read(text)))
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
        why = f"{'.'.join(map(str, first['loc']))}: {first['type']}"
    except ValueError as error:
        why = str(error)
    raise StoreError(f"this version of halo-ad cannot read the parameters of a waiting step ({why})")
