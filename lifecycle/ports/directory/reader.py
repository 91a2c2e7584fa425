"""Reading the directory: entries become accounts and groups, references become GUIDs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import ldap3
from ldap3.utils.conv import escape_filter_chars

from lifecycle.directory import dn
from lifecycle.directory.account import Account, DirectoryView, Group, Value
from lifecycle.directory.conversion import spelled
from lifecycle.directory.dn import split_extended
from lifecycle.directory.schema import AttributeFacts, Schema, Syntax
from lifecycle.directory.values import guid_filter, guid_from_bytes, rid_of, sid_from_bytes
from lifecycle.errors import DirectoryError
from lifecycle.ports.directory.connection import Session
from lifecycle.ports.directory.schema import SchemaReader
from lifecycle.ports.directory.search import Entry, search

USERS = "(&(objectCategory=person)(objectClass=user))"
_OTHERS = f"(&(|(sAMAccountName=*)(mail=*)(proxyAddresses=*))(!{USERS}))"
_CONTAINERS = "(|(objectClass=organizationalUnit)(objectClass=container))"
_ALWAYS = (
    "objectSid", "userAccountControl", "memberOf", "primaryGroupID", "adminCount", "isCriticalSystemObject",
    "sAMAccountName", "userPrincipalName", "mail", "proxyAddresses",
)  # fmt: skip
_BATCH = 200

PRIVILEGED_DOMAIN_RIDS = (512, 516, 517, 518, 519, 520, 521, 526, 527)
"""Domain Admins, Domain Controllers, Cert Publishers, Schema, Enterprise, GPO and Key Admins ([MS-DTYP] 2.4.2.4)."""
PRIVILEGED_BUILTIN_RIDS = (544, 548, 549, 550, 551, 552)
"""Administrators and the Operators groups, below S-1-5-32."""


class Reader:
    """All reads over one bound session.

    Args:
        session: Bound.

    Raises:
        DirectoryError: The directory does not say which domain it holds.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.base_dn, schema_dn, self.identity, self._domain_sid, self._own_sid = self._root()
        self._schema = SchemaReader(session, schema_dn)

    def _root(self) -> tuple[str, str, str, str, str]:
        """The domain's name, the schema's, the domain's GUID and SID, and the SID of who is bound."""
        told = ("defaultNamingContext", "schemaNamingContext", "tokenGroups")
        root = list(search(self._session, "", "(objectClass=*)", told, ldap3.BASE))
        base_dn = split_extended(root[0].text("defaultNamingContext"))[1] if root else ""
        asked = ("objectGUID", "objectSid")
        domain = list(search(self._session, base_dn, "(objectClass=domain)", asked, ldap3.BASE))
        if not domain or not root[0].raw.get("tokenGroups"):
            raise DirectoryError("search", 0, "the server holds no domain, or does not say who is bound")
        schema_dn = split_extended(root[0].text("schemaNamingContext"))[1]
        identity = guid_from_bytes(domain[0].raw["objectGUID"][0])
        domain_sid = sid_from_bytes(domain[0].raw["objectSid"][0])
        return base_dn, schema_dn, identity, domain_sid, sid_from_bytes(root[0].raw["tokenGroups"][0])

    def confirm(self) -> None:
        """Make sure that a new connection leads to the same domain, as the same account.

        Raises:
            DirectoryError: It does not.
        """
        base_dn, _, identity, _, own_sid = self._root()
        if (base_dn, identity, own_sid) != (self.base_dn, self.identity, self._own_sid):
            raise DirectoryError("bind", 0, "the server holds another domain than before, or another account is bound")

    def view(self, attributes: Iterable[str]) -> DirectoryView:
        """The whole domain."""
        wanted = tuple(dict.fromkeys((*_ALWAYS, *attributes)))
        schema = self.schema(wanted)
        accounts = tuple(account_from(entry, wanted, schema) for entry in self._search(USERS, wanted))
        others = list(self._search(_OTHERS, ("objectClass", *_ALWAYS)))
        groups = self._groups([entry for entry in others if b"group" in entry.raw.get("objectClass", ())])
        other_names, other_dns = set[str](), set[str]()
        for entry in others:
            other_dns.add(dn.key(entry.dn))
            other_names |= {entry.text(name).casefold() for name in ("sAMAccountName", "mail")} - {""}
            other_names |= {one.partition(":")[2].casefold() for one in entry.texts("proxyAddresses")}
        containers = frozenset(dn.key(entry.dn) for entry in self._search(_CONTAINERS, ()))
        return DirectoryView(
            base_dn=self.base_dn,
            accounts=accounts,
            groups=tuple(groups.values()),
            containers=containers,
            privileged_guids=self._members_of(group for group in groups.values() if group.privileged),
            own_guid=self.own_guid(),
            other_names=frozenset(other_names),
            other_dns=frozenset(other_dns),
            schema=schema,
        )

    def schema(self, attributes: Iterable[str]) -> Schema:
        """What the directory says of these attributes, and of those that every account is given; see the port."""
        return self._schema.facts((*attributes, "cn", "pwdLastSet"))

    def groups(self) -> dict[str, Group]:
        """Every group now, by GUID; privileged ones and those inside them are marked."""
        wanted = ("objectSid", "adminCount", "isCriticalSystemObject", "memberOf")
        return self._groups(list(self._search("(objectClass=group)", wanted)))

    def accounts(self, guids: Iterable[str], attributes: Iterable[str]) -> dict[str, Account]:
        """These accounts now, by GUID."""
        return self._found([guid_filter(guid) for guid in guids], attributes)

    def holders(self, attribute: str, values: Iterable[str], attributes: Iterable[str]) -> dict[str, list[Account]]:
        """The accounts that hold these values: lower-case value → accounts."""
        clauses = [f"({attribute}={escape_filter_chars(value)})" for value in values]
        holders: dict[str, list[Account]] = {}
        for account in self._found(clauses, (attribute, *attributes)).values():
            value = account.attributes[attribute]
            for one in value if isinstance(value, tuple) else (value,):
                holders.setdefault(str(one).casefold(), []).append(account)
        return holders

    def privileged_guids(self) -> frozenset[str]:
        """Members, however deep, of privileged groups, and accounts whose primary group is one."""
        return self._members_of(group for group in self.groups().values() if group.privileged)

    def own_guid(self) -> str:
        """The account that this connection is bound as.

        Raises:
            DirectoryError: It cannot be found, so it cannot be protected.
        """
        found = list(self._search(f"(objectSid={self._own_sid})", ()))
        if len(found) != 1:
            raise DirectoryError("search", 0, "the account that is bound cannot be found")
        return found[0].guid

    def _groups(self, entries: Sequence[Entry]) -> dict[str, Group]:
        """Groups with what is nested in a privileged one marked: its members are the privileged one's."""
        sids = {entry.guid: sid_from_bytes(entry.raw["objectSid"][0]) for entry in entries}
        well_known = {f"{self._domain_sid}-{rid}" for rid in PRIVILEGED_DOMAIN_RIDS}
        well_known |= {f"S-1-5-32-{rid}" for rid in PRIVILEGED_BUILTIN_RIDS}
        parents = {entry.guid: {split_extended(name)[0] for name in entry.texts("memberOf")} for entry in entries}
        privileged = {guid for guid, sid in sids.items() if sid in well_known}
        while nested := {guid for guid, above in parents.items() if above & privileged} - privileged:
            privileged |= nested
        return {
            entry.guid: Group(
                guid=entry.guid,
                dn=entry.dn,
                rid=rid_of(sids[entry.guid]),
                admin_count=entry.number("adminCount"),
                critical=entry.text("isCriticalSystemObject") == "TRUE",
                privileged=entry.guid in privileged,
            )
            for entry in entries
        }

    def _members_of(self, groups: Iterable[Group]) -> frozenset[str]:
        """Accounts that name one of these groups directly, or as their primary group."""
        direct = "".join(f"(memberOf={escape_filter_chars(group.dn)})" for group in groups)
        primary = "".join(f"(primaryGroupID={rid})" for rid in PRIVILEGED_DOMAIN_RIDS)
        return frozenset(entry.guid for entry in self._search(f"(&{USERS}(|{direct}{primary}))", ()))

    def _search(self, filter_text: str, attributes: Iterable[str]) -> Iterator[Entry]:
        return search(self._session, self.base_dn, filter_text, attributes)

    def _found(self, clauses: Sequence[str], attributes: Iterable[str]) -> dict[str, Account]:
        wanted, rest, found = tuple(dict.fromkeys((*_ALWAYS, *attributes))), iter(clauses), {}
        schema = self.schema(wanted)
        while batch := tuple(islice(rest, _BATCH)):
            for entry in self._search(f"(&{USERS}(|{''.join(batch)}))", wanted):
                found[entry.guid] = account_from(entry, wanted, schema)
        return found


def account_from(entry: Entry, wanted: Iterable[str], schema: Schema) -> Account:
    """An entry with at least the attributes that are always asked for, as an account.

    Args:
        entry: Of a user.
        wanted: Attributes that the account shall have, as far as the entry has them.
        schema: Their facts; an attribute without any is taken for one text.
    """
    attributes: dict[str, Value] = {}
    for name in wanted:
        values = entry.raw.get(name)
        if values and name not in _OWN_FIELDS:
            attributes[name] = _value(schema.get(name) or AttributeFacts(name), values)
    domain_sid, _, rid = sid_from_bytes(entry.raw["objectSid"][0]).rpartition("-")
    return Account(
        guid=entry.guid,
        dn=entry.dn,
        rid=int(rid),
        user_account_control=entry.number("userAccountControl"),
        attributes=attributes,
        group_guids=frozenset(split_extended(name)[0] for name in entry.texts("memberOf")),
        primary_group_rid=entry.number("primaryGroupID"),
        admin_count=entry.number("adminCount"),
        critical=entry.text("isCriticalSystemObject") == "TRUE",
        domain_sid=sys.intern(domain_sid),
    )


_OWN_FIELDS = frozenset(
    {"objectSid", "userAccountControl", "memberOf", "primaryGroupID", "adminCount", "isCriticalSystemObject"}
)


def _value(facts: AttributeFacts, values: list[bytes]) -> Value:
    if facts.syntax is not Syntax.REFERENCE:
        return spelled(facts, values)
    guids = sorted(split_extended(value.decode())[0] for value in values)
    return guids[0] if facts.single_valued else tuple(guids)
