"""The content of files: read, written and copied in pieces, several of them on their way at once."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.folders.manifest import NORMAL, READ_ONLY, Entry
from lifecycle.folders.metadata import Metadata
from lifecycle.ports.files import messages
from lifecycle.ports.files.describing import asks, metadata_in, setting, write_streams
from lifecycle.ports.files.exchange import Exchange, Replies, Steps, must
from lifecycle.ports.files.failures import ACCESS_DENIED, NOT_OFFERED, Reason, refused
from lifecycle.ports.files.messages import Message, Opened
from lifecycle.ports.files.place import TO_READ, TO_WRITE, Place, set_times, setting_of

PIECE = 1_048_576
"""Bytes that are read or written at once; 16 credits."""

SMALL = 65_536
"""A file up to this size is read, and written, with one chain."""

LARGE = 8 * PIECE
"""A file of more is read and written in pieces that overtake each other."""

_PIECES = 8
_SPANS = 16
"""Pieces that a server copies at one order: 16 MiB is what every server takes ([MS-SMB2] 3.3.3)."""


def read_small(place: Place, entry: Entry) -> Steps[tuple[bytes, Metadata]]:
    """Content and metadata of a file of at most :data:`SMALL` bytes.

    Raises:
        TargetError: It is not as large as it was listed, or cannot be read.
    """
    content = (messages.reading(SMALL),) if entry.size else ()
    opened, security, streams, *read, closed = yield place.chain(
        "read",
        messages.opening(place.at(entry.name), TO_READ | place.audit, folder=False),
        *asks(place),
        *content,
        messages.closing(),
    )
    must((opened, *read, closed))
    whole = messages.read(read[0].body) if entry.size else b""
    if len(whole) != entry.size or messages.opened(opened.body).size != entry.size:
        raise refused("read", Reason.CHANGED_MEANWHILE)
    return whole, (yield from metadata_in(place, entry.name, security, streams))


def write_small(place: Place, entry: Entry, content: bytes, metadata: Metadata) -> Steps[None]:
    """Write a whole file: content, descriptor, streams, and at the end times and attributes."""
    written = (messages.writing(content),) if content else ()
    # Writing a stream changes the time of the file, so with streams the times come in a chain of their own.
    times = () if metadata.streams else (setting_of(entry),)
    yield from _unlocked(place, entry, (_making(place, entry), *written, setting(metadata), *times, messages.closing()))
    if metadata.streams:
        yield from write_streams(place, entry.name, metadata)
        yield from set_times(place, entry)


def open_to_read(place: Place, entry: Entry) -> Steps[tuple[Opened, Metadata]]:
    """Open a file; whoever asked closes it."""
    opened, security, streams = yield place.chain(
        "read", messages.opening(place.at(entry.name), TO_READ | place.audit, folder=False), *asks(place)
    )
    found = messages.opened(opened.must())
    if found.size != entry.size:
        raise refused("read", Reason.CHANGED_MEANWHILE)
    return found, (yield from metadata_in(place, entry.name, security, streams))


def open_to_write(place: Place, entry: Entry, metadata: Metadata) -> Steps[Opened]:
    """Make a file anew, empty, with its descriptor and streams; :func:`finish` closes it."""
    replies = yield from _unlocked(place, entry, (_making(place, entry), setting(metadata)))
    yield from write_streams(place, entry.name, metadata)
    return messages.opened(replies[0].body)


def finish(place: Place, entry: Entry, target: Opened) -> Steps[None]:
    """Have a large file written to the server's disk, set its times and close it."""
    flush = (messages.flushing(target.file_id),) if entry.size > LARGE else ()
    for ask in (*flush, setting_of(entry, target.file_id), messages.closing(target.file_id)):
        must((yield place.chain("write", ask)))


def close(place: Place, opened: Opened) -> Steps[None]:
    """Close what was opened."""
    must((yield place.chain("close", messages.closing(opened.file_id))))


def read_piece(place: Place, opened: Opened, offset: int) -> Steps[bytes]:
    """The piece of a file at an offset, whole."""
    length = min(PIECE, opened.size - offset)
    (reply,) = yield place.chain("read", messages.reading(length, offset, opened.file_id))
    content = messages.read(reply.must())
    if len(content) != length:
        raise refused("read", Reason.CHANGED_MEANWHILE)
    return content


def write_piece(place: Place, file_id: bytes, offset: int, content: bytes) -> Steps[None]:
    """Write a piece of a file, whole."""
    (reply,) = yield place.chain("write", messages.writing(content, offset, file_id))
    if messages.written(reply.must()) != len(content):
        raise refused("write", Reason.DIFFERS)


def pieces(exchange: Exchange, place: Place, opened: Opened) -> Iterator[bytes]:
    """The content of an opened file, in order, several pieces ahead."""
    yield from exchange.run((read_piece(place, opened, offset) for offset in _offsets(opened.size)), _PIECES)


def copy_pieces(exchange: Exchange, source: Place, read: Opened, target: Place, write: Opened) -> Iterator[int]:
    """Copy the content of one opened file into another over our own wire; bytes as they are done."""

    def piece(offset: int) -> Steps[int]:
        content = yield from read_piece(source, read, offset)
        yield from write_piece(target, write.file_id, offset, content)
        return len(content)

    yield from exchange.run(map(piece, _offsets(read.size)), _PIECES)


def copy_on_server(exchange: Exchange, source: Place, read: Opened, target: Place, write: Opened) -> Iterator[int]:
    """Have the server that has both files copy the content ([MS-SMB2] 3.3.5.15.6); bytes as they are done.

    Nothing comes where the server has no such function: the caller sees that less than the whole was done.
    """
    (reply,) = exchange.settle(exchange.post(source.chain("copy", messages.asking_resume_key(read.file_id))))
    if reply.status in NOT_OFFERED:
        return
    key = messages.controlled(reply.must())[:24]
    offsets = list(_offsets(read.size))
    for first in range(0, len(offsets), _SPANS):
        spans = [(offset, min(PIECE, read.size - offset)) for offset in offsets[first : first + _SPANS]]
        ask = messages.copying_chunks(key, spans, write.file_id)
        (reply,) = exchange.settle(exchange.post(target.chain("copy", ask)))
        if reply.status in NOT_OFFERED:
            return
        done = int.from_bytes(messages.controlled(reply.must())[8:12], "little")
        if done != sum(length for _, length in spans):
            raise refused("copy", Reason.DIFFERS)
        yield done


def _unlocked(place: Place, entry: Entry, asked: tuple[Message, ...]) -> Steps[Replies]:
    """Send a chain that overwrites a file, once more without the attributes that keep it from being overwritten."""
    replies = yield place.chain("write", *asked)
    if replies[0].status == ACCESS_DENIED:  # what is there is read-only, hidden or a system file
        unlocked = yield place.chain(
            "write",
            messages.opening(place.at(entry.name), messages.WRITE_ATTRIBUTES),
            messages.setting_times(0, 0, 0, NORMAL),
            messages.closing(),
        )
        must(unlocked)
        replies = yield place.chain("write", *asked)
    must(replies)
    return replies


def _making(place: Place, entry: Entry) -> Message:
    # Windows refuses to overwrite a hidden or system file unless the same is asked for ([MS-FSA] 2.1.5.1.2.1).
    attributes = entry.kept_attributes & ~READ_ONLY or NORMAL
    return messages.opening(
        place.at(entry.name), TO_WRITE | place.audit, messages.OVERWRITE_IF, folder=False, attributes=attributes
    )


def _offsets(size: int) -> range:
    return range(0, size, PIECE)
