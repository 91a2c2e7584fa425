"""C9: how many people are usual is what runs that read everybody saw; a request that is approved is none of them."""

from __future__ import annotations

from typing import Any

from tests.cases.world import AUTOMATION, World


def test_an_approved_request_is_not_what_the_next_read_is_compared_with(loaded: World) -> None:
    world = loaded
    keys = [user["id"] for user in world.halo.state()["users"] if not user["inactive"]][:3]
    assert world.configure(f"automations/{AUTOMATION}.yaml", "limits.attribute", {"count": 0})
    waiting = request(world, keys)
    world.approve(waiting.plan_id, waiting.plan_hash)
    assert {world.account(key)["description"][0] for key in keys} == {"seen"}, "the request was carried out"
    accounts = {entry["dn"][0] for entry in world.find("(employeeID=*)", "cn")}

    vanished = world.halo.vanish(fraction=0.6)
    state = world.sync_state()

    assert state.is_failed(), f"{len(vanished)} people are gone, and the run is {state.name}"
    assert "people came" in str(state.message)
    assert {entry["dn"][0] for entry in world.find("(employeeID=*)", "cn")} == accounts


def test_a_dry_run_is_not_compared_with_either(loaded: World) -> None:
    """Everybody is back; people are looked at and nothing is written, and then most are gone again."""
    world = loaded
    world.halo.reappear()
    assert world.sync_state().is_completed()
    few = world.halo.vanish(fraction=0.45)
    assert world.sync_state(dry_run=True).is_completed()
    world.halo.reappear(few)

    world.halo.vanish(fraction=0.6)
    state = world.sync_state()

    assert state.is_failed(), state.name


def request(world: World, keys: list[int]) -> Any:
    """Ask by hand for something that is over its limit; returns what waits for approval."""
    from flows.run_action import run_action  # noqa: PLC0415 - Prefect reads its settings at the first import

    state: Any = run_action(
        {"names": list(map(str, keys))}, {"action": "modify-user", "set": {"description": "seen"}},
        automation=AUTOMATION, dry_run=False, config_dir=str(world.config), return_state=True,
    )  # fmt: skip
    assert state.name == "Waiting for approval"
    return state.data if isinstance(state.data, Exception) else state.result(raise_on_failure=False)
