"""What all models of the configuration share: nothing unknown passes, nothing changes after loading."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError


class WrongKeyError(ValueError):
    """A key of a mapping is wrong; a validator raises it so that the key itself is shown.

    Args:
        key: The key, as it stands in the mapping that is validated.
        problem: What is wrong with it.
    """

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(problem)
        self.key = key


class KnownKeys:
    """What the models of one file said of the keys that they know; given to pydantic as the validation's context."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, Collection[str]]] = {}

    def note(self, given: object, known: Collection[str]) -> None:
        """Remember which keys a mapping of the file may have."""
        self._known[id(given)] = (given, known)  # the mapping is kept, so that its identity is not given away again

    def of(self, given: object) -> Collection[str]:
        """The keys that a mapping may have; none where no model was asked about it."""
        return self._known.get(id(given), (None, ()))[1]


class LanguageModel(BaseModel):
    """A frozen model that refuses unknown keys and says which it knows.

    With :class:`KnownKeys` as the context of a validation, all errors of a file are found, those of its unknown keys
    included; without, an unknown key is the only error of its model.
    """

    # Built when it is first used: most are parts of another, which is built with them.
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _tells_its_keys(cls, given: Any, info: ValidationInfo) -> Any:
        # extra="forbid" alone does not say what is allowed.
        if not isinstance(given, Mapping):
            return given
        allowed = frozenset(field.alias or name for name, field in cls.model_fields.items())
        if isinstance(info.context, KnownKeys):
            info.context.note(given, allowed)
            return given
        for key in given:
            if key not in allowed:
                raise PydanticCustomError(
                    "unknown_key", "unknown key; allowed: {allowed}", {"allowed": ", ".join(sorted(allowed))}
                )
        return given


AttributeName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$", max_length=256, description="LDAP name of an attribute."),
]
