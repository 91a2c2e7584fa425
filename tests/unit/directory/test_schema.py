"""What a schema says, in the product's words."""

from __future__ import annotations

import pytest

from lifecycle.directory.schema import AttributeFacts, Syntax, as_users_hold_it, may_be_written, syntax_of
from lifecycle.directory.usual_attributes import USUAL


@pytest.mark.parametrize(
    ("attribute_syntax", "om_syntax", "syntax"),
    [
        ("2.5.5.12", 64, Syntax.UNICODE),
        ("2.5.5.5", 22, Syntax.IA5),
        ("2.5.5.5", 19, Syntax.PRINTABLE),
        ("2.5.5.6", 18, Syntax.NUMERIC),
        ("2.5.5.9", 2, Syntax.INTEGER),
        ("2.5.5.9", 10, Syntax.INTEGER),
        ("2.5.5.16", 65, Syntax.LARGE_INTEGER),
        ("2.5.5.8", 1, Syntax.BOOLEAN),
        ("2.5.5.1", 127, Syntax.REFERENCE),
        ("2.5.5.10", 4, Syntax.OCTETS),
        ("2.5.5.11", 24, Syntax.TIME),
        ("2.5.5.10", 127, Syntax.OTHER),
        ("2.5.5.17", 4, Syntax.SID),
        ("2.5.5.15", 66, Syntax.OTHER),
        ("2.5.5.7", 127, Syntax.OTHER),
        ("2.5.5.11", 23, Syntax.OTHER),
    ],
)
def test_syntax_is_told_by_both_numbers(attribute_syntax: str, om_syntax: int, syntax: Syntax) -> None:
    assert syntax_of(attribute_syntax, om_syntax) is syntax


@pytest.mark.parametrize(
    ("system_only", "system_flags", "link_id", "writable"),
    [
        (False, 16, None, True),
        (False, 16, 42, True),
        (False, 17, None, False),
        (False, 0x8000014, None, False),
        (True, 16, None, False),
        (False, 0, 43, False),
    ],
)
def test_what_the_directory_writes_itself_is_not_writable(
    system_only: bool, system_flags: int, link_id: int | None, writable: bool
) -> None:
    assert may_be_written(system_only, system_flags, link_id) is writable


def test_users_hold_less_than_the_schema_says() -> None:
    name = as_users_hold_it(AttributeFacts("sAMAccountName", range_lower=0, range_upper=256))
    assert (name.range_lower, name.range_upper) == (1, 20)
    assert as_users_hold_it(AttributeFacts("description", single_valued=False)).single_valued
    assert as_users_hold_it(AttributeFacts("url", single_valued=False)) == AttributeFacts("url", single_valued=False)


def test_usual_attributes_stand_under_their_own_name_and_may_be_mapped() -> None:
    assert len(USUAL) > 50
    assert all(name == facts.name for name, facts in USUAL.items())
    assert Syntax.OTHER not in {facts.syntax for facts in USUAL.values()}
