r"""UNC paths: ``\\server\share\rest``, read strictly and compared as Windows does ([MS-DTYP] 2.2.57, [MS-FSCC] 2.1.5).

A text that could mean two folders to two readers is refused, not mended: ``..``, a stream, a device name, a trailing
dot or space that Windows drops and others keep.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

MAX_LENGTH = 32_000
"""Characters of a whole path ([MS-FSCC] 2.1.5 allows 32,760; the rest is for temporary names)."""

MAX_PART = 255
"""UTF-16 units of one part."""

_FORBIDDEN = re.compile(r'[\x00-\x1f"*/:<>?|\\]')
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|CLOCK\$|(?:COM|LPT)[0-9¹²³]) *(?:\..*)?", re.IGNORECASE)
_SERVER = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?")
_NAMESPACES = frozenset({".", "?"})


@dataclass(frozen=True, slots=True)
class UncPath:
    r"""A place on a share. Equal are paths that differ in case only; the spelling is kept.

    Args:
        server: Name or IPv4 address of the server.
        share: Name of the share.
        parts: Names below the share, outermost first; none is the share itself.
    """

    server: str
    share: str
    parts: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        r"""Read ``\\server\share\rest``; slashes count as backslashes, one backslash at the end is dropped.

        Raises:
            ValueError: The text is no such path; the message says what is wrong and does not repeat it.
        """
        written = text.replace("/", "\\")
        if not written.startswith("\\\\"):
            raise ValueError("a UNC path begins with two backslashes")
        server, *names = written[2:].removesuffix("\\").split("\\")
        if server in _NAMESPACES:
            raise ValueError("a device path is no UNC path")
        if not names:
            raise ValueError("a UNC path names a share")
        return cls(server, names[0], tuple(names[1:]))

    def __post_init__(self) -> None:
        """Refuse what no reader may take in two ways."""
        if not _SERVER.fullmatch(self.server):
            raise ValueError("the server of a UNC path is no host name")
        for part in (self.share, *self.parts):
            if problem := problem_of(part):
                raise ValueError(f"a part of a UNC path {problem}")
        if len(str(self)) > MAX_LENGTH:
            raise ValueError("a UNC path is too long")

    def __str__(self) -> str:
        return "\\\\" + "\\".join((self.server, self.share, *self.parts))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UncPath) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def key(self) -> tuple[str, ...]:
        """What is compared: server, share and parts, each without regard to case."""
        return tuple(map(folded, (self.server, self.share, *self.parts)))

    @property
    def name(self) -> str:
        """The last part; of a share itself the share's name."""
        return self.parts[-1] if self.parts else self.share

    @property
    def parent(self) -> UncPath:
        """The folder that it stands in; a share is its own."""
        return UncPath(self.server, self.share, self.parts[:-1])

    def child(self, name: str) -> UncPath:
        """A name in this folder.

        Raises:
            ValueError: It is no single part of a path.
        """
        return UncPath(self.server, self.share, (*self.parts, name))

    def beside(self, suffix: str) -> UncPath:
        """The same place with something added to its name; not of a share."""
        if not self.parts:
            raise ValueError("nothing stands beside a share")
        return self.parent.child(self.name + suffix)

    def is_inside(self, root: UncPath) -> bool:
        """Whether it stands below ``root``, at any depth; the root itself does not."""
        return len(self.key) > len(root.key) and self.key[: len(root.key)] == root.key

    def is_related(self, other: UncPath) -> bool:
        """Whether one of the two is the other or stands inside it."""
        return self == other or self.is_inside(other) or other.is_inside(self)

    def shares_with(self, other: UncPath) -> bool:
        """Whether both stand on one share."""
        return self.key[:2] == other.key[:2]


def problem_of(part: str) -> str:
    """What is wrong with one name of a path, as the end of a sentence; empty when nothing is."""
    if part in {"", ".", ".."}:
        return "is empty, . or .."
    if _FORBIDDEN.search(part):
        return "has a character that Windows forbids"
    if part[-1] in ". ":
        return "ends with a dot or a space"
    if _DEVICE.fullmatch(part):
        return "is the name of a device"
    try:
        units = len(part.encode("utf-16-le")) // 2
    except UnicodeEncodeError:
        return "is no Unicode text"
    return "is too long" if units > MAX_PART else ""


def folded(part: str) -> str:
    """One spelling of a name: NTFS compares by upper-casing single UTF-16 units, so one character stays one."""
    return "".join(upper if len(upper := character.upper()) == 1 else character for character in part)
