"""Removing a tree: files and links first, then folders from the deepest up. Links are removed, never followed.

A link that the server follows cannot be removed: with one in the tree nothing is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lifecycle.folders.manifest import Entry
from lifecycle.folders.operation import OnProgress, Progress
from lifecycle.ports.files.exchange import Exchange, Steps
from lifecycle.ports.files.failures import Reason, refused
from lifecycle.ports.files.listing import MAX_DEPTH, listed_names, look, see_removable, tree_of
from lifecycle.ports.files.place import Place, is_open, remove

_NOW_AND_THEN = 256


def remove_tree(exchange: Exchange, place: Place, on_progress: OnProgress) -> int:
    """Remove a folder and everything in it; that it is gone already is no error.

    Returns:
        How many files and folders were in it.

    Raises:
        TargetError: Something could not be removed, e.g. because it is open, or it has a link that the server follows.
            What was not removed is still there.
    """
    root = look(exchange, place)
    if root is None:
        return 0
    tree = tree_of(exchange, place, root) if root.is_folder and not root.is_link else {"": root}
    remove_entries(exchange, place, tree.values(), on_progress)
    return len(tree) - 1


def remove_entries(
    exchange: Exchange, place: Place, entries: Iterable[Entry], on_progress: OnProgress | None = None
) -> None:
    """Remove these entries of a tree; a folder among them has nothing in it but others of them."""
    given = list(entries)
    see_removable({entry.name: entry for entry in given}, "remove")
    levels: dict[int, list[Entry]] = {}
    for entry in given:
        is_folder = entry.is_folder and not entry.is_link
        levels.setdefault(depth_of(entry) if is_folder else MAX_DEPTH, []).append(entry)
    done = 0
    for level in sorted(levels, reverse=True):
        kept = []
        for entry, is_removed in exchange.run(_remove(place, entry) for entry in levels[level]):
            kept += [] if is_removed else [entry]
            done += 1
            if on_progress and (done % _NOW_AND_THEN == 0 or done == len(given)):
                on_progress(Progress("remove", done, len(given)))
        _see_emptied(exchange, place, kept)


def _remove(place: Place, entry: Entry) -> Steps[tuple[Entry, bool]]:
    return entry, (yield from remove(place, entry))


def _see_emptied(exchange: Exchange, place: Place, kept: list[Entry]) -> None:
    """Say why folders could not be removed whose names are all gone."""
    hidden = [entry for entry in kept if not listed_names(exchange, Place(place.share, place.at(entry.name)))]
    if hidden:
        first = min(entry.name for entry in hidden) or "the folder itself"
        raise refused("remove", Reason.HIDDEN_CONTENT, len(hidden), first)
    for entry in kept:
        within = Place(place.share, place.at(entry.name))
        there = tree_of(exchange, within, replace(entry, name=""))
        if count := sum(exchange.run(is_open(within, one) for name, one in there.items() if name and not one.is_link)):
            raise refused("remove", Reason.IN_USE, count)
    if kept:
        raise refused("remove", Reason.CHANGED_MEANWHILE)


def depth_of(entry: Entry) -> int:
    """How deep a folder lies; 0 is the folder that was listed."""
    return entry.name.count("\\") + 1 if entry.name else 0
