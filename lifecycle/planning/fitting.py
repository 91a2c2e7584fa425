"""Fitting texts to the directory: from what a record says to values of its attributes, or to why they cannot be."""

from __future__ import annotations

from collections.abc import Mapping

from lifecycle.config.recipe import Texts
from lifecycle.directory import dn
from lifecycle.directory.account import Account, DirectoryView, Group, Value
from lifecycle.directory.conversion import MisfitError, TooLongError, added, cleared, converted, same
from lifecycle.directory.schema import AttributeFacts
from lifecycle.notice import Reason

Values = dict[str, Value | None]
"""LDAP attribute → value; None takes it away."""


class UnfitError(Exception):
    """A value of this person cannot be written: nothing is planned for them. ``about`` never holds the value."""

    def __init__(self, reason: Reason, about: str) -> None:
        super().__init__(reason, about)
        self.reason, self.about = reason, about


class Fitting:
    """Knows the directory's schema and its objects.

    Args:
        view: The whole directory.
    """

    def __init__(self, view: DirectoryView) -> None:
        self._schema = view.schema
        self._objects: tuple[Account | Group, ...] = (*view.accounts, *view.groups)
        self._guids = {one.guid for one in self._objects}
        self._by_dn: dict[str, str] | None = None

    def fit(self, attribute: str, texts: Texts) -> Value:
        """Texts, none of them empty, as the value of an attribute.

        Raises:
            UnfitError: A text does not fit.
        """
        try:
            return converted(self.facts(attribute), (texts,) if isinstance(texts, str) else texts, self._find)
        except TooLongError as error:
            raise UnfitError(Reason.VALUE_TOO_LONG, f"{attribute}: {error}") from None
        except MisfitError as error:
            raise UnfitError(Reason.VALUE_UNFIT, f"{attribute}: {error}") from None

    def fit_all(self, texts: Mapping[str, Texts]) -> Values:
        """The same for several attributes.

        Raises:
            UnfitError: A text does not fit.
        """
        return {attribute: self.fit(attribute, one) for attribute, one in texts.items()}

    def cleared(self, attribute: str) -> Value | None:
        """What the attribute holds without a value."""
        return cleared(self.facts(attribute))

    def added(self, attribute: str, present: Value | None, more: Texts) -> Value:
        """The values that are there, and more.

        Raises:
            UnfitError: A text does not fit.
        """
        return added(self.facts(attribute), present, self.fit(attribute, more))

    def reference(self, attribute: str, guid: str) -> Value:
        """An object as the one value of a reference."""
        return guid if self.facts(attribute).single_valued else (guid,)

    def same(self, attribute: str, one: Value | None, other: Value | None) -> bool:
        """Whether two values of the attribute are one to the directory."""
        return same(self.facts(attribute), one, other)

    def at_hand(self, values: Mapping[str, Value | None], name: str) -> dict[str, str]:
        """An account's attributes as macros read them: several values are joined by ``;``, "never" is no value.

        Args:
            values: The attributes.
            name: Distinguished name that the account has after the plan.
        """
        texts = {
            attribute: ";".join(value) if isinstance(value, tuple) else str(value)
            for attribute, value in values.items()
            if value is not None and not self.same(attribute, value, None)
        }
        return texts | {"distinguishedName": name, "cn": dn.leaf_value(name)}

    def facts(self, attribute: str) -> AttributeFacts:
        """What the schema says; a mapping of an attribute that it does not have was refused before the plan."""
        return self._schema[attribute]

    def _find(self, text: str) -> str | None:
        """The account or group that a GUID or a distinguished name means."""
        if text.lower() in self._guids:
            return text.lower()
        if self._by_dn is None:  # most mappings name no object
            self._by_dn = {dn.key(one.dn): one.guid for one in self._objects}
        try:
            return self._by_dn.get(dn.key(text))
        except ValueError:
            return None
