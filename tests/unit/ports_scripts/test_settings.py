"""Settings that cannot work are refused before anything runs."""

from __future__ import annotations

from typing import Any

import pytest

from lifecycle.errors import ConfigurationError
from lifecycle.ports.scripts.settings import ScriptSettings

CANARY = "canary-of-the-token"


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"folder": ""}, "folder: a path is needed"),
        ({"folder": "a\0"}, "folder: a path is needed"),
        ({"interpreters": {"sh": ()}, "extensions": {}}, "interpreters.sh: must begin with the absolute path"),
        ({"interpreters": {"sh": ("sh",)}, "extensions": {}}, "interpreters.sh: must begin with the absolute path"),
        ({"interpreters": {"sh": ("/bin/sh", "\0")}, "extensions": {}}, "interpreters.sh: must begin"),
        ({"extensions": {".rb": "ruby"}}, "extensions..rb: no interpreter is named 'ruby'"),
        ({"extensions": {"sh": "sh"}}, "extensions.sh: must be a dot"),
        ({"extensions": {".SH": "sh"}}, "extensions..SH: must be a dot with small letters"),
        ({"environment": {"A=B": CANARY}}, "environment: names are letters"),
        ({"environment": {"": CANARY}}, "environment: names are letters"),
        ({"environment": {"1A": CANARY}}, "environment: names are letters"),
        ({"environment": {"TOKEN": f"{CANARY}\0"}}, "environment.TOKEN: holds NUL"),
        ({"memory_bytes": 1_000_000}, "memory_bytes: must be 67108864 to 1099511627776"),
        ({"cpu_s": 0}, "cpu_s: must be 1 to 86400"),
        ({"grace_s": -1}, "grace_s: must be 0 to 60"),
        ({"grace_s": float("nan")}, "grace_s: must be 0 to 60"),
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        ScriptSettings(**{"folder": "scripts", **wrong})
    assert str(refused.value).startswith(f"script folder block: {problem}")
    assert CANARY not in str(refused.value)


def test_settings_show_no_value_of_the_environment() -> None:
    assert CANARY not in repr(ScriptSettings("scripts", environment={"TOKEN": CANARY}))
