"""Security descriptors: taken apart and put together, whatever the layout."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.folders.descriptor import SecurityDescriptor, home_folder_descriptor, sid_bytes

SIDS = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=5).map(
    lambda subs: sid_bytes("-".join(["S", "1", "5", *map(str, subs)]))
)
ACLS = st.lists(st.binary(max_size=12), max_size=3).map(
    lambda aces: struct.pack("<BBHHH", 2, 0, 8 + sum(map(len, aces)), len(aces), 0) + b"".join(aces)
)
CONTROLS = st.sets(st.sampled_from([0x0400, 0x0800, 0x1000, 0x2000])).map(sum)
DESCRIPTORS = st.builds(SecurityDescriptor, SIDS, SIDS | st.just(b""), ACLS, ACLS | st.none(), CONTROLS)


@given(DESCRIPTORS)
def test_packed_descriptor_is_the_descriptor(one: SecurityDescriptor) -> None:
    assert SecurityDescriptor.unpack(one.pack()) == one


@given(DESCRIPTORS, st.integers(0, 200))
def test_descriptor_cut_short_is_refused_and_never_another(one: SecurityDescriptor, length: int) -> None:
    whole = one.pack()
    if length < len(whole.rstrip(b"\0")):
        with pytest.raises(ValueError, match="cut short"):
            SecurityDescriptor.unpack(whole[:length])
    elif length >= len(whole):
        assert SecurityDescriptor.unpack(whole[:length]) == one


def test_layout_makes_no_difference() -> None:
    owner, dacl = sid_bytes("S-1-5-18"), struct.pack("<BBHHH", 2, 0, 8, 0, 0)
    first = struct.pack("<BBHIIII", 1, 0, 0x8004, 20, 0, 0, 32) + owner + dacl
    second = struct.pack("<BBHIIII", 1, 0, 0x8004, 28, 0, 0, 20) + dacl + owner + b"tail"
    assert SecurityDescriptor.unpack(first) == SecurityDescriptor.unpack(second)


def test_no_list_and_an_empty_list_are_not_the_same() -> None:
    """Without a list everybody may everything; with an empty one nobody may anything."""
    nobody = SecurityDescriptor(sid_bytes("S-1-5-18"), dacl=struct.pack("<BBHHH", 2, 0, 8, 0, 0))
    everybody = SecurityDescriptor(sid_bytes("S-1-5-18"), dacl=None)
    assert SecurityDescriptor.unpack(nobody.pack()) != SecurityDescriptor.unpack(everybody.pack())


@pytest.mark.parametrize("auto", [0x0400, 0x0800])
def test_inherited_lists_are_asked_to_stay_marked(auto: int) -> None:
    """[MS-DTYP] 2.5.3.4.2: "auto inherited" is kept only together with "auto inherit requested"."""
    acl = struct.pack("<BBHHH", 2, 0, 8, 0, 0)
    control = struct.unpack_from("<H", SecurityDescriptor(b"", b"", acl, acl, auto).pack(), 2)[0]
    assert control & auto
    assert control & (auto >> 2)


def test_home_folder_is_its_owners_alone() -> None:
    made = home_folder_descriptor("S-1-5-21-1-2-3-1104")
    assert made.owner == sid_bytes("S-1-5-21-1-2-3-1104")
    assert made.control == 0x1000
    assert made.dacl is not None
    assert struct.unpack_from("<H", made.dacl, 4)[0] == 3
    assert sid_bytes("S-1-5-21-1-2-3-1104") in made.dacl
    assert sid_bytes("S-1-1-0") not in made.dacl


@pytest.mark.parametrize(
    "text", ["", "S-1", "S-2-5-18", "S-1-5-x", "S-1-5-4294967296", "1-5-18", "S-1-5--1", "S-1-5-²"]
)
def test_text_that_is_no_sid_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not a SID$"):
        sid_bytes(text)
