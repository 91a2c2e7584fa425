"""Unique names: which attributes are allocated together, where they are unique, what happens when one is taken."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lifecycle.config.model import ConfigModel, Name
from lifecycle.language.model import AttributeName
from lifecycle.language.names.naming import OnClash


class NameBundle(ConfigModel):
    """Attributes whose unique values are allocated together: one that is taken burns the candidate for all."""

    attributes: dict[AttributeName, Name] = Field(min_length=1, description="LDAP attribute → naming format.")
    refresh: Literal["never", "on_change"] = Field(
        "never", description="never: a name once given is kept; on_change: it follows the person's fields."
    )
    scope: Literal["forest", "domain", "container"] = Field(
        "forest",
        description="Where the values must be unique: everywhere, or in the OU (cn). One domain is read: forest and "
        "domain are the same here, and what another domain holds is refused by the directory.",
    )
    on_clash: OnClash = Field(
        "next_then_counter",
        description="When a name is taken: next takes the next alternative; counter appends a number to the first; "
        "next_then_counter does both, the number to the last; reject gives no name, and reports the person.",
    )
    never_reuse: bool = Field(
        False, description="A name that any other account ever got from here counts as taken, though it is free again."
    )
