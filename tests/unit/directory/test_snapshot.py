"""What is kept of an account, what comes back of it, and that it survives being stored."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.directory.schema import AttributeFacts, Syntax
from lifecycle.directory.snapshot import AccountSnapshot, DeletedAccount
from lifecycle.directory.usual_attributes import USUAL
from lifecycle.errors import NewerVersionError
from tests.support.descriptors import descriptor

GUID, BOSS, GROUP = (f"0f1e2d3c-0000-4444-8888-00000000000{n}" for n in range(3))
SCHEMA = {
    **USUAL,
    "memberOf": AttributeFacts("memberOf", Syntax.REFERENCE, single_valued=False, writable=False, linked=True),
    "userAccountControl": AttributeFacts("userAccountControl", Syntax.INTEGER),
    "whenChanged": AttributeFacts("whenChanged", Syntax.TIME, writable=False),
    "msExchMasterAccountSid": AttributeFacts("msExchMasterAccountSid", Syntax.SID),
    "msRTCSIP-UserPolicies": AttributeFacts("msRTCSIP-UserPolicies", Syntax.OTHER, single_valued=False),
    "sIDHistory": AttributeFacts("sIDHistory", Syntax.SID, single_valued=False),
    "lastLogonTimestamp": AttributeFacts("lastLogonTimestamp", Syntax.LARGE_INTEGER),
    "groupType": AttributeFacts("groupType", Syntax.INTEGER, of_users=False),
}


def snapshot(**attributes: list[bytes]) -> AccountSnapshot:
    return AccountSnapshot(
        guid=GUID,
        dn="CN=Ann,DC=b",
        attributes={name: tuple(base64.b64encode(one).decode() for one in raw) for name, raw in attributes.items()},
        security_descriptor=base64.b64encode(descriptor()).decode(),
        group_guids=(GROUP,),
    )


WHOLE = snapshot(
    cn=[b"Ann"],
    title=["Żółć".encode()],
    otherTelephone=[b"2", b"1"],
    manager=[f"<GUID={BOSS}>;<SID=S-1-5-21-1>;CN=Boss,DC=b".encode()],
    seeAlso=[f"<GUID={GROUP}>;CN=G,DC=b".encode()],
    directReports=[f"<GUID={GROUP}>;CN=Z,DC=b".encode(), f"<GUID={BOSS}>;CN=A,DC=b".encode()],
    memberOf=[f"<GUID={GROUP}>;CN=G,DC=b".encode()],
    thumbnailPhoto=[b"\xff\xd8\x00"],
    accountExpires=[b"9223372036854775807"],
    userAccountControl=[b"514"],
    whenChanged=[b"20310301080000.0Z"],
    msExchMasterAccountSid=[bytes.fromhex("010100000000000100000000")],
    **{"msRTCSIP-UserPolicies": [b"B:8:00000001:DC=b"]},
    groupType=[b"1"],
    sIDHistory=[bytes.fromhex("010100000000000100000000")],
    lastLogonTimestamp=[b"134401072186938690"],
    nobodyKnows=[b"x"],
)


def test_what_an_ordinary_write_puts_back_is_in_the_one_spelling() -> None:
    assert WHOLE.restorable(SCHEMA) == {
        "accountExpires": "0",
        "manager": BOSS,
        "msExchMasterAccountSid": "S-1-1-0",
        "otherTelephone": ("1", "2"),
        "seeAlso": (GROUP,),
        "thumbnailPhoto": "/9gA",
        "title": "Żółć",
    }


def test_what_could_not_be_put_back_is_told() -> None:
    assert WHOLE.left_out(SCHEMA) == ("msRTCSIP-UserPolicies", "sIDHistory")


def test_those_who_lose_their_manager_are_known() -> None:
    assert WHOLE.direct_report_guids == (BOSS, GROUP)


def test_mark_against_deletion_is_seen() -> None:
    marked = base64.b64encode(descriptor(protected=True)).decode()
    assert not WHOLE.protected_from_deletion
    assert replace(WHOLE, security_descriptor=marked).protected_from_deletion


def test_snapshot_shows_nothing_of_a_person() -> None:
    deleted = DeletedAccount(GUID, "CN=Ann,DC=b", "S-1-1-0", "OU=Ann,DC=b", "ann")
    for shown in (repr(WHOLE), str(WHOLE), repr(deleted)):
        assert "nn" not in shown
        assert GUID in shown


_names = st.text("abcdefgh-XYZ", min_size=1, max_size=12)
_values = st.lists(st.binary(max_size=64).map(lambda raw: base64.b64encode(raw).decode()), min_size=1, max_size=4)


@given(st.dictionaries(_names, _values.map(tuple), max_size=5), st.text(max_size=20), st.booleans())
def test_snapshot_survives_being_stored(attributes: dict[str, tuple[str, ...]], dn: str, marked: bool) -> None:
    kept = AccountSnapshot(
        guid=GUID,
        dn=dn,
        attributes=attributes,
        security_descriptor=base64.b64encode(descriptor(protected=marked)).decode(),
        group_guids=(GROUP,),
        children_guids=(BOSS,),
    )
    back = AccountSnapshot.from_json(kept.to_json())
    assert back == kept
    assert back.to_json() == kept.to_json()
    assert {name: back.raw(name) for name in attributes} == {name: kept.raw(name) for name in attributes}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no snapshot"),
        ("[]", "no snapshot"),
        ("{}", "no snapshot"),
        ('"version"', "no snapshot"),
        ('{"version":1,"guid":"secret"}', "no snapshot"),
        ('{"version":0}', "no snapshot"),
    ],
)
def test_what_is_no_snapshot_is_refused_without_its_text(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as refused:
        AccountSnapshot.from_json(text)
    assert "secret" not in str(refused.value)


def test_a_snapshot_of_a_newer_build_is_refused_with_the_way_out() -> None:
    with pytest.raises(NewerVersionError, match=r"account snapshot in the state store is of version 2; .*upgrade"):
        AccountSnapshot.from_json('{"version":2,"guid":"secret"}')
