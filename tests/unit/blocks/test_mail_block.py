"""The block of a mail server: a real one takes the messages, encrypted, from whom it knows."""

from __future__ import annotations

import email
import smtplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from prefect.testing.standard_test_suites import BlockStandardTestSuite
from pydantic import SecretStr

from blocks.mail import MailServer

SECRET = "Not-A-Secret-5"


@dataclass
class Letters:
    """What arrived."""

    envelopes: list[Any] = field(default_factory=list)

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        """Keep a message."""
        self.envelopes.append(envelope)
        return "250 OK"


@dataclass
class Office:
    """A mail server that is up."""

    port: int
    ca_file: str
    letters: Letters

    def block(self, **changes: Any) -> MailServer:
        """A block that knows it."""
        given = {
            "host": "localhost", "port": self.port, "ca_file": self.ca_file, "user_name": "halo-ad",
            "password": SecretStr(SECRET), "sender": "halo-ad@example.test",
            "recipients": ["admins@example.test", "desk@example.test"], "timeout_s": 10,
        }  # fmt: skip
        return MailServer(**(given | changes))


def _authenticate(_server: object, _session: object, _envelope: object, mechanism: str, data: object) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"halo-ad", SECRET.encode())
    return AuthResult(success=known, handled=mechanism in {"LOGIN", "PLAIN"} and known)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(ca_file)
    letters, free = Letters(), socket.create_server(("127.0.0.1", 0))
    server = Controller(
        letters, hostname="127.0.0.1", port=free.getsockname()[1], tls_context=context, require_starttls=True,
        auth_required=True, authenticator=_authenticate,
    )  # fmt: skip
    free.close()
    server.start()
    try:
        yield Office(server.port, str(ca_file), letters)
    finally:
        server.stop()


class TestMailServer(BlockStandardTestSuite):
    """What Prefect asks of every block; its check of the logo would fetch it from the network."""

    test_has_a_valid_image = None

    @pytest.fixture
    def block(self) -> type[MailServer]:
        """The block to hold against them."""
        return MailServer


def test_a_message_arrives(office: Office) -> None:
    office.block().notify("Drei Konten warten.\nBitte prüfen.", "halo-ad: wartet\r\nBcc: eve@example.test")

    (envelope,) = office.letters.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == (
        "halo-ad@example.test", ["admins@example.test", "desk@example.test"],
    )  # fmt: skip
    message = email.message_from_bytes(envelope.content, policy=default)
    assert message["Subject"] == "halo-ad: wartet Bcc: eve@example.test"
    assert message.get_content().replace("\r\n", "\n").strip() == "Drei Konten warten.\nBitte prüfen."


@pytest.mark.parametrize("changes", [{"password": SecretStr("wrong")}, {"ca_file": None}])
def test_nothing_is_sent_to_a_stranger_or_with_a_wrong_password(office: Office, changes: dict[str, Any]) -> None:
    with pytest.raises((smtplib.SMTPAuthenticationError, ssl.SSLCertVerificationError)) as failed:
        office.block(**changes).notify("secret news")

    assert not office.letters.envelopes
    assert SECRET not in str(failed.value)
