r"""What stands in a folder, and the digest by which two folders are known to hold the same.

Names are relative to the folder, with backslashes; the folder itself is the entry with the empty name.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

READ_ONLY, HIDDEN, SYSTEM, DIRECTORY, ARCHIVE, NORMAL = 0x1, 0x2, 0x4, 0x10, 0x20, 0x80
REPARSE_POINT, NOT_CONTENT_INDEXED = 0x400, 0x2000
KEPT_ATTRIBUTES = READ_ONLY | HIDDEN | SYSTEM | ARCHIVE | NOT_CONTENT_INDEXED
"""File attributes ([MS-FSCC] 2.6) that a copy has in common with its source; the others are the server's."""

_SURROGATE = 0x2000_0000
_DEDUPLICATED = 0x8000_0013
"""Reparse tags ([MS-FSCC] 2.1.2.1): a bit for "stands for another place", and the tag of a file whose content the
server keeps elsewhere on the same volume and hands out like any other's."""


@dataclass(frozen=True, slots=True)
class Times:
    """Times of a file as the server keeps them: FILETIME, hundreds of nanoseconds since 1601."""

    created: int
    accessed: int
    written: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder as a listing shows it.

    Args:
        name: Relative, with backslashes; empty for the folder that was listed.
        attributes: File attributes.
        size: Bytes; 0 of a folder.
        times: Creation, last access, last write.
        changed: When the server last changed anything of it, FILETIME; not comparable between servers.
        reparse_tag: 0 where it is what it seems.
        is_followed: Whether the server itself follows a link here: what is behind the name is somewhere else, and
            to remove the name would remove that. Known only once the folder was listed.
    """

    name: str = field(repr=False)
    attributes: int
    size: int
    times: Times
    changed: int = 0
    reparse_tag: int = 0
    is_followed: bool = False

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder, or a link to one."""
        return bool(self.attributes & DIRECTORY)

    @property
    def is_link(self) -> bool:
        """Whether it stands for something elsewhere, or for what nobody here knows: never opened through."""
        is_shown = bool(self.attributes & REPARSE_POINT or self.reparse_tag) and (
            bool(self.reparse_tag & _SURROGATE) or self.reparse_tag != _DEDUPLICATED
        )
        return is_shown or self.is_followed

    @property
    def kept_attributes(self) -> int:
        """The attributes that a copy has as well."""
        return self.attributes & KEPT_ATTRIBUTES

    @property
    def likeness(self) -> tuple[int, int, int, bool]:
        """What a copy has in common with its source as a listing shows it: size, attributes, last write, kind.

        Reading changes the access time, and on servers that keep no time of creation it changes that one too.
        """
        return self.size, self.kept_attributes, self.times.written, self.is_folder

    def is_like(self, copy: Entry) -> bool:
        """Whether a copy is like it, as far as a listing shows.

        A time of creation is not compared where the server may have derived it.
        """
        return self.likeness == copy.likeness and (self.may_derive_creation or self.times.created == copy.times.created)

    @property
    def may_derive_creation(self) -> bool:
        """Whether the time of creation is one of the other times, as on servers that keep none."""
        return self.times.created in {self.times.accessed, self.times.written, self.changed}


Tree = Mapping[str, Entry]
"""Relative name → entry of everything in a folder, itself under the empty name."""


def digest_of(entries: Iterable[Entry]) -> str:
    """The digest of a folder's listing: names, kinds, sizes, attributes, times of last write.

    Independent of the order of the listing. Two folders of one digest hold the same as far as a listing shows; that
    their contents agree is found by reading them.

    Returns:
        SHA-256, hexadecimal.
    """
    whole = hashlib.sha256()
    for entry in sorted(entries, key=lambda one: one.name):
        name = entry.name.encode("utf-16-le", "surrogatepass")
        size, attributes, written, is_folder = entry.likeness
        whole.update(struct.pack("<IQIQ?", len(name), size, attributes, written, is_folder) + name)
    return whole.hexdigest()
