"""Passwords that a Prefect block of the type Secret holds: read when they are written, and kept nowhere."""

from __future__ import annotations

from typing import cast

from prefect.blocks.system import Secret

from lifecycle.errors import ConfigurationError


def password_of(name: str) -> str:
    """The text of a Secret block.

    Raises:
        ConfigurationError: There is no such block, or it holds no text.
    """
    try:
        block = cast("Secret[str]", Secret.load(name))
    except ValueError:  # Prefect's way to say that it does not know the block; its text is not needed
        raise ConfigurationError("", "", f"there is no Prefect block of the type Secret named {name!r}") from None
    password = block.value.get_secret_value()  # Prefect's get() would take digits for a number
    if not isinstance(password, str) or not password:
        raise ConfigurationError("", "", f"the Prefect block {name!r} of the type Secret holds no text")
    return password
