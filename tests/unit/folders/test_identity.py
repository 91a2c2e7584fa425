"""Whether a folder is in the folder that its name is in: by what servers say about both."""

from __future__ import annotations

import pytest

from lifecycle.folders.identity import FolderIdentity, Residence, shared_numbers

NONE, TOO_LARGE = 0, 2**64 - 1
ABOVE = FolderIdentity(9924, 7, 1)


@pytest.mark.parametrize(
    ("above", "found", "residence"),
    [
        (ABOVE, FolderIdentity(9925, 7, 9924), Residence.HERE),
        (ABOVE, FolderIdentity(9930, 7, 9922), Residence.ELSEWHERE),
        (ABOVE, FolderIdentity(9924, 7, 1), Residence.ELSEWHERE),
        # Roots of file systems have small numbers, many of them the same: `..` proves nothing across volumes.
        (ABOVE, FolderIdentity(9925, 8, 9924), Residence.ELSEWHERE),
        (ABOVE, FolderIdentity(NONE, 8, NONE), Residence.ELSEWHERE),
        (FolderIdentity(9924, None, 1), FolderIdentity(9925, 7, 9924), Residence.HERE),
        (ABOVE, FolderIdentity(9925, None, 9922), Residence.ELSEWHERE),
        (ABOVE, FolderIdentity(9925, 7, NONE), Residence.UNKNOWN),
        (ABOVE, FolderIdentity(9925, 7, TOO_LARGE), Residence.UNKNOWN),
        (FolderIdentity(NONE, 7, NONE), FolderIdentity(9925, 7, NONE), Residence.UNKNOWN),
        (FolderIdentity(TOO_LARGE, 7, 1), FolderIdentity(TOO_LARGE, 7, TOO_LARGE), Residence.UNKNOWN),
    ],
)
def test_residence(above: FolderIdentity, found: FolderIdentity, residence: Residence) -> None:
    assert found.residence(above) is residence


@pytest.mark.parametrize(
    ("numbers", "shared"),
    [((), set()), ((1, 2, 3), set()), ((1, 2, 1), {1}), ((0, 0, 5), set()), ((TOO_LARGE, TOO_LARGE, 4, 4), {4})],
)
def test_no_number_is_shared_by_servers_that_give_none(numbers: tuple[int, ...], shared: set[int]) -> None:
    assert shared_numbers(numbers) == shared
