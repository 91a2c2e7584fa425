"""Descriptors and named streams of files and folders: read with whatever else is asked, written before the times."""

from __future__ import annotations

from lifecycle.folders.descriptor import SecurityDescriptor
from lifecycle.folders.metadata import MAX_STREAM, Metadata, Stream
from lifecycle.ports.files import messages
from lifecycle.ports.files.exchange import Reply, Steps, must
from lifecycle.ports.files.failures import NOT_OFFERED, Reason, broken, refused
from lifecycle.ports.files.messages import Message
from lifecycle.ports.files.place import TO_DESCRIBE, TO_WRITE, Place


def asks(place: Place) -> tuple[Message, Message]:
    """The two questions about what was opened, whose answers :func:`metadata_in` reads."""
    return messages.asking_security(place.security), messages.asking_streams()


def metadata_in(place: Place, name: str, security: Reply, streams: Reply) -> Steps[Metadata]:
    """Descriptor and streams of a name; streams that there are, are read.

    Raises:
        TargetError: A stream is too large, or one of the two could not be read.
    """
    try:
        descriptor = SecurityDescriptor.unpack(messages.information(security.must()))
    except ValueError as error:
        raise broken("read descriptor", "not a security descriptor") from error
    if streams.status in NOT_OFFERED:
        return Metadata(descriptor)
    found = []
    for stream, size in messages.streams(streams.must()):
        found.append((yield from _read(place, name, stream, size)))
    return Metadata(descriptor, tuple(sorted(found, key=lambda one: one.name)))


def describe(place: Place, name: str) -> Steps[Metadata]:
    """Descriptor and streams of a name."""
    chain = place.chain(
        "describe",
        messages.opening(place.at(name), TO_DESCRIBE | place.audit),
        *asks(place),
        messages.closing(),
    )
    opened, security, streams, closed = yield chain
    must((opened, closed))
    return (yield from metadata_in(place, name, security, streams))


def make_folder(place: Place, name: str, metadata: Metadata) -> Steps[None]:
    """Make a folder, or take the one that is there, and give it its descriptor and streams."""
    replies = yield place.chain(
        "make folder",
        messages.opening(place.at(name), TO_WRITE | place.audit, messages.OPEN_IF, folder=True),
        setting(metadata),
        messages.closing(),
    )
    must(replies)
    yield from write_streams(place, name, metadata)


def setting(metadata: Metadata) -> Message:
    """The request that sets the descriptor, as far as it has parts."""
    return messages.setting_security(metadata.descriptor.pack(), metadata.descriptor.parts)


def write_streams(place: Place, name: str, metadata: Metadata) -> Steps[None]:
    """Write the streams of a name that is there."""
    for stream in metadata.streams:
        content = (messages.writing(stream.content),) if stream.content else ()
        replies = yield place.chain(
            "write stream",
            messages.opening(place.at(name) + stream.name, messages.WRITE, messages.OVERWRITE_IF, folder=False),
            *content,
            messages.closing(),
        )
        must(replies)


def _read(place: Place, name: str, stream: str, size: int) -> Steps[Stream]:
    if size > MAX_STREAM:
        raise refused("read stream", Reason.LARGE_STREAM)
    content = (messages.reading(MAX_STREAM),) if size else ()
    replies = yield place.chain(
        "read stream",
        messages.opening(place.at(name) + stream, messages.READ, folder=False),
        *content,
        messages.closing(),
    )
    must(replies)
    read = messages.read(replies[1].body) if size else b""
    if len(read) != size:
        raise refused("read stream", Reason.CHANGED_MEANWHILE)
    try:
        return Stream(stream, read)
    except ValueError as error:
        raise broken("read stream", "a name that cannot be") from error
