"""A value of bytes goes through a plan, its JSON and its hash, and reaches the directory as it was."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.actions.change import Cause, State
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.directory.account import Account
from lifecycle.directory.conversion import encoded, spelled
from lifecycle.directory.usual_attributes import USUAL
from lifecycle.planning.plan import Plan

NOW = datetime(2031, 3, 1, tzinfo=UTC)
THUMBNAIL, PHOTOS = USUAL["thumbnailPhoto"], USUAL["jpegPhoto"]


def plan_with(**after: object) -> Plan:
    change = ModifyUser(person="1", account="g", cause=Cause.MOVER, before=dict.fromkeys(after), after=after)
    return Plan(automation="a", directory="d", created_at=NOW, changes=(change,), notices=())


def account(**attributes: object) -> Account:
    return Account("g", "CN=Ann,DC=b", 1104, 512, attributes)


@given(st.binary(min_size=1, max_size=300), st.lists(st.binary(min_size=1, max_size=50), min_size=1, max_size=4))
def test_bytes_come_out_of_a_plan_as_they_went_in(photo: bytes, photos: list[bytes]) -> None:
    after = {"thumbnailPhoto": spelled(THUMBNAIL, [photo]), "jpegPhoto": spelled(PHOTOS, photos)}
    plan = plan_with(**after)

    back = Plan.model_validate_json(plan.model_dump_json())

    (change,) = back.changes
    assert back.hash == plan.hash
    assert dict(change.after) == after
    assert encoded(THUMBNAIL, change.after["thumbnailPhoto"]) == [photo]
    assert sorted(encoded(PHOTOS, change.after["jpegPhoto"])) == sorted(photos)


@given(st.binary(min_size=1, max_size=60), st.binary(min_size=1, max_size=60))
def test_another_picture_is_another_hash_and_drift(wanted: bytes, there: bytes) -> None:
    plan = plan_with(thumbnailPhoto=spelled(THUMBNAIL, [wanted]))
    other = plan_with(thumbnailPhoto=spelled(THUMBNAIL, [there]))
    assert (plan.hash == other.hash) is (wanted == there)
    state = plan.changes[0].state(account(thumbnailPhoto=spelled(THUMBNAIL, [there])))
    assert state is (State.DONE_ALREADY if wanted == there else State.DRIFTED)
    assert plan.changes[0].state(account()) is State.AS_PLANNED


@given(st.binary(max_size=60))
def test_there_is_one_spelling_of_bytes(raw: bytes) -> None:
    """Else equal pictures could differ: the standard alphabet, padded, no line ends (RFC 4648, section 4)."""
    text = spelled(THUMBNAIL, [raw])
    assert text == base64.b64encode(raw).decode()
