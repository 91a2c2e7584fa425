"""The tenant at this moment: who is there, in which groups, with which licences."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime

from sandbox.graph.objects import Group, Product, User, seed_products

NO_REPLIES = {
    "status": "disabled",
    "externalAudience": "all",
    "internalReplyMessage": "",
    "externalReplyMessage": "",
    "scheduledStartDateTime": {"dateTime": "2026-01-01T00:00:00.0000000", "timeZone": "UTC"},
    "scheduledEndDateTime": {"dateTime": "2026-01-02T00:00:00.0000000", "timeZone": "UTC"},
}
"""What a mailbox has at first; the times are there also while nothing is scheduled."""
_NAMES = uuid.UUID("9c9ff0a4-6c0b-4b0e-9d3c-2a8f8f3c6f10")


class Tenant:
    """Users, groups and products by GUID.

    Args:
        clock: Gives the time, aware.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Forget everybody; products are those of a new tenant."""
        self.users: dict[str, User] = {}
        self.groups: dict[str, Group] = {}
        self.products: dict[str, Product] = {product.sku_id: product for product in seed_products()}
        self._seats: dict[str, dict[str, None]] = {}

    def sync(self, guid: str, upn: str, mail: str | None, *, enabled: bool, mailbox: bool) -> User:
        """Bring in an account of Active Directory, or what changed about it, as directory synchronisation does."""
        immutable_id = base64.b64encode(uuid.UUID(guid).bytes_le).decode("ascii")
        user = next((one for one in self.users.values() if one.immutable_id == immutable_id), None)
        if user is None:
            user = self.add(upn, mail, immutable_id=immutable_id, enabled=enabled, mailbox=mailbox)
        user.user_principal_name, user.mail, user.enabled = upn, mail, enabled
        user.replies = (user.replies or dict(NO_REPLIES)) if mailbox else None
        return user

    def add(self, upn: str, mail: str | None, *, immutable_id: str | None, enabled: bool, mailbox: bool) -> User:
        """Make a user; one without an immutable id is the cloud's own."""
        now = self._clock()
        user = User(
            id=str(uuid.uuid5(_NAMES, immutable_id or upn)),
            user_principal_name=upn,
            mail=mail,
            immutable_id=immutable_id,
            synced=immutable_id is not None,
            enabled=enabled,
            sessions_from=now,
            created_at=now,
            replies=dict(NO_REPLIES) if mailbox else None,
        )
        self.users[user.id] = user
        return user

    def remove(self, user: User) -> None:
        """Delete a user, from its groups as well."""
        del self.users[user.id]
        for group in self.groups.values():
            group.members.pop(user.id, None)
        self.settle()

    def add_group(self, name: str, licences: dict[str, list[str]]) -> Group:
        """Make a group that gives licences to its members."""
        group = Group(str(uuid.uuid5(_NAMES, f"group {name}")), name, licences=licences)
        self.groups[group.id] = group
        return group

    def find(self, key: str) -> User | None:
        """Return a user by id or userPrincipalName."""
        lower = key.lower()
        return self.users.get(lower) or next(
            (user for user in self.users.values() if user.user_principal_name.lower() == lower), None
        )

    def product(self, key: str) -> Product | None:
        """Return a product by GUID or part number."""
        return self.products.get(key.lower()) or next(
            (product for product in self.products.values() if product.part_number == key), None
        )

    def groups_of(self, user: User) -> list[Group]:
        """Return the groups that a user is a direct member of."""
        return [group for group in self.groups.values() if user.id in group.members]

    def has_seat(self, sku_id: str, user: User) -> bool:
        """Say whether one of the product's licences is this user's."""
        return user.id in self._seats.get(sku_id, {})

    def consumed(self, sku_id: str) -> int:
        """Return how many licences of a product are in use."""
        return len(self._seats.get(sku_id, {}))

    def free(self, sku_id: str) -> int:
        """Return how many licences of a product are left."""
        return max(0, self.products[sku_id].units - self.consumed(sku_id))

    def settle(self) -> None:
        """Give seats to whom assignments entitle, in the order in which they came, and take back the others'."""
        for sku_id, product in self.products.items():
            entitled = dict.fromkeys(self._entitled(sku_id))
            seats = {user_id: None for user_id in self._seats.get(sku_id, {}) if user_id in entitled}
            for user_id in entitled:
                if len(seats) < product.units:
                    seats.setdefault(user_id)
            self._seats[sku_id] = seats

    def _entitled(self, sku_id: str) -> Iterable[str]:
        for user in self.users.values():
            if sku_id in user.licences:
                yield user.id
        for group in self.groups.values():
            if sku_id in group.licences:
                # Direct members only: licences of a group do not reach through nested groups.
                yield from group.members
