"""``sync-people`` for some people alone: they are looked at, and nobody else is touched, missed or forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from flows.sync_people import sync_people
from lifecycle.errors import LimitExceededError, RequestError
from lifecycle.notice import Reason
from lifecycle.store import PlanStatus, Store
from sandbox.organisation import DEPARTMENTS
from tests.support.pipeline import AUTOMATION, CONFIG, Pipeline


def sync(*only: int | str, dry_run: bool = False) -> dict[str, Any]:
    """A run for these people."""
    outcome: dict[str, Any] = sync_people(dry_run=dry_run, config_dir=CONFIG, only=tuple(map(str, only)))
    return outcome


def remembered(pipeline: Pipeline) -> tuple[object, ...]:
    """What a run for everybody leaves in the store, and one for some people must not touch."""
    with Store.open(pipeline.store_url) as store, store.begin() as unit:
        newest = unit.plans.newest(AUTOMATION)
        baseline = unit.sound_runs.baseline(AUTOMATION)
        assert newest is not None
        assert baseline is not None
        return unit.absences.load("halo-people"), unit.sound_runs.last_acted(AUTOMATION), baseline, newest


def asked_of(pipeline: Pipeline) -> dict[str, int]:
    """Requests to HaloITSM's API."""
    return {path: count for path, count in pipeline.halo.state()["requests"].items() if "/api/" in path}


def ordinary(pipeline: Pipeline, department: str) -> int:
    """Somebody who works there and heads nothing."""
    users = pipeline.halo.state()["users"]
    return max(
        user["id"]
        for user in users
        if user["department"] == department and not user["inactive"] and not user["isserviceaccount"]
        and "Head" not in user["title"] and not user["vanished"] and pipeline.find(f"(employeeID={user['id']})", "cn")
    )  # fmt: skip


def test_a_joiner_has_an_account_and_nobody_else_is_touched(loaded: Pipeline) -> None:
    missed, other = ordinary(loaded, "Legal"), ordinary(loaded, "Finance")
    key = loaded.halo.hire("Alone", "Joiner", department="Legal")
    loaded.halo.vanish(ids=[missed])
    loaded.halo.leave(other)
    try:
        before, kept = loaded.stamps(), remembered(loaded)
        outcome = sync(key)
        after = loaded.stamps()
    finally:
        loaded.halo.reappear([missed])
        loaded.halo.rehire(other)

    assert outcome["changes"]["create-user"] == 1
    assert outcome["not_carried_out"] == 0
    entry = loaded.account(key)
    assert entry["department"] == ["Legal"]
    assert "manager" not in entry, "whom a reference names is left to a run for everybody"
    touched = {guid for guid, stamp in after.items() if before.get(guid) != stamp}
    groups = {one["objectguid"][0] for one in loaded.find("(objectClass=group)", "objectGUID")}
    assert touched - groups == {entry["objectguid"][0]}
    assert remembered(loaded) == kept
    assert loaded.plan_of(outcome["plan_id"]).absent == ()

    assert set(loaded.sync()["changes"]) == {"modify-user"}
    assert "manager" in loaded.account(key)


def test_a_mover_whose_detail_alone_changed_is_not_moved_back(loaded: Pipeline) -> None:
    """The next run for everybody fetches the detail anew, whatever it kept of it."""
    key = ordinary(loaded, "Finance")
    loaded.halo.move(key, department="Legal")
    assert sync(key)["changes"]["move-user"] == 1
    assert loaded.account(key)["department"] == ["Legal"]

    left = loaded.sync()["changes"]

    assert set(left) == {"modify-user"}, "the manager alone"
    assert loaded.account(key)["department"] == ["Legal"]


def test_a_leaver_by_record_leaves_and_one_whom_nobody_knows_does_not(loaded: Pipeline) -> None:
    leaver, unknown = ordinary(loaded, "Legal"), ordinary(loaded, "Finance")
    loaded.halo.leave(leaver)
    loaded.halo.vanish(ids=[unknown])
    try:
        outcomes = [sync(leaver, unknown, 999_999) for _ in range(2)]
    finally:
        loaded.halo.reappear([unknown])

    assert [one["changes"].get("disable-user") for one in outcomes] == [1, None]
    assert loaded.account(leaver)["useraccountcontrol"] == ["514"]
    assert loaded.account(unknown)["useraccountcontrol"] == ["512"]
    notices = loaded.plan_of(outcomes[-1]["plan_id"]).notices
    assert {one.key for one in notices if one.reason is Reason.RECORD_MISSING} == {str(unknown), "999999"}


def test_nobody_who_is_known_is_nothing_to_do(loaded: Pipeline) -> None:
    before = loaded.stamps()
    assert sync(999_999)["changes"] == {}
    assert loaded.stamps() == before


def test_a_dry_run_writes_nothing(loaded: Pipeline) -> None:
    key = ordinary(loaded, "Legal")
    loaded.halo.leave(key)
    before = loaded.stamps()
    assert "disable-user" in sync(key, dry_run=True)["changes"]
    loaded.halo.rehire(key)
    assert loaded.stamps() == before


def test_limits_count_and_the_plan_for_everybody_still_waits(loaded: Pipeline) -> None:
    """A plan for some people neither takes its place nor is replaced by it."""
    leavers = [user["id"] for user in loaded.halo.state()["users"] if user["department"] == "Cardiology"][5:30]
    for key in leavers:
        loaded.halo.leave(key)
    before = loaded.stamps()
    with pytest.raises(LimitExceededError) as everybody:
        loaded.sync()
    with pytest.raises(LimitExceededError) as some:
        sync(*leavers)
    for key in leavers:
        loaded.halo.rehire(key)

    assert loaded.stamps() == before
    with Store.open(loaded.store_url) as store, store.begin() as unit:
        stored = [unit.plans.load(one.value.plan_id) for one in (everybody, some)]
    assert [one.status for one in stored if one] == [PlanStatus.WAITING] * 2
    assert everybody.value.plan_id != some.value.plan_id


def test_many_small_runs_are_stopped_as_a_large_one_is(loaded: Pipeline) -> None:
    """Of a day: a mistake in HaloITSM that comes person by person is the same mistake."""
    users = [one for one in loaded.halo.state()["users"] if not one["inactive"] and "Head" not in one["title"]]
    leavers: list[int] = []
    for department in DEPARTMENTS[:8]:
        here = [one["id"] for one in users if one["department"] == department]
        leavers += [key for key in here if loaded.find(f"(&(employeeID={key})(!(adminCount=1)))", "cn")][-2:]
    for key in leavers:
        loaded.halo.leave(key)
    try:
        assert sync(*leavers[:8])["changes"]["disable-user"] == 8
        before = loaded.stamps()
        with pytest.raises(LimitExceededError, match="disable: "):
            sync(*leavers[8:])
        assert loaded.stamps() == before
    finally:
        for key in leavers:
            loaded.halo.rehire(key)
    assert loaded.sync()["changes"]["enable-user"] == 8


@pytest.mark.parametrize("key", ["", "x" * 101, "1\n2"])
def test_what_is_no_key_is_refused_before_anything_is_asked(loaded: Pipeline, key: str) -> None:
    before = loaded.halo.state()["token_exchanges"], asked_of(loaded)
    with pytest.raises(RequestError, match=r"^only: "):
        sync("7", key)
    assert (loaded.halo.state()["token_exchanges"], asked_of(loaded)) == before
