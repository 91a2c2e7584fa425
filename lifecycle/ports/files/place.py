"""A folder on a server, and what can be done to one name in it with one chain of requests."""

from __future__ import annotations

from dataclasses import dataclass, field

from lifecycle.folders.manifest import DIRECTORY, NORMAL, READ_ONLY, Entry, Times
from lifecycle.folders.unc_path import UncPath
from lifecycle.ports.files import messages
from lifecycle.ports.files.connection import Servers, Share
from lifecycle.ports.files.exchange import Chain, Steps, must
from lifecycle.ports.files.failures import (
    ABSENT,
    ACCESS_DENIED,
    COLLISION,
    DELETE_PENDING,
    NOT_EMPTY,
    PRIVILEGE_NOT_HELD,
    SHARING_VIOLATION,
)
from lifecycle.ports.files.messages import Message, Opened

TO_DESCRIBE = messages.READ_CONTROL | messages.READ_ATTRIBUTES
TO_READ = messages.READ | TO_DESCRIBE
TO_WRITE = (
    messages.WRITE | messages.READ_ATTRIBUTES | messages.WRITE_ATTRIBUTES | messages.READ_CONTROL
    | messages.WRITE_DAC | messages.WRITE_OWNER
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A folder on a connected share.

    Args:
        share: Where.
        path: Path below the share; names in it are added with a backslash.
        with_sacl: Whether our account may read and write lists of auditing there.
    """

    share: Share
    path: str = field(repr=False)
    with_sacl: bool = False

    @property
    def security(self) -> int:
        """The parts of a descriptor that are copied."""
        return messages.OWNER_GROUP_DACL | (messages.SACL if self.with_sacl else 0)

    @property
    def audit(self) -> int:
        """The right that goes with a SACL."""
        return messages.SYSTEM_SECURITY if self.with_sacl else 0

    @property
    def above(self) -> Place:
        """The folder that this one is in; the root of a share is its own."""
        return Place(self.share, self.path.rpartition("\\")[0])

    def at(self, name: str) -> str:
        """The path of a name in it; of the folder itself for the empty name."""
        return f"{self.path}\\{name}" if name else self.path

    def chain(self, operation: str, *requests: Message) -> Chain:
        """Requests to this share."""
        return Chain(self.share, requests, operation)


def place_of(servers: Servers, path: UncPath) -> Place:
    """Where a path is; nothing is asked of it yet.

    Raises:
        TargetError: As :meth:`Servers.share`.
    """
    return Place(servers.share(path), "\\".join(path.parts))


def entry_of(name: str, found: Opened) -> Entry:
    """What was opened, as a listing would show it."""
    times = Times(found.created, found.accessed, found.written)
    size = 0 if found.attributes & DIRECTORY else found.size
    return Entry(name, found.attributes, size, times, found.changed)


def find(place: Place, name: str = "") -> Steps[Entry | None]:
    """What has a name; None where nothing has."""
    replies = yield place.chain("look", messages.opening(place.at(name), messages.READ_ATTRIBUTES), messages.closing())
    if replies[0].status in ABSENT:
        return None
    must(replies)
    return entry_of(name, messages.opened(replies[0].body))


def is_open(place: Place, entry: Entry) -> Steps[bool]:
    """Whether somebody has a file or folder open."""
    wanted = messages.READ | messages.DELETE | messages.READ_ATTRIBUTES
    opened, _ = yield place.chain(
        "look", messages.opening(place.at(entry.name), wanted, exclusive=True), messages.closing()
    )
    return opened.status in {SHARING_VIOLATION, DELETE_PENDING}


def may_audit(place: Place) -> Steps[bool]:
    """Whether our account may read and write lists of auditing in this folder."""
    access = messages.READ_ATTRIBUTES | messages.SYSTEM_SECURITY
    opened, closed = yield place.chain("look", messages.opening(place.path, access), messages.closing())
    if opened.status in {ACCESS_DENIED, PRIVILEGE_NOT_HELD}:
        return False
    must((opened, closed))
    return True


def set_times(place: Place, entry: Entry) -> Steps[None]:
    """Give a folder that is there the times and attributes of an entry."""
    replies = yield place.chain(
        "set times",
        messages.opening(place.at(entry.name), messages.WRITE_ATTRIBUTES),
        setting_of(entry),
        messages.closing(),
    )
    must(replies)


def setting_of(entry: Entry, file_id: bytes = messages.THE_OPENED) -> Message:
    """The request that gives times and attributes of an entry; it comes last, so that its effect says "complete"."""
    times = entry.times
    # 0 would leave the attributes as they are, and a folder may lose its own "is a folder" to nobody.
    attributes = entry.kept_attributes or (DIRECTORY if entry.is_folder else NORMAL)
    return messages.setting_times(times.created, times.accessed, times.written, attributes, file_id)


def remove(place: Place, entry: Entry) -> Steps[bool]:
    """Remove a file, an empty folder or a link itself; that it is gone already is no error.

    Returns:
        Whether it is gone; ``False`` for a folder with something in it.
    """
    unlock = (messages.setting_times(0, 0, 0, NORMAL),) if entry.attributes & READ_ONLY else ()
    access = messages.DELETE | messages.READ_ATTRIBUTES | (messages.WRITE_ATTRIBUTES if unlock else 0)
    replies = yield place.chain(
        "remove", messages.opening(place.at(entry.name), access), *unlock, messages.removing(), messages.closing()
    )
    if replies[0].status in ABSENT:
        return True
    if any(reply.status == NOT_EMPTY for reply in replies):
        return False
    must(replies)
    return True


def rename(place: Place, new_path: str) -> Steps[bool]:
    """Give a folder another path on its share, in one step.

    Returns:
        Whether it was; ``False`` when something has that name.
    """
    replies = yield place.chain(
        "rename",
        messages.opening(place.path, messages.DELETE | messages.READ_ATTRIBUTES),
        messages.renaming(new_path),
        messages.closing(),
    )
    replies[0].must()
    if replies[1].status == COLLISION:
        return False
    must(replies)
    return True
