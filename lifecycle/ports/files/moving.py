"""Moving a folder, so that it may be interrupted at any point and sent again.

Until a copy is whole and compared it stands beside its place under a temporary name.
"""

from __future__ import annotations

from lifecycle.answer import Answer
from lifecycle.folders.manifest import digest_of
from lifecycle.folders.operation import MoveFolder, MoveStage, OnProgress
from lifecycle.folders.unc_path import UncPath
from lifecycle.ports.files.copying import Copied, copy_tree
from lifecycle.ports.files.failures import Reason, refused
from lifecycle.ports.files.listing import look, tree_of
from lifecycle.ports.files.place import Place, rename
from lifecycle.ports.files.removal import folder_at, is_folder, put_back, remove_folder
from lifecycle.ports.files.removing import remove_entries, remove_tree
from lifecycle.ports.files.renaming import rename_folder
from lifecycle.ports.files.verifying import ListedFolder, different
from lifecycle.ports.files.workplace import BEGUN, Workplace

_DONE_ALREADY = Answer(0, "done already")


def move_folder(work: Workplace, move: MoveFolder, on_progress: OnProgress) -> Answer:
    """Go through the stages of a move that are asked for.

    Returns:
        Code 0, with the digest of the source as the detail once ``VERIFY`` was passed.

    Raises:
        TargetError: A stage could not be finished; the source is whole, or the target is in place.
    """
    source, target = work.place(move.source), work.place(move.target)
    put_back(work, move.source)
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


def _rename(work: Workplace, move: MoveFolder, source: Place, target: Place) -> Answer | None:
    """Move within a share in one step; None where a copy was begun before."""
    there, taken = look(work.exchange, source), look(work.exchange, target)
    if there is None and taken is not None and is_folder(taken):
        remove_folder(work, move.source, "", lambda _: None)
        return Answer(0, "done already")
    if there is None:
        raise refused("move", Reason.NOTHING_THERE)
    if not is_folder(there):
        raise refused("move", Reason.IN_THE_WAY)
    if taken is not None:
        return None
    if not rename_folder(work.exchange, source, target.path):
        raise refused("move", Reason.IN_THE_WAY)
    remove_tree(work.exchange, work.place(move.target.beside(BEGUN)), lambda _: None)
    return Answer(0, "renamed")


def _is_moved(work: Workplace, move: MoveFolder) -> bool:
    """Whether nothing but the removal of the source is left to do; then it is done."""
    if look(work.exchange, work.place(move.source)) is not None:
        return False
    if look(work.exchange, work.place(move.target)) is None:
        raise refused("move", Reason.NOTHING_THERE)
    remove_folder(work, move.source, "", lambda _: None)
    return True


def _copy(work: Workplace, move: MoveFolder, on_progress: OnProgress) -> Copied:
    source, target = work.place(move.source), work.place(move.target)
    tree = tree_of(work.exchange, source, folder_at(work, source))
    taken = look(work.exchange, target)
    if taken is not None:
        if is_folder(taken) and digest_of(tree_of(work.exchange, target, taken).values()) == digest_of(tree.values()):
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
    source_tree = tree_of(work.exchange, source, folder_at(work, source))
    copy_tree_now = tree_of(work.exchange, copy, folder_at(work, copy))
    unequal = different(
        work.exchange, ListedFolder(source, source_tree), ListedFolder(copy, copy_tree_now), known, on_progress,
        # An undo may remove the copy, and keep what it was made from.
        either_way=MoveStage.VERIFY not in move.stages,
    )  # fmt: skip
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
    folder_at(work, work.place(move.target))
    if not digest and look(work.exchange, work.place(move.source)) is not None:
        digest = _verify(work, move, {}, on_progress)
    remove_folder(work, move.source, digest, on_progress)


def _audited(work: Workplace, source: UncPath, target: UncPath) -> tuple[Place, Place]:
    """The source and the begun copy, with lists of auditing where our account may have them on both sides."""
    both = work.may_audit(work.place(source), work.place(target.parent))
    first, second = work.place(source), work.place(target.beside(BEGUN))
    return Place(first.share, first.path, both), Place(second.share, second.path, both)
