"""Settings that are no secret and differ from one organisation to the next (``config/settings.yaml``)."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from lifecycle.config.model import ConfigModel
from lifecycle.language.macros.syntax import SETTING_NAME
from lifecycle.language.moment import zone_named

_SettingName = Annotated[str, Field(pattern=rf"^{SETTING_NAME}$")]
_SettingText = Annotated[str, Field(min_length=1)]  # an empty one would leave a hole in a URL or a name


class Settings(ConfigModel):
    """What the whole organisation shares: texts for every other file, and its zone."""

    env: dict[_SettingName, _SettingText] = Field(
        default_factory=dict, description="Name → text that every other file may use as `%env.name%`."
    )
    timezone: str = Field(
        "UTC", description="IANA zone of the organisation: when its days begin, for filters on dates."
    )

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, timezone: str) -> str:
        zone_named(timezone)
        return timezone

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's zone."""
        return zone_named(self.timezone)


class AnySetting(dict[str, str]):
    """The settings where their file cannot be used: whatever is asked for is there.

    What files say of settings is then no problem of theirs. Each is one component of a distinguished name, so that
    names formed with it are names.
    """

    def __contains__(self, _name: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return f"DC={name.replace('.', '-')}"
