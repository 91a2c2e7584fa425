"""Paged searches against a session that plays a directory: complete, or an error."""

from collections.abc import Iterator
from typing import Any

import pytest
from ldap3.core.exceptions import LDAPException, LDAPSocketOpenError

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.directory.dn import split_extended
from lifecycle.errors import DirectoryError, DirectoryUnavailableError
from lifecycle.ports.directory.connection import DirectoryConnection, answer, refusal, translated
from lifecycle.ports.directory.search import Entry, search

GUID = "0f1e2d3c-0000-4444-8888-aabbccddeeff"
PAGED = "1.2.840.113556.1.4.319"
SUCCESS = {"result": 0, "description": "success"}


def found(number: int) -> dict[str, Any]:
    return {"type": "searchResEntry", "dn": f"<GUID={GUID}>;CN=u{number},DC=b", "raw_attributes": {}}


def page(cookie: str, *numbers: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    return [found(number) for number in numbers], SUCCESS | {"controls": {PAGED: {"value": {"cookie": cookie}}}}


class PlayedSession:
    """Answers searches from a list and keeps what was asked; it is its own connection."""

    def __init__(self, *answers: tuple[list[dict[str, Any]], dict[str, Any]]) -> None:
        self.answers, self.asked = answers, list[dict[str, Any]]()
        self.log: list[str] = []

    @property
    def ldap(self) -> "PlayedSession":
        """The session plays its connection too."""
        return self

    def search(self, base: str, filter_text: str, scope: str, **details: Any) -> int:
        """Keep the question; its number is the message."""
        self.log.append(f"ask {len(self.asked)}")
        self.asked.append({"base": base, "filter": filter_text, "scope": scope, **details})
        return len(self.asked) - 1

    def result(self, message: int, _operation: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """The answer to a message."""
        self.log.append(f"answer {message}")
        return self.answers[message]


def names(entries: Iterator[Entry]) -> list[str]:
    return [entry.dn for entry in entries]


def test_search_reads_every_page_and_asks_ahead() -> None:
    """The next page is asked for before this one is given out."""
    session = PlayedSession(page("a", 1, 2), page("b", 3), page("", 4))
    entries = search(session, "DC=b", "(x=*)", ("cn",))
    assert next(entries).dn == "CN=u1,DC=b"
    assert session.log == ["ask 0", "answer 0", "ask 1"]
    assert names(entries) == ["CN=u2,DC=b", "CN=u3,DC=b", "CN=u4,DC=b"]
    assert [one["paged_cookie"] for one in session.asked] == [None, "a", "b"]
    assert {one["filter"] for one in session.asked} == {"(x=*)"}


def part(name: str, *values: bytes, dn: str = "CN=u1,DC=b") -> tuple[list[dict[str, Any]], dict[str, Any]]:
    entry = {"type": "searchResEntry", "dn": f"<GUID={GUID}>;{dn}", "raw_attributes": {"member": [], name: [*values]}}
    return [entry], SUCCESS


def test_values_that_did_not_fit_into_one_answer_are_asked_for() -> None:
    session = PlayedSession(
        part("member;range=0-1", b"1", b"2"), part("member;range=2-3", b"3", b"4"), part("member;range=4-*", b"5")
    )
    (entry,) = search(session, "DC=b", "(x=*)", ("member",))
    assert entry.raw == {"member": [b"1", b"2", b"3", b"4", b"5"]}
    assert [one["attributes"] for one in session.asked] == [["member"], ["member;range=2-*"], ["member;range=4-*"]]
    assert [one["base"] for one in session.asked[1:]] == [f"<GUID={GUID}>"] * 2
    assert {one["scope"] for one in session.asked[1:]} == {"BASE"}


def test_range_that_is_the_whole_is_read_as_it_is() -> None:
    session = PlayedSession(part("Member;Range=0-*", b"1"))
    (entry,) = search(session, "DC=b", "(x=*)", ("member",))
    assert entry.raw["Member"] == [b"1"]
    assert len(session.asked) == 1


def test_next_page_is_asked_for_before_more_values() -> None:
    (first, _), last = part("member;range=0-0", b"1"), part("member;range=1-*", b"2")
    _, more = page("a")
    session = PlayedSession((first, more), page("", 2), last)
    assert [one.raw.get("member") for one in search(session, "DC=b", "(x=*)", ("member",))] == [[b"1", b"2"], None]
    assert session.log == ["ask 0", "answer 0", "ask 1", "ask 2", "answer 2", "answer 1"]


@pytest.mark.parametrize(
    "rest",
    [
        ([], SUCCESS),
        part("cn", b"x"),
        part("member;range=2-*"),
        part("member;range=0-*", b"1"),
        part("other;range=2-*", b"1"),
        ([], {"result": 32, "description": "noSuchObject"}),
        ([], {"result": 1, "description": "operationsError"}),
    ],
)
def test_values_that_end_too_early_are_an_error(rest: tuple[list[dict[str, Any]], dict[str, Any]]) -> None:
    """The object was changed or deleted meanwhile: half of a group is never taken for the whole."""
    session = PlayedSession(part("member;range=0-1", b"1", b"2"), rest)
    with pytest.raises(DirectoryError):
        list(search(session, "DC=b", "(x=*)", ("member",)))


def test_search_passes_over_referrals_and_an_empty_page() -> None:
    referral = {"type": "searchResRef", "uri": ["ldap://other"]}
    session = PlayedSession(page("a"), ([referral, found(1)], SUCCESS))
    assert names(search(session, "DC=b", "(x=*)", ())) == ["CN=u1,DC=b"]


def test_search_without_attributes_asks_for_none() -> None:
    session = PlayedSession(page(""))
    assert names(search(session, "DC=b", "(x=*)", ())) == []
    assert session.asked[0]["attributes"] == ["1.1"]


@pytest.mark.parametrize(
    ("code", "description", "transient"),
    [
        (3, "timeLimitExceeded", False),
        (4, "sizeLimitExceeded", False),
        (11, "adminLimitExceeded", False),
        (50, "insufficientAccessRights", False),
        (51, "busy", True),
        (52, "unavailable", True),
    ],
)
def test_search_that_ends_early_is_an_error(code: int, description: str, transient: bool) -> None:
    """What came before is given out, but never as the whole."""
    failed = {"result": code, "description": description}
    entries = search(PlayedSession(page("a", 1), ([found(2)], failed)), "DC=b", "(x=*)", ("cn",))
    assert next(entries).dn == "CN=u1,DC=b"
    with pytest.raises(DirectoryError) as refused:
        next(entries)
    assert (refused.value.result_code, refused.value.description) == (code, description)
    assert isinstance(refused.value, DirectoryUnavailableError) is transient


@pytest.mark.parametrize(
    ("name", "guid", "dn"),
    [
        (f"<GUID={GUID.upper()}>;<SID=S-1-5-21-1>;CN=a,DC=b", GUID, "CN=a,DC=b"),
        (f"<SID=S-1-5-21-1>;<GUID={GUID}>;CN=a,DC=b", GUID, "CN=a,DC=b"),
        (f"<GUID={GUID}>;CN=a\\>;b,DC=b", GUID, "CN=a\\>;b,DC=b"),
        ("CN=a,DC=b", "", "CN=a,DC=b"),
        ("", "", ""),
        ("<GUID=", "", ""),
    ],
)
def test_extended_name_is_split(name: str, guid: str, dn: str) -> None:
    assert split_extended(name) == (guid, dn)


def test_entry_reads_texts_and_numbers() -> None:
    raw = {"cn": ["Zoë".encode(), b"x"], "adminCount": [b"1"]}
    entry = Entry({"dn": f"<GUID={GUID}>;CN=a,DC=b", "raw_attributes": raw})
    assert (entry.guid, entry.dn) == (GUID, "CN=a,DC=b")
    assert (entry.text("cn"), entry.texts("cn"), entry.number("adminCount")) == ("Zoë", ["Zoë", "x"], 1)
    assert (entry.text("sn"), entry.texts("sn"), entry.number("sn")) == ("", [], 0)


@pytest.mark.parametrize(
    ("message", "detail"),
    [
        ("0000052D: Constraint violation - check_password_restrictions: Secret", "0000052D"),
        ("00002071: UpdErr: DSID-031B0BD4", "00002071"),
        ("Entry CN=Secret,DC=b already exists", ""),
        ("0000052DX", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_answer_keeps_the_windows_error_and_no_text(message: str | None, detail: str) -> None:
    """The diagnostic message may hold a name."""
    told = answer({"result": 19, "description": "constraintViolation", "message": message})
    assert told == Answer(19, "constraintViolation", detail)


def test_refusal_names_operation_code_and_detail() -> None:
    error = refusal("add", {"result": 19, "description": "constraintViolation", "message": "0000052D: Secret"})
    assert str(error) == "directory add: constraintViolation (19) [0000052D]"


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (LDAPSocketOpenError("certificate verify failed: corp\\ann"), "no connection: the server's certificate"),
        (LDAPSocketOpenError("[Errno 111] Connection refused by 10.0.0.1"), "no connection: connection refused"),
        (TimeoutError("timed out"), "no connection: timed out"),
        (ConnectionResetError("corp\\ann"), "no connection: ConnectionResetError"),
        (LDAPException("corp\\ann"), "no connection: LDAPException"),
    ],
)
def test_foreign_errors_are_translated_without_their_text(raised: Exception, told: str) -> None:
    with pytest.raises(DirectoryUnavailableError) as refused, translated("bind"):
        raise raised
    assert refused.value.description.startswith(told)
    assert (refused.value.operation, refused.value.result_code) == ("bind", NO_ANSWER)
    assert refused.value.__cause__ is raised
    assert "ann" not in str(refused.value)
    assert "10.0.0.1" not in str(refused.value)


def test_other_errors_pass_untranslated() -> None:
    with pytest.raises(ZeroDivisionError), translated("bind"):
        raise ZeroDivisionError


def test_connection_hides_its_password() -> None:
    connection = DirectoryConnection("dc1", "svc@corp.test", "s3cret")
    assert "s3cret" not in repr(connection)
    assert "s3cret" not in str(connection)
