"""Reading a tree: every folder's names, many folders at once; links are seen and not followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lifecycle.folders.manifest import DIRECTORY, Entry, Times, digest_of
from lifecycle.folders.operation import Absent, Folder, FolderState, InTheWay
from lifecycle.ports.files import messages
from lifecycle.ports.files.exchange import Exchange, Steps, must
from lifecycle.ports.files.failures import NO_MORE_FILES, broken
from lifecycle.ports.files.messages import Listed
from lifecycle.ports.files.place import Place, find

_A_TIME = 262_144
"""Bytes of names that are asked for at once: about 2,000 names."""

_FORBIDDEN = frozenset("\\/:\0")
MAX_DEPTH = 256
"""Folders within folders; more is a server that leads in a circle."""

Tree = Mapping[str, Entry]
"""Relative name → entry of everything in a folder, itself under the empty name."""


def look(exchange: Exchange, place: Place) -> Entry | None:
    """The folder, file or link that is there; None where nothing is."""
    return exchange.do(find(place))


def tree_of(exchange: Exchange, place: Place, root: Entry) -> dict[str, Entry]:
    """Everything in a folder, parents before children.

    Args:
        exchange: What sends.
        place: The folder.
        root: Its entry, as :func:`look` found it.

    Raises:
        TargetError: A folder could not be listed, or not to its end.
    """
    tree, level = {"": root}, [""]
    for _ in range(MAX_DEPTH):
        if not level:
            return tree
        deeper = []
        for name, found in exchange.run(_list(place, name) for name in level):
            for entry in _entries(name, found):
                tree[entry.name] = entry
                if entry.is_folder and not entry.is_link:
                    deeper.append(entry.name)
        level = deeper
    raise broken("list", "folders are nested too deeply")


def state_of(tree: Tree) -> Folder:
    """A tree as the state of a folder."""
    return Folder(
        count=len(tree) - 1,
        size=sum(entry.size for entry in tree.values() if not entry.is_folder),
        links=links_in(tree),
        digest=digest_of(tree.values()),
    )


def folder_state(exchange: Exchange, place: Place) -> FolderState:
    """How a folder stands now."""
    root = look(exchange, place)
    if root is None:
        return Absent()
    return state_of(tree_of(exchange, place, root)) if root.is_folder and not root.is_link else InTheWay()


def links_in(tree: Tree) -> int:
    """How many links there are."""
    return sum(entry.is_link for entry in tree.values())


def _list(place: Place, name: str) -> Steps[tuple[str, list[Listed]]]:
    found: list[Listed] = []
    access = messages.LIST | messages.READ_ATTRIBUTES
    opened, first, second = yield place.chain(
        "list",
        messages.opening(place.at(name), access, folder=True),
        messages.listing(_A_TIME),
        messages.listing(_A_TIME),
    )
    file_id = messages.opened(opened.must()).file_id
    replies, more = [first, second], True
    while more:
        for reply in replies:
            if reply.status == NO_MORE_FILES:
                more = False
                break
            found += messages.listed(reply.must())
        else:
            replies = yield place.chain("list", messages.listing(_A_TIME, file_id))
    must((yield place.chain("list", messages.closing(file_id))))
    return name, found


def _entries(folder: str, found: list[Listed]) -> Iterator[Entry]:
    for one in found:
        if not one.name or _FORBIDDEN.intersection(one.name):
            raise broken("list", "a name that cannot be")
        yield Entry(
            name=f"{folder}\\{one.name}" if folder else one.name,
            attributes=one.attributes,
            size=0 if one.attributes & DIRECTORY else one.size,
            times=Times(one.created, one.accessed, one.written),
            changed=one.changed,
            reparse_tag=one.reparse_tag,
        )
