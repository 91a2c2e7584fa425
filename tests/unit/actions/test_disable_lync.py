"""Disabling Skype for Business: by the attribute, or completely by its server."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from lifecycle.actions.change import State
from lifecycle.actions.disable_lync import DisableLyncParameters
from tests.support.mail_desk import MailDesk


def test_lync_is_switched_off_where_it_is_on(desk: MailDesk) -> None:
    item = {"action": "disable-lync"}
    assert desk.plan(item).changes == ()
    desk.give(**{"msRTCSIP-UserEnabled": "TRUE"})
    change = desk.change(item)
    assert (change.action, change.after) == ("disable-lync", {"msRTCSIP-UserEnabled": "FALSE"})


def test_lync_is_disabled_completely_by_the_server_and_compared_in_the_directory(desk: MailDesk) -> None:
    item = {"action": "disable-lync", "complete": True, "registrar_pool": "pool.x.test"}
    desk.give(**{"msRTCSIP-UserEnabled": "FALSE", "msRTCSIP-PrimaryUserAddress": "sip:ann@x.test"})
    change = desk.change(item)
    names = ("msRTCSIP-UserEnabled", "msRTCSIP-PrimaryUserAddress")
    before = desk.account(*names)
    back = change.undone(desk.guid)
    assert change.state_of(before, desk.outside()) is State.AS_PLANNED
    for name in names:
        del desk.directory.users[desk.guid].attributes[name]
    after = desk.account(*names)
    assert (change.state_of(after, desk.outside()), back.state_of(after, desk.outside())) == (
        State.DONE_ALREADY, State.AS_PLANNED,
    )  # fmt: skip
    sent = back.operation(after, desk.outside())
    assert (sent.registrar_pool, sent.sip_address) == ("pool.x.test", "sip:ann@x.test")
    assert change.operation(before, desk.outside()).account.user_principal_name == "ann.example@corp.example.test"


@pytest.mark.parametrize(
    "told", [{"complete": True}, {"registrar_pool": "pool"}, {"complete": True, "registrar_pool": "*"}]
)
def test_a_pool_is_for_disabling_completely(told: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DisableLyncParameters.model_validate({"action": "disable-lync", **told})
