"""Deleting a folder: renamed first, compared once more under a name that nobody uses, then removed.

So a folder is never half there under its own name, wherever the deletion is interrupted.
"""

from __future__ import annotations

from lifecycle.answer import Answer
from lifecycle.folders.manifest import Entry, digest_of
from lifecycle.folders.operation import DeleteFolder, OnProgress
from lifecycle.folders.unc_path import UncPath
from lifecycle.ports.files.archive import archive_folder
from lifecycle.ports.files.failures import Reason, refused
from lifecycle.ports.files.listing import look, see_removable, tree_of
from lifecycle.ports.files.place import Place
from lifecycle.ports.files.removing import remove_tree
from lifecycle.ports.files.renaming import rename_folder
from lifecycle.ports.files.workplace import LEAVING, REMOVED, Workplace


def delete_folder(work: Workplace, delete: DeleteFolder, on_progress: OnProgress) -> Answer:
    """Delete a folder, archived first when that is asked for.

    Raises:
        TargetError: The folder could not be archived, or not be removed; it is whole, or the archive is.
    """
    put_back(work, delete.path)
    digest = ""
    if look(work.exchange, work.place(delete.path)) is None:
        if delete.archive is not None and look(work.exchange, work.place(delete.archive)) is None:
            raise refused("delete", Reason.NOTHING_THERE)
    elif delete.archive is not None:
        answer = archive_folder(work, delete.path, delete.archive, on_progress)
        if not answer.ok:
            return answer
        digest = answer.detail
    removed = remove_folder(work, delete.path, digest or delete.digest, on_progress)
    return Answer(0, "deleted", digest) if removed else Answer(0, "done already")


def remove_folder(work: Workplace, path: UncPath, digest: str, on_progress: OnProgress) -> bool:
    """Remove a folder that is known to be kept elsewhere, or to be kept nowhere.

    Args:
        work: Where.
        path: The folder.
        digest: What it must still be; empty where that does not matter.
        on_progress: Told now and then.

    Returns:
        Whether there was anything to remove.

    Raises:
        TargetError: It changed since, and is as it was; or not all could be removed, and sending it again goes on.
    """
    place = work.place(path)
    leaving, removed = work.place(path.beside(LEAVING)), work.place(path.beside(REMOVED))
    rest = look(work.exchange, removed) is not None
    remove_tree(work.exchange, removed, on_progress)
    found = look(work.exchange, place)
    if found is None:
        return rest
    if not is_folder(found):
        raise refused("remove", Reason.IN_THE_WAY)
    _see_unchanged(work, place, digest)
    _rename(work, place, leaving)
    try:
        _see_unchanged(work, leaving, digest)  # what was written between the look and the new name
    except Exception:
        _rename(work, leaving, place)
        raise
    _rename(work, leaving, removed)
    remove_tree(work.exchange, removed, on_progress)
    return True


def put_back(work: Workplace, path: UncPath) -> None:
    """Undo the first step of a removal that was interrupted before the second: it is then begun anew."""
    leaving = work.place(path.beside(LEAVING))
    found = look(work.exchange, leaving)
    if found is not None:
        if not is_folder(found):
            raise refused("put back", Reason.IN_THE_WAY)
        _rename(work, leaving, work.place(path))


def folder_at(work: Workplace, place: Place) -> Entry:
    """The folder that is there.

    Raises:
        TargetError: Nothing is, or something else.
    """
    found = look(work.exchange, place)
    if found is None:
        raise refused("look", Reason.NOTHING_THERE)
    if not is_folder(found):
        raise refused("look", Reason.IN_THE_WAY)
    return found


def is_folder(entry: Entry) -> bool:
    """Whether it is a folder, and no link to one."""
    return entry.is_folder and not entry.is_link


def _see_unchanged(work: Workplace, place: Place, digest: str) -> None:
    tree = tree_of(work.exchange, place, folder_at(work, place))
    see_removable(tree, "remove")
    if digest and digest_of(tree.values()) != digest:
        raise refused("remove", Reason.CHANGED_MEANWHILE)


def _rename(work: Workplace, place: Place, other: Place) -> None:
    if not rename_folder(work.exchange, place, other.path):
        raise refused("remove", Reason.IN_THE_WAY)
