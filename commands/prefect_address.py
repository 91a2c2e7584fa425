"""Where the Prefect API is, and how one shows who one is: from the environment or from the active profile."""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class NoAddressError(ValueError):
    """There is no Prefect API to ask; the text says why."""


@dataclass(frozen=True, slots=True)
class PrefectAddress:
    """A Prefect API.

    Args:
        url: Its address, without a slash at the end.
        authorization: Value of the header ``Authorization``; empty for none.
        ca_file: PEM file with the authority of its certificate; empty trusts the system's.
    """

    url: str
    authorization: str = field(default="", repr=False)
    ca_file: str = ""


def prefect_address(environment: Mapping[str, str], home: Path) -> PrefectAddress:
    """The address that Prefect itself would use.

    Args:
        environment: Variables; they come before the profile's.
        home: The user's home folder.

    Raises:
        NoAddressError: None is set, or the profiles cannot be read.
    """
    settings = _profile(environment, home) | {name: value for name, value in environment.items() if value}
    url = settings.get("PREFECT_API_URL", "").rstrip("/")
    if not url:
        raise NoAddressError("PREFECT_API_URL is not set, neither in the environment nor in the active profile")
    return PrefectAddress(url, _authorization(settings), settings.get("PREFECT_API_SSL_CERT_FILE", ""))


def _authorization(settings: Mapping[str, str]) -> str:
    if text := settings.get("PREFECT_API_AUTH_STRING"):
        return "Basic " + base64.b64encode(text.encode()).decode()
    if key := settings.get("PREFECT_API_KEY"):
        return f"Bearer {key}"
    return ""


def _profile(environment: Mapping[str, str], home: Path) -> dict[str, str]:
    """The settings of the active profile; none where there is no such file."""
    folder = Path(environment.get("PREFECT_HOME") or home / ".prefect").expanduser()
    file = Path(environment.get("PREFECT_PROFILES_PATH") or folder / "profiles.toml").expanduser()
    try:
        content: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise NoAddressError(f"{file} cannot be read") from None
    profiles = content.get("profiles")
    name = environment.get("PREFECT_PROFILE") or content.get("active")
    chosen = profiles.get(name) if isinstance(profiles, dict) and isinstance(name, str) else None
    return {one: str(value) for one, value in chosen.items()} if isinstance(chosen, dict) else {}
