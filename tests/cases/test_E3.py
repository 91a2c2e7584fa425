"""E3: the domain controller closes a connection that is left alone while a script runs, and the night goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from blocks.scripts import ScriptFolder
from tests.cases.world import AUTOMATION, World

IDLE_S, SCRIPT_S = 4, 12
SLOW = """
import json, pathlib, sys, time
pathlib.Path(sys.argv[1], json.load(sys.stdin)["objectGUID"]).touch(exist_ok=False)
time.sleep(float(sys.argv[2]))
print("{}")
"""
POLICY = "CN=Default Query Policy,CN=Query-Policies,CN=Directory Service,CN=Windows NT,CN=Services,CN=Configuration,{}"


@pytest.fixture(scope="module")
def impatient(loaded: World) -> Iterator[World]:
    """The organisation, whose domain controller closes a connection after a few seconds without a request."""
    policy = POLICY.format(loaded.sandbox.directory.base_dn)
    loaded.modify(policy, lDAPAdminLimits=[f"MaxConnIdleTime={IDLE_S}"])
    yield loaded
    loaded.modify(policy, lDAPAdminLimits="")


@pytest.fixture(scope="module")
def calls(impatient: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the leavers' script leaves a file for each call."""
    scripts, calls = tmp_path_factory.mktemp("scripts"), tmp_path_factory.mktemp("calls")
    (scripts / "slow.py").write_text(SLOW, "utf-8")
    ScriptFolder(folder=str(scripts)).save("case-scripts", overwrite=True)
    run_script = {"action": "run-script", "script": "slow.py", "arguments": [str(calls), str(SCRIPT_S)]}
    move = {"action": "move-user", "ou": "OU=Leavers,%env.base_dn%"}
    impatient.write_policy("slow-leaver", [{"action": "disable-user"}, run_script, move])
    automation = f"automations/{AUTOMATION}.yaml"
    assert impatient.configure(automation, "scripts", "case-scripts")
    assert impatient.configure(automation, "leavers.policy", "slow-leaver")
    return calls


def test_a_slow_script_does_not_end_the_night(impatient: World, calls: Path) -> None:
    halo = impatient.halo
    leavers = [halo.hire("Slow", f"Leaver{name}", department="Legal") for name in ("One", "Two")]
    impatient.sync()
    for key in leavers:
        halo.leave(key)
    joiner = halo.hire("Patient", "Joiner", department="Legal")

    state = impatient.sync_state()

    assert state.is_completed(), state.message
    assert [impatient.is_enabled(impatient.account(key)) for key in leavers] == [False, False]
    assert len(list(calls.iterdir())) == len(leavers), "the script ran once for each leaver"
    assert impatient.account(joiner)["cn"]


def test_the_night_after_has_nothing_left_to_do(impatient: World, calls: Path) -> None:
    assert impatient.sync()["changes"] == {}
    assert len(list(calls.iterdir())) == 2
