"""The mark that protects from accidental deletion, in descriptors as a directory gives them."""

from __future__ import annotations

import pytest

from lifecycle.directory.security_descriptor import DELETE, DELETE_TREE, EVERYONE, denies_deletion
from tests.support.descriptors import ALLOWED, ALLOWED_OBJECT, DENIED, DENIED_OBJECT, descriptor, entry

INHERIT_ONLY = 0x08
SOMEBODY, WRITE = "S-1-5-21-1-2-3-1104", 0x20
TYPE = bytes(range(16))


@pytest.mark.parametrize(
    ("entries", "denied"),
    [
        ([], False),
        ([entry(DENIED, DELETE | DELETE_TREE, EVERYONE)], True),
        ([entry(DENIED, DELETE, EVERYONE)], True),
        ([entry(DENIED, DELETE_TREE, EVERYONE)], True),
        ([entry(ALLOWED, DELETE, SOMEBODY), entry(DENIED, DELETE, EVERYONE)], True),
        ([entry(ALLOWED_OBJECT, DELETE, SOMEBODY, types=(TYPE, TYPE)), entry(DENIED, DELETE, EVERYONE)], True),
        ([entry(DENIED_OBJECT, DELETE, EVERYONE, types=())], True),
        ([entry(DENIED_OBJECT, DELETE, EVERYONE, types=(TYPE,))], True),
        ([entry(DENIED_OBJECT, DELETE, EVERYONE, types=(TYPE, TYPE))], True),
        ([entry(ALLOWED, DELETE, EVERYONE)], False),
        ([entry(DENIED, WRITE, EVERYONE)], False),
        ([entry(DENIED, DELETE, SOMEBODY)], False),
        ([entry(DENIED, DELETE, EVERYONE, flags=INHERIT_ONLY)], False),
    ],
)
def test_everyone_is_denied_to_delete_or_not(entries: list[bytes], denied: bool) -> None:
    assert denies_deletion(descriptor(*entries)) is denied
    assert denies_deletion(descriptor(*entries, protected=True))


def test_descriptor_without_a_list_denies_nothing() -> None:
    whole = descriptor(protected=True)
    assert not denies_deletion(whole[:16] + bytes(4) + whole[20:])


@pytest.mark.parametrize("cut", [0, 10, 19, 21, 40, -1])
def test_what_is_no_descriptor_is_never_taken_for_one_that_allows(cut: int) -> None:
    """A mark that cannot be read is no leave to delete."""
    with pytest.raises(ValueError, match="no security descriptor"):
        denies_deletion(descriptor()[:cut])
