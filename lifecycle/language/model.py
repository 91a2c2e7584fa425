"""What all models of the configuration share: nothing unknown passes, nothing changes after loading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

UNKNOWN_KEY = "unknown_key"
"""Type of the error for a key that the model does not know; its context holds ``key`` and ``allowed``."""


class LanguageModel(BaseModel):
    """A frozen model that refuses unknown keys and says which it knows."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _knows_all_keys(cls, given: Any) -> Any:
        # extra="forbid" alone does not say what is allowed.
        if isinstance(given, Mapping):
            allowed = {field.alias or name for name, field in cls.model_fields.items()}
            for key in given:
                if key not in allowed:
                    context = {"key": str(key), "allowed": ", ".join(sorted(allowed))}
                    raise PydanticCustomError(UNKNOWN_KEY, "unknown key; allowed: {allowed}", context)
        return given
