"""What lies outside the directory and belongs to an account, as values: what is asked for, and what was found.

It is looked up before planning, and again before a write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lifecycle.cloud.user import CloudUser
from lifecycle.directory.account import Value
from lifecycle.directory.picture import Picture
from lifecycle.folders.operation import FolderState
from lifecycle.folders.unc_path import UncPath
from lifecycle.mail.mailbox import Mailbox
from lifecycle.notice import Reason


class RefusalError(Exception):
    """The action cannot be planned for this account; ``about`` holds no value."""

    def __init__(self, reason: Reason, about: str = "") -> None:
        super().__init__(reason, about)
        self.reason, self.about = reason, about


HOME_DIRECTORY = "homeDirectory"
"""LDAP attribute that names an account's home folder ([MS-ADA1] 2.293)."""


class System(StrEnum):
    """Where accounts reach into; the value is the key by which an automation names its block."""

    CLOUD = "microsoft_365"
    MAIL = "exchange"
    FILES = "file_servers"
    SCRIPTS = "scripts"
    PHOTOS = "photos"
    DIRECTORY = "directory"
    """The directory itself, for what is too large to be read of every account."""


class Need(StrEnum):
    """What is looked up about an account besides its attributes; each may cost a request an account."""

    CLOUD_USER = "cloud-user"
    CLOUD_PHOTO = "cloud-photo"
    CLOUD_REPLIES = "cloud-replies"
    MAILBOX = "mailbox"
    AUTO_REPLY = "auto-reply"
    LOST_MAILBOX = "lost-mailbox"
    """The mailbox that the account had, where the change, or the journal, says which one that was."""
    SKYPE = "skype"
    """Nothing is looked up: Skype for Business is written to, and what it did stands in the directory."""
    FOLDER = "folder"
    SCRIPT = "script"
    PHOTO = "photo"
    """A picture, from a file."""
    HELD_PHOTOS = "held-photos"
    """The pictures that the account bears in the directory."""

    @property
    def system(self) -> System:
        """Where."""
        return _SYSTEMS[self]


_SYSTEMS = {
    Need.CLOUD_USER: System.CLOUD,
    Need.CLOUD_PHOTO: System.CLOUD,
    Need.CLOUD_REPLIES: System.CLOUD,
    Need.MAILBOX: System.MAIL,
    Need.AUTO_REPLY: System.MAIL,
    Need.LOST_MAILBOX: System.MAIL,
    Need.SKYPE: System.MAIL,
    Need.FOLDER: System.FILES,
    Need.SCRIPT: System.SCRIPTS,
    Need.PHOTO: System.PHOTOS,
    Need.HELD_PHOTOS: System.DIRECTORY,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be looked up.

    Args:
        accounts: Need → accounts, by objectGUID.
        paths: Folders, as UNC paths.
        scripts: Scripts, as paths below their folder.
        lost_mailboxes: Account → GUID and database of the mailbox that it had.
        photos: Files with pictures, as paths below their folder.
    """

    accounts: Mapping[Need, frozenset[str]] = field(default_factory=dict)
    paths: frozenset[str] = frozenset()
    scripts: frozenset[str] = frozenset()
    lost_mailboxes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    photos: frozenset[str] = frozenset()

    @property
    def systems(self) -> frozenset[System]:
        """Which systems have to be asked."""
        return frozenset(need.system for need in self.accounts)


@dataclass(frozen=True, slots=True)
class Outside:
    """What was looked up; who has nothing there is absent.

    Args:
        users: objectGUID → user of Microsoft 365.
        mailboxes: objectGUID → mailbox.
        folders: UNC path, as it was asked for → how the folder stands.
        roots: Folders below which home folders stand.
        digests: Script → SHA-256 of what it is now.
        photos: File → the picture in it; absent where there is no file.
        held_photos: objectGUID → LDAP attributes with the pictures that the account bears.
        refused: Folders, scripts and photos that were asked for in vain, and why in a few words.
        unread_folders: Folders on servers that refused our account, and why in a few words.
        unread: Systems that could not be read, and why in a few words.
        unread_of: System and account, where that account alone could not be read: the reason, and why in a few words.
    """

    users: Mapping[str, CloudUser] = field(default_factory=dict)
    mailboxes: Mapping[str, Mailbox] = field(default_factory=dict)
    folders: Mapping[str, FolderState] = field(default_factory=dict)
    roots: tuple[UncPath, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    photos: Mapping[str, Picture] = field(default_factory=dict, repr=False)
    held_photos: Mapping[str, Mapping[str, Value]] = field(default_factory=dict, repr=False)
    refused: Mapping[str, str] = field(default_factory=dict)
    unread_folders: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[System, str] = field(default_factory=dict)
    unread_of: Mapping[tuple[System, str], tuple[Reason, str]] = field(default_factory=dict)

    def user(self, guid: str) -> CloudUser | None:
        """The account's user in Microsoft 365.

        Raises:
            RefusalError: It could not be read: that is not the same as none.
        """
        self._require(System.CLOUD)
        return self.users.get(guid)

    def mailbox(self, guid: str) -> Mailbox | None:
        """The account's mailbox; of one that it had, where that was asked for, :attr:`Mailbox.is_disconnected` is true.

        Raises:
            RefusalError: As above; also where the server does not know the account, or not yet.
        """
        self._require(System.MAIL)
        if why := self.unread_of.get((System.MAIL, guid)):
            raise RefusalError(*why)
        return self.mailboxes.get(guid)

    def folder(self, path: str) -> FolderState:
        """How a folder stands that was asked for.

        Raises:
            RefusalError: As above.
        """
        self._require(System.FILES)
        if why := self.unread_folders.get(path):
            raise RefusalError(Reason.TARGET_UNREAD, f"{System.FILES.value}: {why}")
        self._require_one(System.FILES, path)
        return self.folders[path]

    def home_roots(self) -> tuple[UncPath, ...]:
        """Folders below which home folders stand.

        Raises:
            RefusalError: As above.
        """
        self._require(System.FILES)
        return self.roots

    def photo(self, name: str) -> Picture | None:
        """The picture in a file that was asked for; None where there is no such file.

        Raises:
            RefusalError: As above.
        """
        self._require(System.PHOTOS)
        self._require_one(System.PHOTOS, name)
        return self.photos.get(name)

    def held(self, guid: str) -> Mapping[str, Value]:
        """The pictures that an account bears in the directory.

        Raises:
            RefusalError: As above.
        """
        self._require(System.DIRECTORY)
        return self.held_photos.get(guid, {})

    def digest(self, script: str) -> str:
        """SHA-256 of a script that was asked for.

        Raises:
            RefusalError: As above.
        """
        self._require(System.SCRIPTS)
        self._require_one(System.SCRIPTS, script)
        return self.digests[script]

    def _require_one(self, system: System, name: str) -> None:
        if name in self.refused:
            raise RefusalError(Reason.TARGET_REFUSED, f"{system.value}: {self.refused[name]}")

    def _require(self, system: System) -> None:
        if system in self.unread:
            raise RefusalError(Reason.TARGET_UNREAD, f"{system.value}: {self.unread[system]}")
