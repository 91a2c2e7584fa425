"""Mail addresses of an account, one of them primary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.directory.proxy_addresses import primary_address, smtp_addresses, with_primary

X500 = "X500:/o=Corp/cn=ann"


@pytest.mark.parametrize(
    ("value", "after"),
    [
        (None, ("SMTP:new@x.test",)),
        ((), ("SMTP:new@x.test",)),
        (("SMTP:old@x.test",), ("SMTP:new@x.test", "smtp:old@x.test")),
        ((X500, "SMTP:old@x.test", "smtp:a@x.test"), ("SMTP:new@x.test", X500, "smtp:old@x.test", "smtp:a@x.test")),
        (("SMTP:old@x.test", "smtp:NEW@x.test"), ("SMTP:new@x.test", "smtp:old@x.test")),
        (("SMTP:New@x.test", X500), ("SMTP:new@x.test", X500)),
        ((X500, "SMTP:new@x.test"), (X500, "SMTP:new@x.test")),
        (("SMTP:new@x.test", "SMTP:old@x.test"), ("SMTP:new@x.test", "smtp:old@x.test")),
        ("smtp:a@x.test", ("SMTP:new@x.test", "smtp:a@x.test")),
    ],
)
def test_with_primary_keeps_what_was_there(value: str | tuple[str, ...] | None, after: tuple[str, ...]) -> None:
    assert with_primary("new@x.test", value) == after


@pytest.mark.parametrize(
    ("value", "primary", "addresses"),
    [
        (None, "", ()),
        ("SMTP:a@x", "a@x", ("a@x",)),
        (("smtp:a@x", X500, "Smtp:c@x", "SMTP:b@x"), "b@x", ("a@x", "c@x", "b@x")),
        ((X500,), "", ()),
    ],
)
def test_addresses_are_read_without_their_prefix(
    value: str | tuple[str, ...] | None, primary: str, addresses: tuple[str, ...]
) -> None:
    assert (primary_address(value), smtp_addresses(value)) == (primary, addresses)


@given(
    st.lists(st.tuples(st.sampled_from(["SMTP:", "smtp:", "X500:", "SIP:"]), st.sampled_from("abcd")), unique=True),
    st.sampled_from("abcd"),
)
def test_with_primary_loses_nothing_and_is_settled_at_once(parts: list[tuple[str, str]], address: str) -> None:
    value = tuple(f"{prefix}{name}" for prefix, name in parts)
    after = with_primary(address, value)
    assert primary_address(after) == address
    assert sum(one.startswith("SMTP:") for one in after) == 1
    assert {one.lower() for one in after} == {one.lower() for one in value} | {f"smtp:{address}"}
    assert with_primary(address, after) == after
