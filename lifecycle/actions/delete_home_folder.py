"""Delete home folder: the folder first, then homeDirectory and homeDrive.

In that order a run that is killed in between leaves the path where the next run finds it; the other way round it would
leave a folder that nobody knows of.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from lifecycle.actions.home_folder import (
    ARCHIVE,
    HOME_DRIVE,
    PATH,
    DeleteHomeFolder,
    before_folder,
    folder_path,
    folder_refusal,
    home_of,
    see_allowed,
    see_copyable,
    see_removable,
)
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.actions.outside import HOME_DIRECTORY, Need
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned, differing
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory.account import Value
from lifecycle.folders.operation import Folder, InTheWay
from lifecycle.folders.rules import refusal_of
from lifecycle.folders.unc_path import UncPath
from lifecycle.language.macros.place import Place

NONE = "none"


class DeleteHomeFolderParameters(Parameters):
    """The account's home folder goes, into an archive or for good; a time of grace is what ``after`` says."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Delete home folder",
        writes="the folder into a ZIP file, read back and compared, then away; homeDirectory and homeDrive cleared",
        undo="back from the archive, rights and times included, and the attributes; none without an archive",
        tested="SMB shares of a Samba domain controller",
    )
    needs: ClassVar[frozenset[Need]] = frozenset({Need.FOLDER})
    reads: ClassVar[frozenset[str]] = frozenset({HOME_DIRECTORY, HOME_DRIVE})
    action: Literal["delete-home-folder"] = "delete-home-folder"
    archive: str = Field(
        description=r"UNC path of a ZIP file with macros, e.g. \\files\archive\%sAMAccountName%-%ad.employeeID%.zip, "
        "below an archive root of the file servers; or none, which keeps nothing and must be said."
    )

    @field_validator("archive")
    @classmethod
    def _is_zip(cls, given: str) -> str:
        if given != NONE and not given.lower().endswith(".zip"):
            raise ValueError("is none, or a UNC path whose name ends in .zip")
        return given

    def texts(self) -> Iterator[tuple[str, str, Place]]:
        """The archive."""
        if self.archive != NONE:
            yield "archive", self.archive, "path"

    def paths(self, subject: Subject, sight: Sight) -> tuple[str, ...]:  # noqa: ARG002
        """The folder."""
        path = home_of(subject.account, self.action)
        return (str(path),) if path is not None else ()

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """The folder where there is one, and the attributes that have values."""
        path = home_of(subject.account, self.action)
        if path is not None:
            beside = sight.folders_beside(path, subject.account)
            see_allowed(refusal_of(path, sight.outside.home_roots(), beside), self.action)
            found = sight.outside.folder(str(path))
            if isinstance(found, InTheWay):
                raise folder_refusal("it is no folder", self.action)
            if isinstance(found, Folder):
                yield self._deletion(path, found, subject, sight)
        if cleared := differing({HOME_DIRECTORY: None, HOME_DRIVE: None}, subject, sight):
            yield ModifyUser(**subject.told(), **cleared)

    def _deletion(self, path: UncPath, found: Folder, subject: Subject, sight: Sight) -> DeleteHomeFolder:
        after: dict[str, Value | None] = {PATH: None}
        see_removable(found, self.action)
        if self.archive != NONE:
            see_copyable(found, self.action)
            after[ARCHIVE] = str(folder_path(sight.text(self.archive, "path", subject), self.action))
        return DeleteHomeFolder(**subject.told(), before=before_folder(path, found), after=after)
