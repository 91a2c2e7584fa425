"""Accounts that a plan itself creates: its changes name them by primary key, and a look says which GUID that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lifecycle.actions.change import Member
from lifecycle.directory.operation import Directory


class CreatedAccounts:
    """Learns the GUIDs of people whom one plan creates, as far as their accounts exist.

    Args:
        directory: The live directory.
        anchor: Attribute that ties accounts to people.
        anchors: Primary key → anchor of everybody whom the plan creates.
    """

    def __init__(self, directory: Directory, anchor: str, anchors: Mapping[str, str]) -> None:
        self._directory, self._anchor, self._anchors = directory, anchor, anchors
        self._guids: dict[str, str] = {}
        self._ambiguous: set[str] = set()

    def learn(self, people: Iterable[str]) -> None:
        """Look for the accounts of these people, by primary key, that are not known yet."""
        anchors = {key: self._anchors[key] for key in people if key in self._anchors and key not in self._guids}
        held = self._directory.holders(self._anchor, set(anchors.values()), ()) if anchors else {}
        for key, anchor in anchors.items():
            accounts = held.get(anchor.casefold(), [])
            if len(accounts) == 1:
                self._guids[key] = accounts[0].guid
            elif accounts:
                self._ambiguous.add(key)

    def guid(self, person: str) -> str:
        """The person's account; empty where there is none, or none is known to be theirs."""
        return self._guids.get(person, "")

    def guid_of(self, member: Member) -> str:
        """The account that a change names by GUID or by primary key; empty as above."""
        return member.account or self.guid(member.person)

    def is_ambiguous(self, person: str) -> bool:
        """Whether several accounts bear the person's anchor."""
        return person in self._ambiguous
