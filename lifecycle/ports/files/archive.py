"""Archiving a folder into a ZIP file on a server, read back and compared before it has its name."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import IO

from lifecycle.answer import Answer
from lifecycle.folders.archive_manifest import MANIFEST_NAME, Archived, manifest_lines, member_name, read_manifest
from lifecycle.folders.manifest import DIRECTORY, Entry, Tree, digest_of
from lifecycle.folders.metadata import Metadata
from lifecycle.folders.operation import OnProgress
from lifecycle.folders.unc_path import UncPath
from lifecycle.ports.files.content import PIECE, SMALL, close, open_to_read, pieces, read_small
from lifecycle.ports.files.describing import describe
from lifecycle.ports.files.exchange import Exchange, Steps
from lifecycle.ports.files.failures import Reason, refused
from lifecycle.ports.files.listing import look, see_copyable, tree_of
from lifecycle.ports.files.place import Place, rename
from lifecycle.ports.files.progress import Teller
from lifecycle.ports.files.remote_file import RemoteReader, RemoteWriter
from lifecycle.ports.files.workplace import BEGUN, Workplace

_COMPRESSION = 1
"""The quickest: most of what people keep (documents, pictures) is compressed already."""

_FIRST_YEAR, _LAST_YEAR = 1980, 2107
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def archive_folder(work: Workplace, source: UncPath, archive: UncPath, on_progress: OnProgress) -> Answer:
    """Archive a folder, or see that the archive that is there is of this folder.

    Returns:
        Code 0, with the digest of the folder as the detail.

    Raises:
        TargetError: The folder holds links or names that cannot be kept, or changed meanwhile, or something could not
            be read or written.
    """
    if not archive.name.lower().endswith(".zip"):
        raise refused("archive", Reason.NOT_AN_ARCHIVE)
    place, target = work.place(source), work.place(archive)
    place = Place(place.share, place.path, work.may_audit(place))
    root = look(work.exchange, place)
    if root is None:
        raise refused("archive", Reason.NOTHING_THERE)
    if not root.is_folder or root.is_link:
        raise refused("archive", Reason.IN_THE_WAY)
    tree = tree_of(work.exchange, place, root)
    see_copyable(work.exchange, place, tree, "archive")
    digest = digest_of(tree.values())
    if look(work.exchange, target) is not None:
        if digest_of(one.entry for one in proven(work.exchange, target, on_progress)) != digest:
            raise refused("archive", Reason.IN_THE_WAY)
        return Answer(0, "done already", digest)
    begun = work.place(archive.beside(BEGUN))
    written = _write(work.exchange, place, tree, begun, on_progress)
    if proven(work.exchange, begun, on_progress) != written:
        raise refused("archive", Reason.DIFFERS)
    if digest_of(tree_of(work.exchange, place, root).values()) != digest:
        raise refused("archive", Reason.CHANGED_MEANWHILE)
    if not work.exchange.do(rename(begun, target.path)):
        raise refused("archive", Reason.IN_THE_WAY)
    return Answer(0, "archived", digest)


@contextmanager
def opened_archive(exchange: Exchange, place: Place) -> Iterator[zipfile.ZipFile]:
    """An archive to read from.

    Raises:
        TargetError: It cannot be read, or is no ZIP file.
    """
    reader = RemoteReader(exchange, place)
    try:
        with zipfile.ZipFile(io.BufferedReader(reader, PIECE)) as opened:
            yield opened
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise refused("read archive", Reason.NOT_AN_ARCHIVE) from error
    reader.finish()


def manifest_of(opened: zipfile.ZipFile) -> list[Archived]:
    """The manifest of an archive.

    Raises:
        TargetError: There is none, or it is not whole.
    """
    try:
        with opened.open(MANIFEST_NAME) as raw:
            return read_manifest(io.TextIOWrapper(raw, "utf-8"))
    except (KeyError, ValueError) as error:
        raise refused("read archive", Reason.NOT_AN_ARCHIVE) from error


def member(opened: zipfile.ZipFile, entry: Entry) -> IO[bytes]:
    """The content of a file that the manifest names.

    Raises:
        TargetError: The archive does not have it.
    """
    try:
        return opened.open(member_name(entry.name))
    except KeyError as error:
        raise refused("read archive", Reason.NOT_AN_ARCHIVE) from error


def proven(exchange: Exchange, place: Place, on_progress: OnProgress) -> list[Archived]:
    """Read an archive to its end, and see that every content is what the manifest says.

    Raises:
        TargetError: One is not.
    """
    with opened_archive(exchange, place) as opened:
        archived = manifest_of(opened)
        files = [one for one in archived if not one.entry.is_folder]
        told = Teller(on_progress, "read archive", len(files))
        for one in files:
            with member(opened, one.entry) as content:
                if hashed(content) != (one.sha256, one.entry.size):
                    raise refused("read archive", Reason.DIFFERS)
            told.add(one.entry.size)
        told.end()
        return archived


def hashed(content: IO[bytes]) -> tuple[str, int]:
    """SHA-256 and length of a content."""
    whole, size = hashlib.sha256(), 0
    while part := content.read(PIECE):
        whole.update(part)
        size += len(part)
    return whole.hexdigest(), size


def _write(exchange: Exchange, place: Place, tree: Tree, begun: Place, on_progress: OnProgress) -> list[Archived]:
    writer = RemoteWriter(exchange, begun)
    found: dict[str, Archived] = {}
    files = [entry for entry in tree.values() if not entry.is_folder]
    told = Teller(on_progress, "archive", len(files))
    with zipfile.ZipFile(writer, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as made:
        for entry, metadata in exchange.run(_described(place, one) for one in tree.values() if one.is_folder):
            found[entry.name] = Archived(_plain(entry), metadata)
        for entry, content, metadata in exchange.run(_small(place, one) for one in files if one.size <= SMALL):
            made.writestr(_info(entry), content)
            found[entry.name] = Archived(_plain(entry), metadata, hashlib.sha256(content).hexdigest())
            told.add(entry.size)
        for entry in files:
            if entry.size > SMALL:
                found[entry.name] = _write_larger(exchange, place, entry, made, told)
        archived = [found[name] for name in tree]
        with made.open(MANIFEST_NAME, "w", force_zip64=True) as out:
            for line in manifest_lines(archived, len(archived)):
                out.write(line.encode())
    writer.finish()
    told.end()
    return archived


def _write_larger(exchange: Exchange, place: Place, entry: Entry, made: zipfile.ZipFile, told: Teller) -> Archived:
    opened, metadata = exchange.do(open_to_read(place, entry))
    whole = hashlib.sha256()
    with made.open(_info(entry), "w", force_zip64=True) as out:
        for piece in pieces(exchange, place, opened):
            out.write(piece)
            whole.update(piece)
            told.grow(len(piece))
    exchange.do(close(place, opened))
    told.add(0)
    return Archived(_plain(entry), metadata, whole.hexdigest())


def _described(place: Place, entry: Entry) -> Steps[tuple[Entry, Metadata]]:
    return entry, (yield from describe(place, entry.name))


def _small(place: Place, entry: Entry) -> Steps[tuple[Entry, bytes, Metadata]]:
    content, metadata = yield from read_small(place, entry)
    return entry, content, metadata


def _plain(entry: Entry) -> Entry:
    """An entry as the manifest keeps it."""
    return Entry(entry.name, entry.kept_attributes | (entry.attributes & DIRECTORY), entry.size, entry.times)


def _info(entry: Entry) -> zipfile.ZipInfo:
    """The head of a member; ZIP's own time is for whoever looks into the archive with another program."""
    written = _EPOCH + timedelta(microseconds=entry.times.written // 10)
    year = min(max(written.year, _FIRST_YEAR), _LAST_YEAR)
    info = zipfile.ZipInfo(
        member_name(entry.name), (year, written.month, written.day, written.hour, written.minute, written.second)
    )
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
