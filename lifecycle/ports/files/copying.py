"""Copying a tree: folders, then files, then the times of folders; what is there and equal is not copied again.

A file's times are set after all else, in the same chain of requests, so a file whose times agree is complete whenever
the copy was interrupted. The folder that is copied into has a temporary name, so nobody takes it for the whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from lifecycle.folders.manifest import Entry, Tree
from lifecycle.folders.metadata import Metadata
from lifecycle.folders.operation import OnProgress
from lifecycle.ports.files.content import (
    LARGE,
    PIECE,
    SMALL,
    close,
    copy_on_server,
    copy_pieces,
    finish,
    open_to_read,
    open_to_write,
    read_piece,
    read_small,
    write_piece,
    write_small,
)
from lifecycle.ports.files.describing import describe, make_folder
from lifecycle.ports.files.exchange import Exchange, Steps, exhaust
from lifecycle.ports.files.failures import Reason, refused
from lifecycle.ports.files.listing import look, see_copyable, tree_of
from lifecycle.ports.files.place import Place, set_times
from lifecycle.ports.files.progress import Teller
from lifecycle.ports.files.removing import depth_of, remove_entries

Copied = Mapping[str, tuple[int, Metadata, str]]
"""Name of a source file → when it was last changed, and what was read then: metadata, and SHA-256 of the content."""


def copy_tree(
    exchange: Exchange, source: Place, target: Place, tree: Tree, on_progress: OnProgress
) -> dict[str, tuple[int, Metadata, str]]:
    """Copy a tree into a folder, which may have a part of it already.

    Args:
        exchange: What sends.
        source: The folder to copy.
        target: The folder to copy into; made when it is not there.
        tree: Everything in ``source``, as listed.
        on_progress: Told now and then.

    Returns:
        What was read of the files whose content went through our hands.

    Raises:
        TargetError: The source holds links or names that cannot be kept, or something could not be read or written.
    """
    see_copyable(exchange, source, tree, "copy")
    folders = [entry for entry in tree.values() if entry.is_folder]
    there = _begun(exchange, target, tree)
    for depth in sorted(set(map(depth_of, folders))):
        exhaust(exchange.run(_copy_folder(source, target, entry) for entry in folders if depth_of(entry) == depth))
    files = [entry for entry in tree.values() if not entry.is_folder]
    wanted = [entry for entry in files if entry.name not in there or there[entry.name].likeness != entry.likeness]
    told = Teller(on_progress, "copy", len(files), len(files) - len(wanted))
    copied = {}
    for entry, metadata, digest in exchange.run(
        _copy_file(source, target, entry) for entry in wanted if entry.size <= LARGE
    ):
        copied[entry.name] = entry.changed, metadata, digest
        told.add(entry.size)
    for entry in wanted:
        if entry.size > LARGE:
            _copy_large(exchange, source, target, entry, told)
    finish_folders(exchange, target, folders)
    told.end()
    return copied


def finish_folders(exchange: Exchange, target: Place, folders: Iterable[Entry]) -> None:
    """Set the times of folders, the deepest first: whatever is made in a folder changes its times."""
    deepest_first = sorted(folders, key=depth_of, reverse=True)
    exhaust(exchange.run(set_times(target, entry) for entry in deepest_first))


def _begun(exchange: Exchange, target: Place, tree: Tree) -> Tree:
    """What an interrupted copy left, without what is no longer in the source."""
    root = look(exchange, target)
    if root is None:
        return {}
    if not root.is_folder or root.is_link:
        raise refused("copy", Reason.IN_THE_WAY)
    there = tree_of(exchange, target, root)
    gone = {
        name: entry
        for name, entry in there.items()
        if name not in tree or tree[name].is_folder != entry.is_folder or entry.is_link
    }
    remove_entries(exchange, target, gone.values())
    return {name: entry for name, entry in there.items() if name not in gone}


def _copy_folder(source: Place, target: Place, entry: Entry) -> Steps[None]:
    metadata = yield from describe(source, entry.name)
    yield from make_folder(target, entry.name, metadata)


def _copy_file(source: Place, target: Place, entry: Entry) -> Steps[tuple[Entry, Metadata, str]]:
    if entry.size <= SMALL:
        content, metadata = yield from read_small(source, entry)
        yield from write_small(target, entry, content, metadata)
        return entry, metadata, hashlib.sha256(content).hexdigest()
    whole = hashlib.sha256()
    read, metadata = yield from open_to_read(source, entry)
    write = yield from open_to_write(target, entry, metadata)
    for offset in range(0, entry.size, PIECE):
        content = yield from read_piece(source, read, offset)
        whole.update(content)
        yield from write_piece(target, write.file_id, offset, content)
    yield from finish(target, entry, write)
    yield from close(source, read)
    return entry, metadata, whole.hexdigest()


def _copy_large(exchange: Exchange, source: Place, target: Place, entry: Entry, told: Teller) -> None:
    read, metadata = exchange.do(open_to_read(source, entry))
    write = exchange.do(open_to_write(target, entry, metadata))
    done = 0
    if source.share.connection is target.share.connection:
        done = told.through(copy_on_server(exchange, source, read, target, write))
    if done != entry.size:
        told.through(copy_pieces(exchange, source, read, target, write))
    exchange.do(finish(target, entry, write))
    exchange.do(close(source, read))
    told.add(0)
