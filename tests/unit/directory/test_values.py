"""Active Directory's encodings, against values that were read off a domain controller or the specifications."""

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.directory import uac
from lifecycle.directory.account import Account, Value
from lifecycle.directory.operation import AddUser
from lifecycle.directory.values import (
    NEVER,
    filetime,
    guid_filter,
    guid_from_bytes,
    password_bytes,
    rid_of,
    sid_bytes,
    sid_from_bytes,
    wire,
)

GUID = "33221100-5544-7766-8899-aabbccddeeff"
DOMAIN_ADMINS = bytes.fromhex("0105000000000005150000000102030405060708090a0b0c00020000")


def test_guid_is_read_from_its_bytes() -> None:
    """[MS-DTYP] 2.3.4: the first three groups are little-endian."""
    assert guid_from_bytes(bytes.fromhex("00112233445566778899aabbccddeeff")) == GUID


def test_guid_filter_escapes_every_byte() -> None:
    wanted = "(objectGUID=\\00\\11\\22\\33\\44\\55\\66\\77\\88\\99\\aa\\bb\\cc\\dd\\ee\\ff)"
    assert guid_filter(GUID) == guid_filter(GUID.upper()) == wanted


@pytest.mark.parametrize("wrong", ["", "not a guid", GUID + "0", "*)(objectClass=*"])
def test_guid_filter_refuses_what_is_no_guid(wrong: str) -> None:
    with pytest.raises(ValueError, match="UUID"):
        guid_filter(wrong)


@given(st.uuids())
def test_guid_round_trip(guid: uuid.UUID) -> None:
    assert guid_from_bytes(guid.bytes_le) == str(guid)


@pytest.mark.parametrize(
    ("raw", "sid", "rid"),
    [
        (DOMAIN_ADMINS, "S-1-5-21-67305985-134678021-202050057-512", 512),
        (bytes.fromhex("01020000000000052000000020020000"), "S-1-5-32-544", 544),
        (bytes.fromhex("010100000000000100000000"), "S-1-1-0", 0),
    ],
)
def test_sid_is_read_from_its_bytes(raw: bytes, sid: str, rid: int) -> None:
    """[MS-DTYP] 2.4.2.2."""
    assert (sid_from_bytes(raw), rid_of(sid)) == (sid, rid)
    assert sid_bytes(sid) == raw


@given(st.integers(0, 2**48 - 1), st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=15))
def test_sid_round_trip(authority: int, subs: list[int]) -> None:
    sid = "-".join(["S", "1", str(authority), *map(str, subs)])
    assert sid_from_bytes(sid_bytes(sid)) == sid


@pytest.mark.parametrize(
    "wrong", ["", "S-1-5", "S-2-5-32", "S-1-5-x", "S-1-5-4294967296", f"S-1-{2**48}-1", "S-1-5-1 "]
)
def test_sid_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="no security identifier"):
        sid_bytes(wrong)


@pytest.mark.parametrize(
    ("moment", "value"),
    [
        (datetime(1601, 1, 1, tzinfo=UTC), 0),
        (datetime(1970, 1, 1, tzinfo=UTC), 116444736000000000),
        (datetime(2026, 11, 23, tzinfo=UTC), 134398656000000000),
        (datetime(2026, 11, 23, 2, tzinfo=timezone(timedelta(hours=2))), 134398656000000000),
        (datetime(2026, 11, 23, 0, 0, 0, 1, tzinfo=UTC), 134398656000000010),
    ],
)
def test_filetime_counts_from_1601(moment: datetime, value: int) -> None:
    assert filetime(moment) == value


@given(st.datetimes(min_value=datetime(1601, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 (the strategy's bound)
def test_filetime_is_exact_and_below_never(moment: datetime) -> None:
    value = filetime(moment)
    assert datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=value // 10) == moment
    assert 0 <= value < NEVER


def test_filetime_refuses_a_naive_moment() -> None:
    with pytest.raises(ValueError, match=r"^a FILETIME needs an aware datetime$"):
        filetime(datetime(2026, 11, 23))  # noqa: DTZ001 (that is the point)


def test_password_is_quoted_utf16() -> None:
    """[MS-ADTS] 3.1.1.3.1.5."""
    assert password_bytes("Aé1") == b'"\0A\0\xe9\x001\0"\0'


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("x", ["x"]),
        (512, ["512"]),
        (True, ["TRUE"]),
        (False, ["FALSE"]),
        (("a", "b"), ["a", "b"]),
        ((), []),
    ],
)
def test_value_is_written_as_texts(value: Value, texts: list[str]) -> None:
    assert wire(value) == texts


@given(st.integers(0, 2**31 - 1))
def test_enabling_and_disabling_touch_one_bit(bits: int) -> None:
    assert uac.is_enabled(uac.enabled(bits))
    assert not uac.is_enabled(uac.disabled(bits))
    assert uac.enabled(bits) | uac.ACCOUNT_DISABLE == uac.disabled(bits)
    assert bits in (uac.enabled(bits), uac.disabled(bits))


def test_account_reads_its_place_from_its_name() -> None:
    account = Account(GUID, "CN=Smith\\, Jr.,OU=Staff,DC=b", 1104, 0x202, {})
    assert (account.cn, account.parent_dn, account.enabled) == ("Smith, Jr.", "OU=Staff,DC=b", False)


def test_password_stands_in_no_repr() -> None:
    assert "s3cret" not in repr(AddUser("CN=a,DC=b", {}, "s3cret"))


@pytest.mark.parametrize(("code", "ok", "unknown"), [(0, True, False), (68, False, False), (NO_ANSWER, False, True)])
def test_answer_says_whether_it_was_carried_out(code: int, ok: bool, unknown: bool) -> None:
    told = Answer(code, "")
    assert (told.ok, told.unknown) == (ok, unknown)
