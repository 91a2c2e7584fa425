"""The block of a directory: how to reach a domain controller, and as whom."""

from __future__ import annotations

from contextlib import AbstractContextManager

from prefect.blocks.core import Block
from pydantic import Field, HttpUrl, SecretStr

from lifecycle.ports.directory.client import ActiveDirectory, open_directory
from lifecycle.ports.directory.connection import DirectoryConnection


class ActiveDirectoryCredentials(Block):
    """A domain controller and the delegated account that works on it.

    The account should be a plain one with rights below the managed OUs only; never a domain administrator.

    Attributes:
        host: Name or address of a domain controller, as its certificate bears it.
        user: userPrincipalName of the account.
        password: Its password.
        port: LDAPS port.
        ca_file: PEM file of the authority that signed the controller's certificate.
        timeout_s: Longest wait for an answer.

    Example:
        Count the accounts of a domain:
        ```python
        from blocks.directory import ActiveDirectoryCredentials

        credentials = ActiveDirectoryCredentials.load("BLOCK_NAME")
        with credentials.open() as directory:
            print(len(directory.view(("department",)).accounts))
        ```
    """

    _block_type_name = "HaloITSM-AD Active Directory Credentials"
    _block_type_slug = "halo-ad-active-directory"
    _documentation_url = HttpUrl("https://learn.microsoft.com/windows/win32/ad/active-directory-domain-services")

    host: str = Field(description="Name or address of a domain controller, as its certificate bears it.")
    user: str = Field(description="User principal name of the delegated account.")
    password: SecretStr = Field(description="Password of the delegated account.")
    port: int = Field(default=636, ge=1, le=65535, description="LDAPS port.")
    ca_file: str | None = Field(
        default=None,
        title="CA file",
        description="PEM file of the authority that signed the certificate; the system's authorities without it.",
    )
    timeout_s: float = Field(default=60.0, ge=1, title="Timeout", description="Longest wait for an answer, in seconds.")

    def connection(self) -> DirectoryConnection:
        """The settings of a connection."""
        return DirectoryConnection(
            host=self.host,
            user=self.user,
            password=self.password.get_secret_value(),
            port=self.port,
            ca_file=self.ca_file,
            timeout_s=self.timeout_s,
        )

    def open(self) -> AbstractContextManager[ActiveDirectory]:
        """A connected directory; closed at the end of the ``with``.

        Raises:
            DirectoryUnavailableError: No connection, or the certificate is not trusted.
            DirectoryError: The account may not bind.
        """
        return open_directory(self.connection())
