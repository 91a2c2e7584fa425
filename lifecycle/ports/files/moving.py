"""Moving, deleting and making folders, so that each may be interrupted at any point and sent again.

Until a copy is whole and compared it stands beside its place under a temporary name; what is to be removed is renamed
first, which is one step, and compared once more under the name that nobody else uses. So no folder is ever half there
under its own name.
"""

from __future__ import annotations

from lifecycle.answer import Answer
from lifecycle.folders.descriptor import home_folder_descriptor
from lifecycle.folders.manifest import Entry, digest_of
from lifecycle.folders.metadata import Metadata
from lifecycle.folders.operation import CreateFolder, DeleteFolder, MoveFolder, MoveStage, OnProgress
from lifecycle.folders.unc_path import UncPath
from lifecycle.ports.files.archive import archive_folder
from lifecycle.ports.files.copying import Copied, copy_tree
from lifecycle.ports.files.describing import describe, make_folder
from lifecycle.ports.files.failures import Reason, refused
from lifecycle.ports.files.listing import look, tree_of
from lifecycle.ports.files.place import Place, rename
from lifecycle.ports.files.removing import remove_entries, remove_tree
from lifecycle.ports.files.verifying import different
from lifecycle.ports.files.workplace import BEGUN, LEAVING, REMOVED, Workplace

_DONE_ALREADY = Answer(0, "done already")


def move_folder(work: Workplace, move: MoveFolder, on_progress: OnProgress) -> Answer:
    """Go through the stages of a move that are asked for.

    Returns:
        Code 0, with the digest of the source as the detail once ``VERIFY`` was passed.

    Raises:
        TargetError: A stage could not be finished; the source is whole, or the target is in place.
    """
    source, target = work.place(move.source), work.place(move.target)
    _put_back(work, move.source)
    if move.stages == tuple(MoveStage) and move.source.shares_with(move.target):
        answer = _rename(work, move, source, target)
        if answer is not None:
            return answer
    known: Copied = {}
    digest = move.digest
    if MoveStage.COPY in move.stages:
        if MoveStage.REMOVE_SOURCE in move.stages and _is_moved(work, move):
            return _DONE_ALREADY
        known = _copy(work, move, on_progress)
    if MoveStage.VERIFY in move.stages:
        digest = _verify(work, move, known, on_progress)
    if MoveStage.REMOVE_SOURCE in move.stages:
        _remove_source(work, move, digest, on_progress)
    return Answer(0, f"{move.stages[-1]}: done", digest)


def delete_folder(work: Workplace, delete: DeleteFolder, on_progress: OnProgress) -> Answer:
    """Delete a folder, archived first when that is asked for.

    Raises:
        TargetError: The folder could not be archived, or not be removed; it is whole, or the archive is.
    """
    _put_back(work, delete.path)
    digest = ""
    if look(work.exchange, work.place(delete.path)) is None:
        if delete.archive is not None and look(work.exchange, work.place(delete.archive)) is None:
            raise refused("delete", Reason.NOTHING_THERE)
    elif delete.archive is not None:
        answer = archive_folder(work, delete.path, delete.archive, on_progress)
        if not answer.ok:
            return answer
        digest = answer.detail
    removed = _remove(work, delete.path, digest or delete.digest, on_progress)
    return Answer(0, "deleted", digest) if removed else _DONE_ALREADY


def create_folder(work: Workplace, create: CreateFolder) -> Answer:
    """Make a home folder; one that is there with the same owner and access is taken for it.

    Raises:
        TargetError: Something else is there, or the folder above is not.
    """
    try:
        wanted = home_folder_descriptor(create.owner_sid)
    except ValueError as error:
        raise refused("create", Reason.NO_OWNER) from error
    place, begun = work.place(create.path), work.place(create.path.beside(BEGUN))
    found = look(work.exchange, place)
    if found is not None:
        if not _is_folder(found):
            raise refused("create", Reason.IN_THE_WAY)
        there = work.exchange.do(describe(place, "")).descriptor
        if (there.owner, there.dacl) == (wanted.owner, wanted.dacl):
            return _DONE_ALREADY
        raise refused("create", Reason.IN_THE_WAY)
    work.exchange.do(make_folder(begun, "", Metadata(wanted)))
    if not work.exchange.do(rename(begun, place.path)):
        raise refused("create", Reason.IN_THE_WAY)
    return Answer(0, "created")


def _rename(work: Workplace, move: MoveFolder, source: Place, target: Place) -> Answer | None:
    """Move within a share in one step; None where a copy was begun before."""
    there, taken = look(work.exchange, source), look(work.exchange, target)
    if there is None and taken is not None and _is_folder(taken):
        _remove(work, move.source, "", lambda _: None)
        return Answer(0, "done already")
    if there is None:
        raise refused("move", Reason.NOTHING_THERE)
    if not _is_folder(there):
        raise refused("move", Reason.IN_THE_WAY)
    if taken is not None:
        return None
    if not work.exchange.do(rename(source, target.path)):
        raise refused("move", Reason.IN_THE_WAY)
    remove_tree(work.exchange, work.place(move.target.beside(BEGUN)), lambda _: None)
    return Answer(0, "renamed")


def _is_moved(work: Workplace, move: MoveFolder) -> bool:
    """Whether nothing but the removal of the source is left to do; then it is done."""
    if look(work.exchange, work.place(move.source)) is not None:
        return False
    if look(work.exchange, work.place(move.target)) is None:
        raise refused("move", Reason.NOTHING_THERE)
    _remove(work, move.source, "", lambda _: None)
    return True


def _copy(work: Workplace, move: MoveFolder, on_progress: OnProgress) -> Copied:
    source, target = work.place(move.source), work.place(move.target)
    tree = tree_of(work.exchange, source, _folder(work, source))
    taken = look(work.exchange, target)
    if taken is not None:
        if _is_folder(taken) and digest_of(tree_of(work.exchange, target, taken).values()) == digest_of(tree.values()):
            return {}  # finished before; whether it is equal to the last byte, VERIFY finds
        raise refused("copy", Reason.IN_THE_WAY)
    source, begun = _audited(work, move.source, move.target)
    return copy_tree(work.exchange, source, begun, tree, on_progress)


def _verify(work: Workplace, move: MoveFolder, known: Copied, on_progress: OnProgress) -> str:
    """Compare, and give the copy its name; the digest of the source as it was compared."""
    source, begun = _audited(work, move.source, move.target)
    target = work.place(move.target)
    found = look(work.exchange, target)
    in_place = found is not None
    copy = Place(target.share, target.path, begun.with_sacl) if in_place else begun
    source_tree = tree_of(work.exchange, source, _folder(work, source))
    copy_tree_now = tree_of(work.exchange, copy, _folder(work, copy))
    unequal = different(work.exchange, source, copy, source_tree, copy_tree_now, known, on_progress)
    if unequal:
        if not in_place:
            # What differs is taken out of the copy, so that the next COPY brings it anew.
            files = [copy_tree_now[name] for name in unequal if name in copy_tree_now]
            remove_entries(work.exchange, copy, [entry for entry in files if not entry.is_folder])
        raise refused("verify", Reason.DIFFERS, len(unequal))
    digest = digest_of(source_tree.values())
    if move.digest not in {"", digest}:
        raise refused("verify", Reason.CHANGED_MEANWHILE)
    if not in_place and not work.exchange.do(rename(begun, target.path)):
        raise refused("verify", Reason.IN_THE_WAY)
    return digest


def _remove_source(work: Workplace, move: MoveFolder, digest: str, on_progress: OnProgress) -> None:
    _folder(work, work.place(move.target))
    if not digest and look(work.exchange, work.place(move.source)) is not None:
        digest = _verify(work, move, {}, on_progress)
    _remove(work, move.source, digest, on_progress)


def _remove(work: Workplace, path: UncPath, digest: str, on_progress: OnProgress) -> bool:
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
    if not _is_folder(found):
        raise refused("remove", Reason.IN_THE_WAY)
    _see_unchanged(work, place, digest)
    work.exchange.do(rename(place, leaving.path))
    try:
        _see_unchanged(work, leaving, digest)  # what was written between the look and the new name
    except Exception:
        work.exchange.do(rename(leaving, place.path))
        raise
    work.exchange.do(rename(leaving, removed.path))
    remove_tree(work.exchange, removed, on_progress)
    return True


def _see_unchanged(work: Workplace, place: Place, digest: str) -> None:
    if digest and digest_of(tree_of(work.exchange, place, _folder(work, place)).values()) != digest:
        raise refused("remove", Reason.CHANGED_MEANWHILE)


def _put_back(work: Workplace, path: UncPath) -> None:
    """Undo the first step of a removal that was interrupted before the second: it is then begun anew."""
    leaving = work.place(path.beside(LEAVING))
    if look(work.exchange, leaving) is not None and not work.exchange.do(rename(leaving, work.place(path).path)):
        raise refused("remove", Reason.IN_THE_WAY)


def _folder(work: Workplace, place: Place) -> Entry:
    found = look(work.exchange, place)
    if found is None:
        raise refused("look", Reason.NOTHING_THERE)
    if not _is_folder(found):
        raise refused("look", Reason.IN_THE_WAY)
    return found


def _is_folder(entry: Entry) -> bool:
    return entry.is_folder and not entry.is_link


def _audited(work: Workplace, source: UncPath, target: UncPath) -> tuple[Place, Place]:
    """The source and the begun copy, with lists of auditing where our account may have them on both sides."""
    both = work.may_audit(work.place(source), work.place(target.parent))
    first, second = work.place(source), work.place(target.beside(BEGUN))
    return Place(first.share, first.path, both), Place(second.share, second.path, both)
