"""Where an operation works: the servers it needs, and the temporary names beside what it works on."""

from __future__ import annotations

from collections.abc import Iterable

from lifecycle.folders.identity import Surroundings
from lifecycle.folders.operation import OnAlive, unheard
from lifecycle.folders.unc_path import UncPath
from lifecycle.ports.files.connection import Servers, Share
from lifecycle.ports.files.exchange import Exchange
from lifecycle.ports.files.failures import Reason, refused
from lifecycle.ports.files.listing import look
from lifecycle.ports.files.place import Place, may_audit, place_of

BEGUN = ".halo-ad-begun"
"""What a folder or archive is called until it is whole and compared."""

LEAVING = ".halo-ad-leaving"
"""What a folder is called while it is looked at for the last time before it is removed."""

REMOVED = ".halo-ad-removed"
"""What a folder is called from the moment that it counts as removed."""


class Workplace:
    """The connections and the exchange of one operation.

    Args:
        servers: The connections.
        on_alive: Called with every answer of a server.
        surroundings: As :class:`Exchange` keeps them; None for an operation of its own, which looks anew.
    """

    def __init__(
        self,
        servers: Servers,
        on_alive: OnAlive = unheard,
        surroundings: dict[tuple[Share, str], Surroundings] | None = None,
    ) -> None:
        self._servers = servers
        self.exchange = Exchange(on_alive, surroundings)

    def place(self, path: UncPath) -> Place:
        """Where a path is."""
        return place_of(self._servers, path)

    def walk(self, path: UncPath, roots: Iterable[UncPath]) -> None:
        """See that no folder below a root, as far as the path leads, is a link: it would lead out of the root.

        Of the path itself only a link that the server follows counts: one that it shows is seen by whoever looks.

        Raises:
            TargetError: One is.
        """
        root = max((one for one in roots if path.is_inside(one)), key=lambda one: len(one.parts))
        for depth in range(len(root.parts) + 1, len(path.parts) + 1):
            above = UncPath(path.server, path.share, path.parts[:depth])
            found = look(self.exchange, self.place(above))
            if found is not None and (found.is_followed or (found.is_link and above != path)):
                raise refused("check", Reason.THROUGH_LINK)

    def may_audit(self, *places: Place) -> bool:
        """Whether our account may read and write lists of auditing in all of these folders."""
        return all(self.exchange.do(may_audit(place)) for place in places)
