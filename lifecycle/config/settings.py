"""Settings that are no secret and differ from one organisation to the next (``config/settings.yaml``)."""

from __future__ import annotations

from pydantic import Field

from lifecycle.config.model import ConfigModel


class Settings(ConfigModel):
    """Texts that every other file may use as ``%env.name%``."""

    env: dict[str, str] = Field(default_factory=dict, description="Name → text.")
