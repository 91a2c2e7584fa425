"""I2: Exchange is slow with many leavers, and another run begins meanwhile: one run at a time writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from lifecycle.errors import LifecycleError
from tests.cases.machine import PATIENCE_S, wait_until
from tests.cases.processes import begun
from tests.cases.world import AUTOMATION, World

LEAVERS, SLOW_S = 8, 20


@pytest.fixture(scope="module")
def leavers(loaded: World) -> list[int]:
    """People with mailboxes who have just left, and a list of actions that reaches into Exchange Online."""
    keys = [loaded.halo.hire("Slow", f"Mailbox{number}", department="Legal") for number in "abcdefgh"[:LEAVERS]]
    loaded.sync()
    for key in keys:
        entry = loaded.account(key)
        guid = entry["objectguid"][0]
        loaded.mail.sync_user(guid, entry["userprincipalname"][0])
        loaded.mail.give_mailbox(guid, place="online")
    loaded.turn_on("exchange_online")
    convert = {"action": "convert-mailbox", "to": "shared"}
    move = {"action": "move-user", "ou": "OU=Leavers,%env.base_dn%"}
    loaded.write_policy("mail-leaver", [{"action": "disable-user"}, convert, move])
    automation = f"automations/{AUTOMATION}.yaml"
    assert loaded.configure(automation, "leavers.policy", "mail-leaver")
    assert loaded.configure(automation, "limits.per_ou.disable", {"count": 20, "percent": 100})
    for key in keys:
        loaded.halo.leave(key)
    return keys


def test_a_run_that_works_for_long_is_not_overtaken(loaded: World, leavers: list[int], tmp_path: Path) -> None:
    loaded.mail.faults(slow={"seconds": SLOW_S, "on": "writes", "times": 1000})
    log = tmp_path / "night.log"
    with begun("sync", loaded.config, log=log) as night:
        first = leavers[0]
        assert wait_until(lambda: not loaded.is_enabled(loaded.account(first)) or night.poll() is not None)
        joiner = loaded.halo.hire("Prompt", "Joiner", department="Legal")

        def comes_at_last() -> bool:
            """HaloITSM's webhook starts a run for the joiner; one that is turned away is started again."""
            try:
                loaded.sync(only=(str(joiner),))
            except LifecycleError:
                return False
            return True

        assert wait_until(comes_at_last, 2 * PATIENCE_S)
        wait_until(lambda: night.poll() is not None)

        assert night.poll() == 0, log.read_text("utf-8")[-2000:]
    mailboxes = [loaded.mail.state(loaded.account(key)["objectguid"][0]) for key in leavers]
    assert all("Shared" in str(mailbox) for mailbox in mailboxes), mailboxes
    assert not any(loaded.is_enabled(loaded.account(key)) for key in leavers)
    assert len(loaded.find(f"(employeeID={joiner})", "cn")) == 1
    loaded.mail.clear_faults()
    assert not {"disable-user", "convert-mailbox", "create-user"} & loaded.sync()["changes"].keys()
