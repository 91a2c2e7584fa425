"""Where Prefect is: the environment first, then the active profile, as Prefect itself has it."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from commands.prefect_address import NoAddressError, PrefectAddress, prefect_address

PROFILES = """\
active = "work"
[profiles.work]
PREFECT_API_URL = "https://prefect.example.test/api/"
PREFECT_API_KEY = "canary-key"
[profiles.other]
PREFECT_API_URL = "http://other.example.test/api"
PREFECT_API_AUTH_STRING = "admin:canary"
[profiles.ephemeral]
"""
BASIC = "Basic " + base64.b64encode(b"admin:canary").decode()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / ".prefect").mkdir()
    (tmp_path / ".prefect" / "profiles.toml").write_text(PROFILES, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, PrefectAddress("https://prefect.example.test/api", "Bearer canary-key")),
        ({"PREFECT_PROFILE": "other"}, PrefectAddress("http://other.example.test/api", BASIC)),
        ({"PREFECT_API_URL": ""}, PrefectAddress("https://prefect.example.test/api", "Bearer canary-key")),
        (
            {"PREFECT_API_URL": "http://a.test/api", "PREFECT_API_AUTH_STRING": "admin:canary"},
            PrefectAddress("http://a.test/api", BASIC),
        ),
        (
            {
                "PREFECT_HOME": "/nowhere",
                "PREFECT_API_URL": "https://a.test/api",
                "PREFECT_API_SSL_CERT_FILE": "ca.pem",
            },
            PrefectAddress("https://a.test/api", "", "ca.pem"),
        ),
    ],
)
def test_address_is_prefects_own(environment: dict[str, str], address: PrefectAddress, home: Path) -> None:
    found = prefect_address(environment, home)
    assert found == address
    assert "canary" not in repr(found)


@pytest.mark.parametrize(
    ("environment", "content", "problem"),
    [
        ({"PREFECT_PROFILE": "ephemeral"}, PROFILES, "PREFECT_API_URL is not set"),
        ({"PREFECT_PROFILE": "nobody"}, PROFILES, "PREFECT_API_URL is not set"),
        ({}, "active = 5\nprofiles = 7", "PREFECT_API_URL is not set"),
        ({}, "active = ", "profiles.toml cannot be read"),
        ({"PREFECT_HOME": "/nowhere"}, PROFILES, "PREFECT_API_URL is not set"),
    ],
)
def test_address_is_missing(environment: dict[str, str], content: str, problem: str, home: Path) -> None:
    (home / ".prefect" / "profiles.toml").write_text(content, "utf-8")
    with pytest.raises(NoAddressError, match=problem):
        prefect_address(environment, home)
