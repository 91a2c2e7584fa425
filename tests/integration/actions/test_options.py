"""Options of actions, each in the rhythm: dry, applied, read back by another program, nothing to do, undone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sandbox.handle import Share
from tests.support.action_bench import ActionBench
from tests.support.bench import PASSWORD
from tests.support.mail_bench import Exchanges, MailBench, SideName

pytestmark = pytest.mark.timeout(120)

Look = Callable[[], Any]


@pytest.fixture(scope="module")
def exchanges(bench: ActionBench) -> Iterator[Exchanges]:
    """Opened when they are needed."""
    with ExitStack() as stack:
        yield Exchanges(bench.sandbox, stack)


@pytest.fixture
def home(bench: ActionBench) -> Iterator[tuple[str, Path, Share]]:
    """An account, its home folder with something in it, and the share to which it moves."""
    guid, share, second = bench.account(), bench.sandbox.share, bench.sandbox.second_share
    name = bench.account_name(guid)
    folder = Path(share.folder) / name
    folder.mkdir()
    (folder / "letter.txt").write_text("Dear Bob", "utf-8")
    bench.modify(guid, homeDirectory=rf"\\{share.host}\{share.name}\{name}", homeDrive="H:")
    yield guid, folder, second
    bench.modify(guid, homeDirectory="")
    for place in (folder, Path(second.folder) / name):
        shutil.rmtree(place, ignore_errors=True)


def _cloud(bench: ActionBench) -> str:
    """An account with a user in the cloud."""
    guid = bench.account()
    bench.graph.sync_user(guid, bench.entry(guid)["userprincipalname"][0])
    return guid


def _dry_then_done(bench: ActionBench, guid: str, item: dict[str, Any], look: Look, *actions: str) -> str:
    """Dry, nothing changed; carried out; nothing to do; answers the plan's identifier."""
    before = look()
    assert [change.action for change in bench.request([item], [guid]).changes] == list(actions)
    assert look() == before, "a dry plan writes nothing"
    plan_id = bench.carry_out([item], [guid])
    assert look() != before
    assert bench.request([item], [guid]).changes == ()
    return plan_id


def test_enable_user_opens_the_door_and_undo_closes_it(bench: ActionBench) -> None:
    guid = bench.account(enabled=False)
    name, before = bench.account_name(guid), bench.state(guid)

    plan_id = _dry_then_done(bench, guid, {"action": "enable-user"}, lambda: bench.state(guid), "enable-user")

    assert (bench.entry(guid)["useraccountcontrol"], bench.binds(name, PASSWORD)) == (["512"], "")
    bench.undo(plan_id)
    assert bench.state(guid) == before
    assert bench.binds(name, PASSWORD) != ""


def test_hiding_in_the_directory_shows_again_what_was_hidden(bench: ActionBench) -> None:
    guid = bench.account()
    before = bench.state(guid)
    hide = {"action": "hide-from-address-lists", "through": "directory"}

    first = _dry_then_done(bench, guid, hide, lambda: bench.state(guid), "modify-user")
    assert bench.entry(guid)["msexchhidefromaddresslists"] == ["TRUE"]
    hidden = bench.state(guid)
    second = _dry_then_done(bench, guid, {**hide, "hidden": False}, lambda: bench.state(guid), "modify-user")
    assert "msexchhidefromaddresslists" not in bench.entry(guid)

    bench.undo(second)
    assert bench.state(guid) == hidden
    bench.undo(first)
    assert bench.state(guid) == before


def test_a_country_outlives_the_licence_that_is_taken_back(bench: ActionBench) -> None:
    guid = _cloud(bench)
    (sku,) = [one["skuId"] for one in bench.graph.tenant()["products"] if one["skuPartNumber"] == "VISIOCLIENT"]
    item = {"action": "assign-licences", "licences": [sku], "usage_location": "FR"}

    plan_id = _dry_then_done(
        bench, guid, item, lambda: bench.graph.state(guid), "set-usage-location", "change-licences"
    )  # fmt: skip

    found = bench.graph.state(guid)
    assert ([one["skuId"] for one in found["licenseAssignmentStates"]], found["usageLocation"]) == ([sku], "FR")
    undone = bench.undo(plan_id)
    found = bench.graph.state(guid)
    assert (found["licenseAssignmentStates"], found["usageLocation"]) == ([], "FR")
    assert [notice.about for notice in undone.notices] == ["set-usage-location"]


def test_sessions_end_when_that_is_asked_for_and_again_when_it_is_asked_again(bench: ActionBench) -> None:
    guid = _cloud(bench)
    items = [{"action": "revoke-sessions"}]

    plan = bench.request(items, [guid])
    assert (plan.counts, bench.graph.state(guid)["revocations"]) == ({"revoke-sessions": 1}, 0)
    bench.carry_out(items, [guid])
    bench.carry_out(items, [guid])

    assert bench.graph.state(guid)["revocations"] == 2


@pytest.mark.parametrize("place", ["thumbnailPhoto", "jpegPhoto", "microsoft_365"])
def test_a_picture_goes_to_one_place_alone(bench: ActionBench, place: str) -> None:
    guid = _cloud(bench)
    Image.new("RGB", (700, 700), "red").save(bench.photos / f"{place}.jpg")
    item = {"action": "manage-photo", "file": f"{place}.jpg", "to": [place]}

    def look() -> tuple[Any, ...]:
        return bench.state(guid), bench.graph.state(guid)["photoSha256"]

    before = look()
    writes = "change-cloud-photo" if place == "microsoft_365" else "modify-user"

    plan_id = _dry_then_done(bench, guid, item, look, writes)

    entry, cloud = bench.entry(guid), bench.graph.state(guid)["photoSha256"]
    held = {name for name in ("thumbnailPhoto", "jpegPhoto") if name.lower() in entry}
    assert held | ({"microsoft_365"} if cloud else set()) == {place}
    bench.undo(plan_id)
    assert look() == before


@pytest.mark.parametrize("side", ["server", "online", "hybrid"])
def test_an_archive_is_planned_before_it_is_made(bench: ActionBench, exchanges: Exchanges, side: SideName) -> None:
    mail = MailBench.of(bench, exchanges, side)
    guid = mail.employee()
    items = [{"action": "create-mailbox", "kind": "archive"}]
    before = mail.exchange.state(guid), mail.state(guid)

    plan = mail.request(items, [guid])
    assert (plan.counts, (mail.exchange.state(guid), mail.state(guid))) == ({"create-archive": 1}, before)
    mail.carry_out(items, [guid])

    assert mail.exchange.state(guid) != before[0]


@pytest.mark.parametrize("side", ["server", "online", "hybrid"])
@pytest.mark.parametrize(("item", "name"), [
    ({"action": "hide-from-address-lists"}, "hidden"),
    ({"action": "forward-mail", "to": "the.desk@corp.example.test"}, "forwarded"),
])  # fmt: skip
def test_a_setting_of_a_mailbox_is_undone_to_the_letter(
    bench: ActionBench, exchanges: Exchanges, side: SideName, item: dict[str, Any], name: str
) -> None:
    mail = MailBench.of(bench, exchanges, side)
    guid = mail.employee()

    def look() -> tuple[Any, Any]:
        found = mail.exchange.state(guid)
        for place in ("server", "online"):
            if found[place]:  # what was never set and what is set to nothing are one
                found[place]["settings"] = {key: one for key, one in found[place]["settings"].items() if one}
        return found, mail.state(guid)

    before = look()

    plan_id = _dry_then_done(mail, guid, item, look, item["action"])
    if name == "forwarded":
        settings = mail.mailbox(guid)["settings"]
        told = settings["ForwardingSmtpAddress"], settings["DeliverToMailboxAndForward"]
        assert told == ("the.desk@corp.example.test", True)
    mail.undo(plan_id)

    assert look() == before


def test_a_home_folder_that_is_copied_stays_where_it_was(bench: ActionBench, home: tuple[str, Path, Share]) -> None:
    guid, old, second = home
    new = Path(second.folder) / old.name
    item = {
        "action": "move-home-folder", "to": rf"\\{second.host}\{second.name}\%sAMAccountName%", "drive": "U:",
        "remove_source": False,
    }  # fmt: skip
    before = bench.state(guid)

    plan_id = _dry_then_done(
        bench, guid, item, lambda: (bench.state(guid), new.exists()), "copy-home-folder", "modify-user"
    )  # fmt: skip

    entry = bench.entry(guid)
    assert entry["homedirectory"] == [rf"\\{second.host}\{second.name}\{old.name}"]
    assert entry["homedrive"] == ["U:"]
    assert [(place / "letter.txt").read_text("utf-8") for place in (old, new)] == ["Dear Bob"] * 2
    bench.undo(plan_id)
    assert (bench.state(guid), (old / "letter.txt").exists(), new.exists()) == (before, True, False)
