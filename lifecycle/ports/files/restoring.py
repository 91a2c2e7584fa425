"""Putting a folder back from its archive, compared before it has its name."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator

from lifecycle.answer import Answer
from lifecycle.folders.archive_manifest import Archived
from lifecycle.folders.manifest import digest_of
from lifecycle.folders.operation import OnProgress
from lifecycle.folders.unc_path import UncPath
from lifecycle.ports.files.archive import manifest_of, member, opened_archive
from lifecycle.ports.files.content import LARGE, PIECE, SMALL, finish, open_to_write, write_piece, write_small
from lifecycle.ports.files.copying import finish_folders
from lifecycle.ports.files.describing import make_folder
from lifecycle.ports.files.exchange import Exchange, Steps, exhaust
from lifecycle.ports.files.failures import Reason, refused
from lifecycle.ports.files.listing import look, tree_of
from lifecycle.ports.files.place import Place, rename
from lifecycle.ports.files.progress import Teller
from lifecycle.ports.files.removing import depth_of, remove_tree
from lifecycle.ports.files.verifying import hash_large, seen
from lifecycle.ports.files.workplace import BEGUN, Workplace


def restore_folder(work: Workplace, archive: UncPath, path: UncPath, on_progress: OnProgress) -> Answer:
    """Put a folder back; the archive stays.

    Raises:
        TargetError: The archive is not whole, something else has the folder's name, or it could not be written.
    """
    kept, target, begun = work.place(archive), work.place(path), work.place(path.beside(BEGUN))
    if look(work.exchange, kept) is None:
        raise refused("restore", Reason.NOTHING_THERE)
    with opened_archive(work.exchange, kept) as opened:
        archived = manifest_of(opened)
        digest = digest_of(one.entry for one in archived)
        taken = look(work.exchange, target)
        if taken is not None:
            if taken.is_link or digest_of(tree_of(work.exchange, target, taken).values()) != digest:
                raise refused("restore", Reason.IN_THE_WAY)
            return Answer(0, "done already", digest)
        if any(one.metadata.descriptor.sacl is not None for one in archived):
            begun = Place(begun.share, begun.path, work.may_audit(work.place(path.parent)))
        remove_tree(work.exchange, begun, lambda _: None)  # the archive has it all: nothing of a begun one is missed
        _write(work.exchange, begun, archived, opened, on_progress)
    _compare(work.exchange, begun, archived, on_progress)
    if not work.exchange.do(rename(begun, target.path)):
        raise refused("restore", Reason.IN_THE_WAY)
    return Answer(0, "restored", digest)


def _write(
    exchange: Exchange, begun: Place, archived: list[Archived], opened: zipfile.ZipFile, on_progress: OnProgress
) -> None:
    folders = [one for one in archived if one.entry.is_folder]
    files = [one for one in archived if not one.entry.is_folder]
    for depth in sorted({depth_of(one.entry) for one in folders}):
        exhaust(
            exchange.run(
                make_folder(begun, one.entry.name, one.metadata) for one in folders if depth_of(one.entry) == depth
            )
        )
    told = Teller(on_progress, "restore", len(files))
    for size in exchange.run(_small_files(begun, files, opened)):
        told.add(size)
    for one in files:
        if one.entry.size > SMALL:
            _write_larger(exchange, begun, one, opened, told)
    finish_folders(exchange, begun, [one.entry for one in folders])
    told.end()


def _small_files(begun: Place, files: list[Archived], opened: zipfile.ZipFile) -> Iterator[Steps[int]]:
    for one in files:
        if one.entry.size <= SMALL:
            with member(opened, one.entry) as content:
                data = content.read(SMALL + 1)
            if len(data) != one.entry.size:
                raise refused("restore", Reason.DIFFERS)
            yield _small_file(begun, one, data)


def _small_file(begun: Place, one: Archived, data: bytes) -> Steps[int]:
    yield from write_small(begun, one.entry, data, one.metadata)
    return len(data)


def _write_larger(exchange: Exchange, begun: Place, one: Archived, opened: zipfile.ZipFile, told: Teller) -> None:
    target = exchange.do(open_to_write(begun, one.entry, one.metadata))
    with member(opened, one.entry) as content:

        def steps() -> Iterator[Steps[None]]:
            offset = 0
            while part := content.read(PIECE):
                yield write_piece(begun, target.file_id, offset, part)
                offset += len(part)
                told.grow(len(part))

        exhaust(exchange.run(steps(), 4))
    exchange.do(finish(begun, one.entry, target))
    told.add(0)


def _compare(exchange: Exchange, begun: Place, archived: list[Archived], on_progress: OnProgress) -> None:
    """Read what was written, and compare it with the manifest."""
    root = look(exchange, begun)
    if root is None:
        raise refused("restore", Reason.NOTHING_THERE)
    if digest_of(tree_of(exchange, begun, root).values()) != digest_of(one.entry for one in archived):
        raise refused("restore", Reason.DIFFERS)
    told = Teller(on_progress, "compare", len(archived))
    for equal, size in exchange.run(_equal(begun, one) for one in archived if one.entry.size <= LARGE):
        if not equal:
            raise refused("restore", Reason.DIFFERS)
        told.add(size)
    for one in archived:
        if one.entry.size > LARGE:
            metadata, digest = hash_large(exchange, begun, one.entry, told)
            if (metadata, digest) != (one.metadata, one.sha256):
                raise refused("restore", Reason.DIFFERS)
            told.add(0)
    told.end()


def _equal(begun: Place, one: Archived) -> Steps[tuple[bool, int]]:
    return (yield from seen(begun, one.entry)) == (one.metadata, one.sha256), one.entry.size
