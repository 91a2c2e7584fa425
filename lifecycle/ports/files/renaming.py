"""Renaming a folder with what is in it, and what keeps a server from it: a file in it that somebody has open.

Windows, and Samba with ``strict rename``, answer ACCESS_DENIED then, as they do where a right is missing.
"""

from __future__ import annotations

from lifecycle.errors import TargetError
from lifecycle.folders.manifest import Tree
from lifecycle.ports.files.exchange import Exchange
from lifecycle.ports.files.failures import ACCESS_DENIED, SHARING_VIOLATION, Reason, refused
from lifecycle.ports.files.listing import look, tree_of
from lifecycle.ports.files.place import Place, is_open, rename


def rename_folder(exchange: Exchange, place: Place, new_path: str) -> bool:
    """Give a folder another path on its share, in one step.

    Returns:
        Whether it was; ``False`` when something has that name.

    Raises:
        TargetError: It was refused; with :attr:`Reason.IN_USE` if something in it is open.
    """
    try:
        return exchange.do(rename(place, new_path))
    except TargetError as error:
        if error.code not in {ACCESS_DENIED, SHARING_VIOLATION}:
            raise
        root = look(exchange, place)
        tree = tree_of(exchange, place, root) if root is not None and root.is_folder and not root.is_link else {}
        if count := open_in(exchange, place, tree):
            raise refused("rename", Reason.IN_USE, count) from error
        raise


def open_in(exchange: Exchange, place: Place, tree: Tree) -> int:
    """How many files and folders of a tree somebody has open."""
    return sum(exchange.run(is_open(place, entry) for entry in tree.values() if not entry.is_link))
