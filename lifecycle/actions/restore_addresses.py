"""Restore addresses: what an account was reached by before its mailbox was disabled, which Exchange takes away with it.

No action of a list: it stands behind the connecting of a mailbox when an undo gives that back.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar, Literal

from lifecycle.actions.change import AccountChange, Phase, State
from lifecycle.directory.account import Account, Value
from lifecycle.directory.operation import Modify, Operation
from lifecycle.directory.proxy_addresses import entries, primary_address, with_primary

PROXIES, MAIL = "proxyAddresses", "mail"
ADDRESSES = frozenset({PROXIES, MAIL})


class RestoreAddresses(AccountChange):
    """``after`` holds proxyAddresses and mail as they were. Addresses that came since stay, as further ones."""

    phase: ClassVar[Phase] = Phase.MODIFY
    verb: ClassVar[str] = "accounts that get their addresses back"
    action: Literal["restore-addresses"] = "restore-addresses"

    def state(self, live: Account) -> State:
        """By whether each is there: what Exchange gives an account that gets its mailbox back is nobody's drift."""
        held, wanted = live.attributes, self._wanted(live)
        is_there = all(set(entries(held.get(name))) == set(entries(value)) for name, value in wanted.items())
        return State.DONE_ALREADY if is_there else State.AS_PLANNED

    def operations(self, live: Account) -> tuple[Operation, ...]:
        """One modify."""
        return (Modify(live.guid, self._wanted(live)),)

    def sparing(self, taken: Collection[str]) -> RestoreAddresses:
        """The same without the addresses that somebody else has by now, given in lower case with their prefixes."""
        kept = tuple(one for one in entries(self.after.get(PROXIES)) if one.lower() not in taken)
        mail = self.after.get(MAIL)
        lost = mail is not None and f"smtp:{mail}".lower() in taken
        after = {name: value for name, value in ((PROXIES, kept or None), (MAIL, None if lost else mail)) if value}
        return self.model_copy(update={"before": dict.fromkeys(after), "after": after})

    def _wanted(self, live: Account) -> dict[str, Value]:
        wanted: dict[str, Value] = {}
        kept = entries(self.after.get(PROXIES))
        if kept:
            known = {one.lower() for one in kept}
            more = (one for one in entries(live.attributes.get(PROXIES)) if one.lower() not in known)
            primary = primary_address(kept)
            both = (*kept, *more)
            wanted[PROXIES] = tuple(sorted(with_primary(primary, both) if primary else both))
        if mail := self.after.get(MAIL):
            wanted[MAIL] = mail
        return wanted
