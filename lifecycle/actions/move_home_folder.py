"""Move home folder: copied and compared, then named by the account, then removed from its old place.

Three changes behind each other, each of which a failure of the one before holds back. Until the account names the copy
the old folder is there, whole; what is left of it after that is remembered until it is removed. On one share the folder
is renamed instead, which is one step.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from lifecycle.actions.change import Change, State
from lifecycle.actions.home_folder import (
    DIGEST,
    HOME_DRIVE,
    PATH,
    DriveLetter,
    FolderChange,
    before_folder,
    folder_path,
    folder_refusal,
    home_of,
    see_allowed,
    see_copyable,
)
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.actions.outside import HOME_DIRECTORY, Need, Outside, RefusalError
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned, differing
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory.account import Account, Value
from lifecycle.folders.operation import Absent, Folder, InTheWay, MoveFolder, MoveStage
from lifecycle.folders.rules import move_refusal, refusal_of
from lifecycle.folders.unc_path import UncPath
from lifecycle.language.macros.place import Place
from lifecycle.notice import Reason


class CopyHomeFolder(FolderChange):
    """``before`` holds the old path and its digest, ``after`` the new path. Undone without a digest: as it is now."""

    verb: ClassVar[str] = "home folders to copy"
    bears: ClassVar[bool] = True
    action: Literal["copy-home-folder"] = "copy-home-folder"

    def paths(self) -> tuple[str, ...]:
        """Both places."""
        return self.path, str(self.after[PATH])

    def own_folders(self) -> tuple[str, ...]:
        """Both places."""
        return self.paths()

    def state_outside(self, outside: Outside) -> State:
        """A copy that is there is compared once more, contents and all, before it counts."""
        source, target = (outside.folder(path) for path in self.paths())
        if not isinstance(source, Folder) or self.before.get(DIGEST, source.digest) != source.digest:
            return State.DRIFTED
        is_copy = isinstance(target, Folder) and target.digest == source.digest
        return State.AS_PLANNED if isinstance(target, Absent) or is_copy else State.DRIFTED

    def operation(self, account: Account, outside: Outside) -> MoveFolder:  # noqa: ARG002
        """Copied under another name, compared, and given its name."""
        source, target = map(UncPath.parse, self.paths())
        return MoveFolder(source, target, (MoveStage.COPY, MoveStage.VERIFY), str(self.before.get(DIGEST, "")))

    def undone(self, account: str) -> Change | None:
        """The copy goes."""
        kept = str(self.before[PATH])
        back = {**self.swapped(account), "before": {PATH: self.after[PATH]}, "after": {PATH: None}}
        return RemoveOldHomeFolder(**back, kept=kept)


class RemoveOldHomeFolder(FolderChange):
    """``before`` holds the old path, and the digest with which it was compared with the copy that is ``kept``."""

    verb: ClassVar[str] = "old home folders to remove"
    reads: ClassVar[frozenset[str]] = frozenset({HOME_DIRECTORY})
    action: Literal["remove-old-home-folder"] = "remove-old-home-folder"
    kept: str = Field(description="UNC path of the copy.")

    def state_outside(self, outside: Outside) -> State:
        """Only what is as it was compared may go."""
        found = self._found(outside)
        if isinstance(found, Absent):
            return State.DONE_ALREADY
        same = isinstance(found, Folder) and self.before.get(DIGEST, found.digest) == found.digest
        return State.AS_PLANNED if same else State.DRIFTED

    def fits(self, account: Account) -> bool:
        """The account must not name what is removed."""
        text = account.attributes.get(HOME_DIRECTORY)
        try:
            return not (text and UncPath.parse(str(text)).is_related(UncPath.parse(self.path)))
        except ValueError:
            return True

    def operation(self, account: Account, outside: Outside) -> MoveFolder:  # noqa: ARG002
        """Without a digest both are compared once more."""
        places = UncPath.parse(self.path), UncPath.parse(self.kept)
        return MoveFolder(*places, (MoveStage.REMOVE_SOURCE,), str(self.before.get(DIGEST, "")))

    def undone(self, account: str) -> Change | None:
        """Copied back."""
        back = {**self.swapped(account), "before": {PATH: self.kept}, "after": {PATH: self.before[PATH]}}
        return CopyHomeFolder(**back)


class RenameHomeFolder(FolderChange):
    """``before`` and ``after`` hold the paths, both on one share."""

    verb: ClassVar[str] = "home folders to rename"
    action: Literal["rename-home-folder"] = "rename-home-folder"

    def paths(self) -> tuple[str, ...]:
        """Both places."""
        return self.path, str(self.after[PATH])

    def own_folders(self) -> tuple[str, ...]:
        """Both places."""
        return self.paths()

    def state_outside(self, outside: Outside) -> State:
        """By where the folder is; what is in it goes along."""
        source, target = (outside.folder(path) for path in self.paths())
        if isinstance(source, Folder) and isinstance(target, Absent):
            return State.AS_PLANNED
        is_moved = isinstance(source, Absent) and isinstance(target, Folder)
        return State.DONE_ALREADY if is_moved else State.DRIFTED

    def operation(self, account: Account, outside: Outside) -> MoveFolder:  # noqa: ARG002
        """One step."""
        return MoveFolder(UncPath.parse(self.path), UncPath.parse(str(self.after[PATH])))

    def undone(self, account: str) -> Change | None:
        """The other way round."""
        return RenameHomeFolder(**self.swapped(account))


class MoveHomeFolderParameters(Parameters):
    """The account's home folder stands elsewhere from now on, with all rights, times and attributes."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Move home folder",
        writes="a copy that is compared to the last byte, then homeDirectory, then the old folder away; or a new name",
        undo="the way back, with what is in the folder by then",
        tested="SMB shares of a Samba domain controller",
    )
    needs: ClassVar[frozenset[Need]] = frozenset({Need.FOLDER})
    reads: ClassVar[frozenset[str]] = frozenset({HOME_DIRECTORY, HOME_DRIVE})
    action: Literal["move-home-folder"] = "move-home-folder"
    to: str = Field(description=r"UNC path with macros, e.g. \\files2\home\%sAMAccountName%.")
    drive: DriveLetter | None = Field(None, description="Drive letter; null leaves homeDrive as it is.")
    remove_source: bool = Field(True, description="Whether the old folder is removed.")

    def texts(self) -> Iterator[tuple[str, str, Place]]:
        """The new place."""
        yield "to", self.to, "path"

    def paths(self, subject: Subject, sight: Sight) -> tuple[str, ...]:
        """The old place, the new one, and what earlier moves left."""
        source = home_of(subject.account, self.action)
        if source is None:
            return ()
        left = (one.source for one in sight.left_behind(subject.account))
        return tuple(dict.fromkeys((str(source), str(self._target(subject, sight)), *left)))

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """What is left to do of the move."""
        source, target = home_of(subject.account, self.action), self._target(subject, sight)
        if source is None:
            return
        if source == target:
            yield from self._rest(target, subject, sight)
            return
        beside = (*sight.folders_beside(source, subject.account), *sight.folders_beside(target, subject.account))
        see_allowed(move_refusal(source, target, sight.outside.home_roots(), beside), self.action)
        yield from self._move(source, target, subject, sight)
        sight.claim_folder(target, subject.account)

    def _move(self, source: UncPath, target: UncPath, subject: Subject, sight: Sight) -> Planned:
        there, taken = sight.outside.folder(str(source)), sight.outside.folder(str(target))
        may_rename = source.shares_with(target) and self.remove_source
        told = subject.told()
        if isinstance(there, Absent) and isinstance(taken, Folder) and may_rename:
            yield from self._naming(target, subject, sight)  # a run was killed between the two steps
            return
        if isinstance(there, Absent):
            raise RefusalError(Reason.TARGET_MISSING, self.action)
        if isinstance(there, InTheWay):
            raise folder_refusal("it is no folder", self.action)
        is_copy = isinstance(taken, Folder) and taken.digest == there.digest
        if not isinstance(taken, Absent) and not is_copy:
            raise folder_refusal("something else is at its new place", self.action)
        if may_rename and not is_copy:
            yield RenameHomeFolder(**told, before={PATH: str(source)}, after={PATH: str(target)})
            yield from self._naming(target, subject, sight)
            return
        see_copyable(there, self.action)
        yield CopyHomeFolder(**told, before=before_folder(source, there), after={PATH: str(target)})
        yield from self._naming(target, subject, sight)
        if self.remove_source:
            yield RemoveOldHomeFolder(
                **told, before=before_folder(source, there), after={PATH: None}, kept=str(target)
            )  # fmt: skip

    def _naming(self, target: UncPath, subject: Subject, sight: Sight) -> Planned:
        wanted: dict[str, Value | None] = {HOME_DIRECTORY: sight.fitted(HOME_DIRECTORY, str(target))}
        if self.drive is not None:
            wanted[HOME_DRIVE] = self.drive
        if changed := differing(wanted, subject, sight):
            yield ModifyUser(**subject.told(), **changed)

    def _rest(self, target: UncPath, subject: Subject, sight: Sight) -> Planned:
        """Old folders that could not be removed when they were moved: in use then, or the run was killed."""
        if not self.remove_source:
            return
        for left in sight.left_behind(subject.account):
            old = folder_path(left.source, self.action)
            if folder_path(left.target, self.action) != target or old == target:
                continue
            beside = sight.folders_beside(old, subject.account)
            see_allowed(refusal_of(old, sight.outside.home_roots(), beside), self.action)
            found = sight.outside.folder(left.source)
            if isinstance(found, Absent):
                continue
            if not isinstance(found, Folder) or found.digest != left.digest:
                raise folder_refusal("the old folder has changed since it was copied", self.action)
            yield RemoveOldHomeFolder(
                **subject.told(), before=before_folder(old, found), after={PATH: None}, kept=str(target)
            )  # fmt: skip

    def _target(self, subject: Subject, sight: Sight) -> UncPath:
        return folder_path(sight.text(self.to, "path", subject), self.action)
