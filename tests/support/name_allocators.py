"""Allocators of names, and what they give."""

from __future__ import annotations

from collections.abc import Iterable

from lifecycle.directory.account import Account, DirectoryView, Value
from lifecycle.people.person import Person
from lifecycle.planning.names import Bundle, NameAllocator, keys_of
from lifecycle.planning.prior_state import PriorState
from tests.support.world import ACCOUNT_NAME, ADDRESS, FIRST, LAST, MOMENT, WARD, naming

EMPTY = DirectoryView("DC=x", (), (), frozenset(), frozenset(), "own")
TWO = {"sAMAccountName": ACCOUNT_NAME, "mail": ADDRESS}
E_NUMBER = naming("e-number", [[{"text": "E"}, {"counter": {"from": 1, "width": 5}}]])
DRAWN = naming("drawn", [[LAST, {"random": 2}]], case="lower", max_length=20)
OTHER_FORM = naming("other-form", [[LAST, {"text": ","}, FIRST]])


def an_allocator(one: Bundle, view: DirectoryView = EMPTY, prior: PriorState | None = None) -> NameAllocator:
    return NameAllocator(view, (one,), prior.names if prior else {}, MOMENT)


def allocated(allocator: NameAllocator, one: Bundle, persons: Iterable[Person], attribute: str) -> list[Value | None]:
    return [(allocator.allocate(one, each) or {}).get(attribute) for each in persons]


def an_account(**attributes: Value) -> Account:
    return Account("guid-1", f"CN=Ann Example,{WARD}", 1100, 512, attributes)


HOST = "corp.example.test"
BURNT = PriorState(names={key: frozenset({"guid-1"}) for key in keys_of("mail", f"ann.example@{HOST}")})
