"""Reading Graph: accounts become the users that belong to them, with the parts that are wanted."""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import quote

from lifecycle.cloud.operation import Sku
from lifecycle.cloud.user import CloudIdentity, CloudPart, CloudUser, photo_digest
from lifecycle.ports.graph.batch import BatchRequest, BatchResponse
from lifecycle.ports.graph.exchange import Exchange
from lifecycle.ports.graph.failures import broken, refusal
from lifecycle.ports.graph.meanings import has_no_mailbox, has_no_photo, is_gone
from lifecycle.ports.graph.pages import Pages
from lifecycle.ports.graph.requests import user_url
from lifecycle.ports.graph.shapes import SELECTED, identifier, replies_of, sku_of, user_of

_IN_ONE_FILTER = 15
"""Values that Graph takes in one ``in``: more are "too many child clauses"."""
_GROUP = "#microsoft.graph.group"
_USERS, _SKUS = "read users", "read products"


class Reader:
    """All reads of one tenant.

    Args:
        exchange: Sends batches.
        base_url: Version of Graph.
    """

    def __init__(self, exchange: Exchange, base_url: str) -> None:
        self._exchange, self._pages = exchange, Pages(exchange, base_url)

    def users(self, identities: Iterable[CloudIdentity], wanted: Collection[CloudPart]) -> dict[str, CloudUser]:
        """The users of these accounts by objectGUID; see the port."""
        asked = {one.guid: one for one in identities}
        found = self._by_immutable_id(asked.values())
        found |= self._by_name([one for one in asked.values() if one.guid not in found])
        readers: Mapping[CloudPart, Callable[[Mapping[str, CloudUser]], dict[str, CloudUser]]] = {
            CloudPart.GROUPS: self._with_groups,
            CloudPart.PHOTO: self._with_photo,
            CloudPart.AUTOMATIC_REPLIES: self._with_replies,
        }
        for part, read in readers.items():
            if part in wanted:
                found = {guid: replace(user, read=user.read | {part}) for guid, user in read(found).items()}
        return found

    def skus(self) -> dict[str, Sku]:
        """Every product of the tenant."""
        records = self._collections(_SKUS, ["/subscribedSkus"])[0]
        skus = [sku_of(_SKUS, record) for record in records]
        return {sku.sku_id: sku for sku in skus}

    def _by_immutable_id(self, identities: Iterable[CloudIdentity]) -> dict[str, CloudUser]:
        guids = {one.immutable_id: one.guid for one in identities}
        found: dict[str, CloudUser] = {}
        for user in self._holders("onPremisesImmutableId", list(guids)):
            # Graph compares without regard to case, base64 does not: an id that differs in case is another account's.
            guid = guids.get(user.on_premises_immutable_id or "")
            if guid is None:
                continue
            if guid in found:
                raise broken(_USERS, "two users bear one immutable id")
            found[guid] = user
        return found

    def _by_name(self, identities: Sequence[CloudIdentity]) -> dict[str, CloudUser]:
        names = Counter(one.user_principal_name.casefold() for one in identities)
        # A name that two accounts bear says nothing of whose the user is.
        asked = {
            one.user_principal_name.casefold(): one
            for one in identities
            if one.user_principal_name and names[one.user_principal_name.casefold()] == 1
        }
        found: dict[str, CloudUser] = {}
        for user in self._holders("userPrincipalName", list(asked)):
            identity = asked.get(user.user_principal_name.casefold())
            if identity is not None and identity.is_of(user.on_premises_immutable_id):
                found[identity.guid] = user
        return found

    def _holders(self, attribute: str, values: Sequence[str]) -> list[CloudUser]:
        """The users that hold one of these values. In batches, since httpx writes the address of a GET into its log."""
        rest, urls = iter(values), list[str]()
        while chunk := tuple(islice(rest, _IN_ONE_FILTER)):
            condition = f"{attribute} in ({','.join(map(_literal, chunk))})"
            urls.append(f"/users?$select={','.join(SELECTED)}&$filter={quote(condition, safe='')}")
        return [user_of(_USERS, record) for records in self._collections(_USERS, urls) for record in records]

    def _collections(self, operation: str, urls: Sequence[str]) -> list[list[Any]]:
        """All records of collections that must be there."""
        whole = list[list[Any]]()
        for records in self._pages.walk(operation, urls):
            if isinstance(records, BatchResponse):
                raise refusal(operation, records.status, records.body)
            whole.append(records)
        return whole

    def _with_groups(self, users: Mapping[str, CloudUser]) -> dict[str, CloudUser]:
        urls = [f"{user_url(user.id)}/memberOf?$select=id&$top=999" for user in users.values()]
        found: dict[str, CloudUser] = {}
        for (guid, user), records in zip(users.items(), self._pages.walk("read groups", urls), strict=True):
            if isinstance(records, BatchResponse):
                if not is_gone(records):
                    raise refusal("read groups", records.status, records.body)
                continue  # it was deleted since it was found
            groups = [one for one in records if isinstance(one, dict) and one.get("@odata.type") == _GROUP]
            found[guid] = replace(user, group_ids=frozenset(identifier("read groups", one) for one in groups))
        return found

    def _with_photo(self, users: Mapping[str, CloudUser]) -> dict[str, CloudUser]:
        def photo(user: CloudUser, response: BatchResponse) -> CloudUser | None:
            if has_no_photo(response):
                return replace(user, photo_sha256=None)
            if not response.ok:
                return None
            content = _binary(response.body)
            return replace(user, photo_sha256=photo_digest(content), photo=content)

        return self._each("read photos", users, "photo/$value", photo)

    def _with_replies(self, users: Mapping[str, CloudUser]) -> dict[str, CloudUser]:
        def replies(user: CloudUser, response: BatchResponse) -> CloudUser | None:
            if has_no_mailbox(response):
                return replace(user, automatic_replies=None)
            return replace(user, automatic_replies=replies_of(operation, response.body)) if response.ok else None

        operation = "read automatic replies"
        return self._each(operation, users, "mailboxSettings/automaticRepliesSetting", replies)

    def _each(
        self,
        operation: str,
        users: Mapping[str, CloudUser],
        path: str,
        taken: Callable[[CloudUser, BatchResponse], CloudUser | None],
    ) -> dict[str, CloudUser]:
        """Users with what one request each brought; who was deleted meanwhile is left out."""
        requests = [BatchRequest("GET", f"{user_url(user.id)}/{path}") for user in users.values()]
        found: dict[str, CloudUser] = {}
        for (guid, user), response in zip(users.items(), self._exchange.read(operation, requests), strict=True):
            if is_gone(response):
                continue
            known = taken(user, response)
            if known is None:
                raise refusal(operation, response.status, response.body)
            found[guid] = known
        return found


def _literal(value: str) -> str:
    """A text as OData writes it."""
    return "'" + value.replace("'", "''") + "'"


def _binary(body: Any) -> bytes:
    """What a batch holds of an answer that is no JSON: its bytes in base64."""
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, TypeError, ValueError):
        pass
    raise broken("read photos", "a photo is no base64")
