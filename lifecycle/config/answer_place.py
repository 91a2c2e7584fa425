"""Where something stands in an answer, as a configuration file names it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from lifecycle.language.fields.selector import Selector


def _is_one_place(text: str) -> str:
    Selector(text)
    return text


AnswerPlace = Annotated[
    str,
    AfterValidator(_is_one_place),
    Field(description="A key of the answer, or a JSONPath of names and indexes such as $.data.people."),
]
"""A key of the answer's outermost object, or a JSONPath that leads to one place."""
