"""Which folders may be touched at all: a reason code where one may not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum

from lifecycle.folders.unc_path import UncPath, folded

_IPV4 = re.compile(r"\d{1,3}(\.\d{1,3}){3}")


class FolderRefusal(StrEnum):
    """Why a folder is left alone."""

    NO_PATH = "folder-path-invalid"
    IS_ROOT = "folder-is-root"
    OUTSIDE_ROOTS = "folder-outside-roots"
    OF_ANOTHER = "folder-of-another-account"
    ONTO_ITSELF = "folder-onto-itself"


def refusal_of(path: UncPath, roots: Iterable[UncPath], others: Iterable[str]) -> FolderRefusal | None:
    r"""Whether a folder may not be moved, archived, deleted or made.

    Args:
        path: The folder.
        roots: The allow-listed folders below which home folders stand.
        others: homeDirectory of every *other* account, as the directory has them. A text that is no UNC path (a local
            one, ``D:\home``) names nothing on a share and is passed over; the others are read as Windows would resolve
            them, so that a sloppy spelling hides nothing.

    Returns:
        The reason, or None: the folder stands strictly below a root, it holds no other root, and no other account's
        folder is it, stands in it or holds it.
    """
    allowed = tuple(roots)
    if any(path == root or root.is_inside(path) for root in allowed):
        return FolderRefusal.IS_ROOT
    if not any(path.is_inside(root) for root in allowed):
        return FolderRefusal.OUTSIDE_ROOTS
    return FolderRefusal.OF_ANOTHER if any(_names(other, path) for other in others) else None


def move_refusal(
    source: UncPath, target: UncPath, roots: Iterable[UncPath], others: Iterable[str]
) -> FolderRefusal | None:
    """Whether a folder may not be moved from one place to the other; both are held against :func:`refusal_of`."""
    if source.is_related(target):
        return FolderRefusal.ONTO_ITSELF
    allowed, taken = tuple(roots), tuple(others)
    return refusal_of(source, allowed, taken) or refusal_of(target, allowed, taken)


class Occupied:
    """Which folders accounts name as theirs, found by place: one look-up whatever their number."""

    def __init__(self) -> None:
        self._at: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
        self._inside: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)

    def add(self, text: str, account: str) -> None:
        """An account's homeDirectory; a text that names nothing on a share is passed over."""
        parts = _loose(text)
        if len(parts) > 1:
            self._at[parts].append((account, text))
            for depth in range(2, len(parts)):
                self._inside[parts[:depth]].append((account, text))

    def others(self, path: UncPath, account: str) -> tuple[str, ...]:
        """What other accounts name that is this folder, stands in it or holds it."""
        parts = _loose(str(path))
        found = list(self._inside.get(parts, ()))
        for depth in range(2, len(parts) + 1):
            found += self._at.get(parts[:depth], ())
        return tuple(text for who, text in found if who != account)


def _names(other: str, path: UncPath) -> bool:
    """Whether another account's homeDirectory has to do with ``path``."""
    theirs, mine = _loose(other), _loose(str(path))
    shorter = min(len(theirs), len(mine))
    # A server alone says nothing; with a share, what agrees as far as the shorter one goes holds the other.
    return shorter > 1 and theirs[:shorter] == mine[:shorter]


def _loose(text: str) -> tuple[str, ...]:
    r"""The parts of a text that begins like a UNC path, as Windows would resolve them; none of a local path.

    ``..`` takes a part away, ``.`` and empty parts fall out, dots and spaces at a part's end are dropped, and so is
    a ``\\?\UNC`` in front. Of the server's name the first label counts: ``fs1`` and ``fs1.corp.test`` are one.
    """
    written = text.strip().replace("/", "\\")
    if not written.startswith("\\\\"):
        return ()
    parts: list[str] = []
    for part in written.split("\\"):
        if part == "..":
            parts = parts[:-1] if len(parts) > len(("server", "share")) else parts
        elif name := part.partition(":")[0].rstrip(". "):
            parts.append(folded(name))
    if parts[:2] == ["?", "UNC"]:
        parts = parts[2:]
    return (parts[0] if _IPV4.fullmatch(parts[0]) else parts[0].partition(".")[0], *parts[1:]) if parts else ()
