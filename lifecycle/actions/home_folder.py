r"""Home folders as changes: made, removed into an archive, and put back from it. Moving has a file of its own.

``before`` and ``after`` hold ``folder.path`` (a UNC path, None where there is no folder) and, where they matter,
``folder.digest`` (:func:`lifecycle.folders.manifest.digest_of`) and ``folder.archive``. The account's homeDirectory is
written by a change of its own, before or behind, so that the directory names a folder only while it is there.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from lifecycle.actions.change import Change, Phase, State
from lifecycle.actions.outside import HOME_DIRECTORY, Need, Outside, RefusalError, System
from lifecycle.actions.outside_change import OutsideChange
from lifecycle.directory.account import Account, Value
from lifecycle.folders.operation import Absent, CreateFolder, DeleteFolder, Folder, FolderState, RestoreFolder
from lifecycle.folders.rules import FolderRefusal
from lifecycle.folders.unc_path import UncPath
from lifecycle.notice import Reason

HOME_DRIVE = "homeDrive"
PATH, DIGEST, ARCHIVE = "folder.path", "folder.digest", "folder.archive"
DriveLetter = Annotated[str, Field(pattern=r"^[A-Z]:$")]


def home_of(account: Account, action: str) -> UncPath | None:
    """The folder that an account names as its home; None where it names none.

    Raises:
        RefusalError: It names something that is no folder on a share.
    """
    text = account.attributes.get(HOME_DIRECTORY)
    return folder_path(str(text), action) if text else None


def folder_path(text: str, action: str) -> UncPath:
    """A text as a UNC path.

    Raises:
        RefusalError: It is none.
    """
    try:
        return UncPath.parse(text)
    except ValueError:
        raise folder_refusal(FolderRefusal.NO_PATH, action) from None


def folder_refusal(why: str, action: str) -> RefusalError:
    """The refusal of a folder; ``why`` is a reason code or a few words, and holds no name."""
    return RefusalError(Reason.TARGET_REFUSED, f"{action}: {why}")


def see_copyable(found: Folder, action: str) -> None:
    """Go on only where a copy or an archive would have all that is in the folder.

    Raises:
        RefusalError: It holds links, or names that SMB cannot show.
    """
    if found.links:
        raise folder_refusal("it holds links, which a copy or an archive cannot keep", action)
    if found.renamed:
        why = f"{len(found.renamed)} names in it cannot be shown over SMB and would be lost; rename them on the server"
        raise folder_refusal(why, action)


def see_removable(found: Folder, action: str) -> None:
    """Go on only where removing the folder removes nothing else.

    Raises:
        RefusalError: The server itself follows a link in it.
    """
    if found.followed:
        why = f"the server follows {len(found.followed)} links in it, so it would remove what they lead to; "
        raise folder_refusal(f"{why}remove the links on the server", action)


def see_allowed(why: FolderRefusal | None, action: str) -> None:
    """Go on only where there is no reason against it.

    Raises:
        RefusalError: There is one.
    """
    if why is not None:
        raise folder_refusal(why, action)


class FolderChange(OutsideChange):
    """What changes of home folders have in common. They may take hours, so each is journalled by itself."""

    phase: ClassVar[Phase] = Phase.MODIFY
    together: ClassVar[int] = 1
    system: ClassVar[System] = System.FILES
    needs: ClassVar[frozenset[Need]] = frozenset({Need.FOLDER})

    @property
    def path(self) -> str:
        """The folder that the change is about: the one that is there before it, else the one that it makes."""
        return str(self.before.get(PATH) or self.after[PATH])

    def paths(self) -> tuple[str, ...]:
        """The folder."""
        return (self.path,)

    def own_folders(self) -> tuple[str, ...]:
        """No other account may have it."""
        return (self.path,)

    def _found(self, outside: Outside) -> FolderState:
        return outside.folder(self.path)


class CreateHomeFolder(FolderChange):
    """``after`` holds the path. A folder that is there already is taken only if owner and access are as wanted."""

    together: ClassVar[int] = 64
    verb: ClassVar[str] = "home folders to make"
    action: Literal["create-home-folder"] = "create-home-folder"

    def state_outside(self, outside: Outside) -> State:
        """Whose a folder is that is there, the server says when it is asked to make it."""
        return State.AS_PLANNED if isinstance(self._found(outside), Absent | Folder) else State.DRIFTED

    def operation(self, account: Account, outside: Outside) -> CreateFolder:  # noqa: ARG002
        """One folder, owned by the account as it is now."""
        return CreateFolder(UncPath.parse(self.path), account.sid)

    def undone(self, account: str) -> Change | None:
        """The folder goes, as long as it is empty."""
        return DeleteHomeFolder(**self.swapped(account), only_empty=True)


class DeleteHomeFolder(FolderChange):
    """``before`` holds path and digest, ``after`` the archive where one is made. Without one the digest must hold."""

    verb: ClassVar[str] = "home folders to delete"
    action: Literal["delete-home-folder"] = "delete-home-folder"
    only_empty: bool = Field(False, description="Whether it goes only if nothing is in it.")

    def state_outside(self, outside: Outside) -> State:
        """With an archive whatever is there is kept; else it must be what the plan saw."""
        found = self._found(outside)
        if isinstance(found, Absent):
            return State.DONE_ALREADY
        if not isinstance(found, Folder):
            return State.DRIFTED
        if self.only_empty:
            return State.DRIFTED if found.count else State.AS_PLANNED
        same = self.before.get(DIGEST) == found.digest
        return State.AS_PLANNED if same or self.after.get(ARCHIVE) else State.DRIFTED

    def operation(self, account: Account, outside: Outside) -> DeleteFolder:  # noqa: ARG002
        """Archived, read back and compared, then removed; or removed as it was seen just now."""
        found, archive = self._found(outside), self.after.get(ARCHIVE)
        return DeleteFolder(
            UncPath.parse(self.path),
            UncPath.parse(str(archive)) if archive else None,
            found.digest if isinstance(found, Folder) and not archive else "",
        )

    def undone(self, account: str) -> Change | None:
        """Back from the archive; an empty folder is made anew; nothing where nothing was kept."""
        other = self.swapped(account)
        if self.only_empty:
            return CreateHomeFolder(**other)
        return RestoreHomeFolder(**other) if self.after.get(ARCHIVE) else None


class RestoreHomeFolder(FolderChange):
    """``before`` holds the archive, ``after`` path and digest."""

    verb: ClassVar[str] = "home folders to put back"
    action: Literal["restore-home-folder"] = "restore-home-folder"

    def state_outside(self, outside: Outside) -> State:
        """By the digest, where something is there."""
        found = self._found(outside)
        if isinstance(found, Absent):
            return State.AS_PLANNED
        same = isinstance(found, Folder) and found.digest == self.after.get(DIGEST)
        return State.DONE_ALREADY if same else State.DRIFTED

    def operation(self, account: Account, outside: Outside) -> RestoreFolder:  # noqa: ARG002
        """The archive stays."""
        return RestoreFolder(UncPath.parse(str(self.before[ARCHIVE])), UncPath.parse(self.path))

    def undone(self, account: str) -> Change | None:
        """Into the archive again."""
        return DeleteHomeFolder(**self.swapped(account))


def before_folder(path: UncPath, found: Folder) -> dict[str, Value | None]:
    """What a plan says of a folder that is there."""
    return {PATH: str(path), DIGEST: found.digest}
