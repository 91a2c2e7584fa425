"""Create home folder: the folder first, then homeDirectory and homeDrive, so that none is named in vain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from lifecycle.actions.home_folder import (
    HOME_DRIVE,
    PATH,
    CreateHomeFolder,
    DriveLetter,
    folder_path,
    folder_refusal,
    home_of,
    see_allowed,
)
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.actions.outside import HOME_DIRECTORY, Need
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned, differing
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory.account import Value
from lifecycle.folders.operation import Folder, InTheWay
from lifecycle.folders.rules import refusal_of
from lifecycle.language.macros.place import Place


class CreateHomeFolderParameters(Parameters):
    """A folder of its own for the account: owned by it, and open to nobody else but administrators and the system."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Create home folder",
        writes="the folder with owner and access, then homeDirectory and homeDrive",
        undo="the attributes as they were; the folder goes if nothing is in it",
        tested="SMB shares of a Samba domain controller",
    )
    needs: ClassVar[frozenset[Need]] = frozenset({Need.FOLDER})
    reads: ClassVar[frozenset[str]] = frozenset({HOME_DIRECTORY, HOME_DRIVE})
    action: Literal["create-home-folder"] = "create-home-folder"
    path: str = Field(
        description=r"UNC path with macros, e.g. \\files\home\%sAMAccountName%; the folder above it exists."
    )
    drive: DriveLetter | None = Field("H:", description="Drive letter; null leaves homeDrive as it is.")

    def texts(self) -> Iterator[tuple[str, str, Place]]:
        """The path."""
        yield "path", self.path, "path"

    def paths(self, subject: Subject, sight: Sight) -> tuple[str, ...]:
        """The folder."""
        return (str(folder_path(sight.text(self.path, "path", subject), self.action)),)

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """The folder where it is missing or is not named yet, and the attributes that differ."""
        account = subject.account
        path, held = folder_path(sight.text(self.path, "path", subject), self.action), home_of(account, self.action)
        if held not in {None, path}:
            raise folder_refusal("the account has another home folder; move-home-folder moves it", self.action)
        see_allowed(refusal_of(path, sight.outside.home_roots(), sight.folders_beside(path, account)), self.action)
        found = sight.outside.folder(str(path))
        if isinstance(found, InTheWay):
            raise folder_refusal("something else has its name", self.action)
        sight.claim_folder(path, account)
        if held is None or not isinstance(found, Folder):
            yield CreateHomeFolder(**subject.told(), before={PATH: None}, after={PATH: str(path)})
        wanted: dict[str, Value | None] = {}
        if held is None:
            wanted[HOME_DIRECTORY] = sight.fitted(HOME_DIRECTORY, str(path))
        if self.drive is not None:
            wanted[HOME_DRIVE] = self.drive
        if changed := differing(wanted, subject, sight):
            yield ModifyUser(**subject.told(), **changed)
