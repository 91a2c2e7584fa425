"""The primary key in one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.people.key import normalise_key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("95", "95"),
        ("95.0", "95"),
        ("95.", "95"),
        ("95.000", "95"),
        (" 95 ", "95"),
        ("\t95\0\n", "95"),
        ("0095", "0095"),
        ("0095.0", "0095"),
        ("-7.0", "-7"),
        ("95.5", "95.5"),
        ("95.0.0", "95.0.0"),
        ("1e3", "1e3"),
        ("E-95.0", "E-95.0"),
        ("Ann.0", "Ann.0"),
        ("٩٥.0", "٩٥.0"),
        ("ANN", "ANN"),
        ("", ""),
        (" \0 ", ""),
    ],
)
def test_key_is_normalised(text: str, key: str) -> None:
    assert normalise_key(text) == key


@given(st.text(st.sampled_from("0195.+-eA \0")))
def test_key_is_its_own_spelling(text: str) -> None:
    assert normalise_key(normalise_key(text)) == normalise_key(text)
