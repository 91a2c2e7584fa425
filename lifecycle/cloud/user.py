"""A user of Microsoft 365, and how it belongs to an account of Active Directory."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lifecycle.cloud.automatic_replies import AutomaticReplies
from lifecycle.cloud.immutable_id import immutable_id
from lifecycle.cloud.licence import LicenceAssignment


class CloudPart(StrEnum):
    """What is read of a user only if it is wanted: each costs a request a user."""

    GROUPS = "groups"
    PHOTO = "photo"
    AUTOMATIC_REPLIES = "automatic-replies"


@dataclass(frozen=True, slots=True)
class CloudIdentity:
    """An account of Active Directory, as its cloud user is looked for.

    Args:
        guid: objectGUID, lower-case with hyphens.
        user_principal_name: userPrincipalName; empty where the account has none.
    """

    guid: str
    user_principal_name: str = field(repr=False)

    @property
    def immutable_id(self) -> str:
        """The onPremisesImmutableId that directory synchronisation gives its user."""
        return immutable_id(self.guid)

    def is_of(self, immutable: str | None) -> bool:
        """Whether a user found by name may be this account's: it bears this immutable id, or none at all."""
        return not immutable or immutable == self.immutable_id


@dataclass(frozen=True, slots=True)
class CloudUser:
    """A user as it was read.

    Args:
        id: GUID of the user in Microsoft Entra ID; not objectGUID.
        user_principal_name: Name to sign in with.
        on_premises_immutable_id: Ties it to an account of Active Directory; None for a user of the cloud alone.
        synced: Whether Active Directory is its source: then the cloud refuses to enable or disable it.
        account_enabled: Whether it may sign in.
        usage_location: Country, ISO 3166 two letters; None where it has none, and then no licence can be assigned.
        licences: Every way by which it has a licence, sorted.
        sign_in_sessions_valid_from: Tokens issued before are worthless; UTC.
        read: The parts that were read; the fields of others say nothing.
        group_ids: GUIDs of the groups that it is a direct member of.
        photo_sha256: SHA-256 of the photo's bytes in hexadecimal digits; None without a photo.
        automatic_replies: None without a mailbox in Exchange Online.
        photo: The photo's bytes; None without one.
    """

    id: str
    user_principal_name: str = field(repr=False)
    on_premises_immutable_id: str | None
    synced: bool
    account_enabled: bool
    usage_location: str | None
    licences: tuple[LicenceAssignment, ...]
    sign_in_sessions_valid_from: datetime | None
    read: frozenset[CloudPart] = frozenset()
    group_ids: frozenset[str] = frozenset()
    photo_sha256: str | None = None
    automatic_replies: AutomaticReplies | None = None
    photo: bytes | None = field(default=None, repr=False)


def photo_digest(photo: bytes) -> str:
    """What :attr:`CloudUser.photo_sha256` is of these bytes."""
    return hashlib.sha256(photo).hexdigest()
