"""The block of the receiver of HaloITSM's webhooks: how they prove themselves, and which runs they start."""

from __future__ import annotations

from typing import Literal, Self

from prefect.blocks.core import Block
from pydantic import ConfigDict, Field, HttpUrl, SecretStr, field_validator, model_validator

from blocks.saved import load_block

SHORTEST_SECRET = 16
"""Characters; a shorter one could be found by trying."""


class HaloWebhookReceiver(Block):
    """Takes webhooks of HaloITSM, and starts a run of sync-people for those whom they are about.

    Attributes:
        authentication: How a webhook proves that it is HaloITSM's.
        secret: The secret that signs it.
        user_name: Name of the user.
        password: Their password.
        path: Path that takes webhooks.
        people: Where primary keys stand in a payload.
        automation: The automation whose people they are.
        deployment: The deployment of sync-people that is run.
        dry_run: Whether runs only plan.
        requests_per_s: Requests taken in a second.

    Example:
        Look at what a receiver starts:
        ```python
        from blocks.receiver import HaloWebhookReceiver

        receiver = HaloWebhookReceiver.load("BLOCK_NAME")
        print(receiver.deployment, receiver.automation, receiver.dry_run)
        ```
    """

    model_config = ConfigDict(hide_input_in_errors=True)  # an error about several fields would show all their values

    _block_type_name = "HaloITSM Webhook Receiver"
    _block_type_slug = "halo-ad-webhook-receiver"
    _documentation_url = HttpUrl("https://haloitsm.com/apidoc")

    authentication: Literal["token", "basic"] = Field(
        default="token",
        description="How a webhook proves that it is HaloITSM's: token is a signature of its body in the header Token, "
        "basic a user and a password. One without either is refused.",
    )
    secret: SecretStr = Field(
        default=SecretStr(""),
        description=f"The secret that signs webhooks, at least {SHORTEST_SECRET} characters. For token.",
    )
    user_name: str = Field(default="", description="Name of the user, without a colon. For basic.")
    password: SecretStr = Field(
        default=SecretStr(""),
        description=f"Password of the user, at least {SHORTEST_SECRET} characters. For basic.",
    )
    path: str = Field(default="/halo", description="The one path that takes webhooks.", examples=["/halo"])
    people: list[str] = Field(
        default=["$.user.id", "$.user_id"],
        description="JSONPaths to where the primary key of a person may stand in a payload; the first that leads "
        "anywhere counts. Look at a delivery in HaloITSM to see where yours stands.",
    )
    automation: str = Field(default="people-to-ad", description="The automation whose people they are.")
    deployment: str = Field(
        default="sync-people/on-demand", description="The deployment of sync-people that is run, as flow/deployment."
    )
    dry_run: bool = Field(default=True, description="Whether runs only plan and show; turned off, they write.")
    requests_per_s: int = Field(default=200, gt=0, le=10_000, description="Requests taken in a second, and at once.")

    @field_validator("path")
    @classmethod
    def _is_a_path(cls, path: str) -> str:
        if not path.startswith("/") or path == "/health" or any(one in path for one in "{}?#% "):
            raise ValueError("path must begin with / and hold no {, }, ?, #, % or blank; /health is taken")
        return path

    @field_validator("people")
    @classmethod
    def _leads_somewhere(cls, people: list[str]) -> list[str]:
        if not people:
            raise ValueError("people needs at least one JSONPath")
        return people

    @model_validator(mode="after")
    def _has_a_secret(self) -> Self:
        signed = self.authentication == "token"
        given = self.secret if signed else self.password
        if len(given.get_secret_value()) < SHORTEST_SECRET:
            name = "secret" if signed else "password"
            raise ValueError(
                f"authentication {self.authentication} needs a {name} of at least {SHORTEST_SECRET} characters"
            )
        if not signed and (not self.user_name or ":" in self.user_name):
            raise ValueError("authentication basic needs a user_name without a colon")
        return self

    @classmethod
    def named(cls, name: str) -> Self:
        """Load a saved block.

        Raises:
            ConfigurationError: There is none of this name, or its fields do not fit.
        """
        return load_block(cls, name, "python -m deployments.register_blocks --receiver")
