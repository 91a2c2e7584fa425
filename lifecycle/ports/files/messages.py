"""The SMB 2 requests that folders need, written out once ([MS-SMB2] 2.2), and the answers to them, read.

smbprotocol builds requests field by field, which costs three times what sending one does; with ten requests a file
that is most of the time of a copy. These are bytes from the start. A request of a chain speaks of the file that the
chain opened first, unless it names another.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from smbprotocol.header import Commands
from smbprotocol.ioctl import CtlCode

from lifecycle.folders.identity import FolderIdentity

THE_OPENED = b"\xff" * 16
"""File identifier of a related request: of the file that the request before it opened ([MS-SMB2] 3.2.4.1.4)."""

# Access ([MS-SMB2] 2.2.13.1)
READ, WRITE, LIST, READ_ATTRIBUTES, WRITE_ATTRIBUTES = 0x1, 0x2, 0x1, 0x80, 0x100
DELETE, READ_CONTROL, WRITE_DAC, WRITE_OWNER, SYSTEM_SECURITY = 0x1_0000, 0x2_0000, 0x4_0000, 0x8_0000, 0x0100_0000
# What to do when there is such a file, or none (2.2.13)
OPEN, CREATE, OPEN_IF, OVERWRITE_IF = 1, 2, 3, 5
# Options; nothing is ever opened through a link
_IS_FOLDER, _IS_FILE, _FOR_BACKUP, _LINK_ITSELF = 0x1, 0x40, 0x4000, 0x20_0000
# Parts of a security descriptor (2.2.37): owner, group, DACL; and SACL
OWNER_GROUP_DACL, SACL = 0x7, 0x8

_IMPERSONATION, _SHARE_ALL, _SHARE_NONE = 2, 7, 0
_FILE, _FILE_SYSTEM, _SECURITY = 1, 2, 3
_BASIC, _RENAME, _DISPOSITION, _ALL, _STREAMS, _ID_FULL_DIRECTORY = 4, 10, 13, 18, 22, 38
_ATTRIBUTES_OF_VOLUME = 5
_SUPPORTS_REPARSE_POINTS = 0x80
_HEADER = 64
_CREATE = struct.Struct("<HBBIQQIIIIIHHII")
_CREATED = struct.Struct("<HBBI QQQQ QQ II 16s II")
_CONTEXT = struct.Struct("<IHHHHI")
_WHICH = b"QFid"
"""Name of the create context that asks for FileId and volume ([MS-SMB2] 2.2.13.2.9)."""
_BASIC_INFORMATION = struct.Struct("<QQQQII")


@dataclass(frozen=True, slots=True)
class Message:
    """A request as smbprotocol sends it: it asks for its command, its bytes and the lengths that cost credits."""

    COMMAND: int
    raw: bytes
    payload: int = 0

    def __len__(self) -> int:
        return len(self.raw)

    def pack(self) -> bytes:
        """The bytes."""
        return self.raw

    def __getitem__(self, name: str) -> _Length:
        return _Length(self.payload if name in {"length", "output_buffer_length", "max_output_response"} else 0)

    @property
    def credits(self) -> int:
        """What the request costs ([MS-SMB2] 3.2.4.1.5): one for each 64 KiB that go either way."""
        return max(0, self.payload - 1) // 65_536 + 1


class _Length(int):
    """A number that answers like a field of smbprotocol's, and like an empty buffer where one is asked for."""

    def get_value(self) -> int:
        """The number."""
        return int(self)

    def __len__(self) -> int:
        return 0


@dataclass(frozen=True, slots=True)
class Opened:
    """What the server says of a file that it opened.

    Args:
        file_id: By which the requests of a later chain name it.
        created: As the other times, FILETIME.
        accessed: Last access.
        written: Last write.
        changed: Last change of anything.
        size: Bytes.
        attributes: File attributes.
    """

    file_id: bytes
    created: int
    accessed: int
    written: int
    changed: int
    size: int
    attributes: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One name of a listing ([MS-FSCC] 2.4.19); the times as in :class:`Opened`, ``number`` is the FileId."""

    name: str
    created: int
    accessed: int
    written: int
    changed: int
    size: int
    attributes: int
    reparse_tag: int
    number: int = 0


def opening(
    name: str, access: int, disposition: int = OPEN, *, folder: bool | None = None, attributes: int = 0,
    exclusive: bool = False,
) -> Message:  # fmt: skip
    """Open or make a file or folder; a link is opened itself, never what it leads to.

    Args:
        name: Path below the share.
        access: Access mask.
        disposition: What to do when there is such a file, or none.
        folder: Whether it must be a folder; None takes both.
        attributes: Of a file that is made.
        exclusive: Whether it is refused while somebody else has it open.
    """
    path = name.encode("utf-16-le", "surrogatepass")
    kind = 0 if folder is None else _IS_FOLDER if folder else _IS_FILE
    fixed = _CREATE.pack(
        57, 0, 0, _IMPERSONATION, 0, 0, access, attributes, _SHARE_NONE if exclusive else _SHARE_ALL, disposition,
        kind | _FOR_BACKUP | _LINK_ITSELF, _HEADER + _CREATE.size, len(path), 0, 0,
    )  # fmt: skip
    return Message(Commands.SMB2_CREATE, fixed + (path or b"\0\0"))


def opening_to_list(name: str) -> Message:
    """Open a folder to list it, and ask which folder it is: its answer is read by :func:`identity` as well."""
    path = name.encode("utf-16-le", "surrogatepass")
    padded = path.ljust(8, b"\0") + b"\0" * (-max(len(path), 8) % 8)
    context = _CONTEXT.pack(0, _CONTEXT.size, len(_WHICH), 0, 0, 0) + _WHICH.ljust(8, b"\0")
    start = _HEADER + _CREATE.size
    fixed = _CREATE.pack(
        57, 0, 0, _IMPERSONATION, 0, 0, LIST | READ_ATTRIBUTES, 0, _SHARE_ALL, OPEN,
        _IS_FOLDER | _FOR_BACKUP | _LINK_ITSELF, start, len(path), start + len(padded), len(context),
    )  # fmt: skip
    return Message(Commands.SMB2_CREATE, fixed + padded + context)


def identity(body: bytes, listed_first: list[Listed]) -> FolderIdentity:
    """Which folder was opened, from the answer to :func:`opening_to_list` and the names that were listed first.

    The answer says the volume. Both numbers are those of the listing, ``.`` and ``..``, so that they are made alike: on
    ReFS the 64 bits of the answer need not be those of a listing.
    """
    volume: int | None = None
    dots = {one.name: one.number for one in listed_first if one.name in {".", ".."}}
    offset, length = _CREATED.unpack_from(body)[13:]
    contexts = body[offset - _HEADER : offset - _HEADER + length] if length else b""
    while len(contexts) >= _CONTEXT.size:
        following, name_at, name_length, _, data_at, data_length = _CONTEXT.unpack_from(contexts)
        if contexts[name_at : name_at + name_length] == _WHICH and data_length >= struct.calcsize("<QQ"):
            _, volume = struct.unpack_from("<QQ", contexts, data_at)
        contexts = contexts[following:] if following else b""
    return FolderIdentity(dots.get(".", 0), volume, dots.get("..", 0))


def opened(body: bytes) -> Opened:
    """The answer to :func:`opening`."""
    fields = _CREATED.unpack_from(body)
    return Opened(fields[12], fields[4], fields[5], fields[6], fields[7], fields[9], fields[10])


def closing(file_id: bytes = THE_OPENED) -> Message:
    """Close a file."""
    return Message(Commands.SMB2_CLOSE, struct.pack("<HHI16s", 24, 0, 0, file_id))


def flushing(file_id: bytes = THE_OPENED) -> Message:
    """Have the server write what it holds in memory to its disk."""
    return Message(Commands.SMB2_FLUSH, struct.pack("<HHI16s", 24, 0, 0, file_id))


def reading(length: int, offset: int = 0, file_id: bytes = THE_OPENED) -> Message:
    """Read bytes."""
    fixed = struct.pack("<HBBIQ16sIIIHHB", 49, 80, 0, length, offset, file_id, 0, 0, 0, 0, 0, 0)
    return Message(Commands.SMB2_READ, fixed, length)


def read(body: bytes) -> bytes:
    """The bytes of an answer to :func:`reading`."""
    _, offset, _, length = struct.unpack_from("<HBBI", body)
    return body[offset - _HEADER : offset - _HEADER + length]


def writing(data: bytes, offset: int = 0, file_id: bytes = THE_OPENED) -> Message:
    """Write bytes."""
    fixed = struct.pack("<HHIQ16sIIHHI", 49, _HEADER + 48, len(data), offset, file_id, 0, 0, 0, 0, 0)
    return Message(Commands.SMB2_WRITE, fixed + data, len(data))


def written(body: bytes) -> int:
    """How many bytes the answer to :func:`writing` says were written."""
    return int(struct.unpack_from("<HHI", body)[2])


def listing(length: int, file_id: bytes = THE_OPENED) -> Message:
    """Ask for the next names of a folder, as many as fit into ``length`` bytes."""
    pattern = "*".encode("utf-16-le")
    fixed = struct.pack("<HBBI16sHHI", 33, _ID_FULL_DIRECTORY, 0, 0, file_id, _HEADER + 32, len(pattern), length)
    return Message(Commands.SMB2_QUERY_DIRECTORY, fixed + pattern, length)


def listed(body: bytes) -> list[Listed]:
    """The names of an answer to :func:`listing`, ``.`` and ``..`` among them."""
    buffer, found, at = information(body), [], 0
    while True:
        following, _, created, accessed, written_at, changed, size, _, attributes, length, tag, _, number = (
            struct.unpack_from("<IIQQQQQQIIIIQ", buffer, at)
        )
        name = buffer[at + 80 : at + 80 + length].decode("utf-16-le", "surrogatepass")
        # The size of extended attributes is a reparse point's tag ([MS-FSCC] 2.4.19).
        tag = tag if attributes & 0x400 else 0
        found.append(Listed(name, created, accessed, written_at, changed, size, attributes, tag, number))
        if not following:
            return found
        at += following


def asking_security(parts: int, length: int = 65_536) -> Message:
    """Ask for parts of the security descriptor."""
    return _asking(_SECURITY, 0, parts, length)


def asking_streams(length: int = 65_536) -> Message:
    """Ask for the streams of a file, the unnamed one among them."""
    return _asking(_FILE, _STREAMS, 0, length)


def asking_name(length: int = 65_536) -> Message:
    """Ask under which path the server has what was opened (FileAllInformation, [MS-FSCC] 2.4.2)."""
    return _asking(_FILE, _ALL, 0, length)


def name_of(body: bytes) -> str:
    """The last part of the path of an answer to :func:`asking_name`."""
    buffer = information(body)
    (length,) = struct.unpack_from("<I", buffer, 96)
    return buffer[100 : 100 + length].decode("utf-16-le", "surrogatepass").rpartition("\\")[2]


def asking_volume() -> Message:
    """Ask what the volume of what was opened can do ([MS-FSCC] 2.5.1)."""
    return _asking(_FILE_SYSTEM, _ATTRIBUTES_OF_VOLUME, 0, 4_096)


def shows_links(body: bytes) -> bool:
    """Whether the answer to :func:`asking_volume` says that links are reparse points, which a listing shows."""
    return bool(struct.unpack_from("<I", information(body))[0] & _SUPPORTS_REPARSE_POINTS)


def streams(body: bytes) -> list[tuple[str, int]]:
    """Names and sizes of the named streams of an answer to :func:`asking_streams` ([MS-FSCC] 2.4.47)."""
    buffer, found, at = information(body), [], 0
    while at < len(buffer):
        following, length, size = struct.unpack_from("<IIQ", buffer, at)
        name = buffer[at + 24 : at + 24 + length].decode("utf-16-le", "surrogatepass")
        if name != "::$DATA":
            found.append((name, size))
        if not following:
            break
        at += following
    return found


def information(body: bytes) -> bytes:
    """What an answer to a question brings."""
    _, offset, length = struct.unpack_from("<HHI", body)
    return body[offset - _HEADER : offset - _HEADER + length]


def setting_security(descriptor: bytes, parts: int) -> Message:
    """Set parts of the security descriptor."""
    return _setting(_SECURITY, 0, parts, descriptor)


def setting_times(
    created: int, accessed: int, written_at: int, attributes: int, file_id: bytes = THE_OPENED
) -> Message:
    """Set times and attributes; 0 leaves a time, or the attributes, as they are."""
    basic = _BASIC_INFORMATION.pack(created, accessed, written_at, 0, attributes, 0)
    return _setting(_FILE, _BASIC, 0, basic, file_id)


def renaming(name: str) -> Message:
    """Give what was opened another path below the share, where nothing is yet."""
    path = name.encode("utf-16-le", "surrogatepass")
    return _setting(_FILE, _RENAME, 0, struct.pack("<B7xQI", 0, 0, len(path)) + path.ljust(4, b"\0"))


def removing() -> Message:
    """Have what was opened removed when it is closed."""
    return _setting(_FILE, _DISPOSITION, 0, b"\x01")


def asking_resume_key(file_id: bytes) -> Message:
    """Ask for the key by which a file is the source of :func:`copying_chunks`."""
    return _control(CtlCode.FSCTL_SRV_REQUEST_RESUME_KEY, file_id, b"", 32)


def copying_chunks(key: bytes, spans: list[tuple[int, int]], file_id: bytes) -> Message:
    """Have the server copy spans (offset, length) of another of its files into this one ([MS-SMB2] 2.2.31.1)."""
    chunks = b"".join(struct.pack("<QQII", offset, offset, length, 0) for offset, length in spans)
    packed = struct.pack("<24sII", key, len(spans), 0) + chunks
    return _control(CtlCode.FSCTL_SRV_COPYCHUNK_WRITE, file_id, packed, 12)


def controlled(body: bytes) -> bytes:
    """What an answer to a control request brings."""
    offset, length = struct.unpack_from("<II", body, 32)
    return body[offset - _HEADER : offset - _HEADER + length]


def _asking(kind: int, information_class: int, parts: int, length: int) -> Message:
    fixed = struct.pack("<HBBIHHIII16s", 41, kind, information_class, length, 0, 0, 0, parts, 0, THE_OPENED)
    return Message(Commands.SMB2_QUERY_INFO, fixed)


def _setting(kind: int, information_class: int, parts: int, value: bytes, file_id: bytes = THE_OPENED) -> Message:
    fixed = struct.pack("<HBBIHHI16s", 33, kind, information_class, len(value), _HEADER + 32, 0, parts, file_id)
    return Message(Commands.SMB2_SET_INFO, fixed + value)


def _control(code: int, file_id: bytes, value: bytes, length: int) -> Message:
    is_control = 1
    fixed = struct.pack(
        "<HHI16sIIIIIIII", 57, 0, code, file_id, _HEADER + 56, len(value), 0, 0, 0, length, is_control, 0
    )
    return Message(Commands.SMB2_IOCTL, fixed + value)
