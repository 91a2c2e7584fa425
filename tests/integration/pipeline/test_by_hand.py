"""Actions by hand and their undo as the flows run them: deleting waits for an approval, and is taken back whole."""

from __future__ import annotations

from typing import Any

import pytest
from prefect.blocks.system import Secret

from flows.run_action import run_action
from flows.undo_run import undo_run
from lifecycle.actions.catalogue import AnyParameters
from lifecycle.actions.delete_user import DeleteUserParameters
from lifecycle.actions.reset_password import ResetPasswordParameters, SecretPassword
from lifecycle.errors import LimitExceededError
from lifecycle.planning.selection import Accounts
from tests.support.pipeline import CONFIG, ENABLED, Pipeline

CHANGED_ANYWAY = {"whenchanged", "usnchanged", "pwdlastset", "accountexpires", "admincount", "operatorcount"}
CHANGED_ANYWAY |= {"lastknownparent", "badpasswordtime", "lastlogon", "lastlogontimestamp"}
PASSWORD = "Aa1-from-a-secret"


def _key(pipeline: Pipeline) -> int:
    return max(int(entry["employeeid"][0]) for entry in pipeline.find(ENABLED, "employeeID"))


def _run(key: int, *actions: AnyParameters, dry_run: bool = False) -> Any:
    first, *then = actions
    return run_action(Accounts(names=(str(key),)), first, then, dry_run=dry_run, config_dir=CONFIG)


def _kept(pipeline: Pipeline, key: int) -> dict[str, list[str]]:
    return {name: sorted(values) for name, values in pipeline.account(key).items() if name not in CHANGED_ANYWAY}


def test_deleting_by_hand_waits_for_approval_and_is_undone_whole(loaded: Pipeline) -> None:
    key = _key(loaded)
    before, delete = _kept(loaded, key), DeleteUserParameters(require_disabled=False)

    assert _run(key, delete, dry_run=True)["changes"] == {"delete-user": 1, "disable-user": 1}
    with pytest.raises(LimitExceededError) as stopped:
        _run(key, delete)
    assert _kept(loaded, key) == before
    loaded.approve(stopped.value.plan_id, stopped.value.plan_hash)
    assert loaded.find(f"(employeeID={key})") == []

    undone = undo_run(stopped.value.plan_id, dry_run=False, config_dir=CONFIG)

    assert undone["not_carried_out"] == 0
    assert undone["carried_out"]["restore-user"] == 1
    assert _kept(loaded, key) == before
    assert loaded.dry_run()["changes"] == {}, "HaloITSM's word is still fulfilled"


def test_password_of_a_secret_block_reaches_the_directory_and_nobody_else(loaded: Pipeline) -> None:
    key = _key(loaded)
    before = loaded.account(key)["pwdlastset"]
    Secret(value=PASSWORD).save("first-day", overwrite=True)

    done = _run(key, ResetPasswordParameters(password=SecretPassword(secret="first-day"), must_change=False))

    assert done["carried_out"] == {"reset-password": 1}
    assert loaded.account(key)["pwdlastset"] != before
    assert PASSWORD not in loaded.plan_of(done["plan_id"]).model_dump_json()
    name = loaded.account(key)["userprincipalname"][0]
    with loaded.connection(name, PASSWORD).open() as session:
        assert session.ldap.bound
