"""The harness itself: an organisation is loaded, changed from outside, and looked at from outside."""

from __future__ import annotations

from tests.cases.world import PEOPLE, World


def test_everybody_has_an_account_and_a_leaver_is_disabled(loaded: World) -> None:
    key = loaded.halo.hire("Probe", "Leaver", department="Legal")
    loaded.sync()
    assert loaded.is_enabled(loaded.account(key))
    loaded.halo.leave(key)
    loaded.sync()
    assert not loaded.is_enabled(loaded.account(key))
    assert len(loaded.find(PEOPLE, "cn")) > 150


def test_a_key_that_the_build_lacks_is_not_written(loaded: World) -> None:
    assert not loaded.configure("settings.yaml", "no_such_key", 1)
    assert "no_such_key" not in (loaded.config / "settings.yaml").read_text("utf-8")
    assert loaded.configure("settings.yaml", "env.case_text", "x")
    assert loaded.program("check", str(loaded.config), "--no-blocks", check=False).returncode == 0
