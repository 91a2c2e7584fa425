"""What an automation does with the people of its data source; the product page's automation category."""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """The category of a data source and of its automation."""

    LIFECYCLE = "user-lifecycle"
    """Makes, moves, disables and enables accounts: who is no longer in the source is a leaver."""
    CREATION = "user-creation"
    """Makes accounts for those who have none, and leaves the others."""
    MODIFICATION = "user-modification"
    """Changes attributes, references and memberships of accounts that exist."""
    ACTIONS = "user-actions"
    """Begins a list of actions for the account of everybody who comes into the source, once each time."""

    @property
    def creates(self) -> bool:
        """Whether accounts are made, and stand where the placement says."""
        return self in {Category.LIFECYCLE, Category.CREATION}

    @property
    def writes_attributes(self) -> bool:
        """Whether the mapping is written to accounts; else only the anchor counts, to find them."""
        return self is not Category.ACTIONS
