"""What can be asked of Microsoft 365: the operations, and the port that answers.

Users and groups are addressed by their GUIDs in Microsoft Entra ID (:attr:`lifecycle.cloud.user.CloudUser.id`), never
by name. Every operation is idempotent: what is so already is answered as done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lifecycle.answer import Answer, Permit, freely
from lifecycle.cloud.automatic_replies import AutomaticReplies
from lifecycle.cloud.licence import LicenceGrant
from lifecycle.cloud.user import CloudIdentity, CloudPart, CloudUser


@dataclass(frozen=True, slots=True)
class AssignLicences:
    """Assign licences to a user and remove direct ones, all of it or nothing.

    A licence that is assigned already gets the service plans named here.

    Args:
        user: GUID of the user.
        add: What to assign.
        remove: GUIDs of products; one that a group gives is refused.
    """

    user: str
    add: tuple[LicenceGrant, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RevokeSessions:
    """Make every refresh token and browser session of a user worthless; takes some minutes to reach all services."""

    user: str


@dataclass(frozen=True, slots=True)
class SetPhoto:
    """Give a user a photo; JPEG, at most 4 MB."""

    user: str
    jpeg: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RemovePhoto:
    """Take a user's photo away."""

    user: str


@dataclass(frozen=True, slots=True)
class AddCloudMembers:
    """Make users members of a group; one answer for all of them."""

    group: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemoveCloudMembers:
    """End memberships of a group; one answer for all of them."""

    group: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetAutomaticReplies:
    """Set what a user's mailbox answers by itself."""

    user: str
    setting: AutomaticReplies


@dataclass(frozen=True, slots=True)
class SetUsageLocation:
    """Set the country that decides which services a user may have; ISO 3166, two capital letters."""

    user: str
    country: str


@dataclass(frozen=True, slots=True)
class SetCloudAccountEnabled:
    """Let a user sign in, or not; refused for a user whose source is Active Directory."""

    user: str
    enabled: bool


CloudOperation = (
    AssignLicences
    | RevokeSessions
    | SetPhoto
    | RemovePhoto
    | AddCloudMembers
    | RemoveCloudMembers
    | SetAutomaticReplies
    | SetUsageLocation
    | SetCloudAccountEnabled
)


def subjects(operation: CloudOperation) -> frozenset[str]:
    """GUIDs of what an operation changes; operations that share one must keep their order."""
    if isinstance(operation, AddCloudMembers | RemoveCloudMembers):
        return frozenset({operation.group, *operation.users})
    return frozenset({operation.user})


@dataclass(frozen=True, slots=True)
class Sku:
    """A product that the tenant has bought (Microsoft Graph, resource type subscribedSku).

    Args:
        sku_id: GUID, lower-case.
        part_number: Its name, e.g. ``SPE_E3``.
        consumed: Licences in use.
        enabled: Licences bought.
        warning: Licences whose subscription has ended, in their days of grace: still to be used.
    """

    sku_id: str
    part_number: str
    consumed: int
    enabled: int
    warning: int = 0

    @property
    def free(self) -> int:
        """How many can still be assigned."""
        return max(0, self.enabled + self.warning - self.consumed)


class Cloud(Protocol):
    """The port to Microsoft 365. The adapter is :mod:`lifecycle.ports.graph.client`."""

    def users(self, identities: Iterable[CloudIdentity], wanted: Collection[CloudPart]) -> dict[str, CloudUser]:
        """Read the users of these accounts as they are now, by objectGUID; who has none is absent from the answer.

        A user is looked for by immutable id, then by userPrincipalName; one found by name that bears another immutable
        id is somebody else's.

        Args:
            identities: The accounts.
            wanted: What to read besides the user itself and its licences.

        Raises:
            TargetError: The read failed or is not complete; never an empty or partial answer.
        """
        ...

    def skus(self) -> dict[str, Sku]:
        """Every product of the tenant, by GUID.

        Raises:
            TargetError: As for :meth:`users`.
        """
        ...

    def send(self, operations: Sequence[CloudOperation], permit: Permit = freely) -> list[Answer]:
        """Carry operations out; answers in the order of the operations.

        Those that share a user or a group are sent in their order, others at once. None is sent twice, but one that was
        turned away unread (throttled, or with a token that had ended).

        Args:
            operations: What.
            permit: Called before each request is sent; what it raises ends the sending, and no answer is returned.

        Raises:
            TargetAuthorizationError: No token is to be had, and nothing was sent.
            TargetUnavailableError: The same.
        """
        ...
