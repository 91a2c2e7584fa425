"""Reading the schema: the facts of the attributes that a run looks at, and whether user objects may hold them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ldap3.utils.conv import escape_filter_chars

from lifecycle.directory.schema import AttributeFacts, Schema, as_users_hold_it, may_be_written, syntax_of
from lifecycle.errors import DirectoryError
from lifecycle.ports.directory.connection import Session
from lifecycle.ports.directory.search import Entry, search

_FACTS = (
    "lDAPDisplayName", "attributeSyntax", "oMSyntax", "isSingleValued", "rangeLower", "rangeUpper", "systemOnly",
    "systemFlags", "linkID",
)  # fmt: skip
_PARENTS = ("subClassOf", "auxiliaryClass", "systemAuxiliaryClass")
_CONTENT = ("mayContain", "mustContain", "systemMayContain", "systemMustContain")


class SchemaReader:
    """Reads each attribute once in its life.

    Args:
        session: Bound.
        base_dn: schemaNamingContext.
    """

    def __init__(self, session: Session, base_dn: str) -> None:
        self._session, self._base_dn = session, base_dn
        self._asked: set[str] = set()
        self._facts: dict[str, AttributeFacts] = {}
        self._of_users: frozenset[str] | None = None

    def facts(self, attributes: Iterable[str]) -> Schema:
        """The facts of these attributes, by the name that the schema gives them; one that does not exist is absent.

        Raises:
            DirectoryError: The schema cannot be read.
        """
        wanted = {name.lower() for name in attributes}
        if missing := wanted - self._asked:
            of_users = self._of_users = self._of_users or self._held_by_users()
            clauses = "".join(f"(lDAPDisplayName={escape_filter_chars(name)})" for name in sorted(missing))
            condition = f"(&(objectClass=attributeSchema)(|{clauses})(!(isDefunct=TRUE)))"
            for entry in search(self._session, self._base_dn, condition, _FACTS):
                facts = facts_from(entry)
                self._facts[facts.name] = replace(facts, of_users=facts.name in of_users)
            self._asked |= missing
        return {name: facts for name, facts in self._facts.items() if name.lower() in wanted}

    def _held_by_users(self) -> frozenset[str]:
        """What the class user may hold, by itself, its parents, and the auxiliary classes of all of them.

        Raises:
            DirectoryError: There is no class user to be seen.
        """
        names = ("lDAPDisplayName", *_PARENTS, *_CONTENT)
        classes = {
            entry.text("lDAPDisplayName"): entry
            for entry in search(self._session, self._base_dn, "(objectClass=classSchema)", names)
        }
        if "user" not in classes:
            raise DirectoryError("search", 0, "the schema cannot be read")
        held, seen, waiting = set[str](), set[str](), ["user"]
        while waiting:
            name = waiting.pop()
            if name in seen or name not in classes:
                continue
            seen.add(name)
            held.update(*(classes[name].texts(attribute) for attribute in _CONTENT))
            waiting += [above for attribute in _PARENTS for above in classes[name].texts(attribute)]
        return frozenset(held)


def facts_from(entry: Entry) -> AttributeFacts:
    """An attributeSchema object as facts."""
    link = _number(entry, "linkID")
    return as_users_hold_it(
        AttributeFacts(
            name=entry.text("lDAPDisplayName"),
            syntax=syntax_of(entry.text("attributeSyntax"), entry.number("oMSyntax")),
            single_valued=entry.text("isSingleValued") == "TRUE",
            range_lower=_number(entry, "rangeLower"),
            range_upper=_number(entry, "rangeUpper"),
            writable=may_be_written(entry.text("systemOnly") == "TRUE", entry.number("systemFlags"), link),
            linked=link is not None,
        )
    )


def _number(entry: Entry, attribute: str) -> int | None:
    return entry.number(attribute) if entry.raw.get(attribute) else None
