"""Passwords that a Prefect block of the type Secret holds."""

from __future__ import annotations

import pytest
from prefect.blocks.system import Secret

from blocks.secret import password_of
from lifecycle.errors import ConfigurationError


@pytest.mark.usefixtures("_prefect")
@pytest.mark.parametrize("password", ["Aa1-first-day", "00123456", "true", '{"a": 1}', " with spaces "])
def test_password_is_the_text_to_the_letter(password: str) -> None:
    """Prefect itself reads JSON into it: a password of digits would lose its zeros."""
    Secret(value=password).save("first-day", overwrite=True)

    assert password_of("first-day") == password


@pytest.mark.usefixtures("_prefect")
def test_secret_that_is_missing_or_no_text_is_said_without_its_value() -> None:
    Secret(value={"password": "canary"}).save("no-text", overwrite=True)
    for name in ("no-text", "nowhere"):
        with pytest.raises(ConfigurationError) as refused:
            password_of(name)
        assert name in str(refused.value)
        assert "canary" not in str(refused.value)
        assert refused.value.__cause__ is None
