"""Books of names, and what they allocate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lifecycle.directory.account import Account, DirectoryView, Value
from lifecycle.people.person import Person
from lifecycle.planning.name_space import keys_of
from lifecycle.planning.names import NameBook
from lifecycle.planning.policy import Bundle
from lifecycle.planning.prior_state import PriorState
from tests.support.world import ACCOUNT_NAME, ADDRESS, FIRST, LAST, MOMENT, POLICY, WARD, naming

EMPTY = DirectoryView("DC=x", (), (), frozenset(), frozenset(), "own")
TWO = {"sAMAccountName": ACCOUNT_NAME, "mail": ADDRESS}
E_NUMBER = naming("e-number", [[{"text": "E"}, {"counter": {"from": 1, "width": 5}}]])
DRAWN = naming("drawn", [[LAST, {"random": 2}]], case="lower", max_length=20)
OTHER_FORM = naming("other-form", [[LAST, {"text": ","}, FIRST]])


def a_book(one: Bundle, view: DirectoryView = EMPTY, prior: PriorState | None = None) -> NameBook:
    return NameBook(view, replace(POLICY, bundles=(one,)), prior or PriorState(), MOMENT)


def allocated(book: NameBook, one: Bundle, persons: Iterable[Person], attribute: str) -> list[Value | None]:
    return [(book.allocate(one, each) or {}).get(attribute) for each in persons]


def an_account(**attributes: Value) -> Account:
    return Account("guid-1", f"CN=Ann Example,{WARD}", 1100, 512, attributes)


HOST = "corp.example.test"
BURNT = PriorState(names={key: frozenset({"guid-1"}) for key in keys_of("mail", f"ann.example@{HOST}")})
