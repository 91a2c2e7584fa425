"""The content of files: read, written and copied in pieces, several of them on their way at once."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.folders.descriptor import SecurityDescriptor
from lifecycle.folders.manifest import NORMAL, READ_ONLY, Entry
from lifecycle.ports.files import messages
from lifecycle.ports.files.exchange import Exchange, Steps, must
from lifecycle.ports.files.failures import ACCESS_DENIED, NOT_OFFERED, Reason, refused
from lifecycle.ports.files.messages import Message, Opened
from lifecycle.ports.files.place import TO_READ, TO_WRITE, Place, descriptor_in, setting_of

PIECE = 1_048_576
"""Bytes that are read or written at once; 16 credits."""

SMALL = 65_536
"""A file up to this size is read, and written, with one chain."""

LARGE = 8 * PIECE
"""A file of more is read and written in pieces that overtake each other."""

_PIECES = 8
_SPANS = 16
"""Pieces that a server copies at one order: 16 MiB is what every server takes ([MS-SMB2] 3.3.3)."""


def read_small(place: Place, entry: Entry) -> Steps[tuple[bytes, SecurityDescriptor]]:
    """Content and descriptor of a file of at most :data:`SMALL` bytes.

    Raises:
        TargetError: It is not as large as it was listed, or cannot be read.
    """
    asks = [messages.opening(place.at(entry.name), TO_READ | place.audit, folder=False)]
    asks.append(messages.asking_security(place.security))
    if entry.size:
        asks.append(messages.reading(SMALL))
    replies = yield place.chain("read", *asks, messages.closing())
    must(replies)
    content = messages.read(replies[2].body) if entry.size else b""
    if len(content) != entry.size or messages.opened(replies[0].body).size != entry.size:
        raise refused("read", Reason.CHANGED_MEANWHILE)
    return content, descriptor_in(replies[1].body)


def write_small(place: Place, entry: Entry, content: bytes, descriptor: SecurityDescriptor) -> Steps[None]:
    """Write a whole file: content, descriptor, and at the end times and attributes."""
    asks = [messages.writing(content)] if content else []
    asks += [messages.setting_security(descriptor.pack(), descriptor.parts), setting_of(entry), messages.closing()]
    chain = place.chain("write", _making(place, entry), *asks)
    replies = yield chain
    if replies[0].status == ACCESS_DENIED:  # what is there is read-only, hidden or a system file
        yield from unlock(place, entry.name)
        replies = yield chain
    must(replies)


def open_to_read(place: Place, entry: Entry) -> Steps[tuple[Opened, SecurityDescriptor]]:
    """Open a file; whoever asked closes it."""
    replies = yield place.chain(
        "read",
        messages.opening(place.at(entry.name), TO_READ | place.audit, folder=False),
        messages.asking_security(place.security),
    )
    must(replies)
    opened = messages.opened(replies[0].body)
    if opened.size != entry.size:
        raise refused("read", Reason.CHANGED_MEANWHILE)
    return opened, descriptor_in(replies[1].body)


def open_to_write(place: Place, entry: Entry, descriptor: SecurityDescriptor) -> Steps[Opened]:
    """Make a file anew, empty, with its descriptor; :func:`finish` closes it."""
    asks = (_making(place, entry), messages.setting_security(descriptor.pack(), descriptor.parts))
    replies = yield place.chain("write", *asks)
    if replies[0].status == ACCESS_DENIED:
        yield from unlock(place, entry.name)
        replies = yield place.chain("write", *asks)
    must(replies)
    return messages.opened(replies[0].body)


def finish(place: Place, entry: Entry, target: Opened) -> Steps[None]:
    """Have a large file written to the server's disk, set its times and close it."""
    flush = (messages.flushing(target.file_id),) if entry.size > LARGE else ()
    for ask in (*flush, setting_of(entry, target.file_id), messages.closing(target.file_id)):
        must((yield place.chain("write", ask)))


def close(place: Place, opened: Opened) -> Steps[None]:
    """Close what was opened."""
    must((yield place.chain("close", messages.closing(opened.file_id))))


def unlock(place: Place, name: str) -> Steps[None]:
    """Take away the attributes that keep a file from being overwritten."""
    replies = yield place.chain(
        "write",
        messages.opening(place.at(name), messages.WRITE_ATTRIBUTES),
        messages.setting_times(0, 0, 0, NORMAL),
        messages.closing(),
    )
    must(replies)


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


def _making(place: Place, entry: Entry) -> Message:
    # Windows refuses to overwrite a hidden or system file unless the same is asked for ([MS-FSA] 2.1.5.1.2.1).
    attributes = entry.kept_attributes & ~READ_ONLY or NORMAL
    return messages.opening(
        place.at(entry.name), TO_WRITE | place.audit, messages.OVERWRITE_IF, folder=False, attributes=attributes
    )


def _offsets(size: int) -> range:
    return range(0, size, PIECE)
