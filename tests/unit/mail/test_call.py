"""What may be sent is in one table: nothing else can be made, whatever is tried."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.mail.call import CmdletCall, ForbiddenCallError
from lifecycle.mail.cmdlets import TABLE, Place
from lifecycle.mail.mailbox import Mailbox, MailboxKind, Purgeable
from lifecycle.mail.parameter import Kind

ACCOUNT = "aaaaaaaa-0000-4000-8000-000000000001"
MAILBOX = "bbbbbbbb-0000-4000-8000-000000000002"
LOST = Purgeable(Mailbox(ACCOUNT, MailboxKind.USER, MAILBOX, database="DB01", is_disconnected=True))
GOOD: dict[Kind, list[Any]] = {
    Kind.GUID: [ACCOUNT],
    Kind.GUID_OR_ADDRESS: [ACCOUNT, "noor.haddad@corp.example.test"],
    Kind.ADDRESS: ["noor.haddad@corp.example.test"],
    Kind.SIP_ADDRESS: ["sip:noor.haddad@corp.example.test"],
    Kind.ALIAS: ["noor.haddad", "o'brien"],
    Kind.NAME: ["DB01", "Mailbox Database 2"],
    Kind.TEXT: ["", "Back on Monday.\n<b>Thanks</b> * ? | ; $(x)"],
    Kind.FLAG: [True, False],
    Kind.SWITCH: [True],
    Kind.NO: [False],
    Kind.MOMENT: ["2026-01-05T09:00:00Z"],
    Kind.PURGEABLE: [LOST],
}
BAD: list[tuple[Kind, Any]] = [
    (Kind.GUID, ""), (Kind.GUID, "*"), (Kind.GUID, ACCOUNT.upper()), (Kind.GUID, "noor.haddad"), (Kind.GUID, None),
    (Kind.GUID, "00000000-0000-0000-0000-000000000000"), (Kind.GUID, ACCOUNT + "\n"), (Kind.GUID, True),
    (Kind.GUID_OR_ADDRESS, "noor"), (Kind.GUID_OR_ADDRESS, "*@corp.example.test"),
    (Kind.ADDRESS, ""), (Kind.ADDRESS, "noor*@corp.example.test"), (Kind.ADDRESS, "a@b, c@d"), (Kind.ADDRESS, "a b@c"),
    (Kind.ADDRESS, "noor"), (Kind.ADDRESS, f"{'a' * 260}@b"), (Kind.SIP_ADDRESS, "noor@corp.example.test"),
    (Kind.ALIAS, ""), (Kind.ALIAS, "a b"), (Kind.ALIAS, "a" * 65), (Kind.ALIAS, ".a"),
    (Kind.NAME, ""), (Kind.NAME, "DB*"), (Kind.NAME, "DB\n01"), (Kind.NAME, "a" * 257),
    (Kind.TEXT, "a" * (128 * 1024 + 1)), (Kind.TEXT, 1), (Kind.FLAG, "true"), (Kind.FLAG, 1),
    (Kind.SWITCH, False), (Kind.NO, True), (Kind.MOMENT, "2026-01-05T09:00:00"), (Kind.MOMENT, "tomorrow"),
    (Kind.PURGEABLE, MAILBOX), (Kind.PURGEABLE, ACCOUNT), (Kind.PURGEABLE, None),
]  # fmt: skip
ROWS = [(place, cmdlet) for place, cmdlets in TABLE.items() for cmdlet in cmdlets.values()]


def _parameters(place: Place, name: str) -> dict[str, Any]:
    return {
        one: (parameter.allowed or GOOD[parameter.kind])[0] for one, parameter in TABLE[place][name].parameters.items()
    }


@pytest.mark.parametrize(("place", "cmdlet"), ROWS, ids=[f"{place.name} {cmdlet.name}" for place, cmdlet in ROWS])
def test_every_row_takes_good_values_and_needs_what_is_required(place: Place, cmdlet: Any) -> None:
    good = _parameters(place, cmdlet.name)
    assert CmdletCall(place, cmdlet.name, good).wire().keys() == good.keys()
    assert re.fullmatch(r"https://learn\.microsoft\.com/powershell/module/\w+/[a-z-]+", cmdlet.source)
    for name, parameter in cmdlet.parameters.items():
        without = {one: value for one, value in good.items() if one != name}
        if parameter.required:
            with pytest.raises(ForbiddenCallError, match=f"needs {name}"):
                CmdletCall(place, cmdlet.name, without)
        else:
            CmdletCall(place, cmdlet.name, without)
    with pytest.raises(ForbiddenCallError, match="is not given IgnoreLegalHold"):
        CmdletCall(place, cmdlet.name, {**good, "IgnoreLegalHold": True})


@pytest.mark.parametrize(("kind", "value"), BAD)
def test_a_value_that_does_not_fit_is_refused_wherever_its_kind_stands(kind: Kind, value: Any) -> None:
    tried = 0
    for place, cmdlet in ROWS:
        for name, parameter in cmdlet.parameters.items():
            if parameter.kind is kind and not (value is None and parameter.nullable):
                tried += 1
                with pytest.raises(ForbiddenCallError) as refused:
                    CmdletCall(place, cmdlet.name, {**_parameters(place, cmdlet.name), name: value})
                assert not isinstance(value, str) or len(value) < 8 or value not in str(refused.value)
    assert tried


@pytest.mark.parametrize(
    "parameters",
    [
        {"Identity": ACCOUNT, "Confirm": False},
        {"Identity": MAILBOX, "Database": "DB01", "Confirm": False},
        {"Identity": LOST, "Confirm": False},
        {"Identity": ACCOUNT, "Permanent": True, "Confirm": False},
        {"Identity": ACCOUNT, "Database": "DB01", "StoreMailboxIdentity": LOST, "Confirm": False},
        {"Database": "DB01", "StoreMailboxIdentity": MAILBOX, "Confirm": False},
        {"Database": "DB01", "StoreMailboxIdentity": LOST},
        {"StoreMailboxIdentity": LOST, "Confirm": False},
    ],
)
def test_remove_mailbox_on_a_server_names_no_account(parameters: dict[str, Any]) -> None:
    with pytest.raises(ForbiddenCallError):
        CmdletCall(Place.SERVER, "Remove-Mailbox", parameters)


@pytest.mark.parametrize(
    "parameters",
    [
        {"Identity": ACCOUNT, "PermanentlyDelete": True, "Confirm": False},
        {"Identity": MAILBOX, "PermanentlyDelete": True, "Confirm": False},
        {"Identity": "noor.haddad@corp.example.test", "PermanentlyDelete": True, "Confirm": False},
        {"Identity": LOST, "Confirm": False},
        {"Identity": LOST, "PermanentlyDelete": False, "Confirm": False},
        {"Identity": LOST, "PermanentlyDelete": True, "Force": True, "Confirm": False},
    ],
)
def test_remove_mailbox_online_takes_nothing_but_a_soft_deleted_mailbox(parameters: dict[str, Any]) -> None:
    with pytest.raises(ForbiddenCallError):
        CmdletCall(Place.ONLINE, "Remove-Mailbox", parameters)


_NAMES = st.sampled_from(sorted({name for cmdlets in TABLE.values() for name in cmdlets} | {"Remove-User", "iex"}))
_TRIED = sorted({name for _, cmdlet in ROWS for name in cmdlet.parameters} | {"identity", "Permanent", "Force", ""})
_VALUES = st.one_of(
    st.sampled_from([value for values in GOOD.values() for value in values]),
    st.booleans(),
    st.none(),
    st.text(max_size=40),
    st.integers(),
    st.lists(st.just(ACCOUNT), max_size=2),
)


@given(
    place=st.sampled_from(Place),
    name=_NAMES,
    from_good_ones=st.booleans(),
    changes=st.dictionaries(st.sampled_from(_TRIED), _VALUES, max_size=3),
    dropped=st.sets(st.sampled_from(_TRIED), max_size=2),
)
def test_no_call_can_be_made_that_deletes_an_account(
    place: Place, name: str, *, from_good_ones: bool, changes: dict[str, Any], dropped: set[str]
) -> None:
    """Whatever is tried: a removal that can be made names a mailbox that is in nobody's use, and nothing else."""
    good = _parameters(place, name) if from_good_ones and name in TABLE[place] else {}
    parameters = {one: value for one, value in {**good, **changes}.items() if one not in dropped}
    try:
        call = CmdletCall(place, name, parameters)
    except ForbiddenCallError:
        return
    parameters["Identity"] = ACCOUNT  # what is changed afterwards does not reach the call
    wire = call.wire()
    assert not {"IgnoreLegalHold", "Force", "Permanent", "identity", ""} & wire.keys()
    if name.startswith("Remove-"):
        assert wire in (
            {"Database": wire.get("Database"), "StoreMailboxIdentity": MAILBOX, "Confirm": False},
            {"Identity": MAILBOX, "PermanentlyDelete": True, "Confirm": False},
        )
        assert ("Identity" in wire) == (place is Place.ONLINE)
    assert all(isinstance(value, str | bool | None) for value in wire.values())


def test_no_removal_is_made_of_a_mailbox_in_use_or_on_hold() -> None:
    known = {"guid": ACCOUNT, "kind": MailboxKind.USER, "exchange_guid": MAILBOX}
    for unfit in (
        Mailbox(**known),
        Mailbox(**known, is_disconnected=True, litigation_hold=True),
        Mailbox(**known, is_disconnected=True, holds=1),
        Mailbox(**{**known, "exchange_guid": ""}, is_disconnected=True),
    ):
        with pytest.raises(ValueError, match=r"never purged|by its own GUID"):
            Purgeable(unfit)


def test_a_call_shows_no_value() -> None:
    call = CmdletCall(Place.SKYPE, "Disable-CsUser", {"Identity": "noor.haddad@corp.example.test", "Confirm": False})
    assert "noor" not in repr(call)
    assert not call.reads
    assert CmdletCall(Place.SERVER, "Get-User", {"Identity": ACCOUNT}).reads
