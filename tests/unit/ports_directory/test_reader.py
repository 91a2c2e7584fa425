"""Entries become accounts: what is read, and how references are told by identity."""

from typing import Any

import pytest

from lifecycle.directory.account import Account
from lifecycle.directory.usual_attributes import USUAL
from lifecycle.ports.directory.reader import account_from
from lifecycle.ports.directory.search import Entry

GUID = "0f1e2d3c-0000-4444-8888-aabbccddeeff"
BOSS = "0f1e2d3c-0000-4444-8888-000000000001"
GROUP = "0f1e2d3c-0000-4444-8888-000000000002"
SID = bytes.fromhex("0105000000000005150000000102030405060708090a0b0c50040000")
WANTED = ("objectSid", "userAccountControl", "memberOf", "primaryGroupID", "adminCount", "isCriticalSystemObject")


def entry(**raw: Any) -> Entry:
    values = {name: value if isinstance(value, list) else [value] for name, value in raw.items()}
    return Entry({"dn": f"<GUID={GUID}>;<SID=S-1-5-21-1>;CN=Ann,DC=b", "raw_attributes": {"objectSid": [SID]} | values})


def test_account_is_read_whole() -> None:
    found = entry(
        userAccountControl=b"514",
        memberOf=[f"<GUID={GROUP}>;CN=All\\, Staff,DC=b".encode()],
        primaryGroupID=b"513",
        adminCount=b"1",
        isCriticalSystemObject=b"TRUE",
        manager=f"<GUID={BOSS}>;CN=Boss,DC=b".encode(),
        sn="Żółć".encode(),
    )
    assert account_from(found, (*WANTED, "manager", "sn", "title"), USUAL) == Account(
        guid=GUID,
        dn="CN=Ann,DC=b",
        rid=1104,
        user_account_control=514,
        attributes={"manager": BOSS, "sn": "Żółć"},
        group_guids=frozenset({GROUP}),
        primary_group_rid=513,
        admin_count=1,
        critical=True,
        domain_sid="S-1-5-21-67305985-134678021-202050057",
    )


def test_account_with_the_least_is_not_privileged() -> None:
    account = account_from(entry(userAccountControl=b"512"), WANTED, USUAL)
    assert (account.admin_count, account.critical, account.group_guids, account.attributes) == (
        0,
        False,
        frozenset(),
        {},
    )
    assert account.enabled


@pytest.mark.parametrize(
    ("name", "values", "value"),
    [
        ("proxyAddresses", [b"SMTP:a@x"], ("SMTP:a@x",)),
        ("proxyAddresses", [b"SMTP:a@x", b"smtp:b@x"], ("SMTP:a@x", "smtp:b@x")),
        ("otherTelephone", [b"2", b"1"], ("1", "2")),
        ("otherTelephone", [b"1"], ("1",)),
        ("secretary", [f"<GUID={BOSS}>;CN=Boss,DC=b".encode()], (BOSS,)),
        ("thumbnailPhoto", [b"\xff\xd8"], "/9g="),
        ("thumbnailPhoto", [b"abcd"], "YWJjZA=="),
        ("extensionOfNobody", [b"\xff"], "ff"),
        ("accountExpires", [b"9223372036854775807"], "0"),
        ("title", [b"Nurse"], "Nurse"),
        ("accountExpires", [b"0"], "0"),
    ],
)
def test_attribute_is_one_text_or_several(name: str, values: list[bytes], value: object) -> None:
    assert account_from(entry(**{name: values}), (*WANTED, name), USUAL).attributes == {name: value}


def test_attribute_that_was_not_asked_for_is_left_out() -> None:
    assert account_from(entry(title=b"Nurse", sn=b"Lee"), ("sn",), USUAL).attributes == {"sn": "Lee"}
