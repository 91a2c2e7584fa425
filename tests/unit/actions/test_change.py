"""A change against the live object: as planned, so already, or drifted; and what it asks of the directory."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from lifecycle.actions.begin_policy import BeginPolicy
from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.change import Cause, Member, Phase, State, live_value
from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.delete_user import DeleteUser
from lifecycle.actions.group_members import BATCH, AddToGroup, RemoveFromGroup
from lifecycle.actions.logon import DisableUser, EnableUser
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.actions.move_user import MoveUser
from lifecycle.actions.set_reference import SetReference
from lifecycle.directory.account import Account, Value
from lifecycle.directory.operation import AddUser, ChangeMembers, Modify, Move

STAFF, LAB = "OU=Staff,DC=x", "OU=Lab,OU=Staff,DC=x"


def _live(name: str = f"CN=Ann,{STAFF}", bits: int = 0x200, **attributes: Value) -> Account:
    return Account("guid", name, 1100, bits, attributes)


def _modify(**after: str | None) -> ModifyUser:
    before = dict.fromkeys(after, "Clerk")
    return ModifyUser(account="guid", cause=Cause.MOVER, rule="attributes", before=before, after=after)


def _move(before: str, after: str) -> MoveUser:
    return MoveUser(
        account="guid", cause=Cause.MOVER, rule="placement",
        before={"distinguishedName": before}, after={"distinguishedName": after},
    )  # fmt: skip


def _bit(kind: type[DisableUser | EnableUser], enabled: bool) -> DisableUser | EnableUser:
    return kind(account="guid", cause=Cause.MOVER, rule="", before={"enabled": not enabled}, after={"enabled": enabled})


@pytest.mark.parametrize(
    ("change", "live", "state"),
    [
        (_modify(title="Head"), _live(title="Clerk"), State.AS_PLANNED),
        (_modify(title="Head"), _live(title="Head"), State.DONE_ALREADY),
        (_modify(title="Head"), _live(title="Other"), State.DRIFTED),
        (_modify(title="Head"), _live(), State.DRIFTED),
        (_modify(title="Head"), _live(title="clerk"), State.DRIFTED),
        (_modify(title=None), _live(title="Clerk"), State.AS_PLANNED),
        (_modify(title=None), _live(), State.DONE_ALREADY),
        (_modify(title="Head", mail="a@x"), _live(title="Head", mail="Clerk"), State.AS_PLANNED),
        (_modify(title="Head", mail="a@x"), _live(title="Head", mail="Other"), State.DRIFTED),
        (_modify(title="Head"), _live(title="Clerk", mail="changed@x"), State.AS_PLANNED),
        (_bit(DisableUser, False), _live(), State.AS_PLANNED),
        (_bit(DisableUser, False), _live(bits=0x202), State.DONE_ALREADY),
        (_bit(EnableUser, True), _live(bits=0x10222), State.AS_PLANNED),
        (_bit(EnableUser, True), _live(bits=0x10220), State.DONE_ALREADY),
        (_move(f"CN=Ann,{STAFF}", f"CN=Ann,{LAB}"), _live(), State.AS_PLANNED),
        (_move(f"CN=Ann,{STAFF}", f"CN=Ann,{LAB}"), _live(f"CN=Ann,{LAB}"), State.DONE_ALREADY),
        (_move(f"CN=Ann,{STAFF}", f"CN=Ann,{LAB}"), _live("CN=Ann,DC=x"), State.DRIFTED),
    ],
)
def test_state_tells_as_planned_from_done_and_drifted(change: ModifyUser, live: Account, state: State) -> None:
    assert change.state(live) is state


@pytest.mark.parametrize(
    ("held", "state"),
    [
        (("2", "1"), State.AS_PLANNED),
        (("3", "2", "1"), State.DONE_ALREADY),
        (("1",), State.DRIFTED),
        (None, State.DRIFTED),
    ],
)
def test_state_does_not_look_at_the_order_of_values(held: tuple[str, ...] | None, state: State) -> None:
    change = ModifyUser(cause=Cause.MOVER, before={"url": ("1", "2")}, after={"url": ("1", "2", "3")})
    assert change.state(_live(**({"url": held} if held else {}))) is state


@pytest.mark.parametrize("spelling", [f"CN=Ann\\2C Jr,{LAB}", f"cn=Ann\\, Jr, {LAB.lower()}"])
def test_state_compares_names_and_not_their_spelling(spelling: str) -> None:
    r"""A directory answers ``\2C`` where ``\,`` was written."""
    there = _move(f"CN=Ann\\, Jr,{STAFF}", f"CN=Ann\\, Jr,{LAB}")
    back = _move(f"CN=Ann\\, Jr,{LAB}", f"CN=Ann\\, Jr,{STAFF}")

    assert there.state(_live(spelling)) is State.DONE_ALREADY
    assert back.state(_live(spelling)) is State.AS_PLANNED


def test_state_sees_a_rename_that_changes_only_case() -> None:
    assert _move(f"CN=ann,{STAFF}", f"CN=Ann,{STAFF}").state(_live(f"CN=ann,{STAFF}")) is State.AS_PLANNED


def test_live_value_knows_the_names_that_are_no_attributes() -> None:
    live = _live(bits=0x202, title="Head")

    assert [live_value(live, name) for name in ("enabled", "distinguishedName", "title", "mail")] == [
        False,
        f"CN=Ann,{STAFF}",
        "Head",
        None,
    ]


@pytest.mark.parametrize(
    ("change", "bits", "expected"),
    [
        (_bit(DisableUser, False), 0x10220, 0x10222),
        (_bit(EnableUser, True), 0x10222, 0x10220),
    ],
)
def test_disable_and_enable_keep_all_other_bits(change: DisableUser | EnableUser, bits: int, expected: int) -> None:
    assert change.operations(_live(bits=bits)) == (Modify("guid", {"userAccountControl": expected}),)


def test_modify_and_move_address_the_live_object() -> None:
    assert _modify(title=None).operations(_live()) == (Modify("guid", {"title": None}),)
    assert _move(f"CN=Ann,{STAFF}", f"CN=Ann\\, B,{LAB}").operations(_live()) == (Move("guid", "Ann, B", LAB),)


@pytest.mark.parametrize(
    ("after", "changes_ou"), [(f"CN=Ann,{LAB}", True), (f"CN=B,{STAFF}", False), (f"CN=B, {STAFF.lower()}", False)]
)
def test_a_move_knows_whether_it_is_only_a_rename(after: str, changes_ou: bool) -> None:
    assert _move(f"CN=Ann,{STAFF}", after).changes_ou is changes_ou


def _create() -> CreateUser:
    after = {"distinguishedName": f"CN=\\#Ann\\, B,{STAFF}", "sAMAccountName": "ann", "title": None, "manager": "boss"}
    return CreateUser(person="1", cause=Cause.JOINER, rule="placement", ou=STAFF, after=after)


def test_create_adds_the_account_enabled_with_a_password_that_must_change() -> None:
    operation = _create().operation("Secret-1")

    assert operation == AddUser(
        f"CN=\\#Ann\\, B,{STAFF}",
        {"sAMAccountName": "ann", "manager": "boss", "userAccountControl": 0x200, "pwdLastSet": 0},
        "Secret-1",
    )
    assert _create().cn == "#Ann, B"
    assert "Secret-1" not in repr(operation)


def test_group_changes_name_only_who_is_told_to_them() -> None:
    members = (Member(account="a"), Member(person="1"))
    add = AddToGroup(cause=Cause.GROUP_RULE, group="g", group_dn="CN=G", members=members)
    remove = RemoveFromGroup(cause=Cause.GROUP_RULE, group="g", group_dn="CN=G", members=members)

    assert add.operation(["b"]) == ChangeMembers("g", add_guids=("b",))
    assert remove.operation(["b"]) == ChangeMembers("g", remove_guids=("b",))
    assert (add.size(), remove.size(), _create().size()) == (2, 2, 1)


def test_set_reference_writes_the_guid() -> None:
    change = SetReference(
        person="1", cause=Cause.JOINER, attribute="manager", target=Member(person="2"), before={"manager": None}
    )

    assert change.operation("a", "b") == Modify("a", {"manager": "b"})


@pytest.mark.parametrize("members", [0, BATCH + 1])
def test_a_group_change_has_members_and_not_too_many(members: int) -> None:
    with pytest.raises(ValidationError):
        AddToGroup(
            cause=Cause.GROUP_RULE, group="g", group_dn="CN=G",
            members=tuple(Member(account=str(n)) for n in range(members)),
        )  # fmt: skip


@pytest.mark.parametrize("kind", [CreateUser, ModifyUser, MoveUser, EnableUser, DisableUser, SetReference])
def test_a_change_is_frozen_and_knows_its_fields(kind: type[CreateUser]) -> None:
    given = (
        {"cause": "mover", "attribute": "manager", "target": {"person": "1"}}
        if kind is SetReference
        else {"cause": "mover"}
    )
    change = kind.model_validate(given)

    with pytest.raises(ValidationError):
        change.person = "2"
    with pytest.raises(ValidationError):
        kind.model_validate(given | {"password": "x"})


def test_phases_close_doors_first_free_names_before_they_are_taken_and_refer_last() -> None:
    order = [
        DisableUser,
        RemoveFromGroup,
        MoveUser,
        CreateUser,
        ModifyUser,
        EnableUser,
        SetReference,
        AddToGroup,
        BeginPolicy,
        DeleteUser,
    ]

    assert [kind.phase for kind in order] == sorted(Phase)


@pytest.mark.parametrize("value", ["TRUE", "1", 1, True, None, ("a", "b"), ("a",)])
def test_values_keep_their_type_through_json(value: object) -> None:
    change = ModifyUser(account="guid", cause=Cause.MOVER, before={"x": value}, after={"x": "y"})
    adapter = TypeAdapter(AnyChange)

    again = adapter.validate_json(adapter.dump_json(change))

    assert again == change
    assert type(again.before["x"]) is type(value)
