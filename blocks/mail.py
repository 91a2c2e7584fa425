"""The block of a mail server that notifications are sent through."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from typing import Literal

from prefect.blocks.abstract import NotificationBlock
from pydantic import ConfigDict, Field, HttpUrl, SecretStr

from lifecycle.errors import ConfigurationError


class MailServer(NotificationBlock):
    """Sends notifications as e-mail, over an encrypted connection alone.

    Attributes:
        host: Name of the server, as its certificate has it.
        port: Port.
        encryption: How the connection is encrypted.
        user_name: Whom to log on as; empty logs nobody on.
        password: Their password.
        sender: Address that the messages come from.
        recipients: Addresses that they go to.
        ca_file: PEM file with the authority that signed the server's certificate.
        timeout_s: Longest silence, seconds.

    Example:
        Send a message:
        ```python
        from blocks.mail import MailServer

        mail_server = MailServer.load("BLOCK_NAME")
        mail_server.notify("It works.", "halo-ad")
        ```
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    _block_type_name = "HaloITSM-AD Mail Server"
    _block_type_slug = "halo-ad-mail-server"
    _documentation_url = HttpUrl("https://www.rfc-editor.org/rfc/rfc5321")

    host: str = Field(description="Name of the server, as its certificate has it.", examples=["smtp.example.test"])
    port: int = Field(default=587, description="Port: 587 for starttls, 465 for tls.")
    encryption: Literal["starttls", "tls"] = Field(
        default="starttls", description="starttls begins in the clear and goes on encrypted, or ends; tls is encrypted."
    )
    user_name: str = Field(default="", description="Whom to log on as; empty logs nobody on.")
    password: SecretStr = Field(default=SecretStr(""), description="Their password.")
    sender: str = Field(description="Address that the messages come from.", examples=["halo-ad@example.test"])
    recipients: list[str] = Field(description="Addresses that they go to.", min_length=1)
    ca_file: str | None = Field(
        default=None, description="PEM file with the authority that signed the certificate; the system's without one."
    )
    timeout_s: float = Field(default=30.0, description="Longest silence, seconds.")

    def notify(self, body: str, subject: str | None = None) -> None:  # type: ignore[override]  # Prefect's own are either
        """Send a message.

        Raises:
            ConfigurationError: The file of certificate authorities cannot be read.
            OSError, smtplib.SMTPException: It could not be sent.
        """
        message = EmailMessage()
        message["From"], message["To"] = self.sender, ", ".join(self.recipients)
        message["Subject"] = " ".join((subject or "halo-ad").split())
        message.set_content(body)
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
        except OSError:
            raise ConfigurationError("mail server block", "ca_file", "cannot be read as PEM") from None
        if self.encryption == "tls":
            with smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout_s, context=context) as server:
                self._send(server, message)
        else:
            with smtplib.SMTP(self.host, self.port, timeout=self.timeout_s) as server:
                server.starttls(context=context)
                self._send(server, message)

    def _send(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        if self.user_name:
            server.login(self.user_name, self.password.get_secret_value())
        server.send_message(message)
