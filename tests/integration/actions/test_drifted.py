"""What somebody changes between plan and apply is left as they made it: each action finds out by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from PIL import Image

from sandbox.organisation import LEAVERS_OU
from tests.support.action_bench import ActionBench
from tests.support.mail_bench import Exchanges, MailBench, SideName

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def exchanges(bench: ActionBench) -> Iterator[Exchanges]:
    """Opened when they are needed."""
    with ExitStack() as stack:
        yield Exchanges(bench.sandbox, stack)


def _left_alone(
    bench: ActionBench, guid: str, item: dict[str, Any], meddle: Callable[[], object], look: Callable[[], object]
) -> None:
    """What was done meanwhile is left, and said."""
    plan = bench.request([item], [guid])
    assert plan.changes
    meddle()
    meddled = look()

    failures = bench.apply(plan).failures

    assert failures
    assert {failure.why for failure in failures} <= {"drifted", "held-back"}
    assert failures[0].why == "drifted"
    assert look() == meddled


@pytest.mark.parametrize(
    ("item", "meddled"),
    [
        ({"action": "hide-from-address-lists", "through": "directory", "hidden": False}, {}),
        (
            {"action": "modify-by-template", "template": "t", "content": {"name": "t", "set": {"title": "Head"}}},
            {"title": "Deputy"},
        ),
        ({"action": "manage-photo", "file": "drift.jpg"}, {"thumbnailPhoto": b"\xff\xd8another"}),
    ],
)
def test_attributes_that_somebody_has_set_meanwhile(
    bench: ActionBench, item: dict[str, Any], meddled: dict[str, Any]
) -> None:
    guid = bench.account(title="Clerk")
    Image.new("RGB", (99, 99), "red").save(bench.photos / "drift.jpg")
    if not meddled:
        bench.modify(guid, msExchHideFromAddressLists="TRUE")
        meddled = {"msExchHideFromAddressLists": "FALSE"}

    _left_alone(bench, guid, item, lambda: bench.modify(guid, **meddled), lambda: bench.state(guid))


def test_an_account_that_somebody_has_moved_meanwhile(bench: ActionBench, elsewhere: str) -> None:
    guid = bench.account()
    name = bench.account_name(guid)

    _left_alone(
        bench, guid, {"action": "move-user", "ou": LEAVERS_OU},
        lambda: bench.samba_tool("user", "move", name, elsewhere), lambda: bench.state(guid),
    )  # fmt: skip


@pytest.mark.parametrize("action", ["remove-licences", "assign-licences"])
def test_a_licence_whose_service_plans_somebody_has_chosen_meanwhile(bench: ActionBench, action: str) -> None:
    guid = bench.account()
    user = bench.graph.sync_user(guid, bench.entry(guid)["userprincipalname"][0])
    (product,) = [one for one in bench.graph.tenant()["products"] if one["skuPartNumber"] == "SPE_E3"]
    off = [product["servicePlans"][0]["servicePlanId"]]
    item: dict[str, Any] = {"action": action}
    if action == "assign-licences":
        item["licences"] = [product["skuId"]]
    else:
        bench.graph.give_licence(user, "SPE_E3")

    _left_alone(
        bench, guid, item, lambda: bench.graph.give_licence(user, "SPE_E3", disabled_plans=off),
        lambda: bench.graph.state(user)["licenseAssignmentStates"],
    )  # fmt: skip


@pytest.mark.parametrize("side", ["server", "online", "hybrid"])
@pytest.mark.parametrize("item", [
    {"action": "set-auto-reply", "internal": "Planned"},
    {"action": "forward-mail", "to": "the.desk@corp.example.test"},
], ids=["auto-reply", "forward"])  # fmt: skip
def test_what_somebody_has_said_of_a_mailbox_meanwhile(
    bench: ActionBench, exchanges: Exchanges, side: SideName, item: dict[str, Any]
) -> None:
    mail = MailBench.of(bench, exchanges, side)
    guid = mail.employee()
    other = {
        "set-auto-reply": {"internal": "By hand"}, "forward-mail": {"to": "another.desk@corp.example.test"},
    }[item["action"]]  # fmt: skip

    _left_alone(
        mail, guid, item, lambda: mail.carry_out([{**item, **other}], [guid]), lambda: mail.exchange.state(guid)
    )  # fmt: skip


def test_a_mailbox_that_somebody_has_given_meanwhile_is_no_other(bench: ActionBench, exchanges: Exchanges) -> None:
    mail = MailBench.of(bench, exchanges, "server")
    guid = mail.person()
    plan = mail.request([{"action": "create-mailbox", "kind": "server", "database": "DB02"}], [guid])
    mail.exchange.give_mailbox(guid, database="DB01")
    given = mail.exchange.state(guid)

    applied = mail.apply(plan)

    assert (applied.failures, applied.already) == ([], 1)
    assert mail.exchange.state(guid) == given
