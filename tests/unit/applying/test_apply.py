"""Carrying a plan out: what is written, what is left, and what the journal says of it."""

from __future__ import annotations

import pytest

from lifecycle.applying import apply as applying
from lifecycle.applying.apply import apply_plan
from lifecycle.directory.operation import AddUser, Modify
from lifecycle.errors import ApprovalError, RunLockedError
from lifecycle.planning.plan import Plan
from tests.support.world import (
    ALL_STAFF,
    LEAVERS,
    PASSWORD,
    WARD,
    World,
    gone,
    new_account,
    person,
)

EVERYBODY = {ALL_STAFF: "groups.0"}


def test_joiners_get_accounts_managers_and_groups(world: World) -> None:
    plan = world.plan(
        person("1", manager="2", groups=EVERYBODY), person("2", "Zoë", "O'Neil, Jr", manager="1", groups=EVERYBODY)
    )

    plan_id = world.save(plan)
    applied = world.apply(plan, plan_id)

    (ann,), (zoe,) = world.directory.by_anchor("1"), world.directory.by_anchor("2")
    assert (ann.attributes["manager"], zoe.attributes["manager"]) == (zoe.guid, ann.guid)
    assert (ann.bits, ann.attributes["pwdLastSet"]) == (0x200, "0")
    assert (ann.password, zoe.password) == (f"{PASSWORD}-1", f"{PASSWORD}-2")
    assert ann.guid in next(iter(world.directory.members.values()))
    assert dict(applied.done) == {"create-user": 2, "set-reference": 2, "add-to-group": 2}
    assert (applied.already, applied.writes, applied.failures) == (0, 5, [])
    assert set(world.journal(plan_id).values()) == {"done"}


def test_the_journal_names_the_guid_of_an_account_that_was_created(world: World) -> None:
    plan = world.plan(person("1"))
    plan_id = world.save(plan)

    world.apply(plan, plan_id)

    (user,) = world.directory.by_anchor("1")
    with world.store.begin() as unit:
        (entry,) = unit.journal.of_plan(plan_id)
    assert (entry.target_guid, entry.action, entry.person_key, entry.reason) == (
        user.guid,
        "create-user",
        "1",
        "joiner",
    )
    assert entry.after["sAMAccountName"] == "aexample"


def test_no_password_is_in_plan_journal_or_repr(world: World) -> None:
    plan = world.plan(person("1", manager="1", groups=EVERYBODY))
    plan_id = world.save(plan)

    applied = world.apply(plan, plan_id)

    with world.store.begin() as unit:
        entries, stored = unit.journal.of_plan(plan_id), unit.plans.load(plan_id)
    told = [plan.model_dump_json(), repr(plan), repr(applied), repr(world.directory.sent), repr(stored)]
    told += [stored.intent, stored.context]
    told += [f"{entry!r} {entry.before} {entry.after} {entry.error}" for entry in entries]
    assert world.directory.by_anchor("1")[0].password.startswith(PASSWORD)
    assert not [text for text in told if PASSWORD in text]


def test_a_leaver_goes_and_a_rehire_comes_back(world: World) -> None:
    ann = person("1", groups=EVERYBODY)
    world.run(ann)
    (user,) = world.directory.by_anchor("1")
    group = next(iter(world.directory.members))

    world.run(gone("1"))
    assert (user.bits, user.dn) == (0x202, f"CN=Ann Example,{LEAVERS}")
    assert world.directory.members[group] == set()
    assert set(world.prior().departures) == {user.guid}
    assert world.prior().grants == {}

    world.run(ann)
    assert (user.bits, user.dn) == (0x200, f"CN=Ann Example,{WARD}")
    assert world.directory.members[group] == {user.guid}
    assert world.prior().departures == {}
    assert world.prior().grants == {user.guid: frozenset({group})}


def test_absence_makes_a_leaver_in_the_second_complete_run(world: World) -> None:
    world.run(person("1"))
    (user,) = world.directory.by_anchor("1")

    world.run()
    assert user.bits == 0x200
    world.run(person("1"))
    world.run()
    assert user.bits == 0x200, "the runs must be in a row"
    world.run()
    assert user.bits == 0x202


def test_a_membership_given_by_hand_is_never_noted_as_a_rules(world: World) -> None:
    guid = new_account(world.directory, person("1"))
    group = next(iter(world.directory.members))
    plan = world.plan(person("1", groups=EVERYBODY))
    world.directory.members[group].add(guid)

    applied = world.apply(plan)

    assert (applied.already, applied.writes) == (1, 0)
    assert world.prior().grants == {}


def test_only_who_is_no_member_yet_is_added(world: World) -> None:
    guids = [new_account(world.directory, person(key, f"Ann{key}")) for key in "123"]
    group = next(iter(world.directory.members))
    plan = world.plan(*(person(key, f"Ann{key}", groups=EVERYBODY) for key in "123"))
    world.directory.members[group].add(guids[0])
    del world.directory.users[guids[1]]

    applied = world.apply(plan)

    assert applied.failures == []
    assert dict(applied.done) == {"add-to-group": 1}
    assert world.prior().grants == {guids[2]: frozenset({group})}


def test_changes_go_out_in_windows_of_one_phase(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "WINDOW", 2)
    progress: list[tuple[int, int]] = []
    world.on_progress = lambda done, total: progress.append((done, total))
    batches: list[list[type]] = []
    send = world.directory.send
    monkeypatch.setattr(
        world.directory,
        "send",
        lambda operations, permit: batches.append([type(o) for o in operations]) or send(operations, permit),
    )

    world.apply(world.plan(*(person(key, f"Ann{key}", manager="1") for key in "123")))

    assert batches == [[AddUser] * 2, [AddUser], [Modify] * 2, [Modify]]
    assert progress == [(2, 6), (3, 6), (5, 6), (6, 6)]


def test_intents_are_durable_before_anything_is_sent(world: World) -> None:
    plan = world.plan(person("1"), person("2", "Bob"))
    plan_id = world.save(plan)
    seen: list[dict[int, str]] = []
    world.directory.before_send = lambda: seen.append(world.journal(plan_id))

    world.apply(plan, plan_id)

    assert seen == [{0: "intended", 1: "intended"}]


def test_a_lease_that_is_lost_stops_every_further_write(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "WINDOW", 1)
    plan = world.plan(person("1"), person("2", "Bob"))
    plan_id = world.save(plan)

    def another_takes_over(_done: int, _total: int) -> None:
        session.lease.release()
        world.store.lease(plan.directory, "another", world.clock).__enter__()

    with pytest.raises(RunLockedError), world.session() as session:
        apply_plan(session, plan, plan_id, another_takes_over)

    assert world.journal(plan_id) == {0: "done"}
    assert len(world.directory.sent) == 1


@pytest.mark.parametrize("what", ["directory", "automation"])
def test_a_plan_for_another_directory_or_automation_is_refused(world: World, what: str) -> None:
    plan = world.plan(person("1"))
    other = Plan(**{name: getattr(plan, name) for name in Plan.model_fields} | {what: "another"})
    plan_id = world.save(other)

    with pytest.raises(ApprovalError, match="another directory or another automation"):
        world.apply(other, plan_id)

    assert world.directory.sent == []
    assert world.journal(plan_id) == {}


def test_an_empty_plan_writes_nothing(world: World) -> None:
    applied = world.apply(world.plan())

    assert (applied.writes, applied.already, applied.failures, dict(applied.done)) == (0, 0, [], {})
