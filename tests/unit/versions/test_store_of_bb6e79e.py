"""A store file that bb6e79e made: opened, its plan approved and applied, its runs undone, its steps and calls done."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from lifecycle.actions.catalogue import CHANGE_NAMES
from lifecycle.applying.carried import carried_out
from lifecycle.applying.left_behind import left_behind
from lifecycle.applying.lost_mailboxes import lost_mailboxes
from lifecycle.applying.stored_plans import plan_of
from lifecycle.directory import dn
from lifecycle.errors import ApprovalError
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.outbound.attempt import NOBODY_KNOWS
from lifecycle.outbound.delivering import deliver_calls
from lifecycle.ports.api.delivery import Delivery, Fate
from lifecycle.ports.api.request import ApiRequest
from lifecycle.store import Mark
from tests.support.old_store import STORES, OldStore
from tests.support.world import ALL_STAFF, LAB_GROUP, LEAVERS, WARD_GROUP, actions

KINDS = "people-to-ad-kinds"


def test_the_file_holds_nothing_of_the_machine_that_made_it() -> None:
    content = (STORES / "bb6e79e" / "state.db").read_bytes()

    assert [word for word in (b"/tmp", b"/home/", b"/root", b"/work", b"boot_id", b"pid:[") if word in content] == []
    with sqlite3.connect(f"file:{STORES}/bb6e79e/state.db?mode=ro", uri=True) as made:
        assert made.execute("SELECT count(*) FROM leases").fetchone() == (0,)
        assert made.execute("SELECT DISTINCT host, pid FROM tickets").fetchall() == [("host.example.test", 1)]


def test_it_opens_and_what_stands_in_columns_is_there(old: OldStore) -> None:
    identity = old.world.directory.identity()
    with old.world.store.begin() as unit:
        names, grants = unit.names.load(identity), unit.grants.load(identity)
        absences, held = unit.absences.load("people"), unit.marks.load(Mark.HELD, identity)
        rows, tickets = unit.snapshots.load("halo-users"), unit.tickets.opened("starter-tickets", ["T1"])
        reported = unit.reported.load("people-to-ad")

    assert names["sAMAccountName", "uexample"] == {old.world.directory.by_anchor("1")[0].guid}
    assert {guid for guid, groups in grants.items() if groups} == {
        old.world.directory.by_anchor(key)[0].guid for key in ("1", "10")
    }
    assert (absences, held) == ({"6": 1}, {old.guid("9")})
    assert rows["1"].payload == {"users.id": "1", "users.name": "Una Example"}
    assert (tickets, reported) == ({"T1": 1}, {("6", "absent-pending"): "people-to-ad-first"})


def test_every_plan_has_the_hash_that_it_had_and_reads(old: OldStore) -> None:
    with sqlite3.connect(STORES / "bb6e79e" / "state.db") as made:
        before = dict(made.execute("SELECT plan_id, plan_hash FROM plans"))

    after = {plan_id: old.loaded(plan_id) for plan_id in before}

    assert {plan_id: plan_of(one).hash for plan_id, one in after.items()} == before
    assert {plan_id: hashlib.sha256(one.intent.encode()).hexdigest() for plan_id, one in after.items()} == before


def test_the_waiting_plan_is_approved_by_its_hash_and_applied(old: OldStore) -> None:
    waiting, directory = old.facts["waiting"], old.world.directory

    plan = old.apply(waiting["plan_id"], waiting["hash"])

    assert plan.counts == waiting["counts"]
    assert set(old.world.journal(waiting["plan_id"]).values()) == {"done"}
    (made,), (manager,) = directory.by_anchor("11"), directory.by_anchor("12")
    assert made.attributes["manager"] == manager.guid
    assert directory.group_called(ALL_STAFF) in directory.groups_of(made.guid)
    assert directory.users[old.guid("3")].attributes["title"] == "Lead"
    leaver = directory.users[old.guid("5")]
    assert dn.is_below(leaver.dn, LEAVERS)
    assert [status for action, status in old.world.steps() if action == "delete-user"].count("waiting") == 2


def test_what_was_altered_in_the_old_store_is_refused(tmp_path: Path, old: OldStore) -> None:
    waiting = old.facts["waiting"]
    with sqlite3.connect(tmp_path / "state.db") as store:
        store.execute("UPDATE plans SET intent = replace(intent, '\"Lead\"', '\"Boss\"')")

    with pytest.raises(ApprovalError, match="was altered in the store"):
        old.approved(waiting["plan_id"], waiting["hash"])


def test_what_a_killed_run_left_open_is_settled(old: OldStore) -> None:
    before = old.world.journal("people-to-ad-killed")

    assert old.world.recover() == 1

    assert (before, old.world.journal("people-to-ad-killed")) == ({0: "intended"}, {0: "failed"})
    assert old.world.directory.users[old.guid("3")].attributes["title"] == "Chief"


def test_its_applied_run_is_undone(old: OldStore) -> None:
    directory = old.world.directory
    assert directory.by_anchor("10")

    undone = old.world.undo(old.facts["applied"]["plan_id"])

    assert undone.notices == ()
    assert directory.by_anchor("10") == []
    assert directory.users[old.guid("3")].attributes["title"] == "Head"


def test_an_account_that_was_deleted_comes_back_whole(old: OldStore) -> None:
    directory, guid = old.world.directory, old.facts["deleted"]["guid"]
    assert guid not in directory.users

    undone = old.world.undo(old.facts["deleted"]["plan_id"])

    assert undone.notices == ()
    assert directory.users[guid].attributes["title"] == "Clerk"
    assert directory.groups_of(guid) == {directory.group_called(WARD_GROUP)}
    assert directory.users[old.guid("9")].attributes["manager"] == guid


def test_its_steps_fall_due_in_their_time(old: OldStore) -> None:
    directory, guid = old.world.directory, old.guid("4")
    for group in (ALL_STAFF, LAB_GROUP):
        directory.members[directory.group_called(group)].add(guid)
    early = old.world.due()

    old.world.now += timedelta(days=31)
    due = old.world.due()
    held = directory.users[guid].attributes["title"], directory.groups_of(guid)
    old.world.now += timedelta(days=30)
    last = old.world.due()

    assert (actions(early), actions(due)) == ([], ["modify-user", "remove-from-group"])
    assert held == ("Left", {directory.group_called(LAB_GROUP)})
    assert actions(last) == ["delete-user"]
    assert guid not in directory.users


def test_steps_that_the_waiting_plan_begins_fall_due_as_they_were_approved(old: OldStore) -> None:
    """Their parameters are inside its changes, and of the older version there, too."""
    directory, guid = old.world.directory, old.guid("5")
    for group in (ALL_STAFF, LAB_GROUP):
        directory.members[directory.group_called(group)].add(guid)
    old.apply(old.facts["waiting"]["plan_id"], old.facts["waiting"]["hash"])
    directory.members[directory.group_called(ALL_STAFF)].add(guid)

    old.world.now += timedelta(days=31)
    old.world.due()

    assert directory.users[guid].attributes["title"] == "Left"
    assert directory.groups_of(guid) == {directory.group_called(LAB_GROUP)}


class _Api:
    """An API that takes everything."""

    def __init__(self) -> None:
        self.sent: list[ApiRequest] = []

    def deliver(self, _webhook: str, request: ApiRequest) -> Delivery:
        """As the client does."""
        self.sent.append(request)
        return Delivery(Fate.DONE, "", 201, {"id": 1001})


def test_its_outbox_is_delivered_or_listed(old: OldStore) -> None:
    store, calls, api = old.world.store, old.facts["calls"], _Api()

    @contextmanager
    def open_api(_block: str) -> Iterator[_Api]:
        yield api

    old.world.now += timedelta(hours=1)  # the server may have been at the call that was being sent
    for _ in range(2):
        with store.lease("outbox", "run", old.world.clock) as lease:
            deliver_calls(store, lease, open_api, Vocabulary(), old.world.clock)
        old.world.now += timedelta(minutes=5)

    sending, *waiting = calls["unsettled"]
    with store.begin() as unit:
        set_aside = {one.call.call_key: one.error for one in unit.outbox.poisoned()}
        delivered = [key for key in waiting if unit.outbox.is_delivered(key)]
        left = unit.outbox.unsettled()
    assert set_aside == {calls["poisoned"][0]: "400: refused (a sentence)", sending: NOBODY_KNOWS}
    assert delivered == waiting
    assert set(calls["with_not"]) <= set(delivered), "a condition with `not` could not be read again"
    assert (left, len(api.sent)) == ([], len(waiting))


def test_every_kind_of_change_is_read_with_what_takes_it_back(old: OldStore) -> None:
    """An action that the catalogue has got since is not in the file; one that it had must not be lost."""
    with old.world.store.begin() as unit:
        carried = carried_out(unit, KINDS)
    was = old.facts["kinds"]["undone_by"]
    again = {one.change.action: one.change.undone(old.guid("9")) for one in carried}

    assert set(was) == set(again)
    assert set(was) <= set(CHANGE_NAMES)
    assert {action: back.action if back else "" for action, back in again.items()} == was


def test_what_the_journal_keeps_of_accounts_is_read(old: OldStore) -> None:
    identity = old.world.directory.identity()
    with old.world.store.begin() as unit:
        deletions = [one for one in carried_out(unit, KINDS) if one.kept]
        left, lost = left_behind(unit, identity), lost_mailboxes(unit, identity)

    (one,) = deletions
    assert one.kept is not None
    assert (one.kept.departed, list(one.kept.grants.values())) == (True, ["groups.1"])
    assert one.kept.snapshot.raw("employeeID") == [b"9"]
    assert (left, lost) == ({}, {}), "what was copied was removed, and what was taken was deleted"


def test_the_directory_is_the_one_that_the_store_was_made_on(old: OldStore) -> None:
    """Else the tests above would prove nothing: the plan was made of these accounts."""
    held = json.loads((STORES / "bb6e79e" / "directory.json").read_text("utf-8"))

    assert old.world.directory.identity() == held["identity"] == old.facts["identity"]
    assert set(old.world.directory.users) == {one["guid"] for one in held["users"]}
    assert old.loaded(old.facts["waiting"]["plan_id"]).directory == held["identity"]
