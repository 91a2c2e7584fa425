"""Which accounts somebody means: by name, by a filter, or by a list from a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pydantic import Field, model_validator

from lifecycle.directory.account import Account, DirectoryView
from lifecycle.language.filters.filter import Filter, conditions_of
from lifecycle.language.filters.row import UnreadableFieldError, holds
from lifecycle.language.model import LanguageModel
from lifecycle.language.moment import Moment
from lifecycle.planning.desired_account import SchemaCoercion

NAMED_BY = ("sAMAccountName", "userPrincipalName", "mail", "employeeID")
"""Attributes by which an account may be named, besides its objectGUID."""
_GUID = "objectGUID"


class UnknownAccountError(ValueError):
    """A name means no account, or several. The message tells its place in the list, not the name."""


class Accounts(LanguageModel):
    """The accounts that an action is done to: one of the three ways, and no more."""

    names: tuple[str, ...] = Field(
        (), max_length=5000, description="sAMAccountName, userPrincipalName, mail, employeeID or objectGUID of each."
    )
    where: Filter | None = Field(None, description="All accounts whose attributes fit; fields are LDAP names.")
    table: str = Field(
        "",
        title="CSV",
        max_length=1_000_000,
        description="Text with a heading: the column named like one of those identifiers says which account.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> Accounts:
        if [bool(self.names), self.where is not None, bool(self.table.strip())].count(True) != 1:
            raise ValueError("needs exactly one of names, where and table")
        return self

    def attributes(self) -> frozenset[str]:
        """LDAP attributes that finding them looks at."""
        asked = {one.field for one in conditions_of(self.where)} - {"enabled"} if self.where else set()
        return frozenset({*NAMED_BY, *asked})

    def found(self, view: DirectoryView, moment: Moment) -> tuple[Account, ...]:
        """The accounts, each once, sorted by GUID.

        Args:
            view: The whole directory, read with :meth:`attributes`.
            moment: Of the run.

        Raises:
            UnknownAccountError: A name means none or several, a table has no heading that is known, a filter cannot
                read an attribute.
        """
        accounts = self._filtered(view, moment) if self.where else self._named(view)
        return tuple(sorted({account.guid: account for account in accounts}.values(), key=lambda one: one.guid))

    def _filtered(self, view: DirectoryView, moment: Moment) -> Iterator[Account]:
        coercion = SchemaCoercion(view)
        for account in view.accounts:
            row = coercion.at_hand(account.attributes, account.dn) | {"enabled": str(account.enabled).lower()}
            try:
                if self.where and holds(self.where, row, moment):
                    yield account
            except UnreadableFieldError as error:
                raise UnknownAccountError(str(error)) from None

    def _named(self, view: DirectoryView) -> Iterator[Account]:
        column, names = _from_table(self.table) if self.table.strip() else ("", self.names)
        known = _index(view.accounts, (column,) if column else (*NAMED_BY, _GUID))
        for number, name in enumerate(names, 1):
            meant = known.get(name.strip().casefold(), {})
            if len(meant) != 1:
                many = f"means {len(meant)} accounts" if meant else "means no account"
                raise UnknownAccountError(f"name {number} of {len(names)} {many}; nothing was planned")
            yield from meant.values()


def _index(accounts: Sequence[Account], attributes: Sequence[str]) -> Mapping[str, dict[str, Account]]:
    """Folded name → the accounts that bear it, by GUID."""
    known: dict[str, dict[str, Account]] = defaultdict(dict)
    for account in accounts:
        for attribute in attributes:
            value = account.guid if attribute == _GUID else str(account.attributes.get(attribute, ""))
            if value:
                known[value.casefold()][account.guid] = account
    return known


def _from_table(text: str) -> tuple[str, tuple[str, ...]]:
    """The attribute that the heading names, and the values of that column; commas, semicolons or tabs between."""
    heading = text.lstrip("\ufeff").splitlines()[0]
    separator = max(",;\t", key=heading.count)
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=separator))
    spelled = {name.casefold(): name for name in (*NAMED_BY, _GUID)}
    columns = [
        (place, spelled[cell.strip().casefold()])
        for place, cell in enumerate(rows[0])
        if cell.strip().casefold() in spelled
    ]
    if not columns:
        raise UnknownAccountError(f"the first line of the table names none of {', '.join((*NAMED_BY, _GUID))}")
    place, column = columns[0]
    values = [row[place] if place < len(row) else "" for row in rows[1:] if any(cell.strip() for cell in row)]
    return column, tuple(values)
