"""Deleting and resetting: what the parameters plan, and how a live account stands to the change."""

from __future__ import annotations

from typing import Any, cast

import pytest
from pydantic import TypeAdapter, ValidationError

from lifecycle.actions.catalogue import AnyChange, AnyParameters
from lifecycle.actions.change import Cause, Change, State
from lifecycle.actions.delete_user import DELETED, DeleteUserParameters
from lifecycle.actions.outside import RefusalError
from lifecycle.actions.parameters import Parameters
from lifecycle.actions.reset_password import ResetPassword, ResetPasswordParameters
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory.account import Account, Value
from lifecycle.directory.operation import DeleteUser, SetPassword

SIGHT = cast("Sight", None)
"""None of these planner halves looks around."""
READ: TypeAdapter[Parameters] = TypeAdapter(AnyParameters)


def _account(bits: int = 0x202, **attributes: Value) -> Account:
    return Account("guid", "CN=Ann,OU=Leavers,DC=x", 1100, bits, {"sAMAccountName": "ann", **attributes})


def _planned(parameters: Parameters, account: Account) -> list[Change]:
    return cast("list[Change]", list(parameters.changes(Subject(account, "1", Cause.REQUEST, "request"), SIGHT)))


def test_delete_is_for_disabled_accounts_alone() -> None:
    (change,) = _planned(DeleteUserParameters(), _account(mail="a@x"))

    assert change.before == {
        "enabled": False, "sAMAccountName": "ann", "userPrincipalName": None, "mail": "a@x", "proxyAddresses": None
    }  # fmt: skip
    assert change.after == {DELETED: True}
    assert change.limited_as == "delete"
    with pytest.raises(RefusalError) as refused:
        _planned(DeleteUserParameters(), _account(0x200))
    assert refused.value.reason.value == "still-enabled"


def test_delete_of_an_enabled_account_closes_the_door_first() -> None:
    changes = _planned(DeleteUserParameters(require_disabled=False, tree=True), _account(0x200))

    assert [change.action for change in changes] == ["disable-user", "delete-user"]
    assert changes[1].state(_account(0x200)) is State.DRIFTED
    assert changes[1].state(_account()) is State.AS_PLANNED
    assert changes[1].operations(_account()) == (DeleteUser("guid", tree=True),)  # type: ignore[attr-defined]


@pytest.mark.parametrize("attributes", [{"sAMAccountName": "bob"}, {"mail": "b@x"}, {"proxyAddresses": ("SMTP:b@x",)}])
def test_delete_does_not_take_an_account_that_has_become_somebody_elses(attributes: dict[str, Value]) -> None:
    (change,) = _planned(DeleteUserParameters(), _account())
    assert change.state(_account(**attributes)) is State.DRIFTED


def _reset(before: Value | None, **fields: Any) -> ResetPassword:
    return ResetPassword(account="guid", cause=Cause.REQUEST, before={"pwdLastSet": before}, **fields)


@pytest.mark.parametrize(
    ("before", "now", "must_change", "state", "after"),
    [
        ("13", "13", True, State.AS_PLANNED, State.AS_PLANNED),
        ("13", "0", True, State.DRIFTED, State.DONE_ALREADY),
        ("13", "14", True, State.DRIFTED, State.DRIFTED),
        ("13", "14", False, State.DRIFTED, State.DONE_ALREADY),
        ("13", "0", False, State.DRIFTED, State.DRIFTED),
        ("0", "0", True, State.AS_PLANNED, State.MISSING),
        ("0", "0", False, State.AS_PLANNED, State.AS_PLANNED),
        (None, None, True, State.AS_PLANNED, State.MISSING),
        (None, "14", False, State.DRIFTED, State.DONE_ALREADY),
    ],
)
def test_a_password_is_told_by_its_time_alone(
    before: str | None, now: str | None, must_change: bool, state: State, after: State
) -> None:
    change, live = _reset(before, must_change=must_change), _account(**({"pwdLastSet": now} if now else {}))
    assert (change.state(live), change.state_after(live)) == (state, after)


def test_reset_hides_its_password_and_names_its_secret() -> None:
    (change,) = _planned(
        ResetPasswordParameters.model_validate({"action": "reset-password", "password": {"secret": "first-day"}}),
        _account(pwdLastSet="13"),
    )
    assert isinstance(change, ResetPassword)
    operation = change.operation("Not-A-Secret-1")

    assert operation == SetPassword("guid", "Not-A-Secret-1", must_change=True, unlock=False)
    assert "Not-A-Secret-1" not in repr(operation)
    assert (change.secret, change.before, change.once_only) == ("first-day", {"pwdLastSet": "13"}, True)
    adapter: TypeAdapter[Change] = TypeAdapter(AnyChange)
    assert adapter.validate_json(adapter.dump_json(change)) == change


@pytest.mark.parametrize(
    "given",
    [
        {"password": "Hunter-2"},
        {"password": {"secret": "Not A Block"}},
        {"password": {"secret": ""}},
        {"password": {"secret": "a", "value": "b"}},
        {"deliver_to": "script"},
    ],
)
def test_reset_takes_no_password_in_the_configuration(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        READ.validate_python({"action": "reset-password", **given})
