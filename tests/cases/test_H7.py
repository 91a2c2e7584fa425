"""H7: Kerberos that cannot be had on this machine ended the whole run: ``InternalError: ImportError in __init__``."""

from __future__ import annotations

import importlib.util

import pytest

from tests.cases.shares import by_hand, delete, done, homes, person, share
from tests.cases.world import AUTOMATION, World

NO_LIBRARY = importlib.util.find_spec("gssapi") is None


def test_folders_are_unread_and_the_directorys_changes_go_on(world: World) -> None:
    """Without the library by its import; with one, by a realm that no KDC has."""
    made = share(world, "h7homes", {})
    homes(world, made, authentication="kerberos")
    (made.folder / "case.h7").mkdir()
    person(world, "case.h7", made.unc("case.h7"))

    from flows.run_action import run_action  # noqa: PLC0415 - Prefect reads its settings at the first import

    state = run_action(
        {"names": ["case.h7"]}, {"action": "modify-user", "set": {"title": "Kept"}}, [delete(world)],
        automation=AUTOMATION, dry_run=False, config_dir=str(world.config), return_state=True,
    )  # fmt: skip
    outcome = done(world, state)

    assert not outcome.error
    (entry,) = world.find("(sAMAccountName=case.h7)", "title", "homeDirectory")
    assert entry["title"] == ["Kept"]
    assert entry["homedirectory"] == [made.unc("case.h7")]
    assert (made.folder / "case.h7").is_dir()
    assert "target-unread" in outcome.report
    assert "Kerberos" in outcome.report


@pytest.mark.skipif(not NO_LIBRARY, reason="a machine with Kerberos is asked for a ticket")
def test_the_library_is_named(world: World) -> None:
    dry = by_hand(world, "case.h7", delete(world), dry_run=True)
    assert "smbprotocol[kerberos]" in dry.report, dry
