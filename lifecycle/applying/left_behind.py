"""Old home folders that are still to be removed, as the journal tells: copied, and not removed since."""

from __future__ import annotations

from lifecycle.actions.home_folder import DIGEST, PATH
from lifecycle.actions.move_home_folder import CopyHomeFolder, RemoveOldHomeFolder
from lifecycle.folders.left_behind import LeftBehind
from lifecycle.folders.unc_path import folded
from lifecycle.store.store import Unit

_COPIED = CopyHomeFolder.model_fields["action"].default
_REMOVED = RemoveOldHomeFolder.model_fields["action"].default


def left_behind(unit: Unit, directory: str) -> dict[str, tuple[LeftBehind, ...]]:
    """Account → its old folders.

    A copy that was made without a digest, as an undo makes one, leaves nothing that could be known again.

    Args:
        unit: An open transaction.
        directory: objectGUID of the domain.
    """
    left: dict[tuple[str, str], LeftBehind] = {}
    for entry in unit.journal.done_by(directory, (_COPIED, _REMOVED)):
        guid, source = entry.target_guid or "", str(entry.before[PATH])
        left.pop((guid, folded(source)), None)
        if entry.action == _COPIED:
            target = str(entry.after[PATH])
            left.pop((guid, folded(target)), None)  # it is in use again
            if digest := entry.before.get(DIGEST):
                left[guid, folded(source)] = LeftBehind(source, target, str(digest))
    found: dict[str, tuple[LeftBehind, ...]] = {}
    for (guid, _), one in sorted(left.items()):
        found[guid] = (*found.get(guid, ()), one)
    return found
