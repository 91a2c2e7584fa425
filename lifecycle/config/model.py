"""What all configuration models share, besides what the language's models do."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lifecycle.language.model import LanguageModel


class ConfigModel(LanguageModel):
    """A frozen model that refuses unknown keys and says which it knows."""


NAME_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"

Name = Annotated[
    str,
    Field(
        pattern=NAME_PATTERN,
        max_length=60,
        description="Lower-case words joined by hyphens; the file bears the same name.",
    ),
]
