"""Comparing a copy with its source: names, sizes, times, attributes, descriptors, and every byte of content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from lifecycle.folders.manifest import Entry, Tree
from lifecycle.folders.metadata import Metadata
from lifecycle.folders.operation import OnProgress
from lifecycle.ports.files.content import LARGE, PIECE, SMALL, close, open_to_read, pieces, read_piece, read_small
from lifecycle.ports.files.copying import Copied
from lifecycle.ports.files.describing import describe
from lifecycle.ports.files.exchange import Exchange, Steps
from lifecycle.ports.files.place import Place
from lifecycle.ports.files.progress import Teller

Seen = tuple[Metadata, str]
"""Metadata, and SHA-256 of the content; empty of a folder."""


@dataclass(frozen=True, slots=True)
class ListedFolder:
    """A folder, and everything in it as it is listed now."""

    place: Place
    tree: Tree


def different(
    exchange: Exchange, source: ListedFolder, target: ListedFolder, known: Copied, on_progress: OnProgress,
    *, either_way: bool = False,
) -> set[str]:  # fmt: skip
    """Names that a copy has otherwise than its source, or only one of them has.

    Args:
        exchange: What sends.
        source: The source.
        target: The copy.
        known: Source files that were read while they were copied; they are not read again if nothing of them changed.
        on_progress: Told now and then.
        either_way: Whether nobody knows which of them is the copy.

    Raises:
        TargetError: Something could not be read.
    """
    source_tree, target_tree = source.tree, target.tree
    names = {*source_tree, *target_tree}
    unequal = {
        name
        for name in names
        if name not in source_tree
        or name not in target_tree
        or not (
            source_tree[name].is_like(target_tree[name])
            or (either_way and target_tree[name].is_like(source_tree[name]))
        )
    }
    same = [source_tree[name] for name in sorted(names - unequal)]
    told = Teller(on_progress, "verify", len(same))
    for name, equal, size in exchange.run(
        _compare(source.place, target.place, entry, known) for entry in same if _at_once(entry)
    ):
        unequal |= set() if equal else {name}
        told.add(size)
    for entry in same:
        if not _at_once(entry):
            if hash_large(exchange, source.place, entry, told) != hash_large(exchange, target.place, entry, told):
                unequal.add(entry.name)
            told.add(0)
    told.end()
    return unequal


def seen(place: Place, entry: Entry) -> Steps[Seen]:
    """Metadata and content of a folder, or of a file of at most ``LARGE`` bytes."""
    if entry.is_folder:
        metadata = yield from describe(place, entry.name)
        return metadata, ""
    if entry.size <= SMALL:
        content, metadata = yield from read_small(place, entry)
        return metadata, hashlib.sha256(content).hexdigest()
    whole = hashlib.sha256()
    opened, metadata = yield from open_to_read(place, entry)
    for offset in range(0, entry.size, PIECE):
        whole.update((yield from read_piece(place, opened, offset)))
    yield from close(place, opened)
    return metadata, whole.hexdigest()


def seen_large(exchange: Exchange, place: Place, entry: Entry) -> Iterator[bytes | Metadata]:
    """Metadata, then the content of a file in pieces, several ahead."""
    opened, metadata = exchange.do(open_to_read(place, entry))
    yield metadata
    yield from pieces(exchange, place, opened)
    exchange.do(close(place, opened))


def _compare(source: Place, target: Place, entry: Entry, known: Copied) -> Steps[tuple[str, bool, int]]:
    theirs = yield from seen(target, entry)
    if entry.name in known and known[entry.name][0] == entry.changed:
        # Nothing of the file changed since it went through our hands: it need not be read again.
        return entry.name, theirs == known[entry.name][1:], entry.size
    ours = yield from seen(source, entry)
    return entry.name, ours == theirs, entry.size


def hash_large(exchange: Exchange, place: Place, entry: Entry, told: Teller) -> tuple[Metadata | None, str]:
    """Metadata of a large file, and SHA-256 of its content."""
    metadata, whole = None, hashlib.sha256()
    for part in seen_large(exchange, place, entry):
        if isinstance(part, bytes):
            whole.update(part)
            told.grow(len(part))
        else:
            metadata = part
    return metadata, whole.hexdigest()


def _at_once(entry: Entry) -> bool:
    return entry.is_folder or entry.size <= LARGE
