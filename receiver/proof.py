"""Whether a request is HaloITSM's: by its signature, or by a user's password. Anything else is refused."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


class Proof(Protocol):
    """A way to prove where a request comes from."""

    @property
    def header(self) -> str:
        """The header that holds the proof."""

    @property
    def is_signed(self) -> bool:
        """Whether it covers the body, so that the same one sent twice can be told."""

    def holds(self, values: Sequence[str], body: bytes) -> bool:
        """Whether the request is genuine.

        Args:
            values: Every value of the header; a genuine request has it once.
            body: As it came.
        """


@dataclass(frozen=True, slots=True)
class Signature:
    """HaloITSM's ``Token``: Base64 of the HMAC-SHA256 (RFC 2104) of the body as it is sent."""

    secret: str = field(repr=False)
    header: str = "token"
    is_signed: bool = True

    def holds(self, values: Sequence[str], body: bytes) -> bool:
        """As :meth:`Proof.holds`."""
        return len(values) == 1 and hmac.compare_digest(values[0].encode(), self.of(body).encode())

    def of(self, body: bytes) -> str:
        """What a genuine request says."""
        return base64.b64encode(hmac.digest(self.secret.encode(), body, hashlib.sha256)).decode()


@dataclass(frozen=True, slots=True)
class UserPassword:
    """Basic authentication, RFC 7617."""

    user: str = field(repr=False)
    password: str = field(repr=False)
    header: str = "authorization"
    is_signed: bool = False

    def holds(self, values: Sequence[str], body: bytes) -> bool:
        """As :meth:`Proof.holds`; the body proves nothing here."""
        del body
        if len(values) != 1:
            return False
        scheme, _, text = values[0].partition(" ")
        try:
            given = base64.b64decode(text.strip(), validate=True)
        except (ValueError, binascii.Error):
            return False
        wanted = f"{self.user}:{self.password}".encode()
        # Digests are of one length, so that the comparison tells nothing about the length of the password.
        same = hmac.compare_digest(hashlib.sha256(given).digest(), hashlib.sha256(wanted).digest())
        return scheme.lower() == "basic" and same
