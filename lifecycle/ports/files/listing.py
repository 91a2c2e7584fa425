"""Reading a tree: every folder's names, many folders at once; links are seen and not followed.

Also those that a server follows by itself and shows as folders (:mod:`lifecycle.folders.identity`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lifecycle.errors import TargetError
from lifecycle.folders.identity import FolderIdentity, Residence, Surroundings, shared_numbers
from lifecycle.folders.manifest import DIRECTORY, REPARSE_POINT, Entry, Times, Tree, digest_of
from lifecycle.folders.operation import Absent, Folder, FolderState, InTheWay
from lifecycle.ports.files import messages
from lifecycle.ports.files.exchange import Exchange, Steps, must
from lifecycle.ports.files.failures import ACCESS_DENIED, NO_MORE_FILES, Reason, broken, refused
from lifecycle.ports.files.messages import Listed
from lifecycle.ports.files.names import folder_of, renamed_in
from lifecycle.ports.files.place import Place, find

_A_TIME = 262_144
"""Bytes of names that are asked for at once: about 2,000 names."""

_FORBIDDEN = frozenset("\\/:\0")
_DOTS = frozenset({".", ".."})
MAX_DEPTH = 256
"""Folders within folders; more is a server that leads in a circle."""


@dataclass(frozen=True, slots=True)
class _Listing:
    """What is in one folder, and which folder that is."""

    name: str
    identity: FolderIdentity
    names: list[Listed]

    @property
    def shared(self) -> frozenset[int]:
        """FileIds that more than one folder in it has."""
        return shared_numbers(one.number for one in self.names if _is_plain_folder(one))


def look(exchange: Exchange, place: Place) -> Entry | None:
    """The folder, file or link that is there; None where nothing is.

    Raises:
        TargetError: It could not be looked at, or the server does not show whether it is a link.
    """
    found = exchange.do(find(place))
    if found is None or not found.is_folder or found.is_link or not place.path:
        return found
    here, around = exchange.do(_identify(place)), _surroundings(exchange, place.above)
    is_followed = here.number in around.shared or _is_elsewhere(exchange, place, here, around.identity)
    return replace(found, is_followed=is_followed)


def tree_of(exchange: Exchange, place: Place, root: Entry) -> dict[str, Entry]:
    """Everything in a folder, parents before children; nothing of what is behind links.

    Args:
        exchange: What sends.
        place: The folder.
        root: Its entry, as :func:`look` found it.

    Raises:
        TargetError: A folder could not be listed, or not to its end; or the server does not show what is a link.
    """
    if root.is_link:
        raise refused("list", Reason.THROUGH_LINK)
    tree, level = {"": root}, [""]
    identities: dict[str, FolderIdentity] = {}
    for _ in range(MAX_DEPTH):
        if not level:
            return tree
        deeper = []
        for found in exchange.run(_list(place, name) for name in level):
            above = identities.get(found.name.rpartition("\\")[0])
            if found.name and above is not None and _is_elsewhere(exchange, place, found.identity, above):
                tree[found.name] = replace(tree[found.name], is_followed=True)
                continue
            identities[found.name] = found.identity
            for entry in _entries(found):
                tree[entry.name] = entry
                if entry.is_folder and not entry.is_link:
                    deeper.append(entry.name)
        level = deeper
    raise broken("list", "folders are nested too deeply")


def state_of(tree: Tree, renamed: tuple[str, ...] = ()) -> Folder:
    """A tree as the state of a folder; ``renamed`` as :func:`lifecycle.ports.files.names.renamed_in` finds them."""
    return Folder(
        count=len(tree) - 1,
        size=sum(entry.size for entry in tree.values() if not entry.is_folder),
        links=links_in(tree),
        digest=digest_of(tree.values()),
        followed=tuple(sorted(entry.name for entry in tree.values() if entry.is_followed)),
        renamed=renamed,
    )


def folder_state(exchange: Exchange, place: Place) -> FolderState:
    """How a folder stands now."""
    root = look(exchange, place)
    if root is None:
        return Absent()
    if not root.is_folder or root.is_link:
        return InTheWay()
    tree = tree_of(exchange, place, root)
    return state_of(tree, renamed_in(exchange, place, tree))


def links_in(tree: Tree) -> int:
    """How many links there are."""
    return sum(entry.is_link for entry in tree.values())


def see_copyable(exchange: Exchange, place: Place, tree: Tree, operation: str) -> None:
    """See that a copy can have all that is in a folder.

    Raises:
        TargetError: It holds links, or names that would be lost.
    """
    if links := sorted(entry.name for entry in tree.values() if entry.is_link):
        raise refused(operation, Reason.HOLDS_LINKS, len(links), folder_of(links[0]))
    if renamed := renamed_in(exchange, place, tree):
        raise refused(operation, Reason.NAMES_NOT_KEPT, len(renamed), folder_of(renamed[0]))


def see_removable(tree: Tree, operation: str) -> None:
    """See that whatever is removed is in this folder.

    Raises:
        TargetError: The server follows a link: removing the name would remove what it leads to.
    """
    if followed := sorted(entry.name for entry in tree.values() if entry.is_followed):
        raise refused(operation, Reason.HOLDS_LINKS, len(followed), followed[0] or "the folder itself")


def listed_names(exchange: Exchange, place: Place) -> list[str]:
    """What a folder shows to be in it."""
    return [one.name for one in exchange.do(_list(place, "")).names]


def _is_elsewhere(exchange: Exchange, place: Place, here: FolderIdentity, above: FolderIdentity) -> bool:
    """Whether a folder is not in the one that its name was found in.

    Raises:
        TargetError: The server says neither that nor that it shows links.
    """
    residence = here.residence(above)
    if residence is not Residence.UNKNOWN:
        return residence is Residence.ELSEWHERE
    _, answer, _ = exchange.settle(
        exchange.post(
            place.chain(
                "look", messages.opening("", messages.READ_ATTRIBUTES), messages.asking_volume(), messages.closing()
            )
        )
    )
    if not answer.ok or not messages.shows_links(answer.body):
        raise refused("list", Reason.LINKS_NOT_SHOWN)
    return False


def _surroundings(exchange: Exchange, place: Place) -> Surroundings:
    """What is in a folder that our account need not be allowed to list."""
    key = place.share, place.path
    if key not in exchange.surroundings:
        try:
            found = exchange.do(_list(place, ""))
            exchange.surroundings[key] = Surroundings(found.identity, found.shared)
        except TargetError as error:
            if error.code != ACCESS_DENIED:
                raise
            exchange.surroundings[key] = Surroundings(FolderIdentity())
    return exchange.surroundings[key]


def _identify(place: Place) -> Steps[FolderIdentity]:
    """Which folder is there. ``.`` and ``..`` are the first names that every server lists."""
    opened, first, closed = yield place.chain(
        "list", messages.opening_to_list(place.path), messages.listing(_FIRST), messages.closing()
    )
    must((opened, first, closed))
    return messages.identity(opened.body, messages.listed(first.body))


_FIRST = 4_096
"""Bytes of names in which ``.`` and ``..`` are."""


def _list(place: Place, name: str) -> Steps[_Listing]:
    found: list[Listed] = []
    opened, first, second = yield place.chain(
        "list",
        messages.opening_to_list(place.at(name)),
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
    names = [one for one in found if one.name not in _DOTS]
    return _Listing(name, messages.identity(opened.body, found), names)


def _entries(listing: _Listing) -> Iterator[Entry]:
    shared = listing.shared
    for one in listing.names:
        if not one.name or _FORBIDDEN.intersection(one.name):
            raise broken("list", "a name that cannot be")
        yield Entry(
            name=f"{listing.name}\\{one.name}" if listing.name else one.name,
            attributes=one.attributes,
            size=0 if one.attributes & DIRECTORY else one.size,
            times=Times(one.created, one.accessed, one.written),
            changed=one.changed,
            reparse_tag=one.reparse_tag,
            is_followed=_is_plain_folder(one) and one.number in shared,
        )


def _is_plain_folder(one: Listed) -> bool:
    return bool(one.attributes & DIRECTORY) and not one.attributes & REPARSE_POINT
