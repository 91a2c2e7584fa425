"""The block of file servers: whom to log on as, and below which folders."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Literal

from prefect.blocks.core import Block
from pydantic import ConfigDict, Field, HttpUrl, SecretStr, field_validator

from lifecycle.folders.unc_path import UncPath
from lifecycle.ports.files.client import FileServers, open_folders
from lifecycle.ports.files.connection import FileConnection, OnLogon, silent


class FileServerCredentials(Block):
    r"""The file servers with people's home folders, and the account that works on them.

    The account needs full control below the roots and, to give folders to their owners, the right to restore files
    (on Windows: a member of the server's Backup Operators); never a domain administrator.

    Attributes:
        user: Name of the account.
        password: Its password.
        domain: NetBIOS or DNS name of its domain, for NTLM.
        realm: Its Kerberos realm.
        roots: Folders below which home folders stand, ``\\server\share\folder``.
        archive_roots: Folders below which archives of home folders are kept.
        require_encryption: Whether contents must be encrypted on the way.
        authentication: How the account proves itself.
        port: SMB port.
        timeout_s: Longest wait for an answer.

    Example:
        Count what is in a home folder:
        ```python
        from blocks.files import FileServerCredentials
        from lifecycle.folders.unc_path import UncPath

        credentials = FileServerCredentials.load("BLOCK_NAME")
        with credentials.open() as folders:
            print(folders.state(UncPath.parse("//files/home/ada")))
        ```
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    _block_type_name = "HaloITSM-AD File Server Credentials"
    _block_type_slug = "halo-ad-file-server"
    _documentation_url = HttpUrl(
        "https://learn.microsoft.com/windows-server/storage/file-server/file-server-smb-overview"
    )

    user: str = Field(description="Account that works on the file servers, as user or user@domain.")
    password: SecretStr = Field(description="Password of the account.")
    domain: str = Field(
        default="",
        description="NetBIOS or DNS name of the account's domain, for NTLM; empty where the user name has it.",
    )
    realm: str = Field(
        default="",
        description="Kerberos realm of the account as the domain spells it, e.g. CORP.EXAMPLE.TEST; what follows the @ "
        "of the user is not taken for it. Empty for the default realm of the machine's krb5.conf.",
    )
    roots: list[str] = Field(
        description=r"Folders below which home folders stand, as \\server\share or \\server\share\folder; nothing "
        "outside of them is read, written or removed.",
        min_length=1,
    )
    archive_roots: list[str] = Field(
        default=[], description="Folders below which archives of home folders are kept, in the same form."
    )
    require_encryption: bool = Field(
        default=True,
        description="Refuse a server that does not encrypt what is sent. Without it everything is signed all the same.",
    )
    authentication: Literal["negotiate", "ntlm", "kerberos"] = Field(
        default="negotiate",
        description="How the account proves itself. negotiate takes Kerberos where it gives a ticket, else NTLM; the "
        "run's log says which of the two it was. Kerberos needs the package smbprotocol[kerberos], the realm, and "
        "servers by their names.",
    )
    port: int = Field(default=445, ge=1, le=65535, description="SMB port.")
    timeout_s: float = Field(default=60.0, ge=1, title="Timeout", description="Longest wait for an answer, in seconds.")

    @field_validator("roots", "archive_roots")
    @classmethod
    def _are_paths(cls, given: list[str]) -> list[str]:
        for text in given:
            UncPath.parse(text)
        return given

    def connection(self) -> FileConnection:
        """The settings of connections."""
        return FileConnection(
            user=self.user,
            password=self.password.get_secret_value(),
            domain=self.domain,
            realm=self.realm,
            roots=tuple(map(UncPath.parse, self.roots)),
            archive_roots=tuple(map(UncPath.parse, self.archive_roots)),
            require_encryption=self.require_encryption,
            authentication=self.authentication,
            port=self.port,
            timeout_s=self.timeout_s,
        )

    def open(self, on_logon: OnLogon = silent) -> AbstractContextManager[FileServers]:
        """The file servers, each connected when it is first needed, until the end of the ``with``.

        Args:
            on_logon: Called with each server's name and how the account proved itself there.
        """
        return open_folders(self.connection(), on_logon)
