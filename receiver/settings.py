"""What the receiver is told, from its block."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.receiver import HaloWebhookReceiver
from lifecycle.errors import ConfigurationError
from lifecycle.language.fields.json_path import JsonPath
from receiver.proof import Proof, Signature, UserPassword


@dataclass(frozen=True, slots=True)
class Settings:
    """The receiver's settings.

    Args:
        proof: What a genuine request proves itself by.
        path: The one path that takes webhooks.
        people: Where primary keys stand in a payload; the first path that leads anywhere counts.
        requests_per_s: Requests taken in a second.
    """

    proof: Proof
    path: str
    people: tuple[JsonPath, ...]
    requests_per_s: int

    @classmethod
    def of(cls, block: HaloWebhookReceiver) -> Settings:
        """From the block.

        Raises:
            ConfigurationError: A JSONPath is none.
        """
        try:
            people = tuple(JsonPath(text) for text in block.people)
        except ValueError as error:
            raise ConfigurationError("webhook receiver block", "people", str(error)) from None
        password = block.password.get_secret_value()
        proof: Proof = (
            Signature(block.secret.get_secret_value())
            if block.authentication == "token"
            else UserPassword(block.user_name, password)
        )
        return cls(proof, block.path, people, block.requests_per_s)
