"""Organisations as hypothesis invents them: people, accounts and memories that need not agree with each other."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from lifecycle.directory import dn
from lifecycle.people.person import LEAVING, People, Person, Standing
from lifecycle.planning.policy import Policy
from lifecycle.planning.prior_state import PriorState
from tests.support.memory_directory import MemoryDirectory
from tests.support.world import (
    ALL_STAFF,
    COMMON_NAME,
    LAB,
    LAB_GROUP,
    LEAVERS,
    NAMES,
    NOW,
    OUTSIDE,
    POLICY,
    STAFF,
    WARD,
    WARD_GROUP,
    new_directory,
    person,
)

FIRST_NAMES = ("Ann", "Bob", "Zoë", "#Li", "Jean Luc")
LAST_NAMES = ("Smith", "Smíth", "O'Neil, Jr.", 'Ey"e', "A+B=C", "Vanderbilt-Montgomery")
KEYS = tuple("12345678")
NO_SUCH_OU = f"OU=Missing,{STAFF}"
NO_SUCH_GROUP = f"CN=Missing,{STAFF}"


@dataclass(frozen=True)
class Scenario:
    """What a run finds."""

    people: People
    directory: MemoryDirectory
    policy: Policy
    prior: PriorState


def address(first: str, last: str) -> str:
    """What correlation looks for."""
    return "".join(character for character in f"{first}.{last}@corp.example.test".lower() if character.isascii())


_one_in_four = st.sampled_from((True, *[False] * 3))
_one_in_eight = st.sampled_from((True, *[False] * 7))


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Any organisation of up to eight people and eight accounts."""
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True))
    refresh = draw(st.sampled_from(("never", "on_change")))
    # A rule finds by addresses: where those change, the next run finds others, and rightly so.
    persons = tuple(draw(_persons(key, by_rule=refresh == "never")) for key in keys)
    quarantined = frozenset(key for key in KEYS if key not in keys and draw(_one_in_four))
    directory = new_directory()
    guids = [draw(_account(directory, number)) for number in range(draw(st.integers(0, 8)))]
    groups = list(directory.group_objects)
    for guid in guids:
        for group in draw(st.sets(st.sampled_from(groups))):
            directory.members[group].add(guid)
        if draw(_one_in_four):
            directory.users[guid].attributes["manager"] = draw(st.sampled_from(guids))
    prior = PriorState(
        absences={key: draw(st.integers(0, 2)) for key in KEYS},
        grants={guid: frozenset(draw(st.sets(st.sampled_from(groups)))) for guid in guids},
        departures={guid: NOW for guid in guids if draw(st.booleans())},
    )
    policy = replace(
        POLICY,
        on_exists=draw(st.sampled_from(("update", "skip", "fail"))),
        absent_runs=draw(st.integers(1, 2)),
        bundles=(
            replace(NAMES, refresh=refresh),
            replace(COMMON_NAME, refresh=draw(st.sampled_from(("never", "on_change")))),
        ),
    )
    return Scenario(People(persons, quarantined, ()), directory, policy, prior)


@st.composite
def _persons(draw: st.DrawFn, key: str, *, by_rule: bool) -> Person:
    first, last = draw(st.sampled_from(FIRST_NAMES)), draw(st.sampled_from(LAST_NAMES))
    standing = draw(st.sampled_from((*Standing, *[Standing.EMPLOYED] * 6)))
    if standing in LEAVING:
        return Person(key, standing, key)
    rules = {ALL_STAFF: "groups.0", WARD_GROUP: "groups.1", LAB_GROUP: "groups.2", NO_SUCH_GROUP: "groups.3"}
    mail = draw(st.sampled_from(("", address(first, last)))) if by_rule else ""
    title = draw(st.sampled_from((None, "Clerk", "Head")))
    return person(
        key, first, last,
        standing=standing,
        # Two people with one anchor happen where the anchor is not the primary key.
        anchor=draw(st.sampled_from((key, key, key, key, "1"))),
        title=title,
        clear=frozenset() if title or draw(st.booleans()) else frozenset({"title"}),
        correlate=(("mail", mail), ("userPrincipalName", mail)) if mail else (),
        ou=draw(st.sampled_from((WARD, WARD, LAB, NO_SUCH_OU))),
        groups={name: rules[name] for name in draw(st.sets(st.sampled_from(sorted(rules))))},
        manager=draw(st.sampled_from(("", *KEYS))),
        manager_unknown=draw(_one_in_four),
    )  # fmt: skip


@st.composite
def _account(draw: st.DrawFn, directory: MemoryDirectory, number: int) -> str:
    """One more account; a directory never holds a name twice, so a second one is made to differ."""
    first, last = draw(st.sampled_from(FIRST_NAMES)), draw(st.sampled_from(LAST_NAMES))
    held = {user.attributes["userPrincipalName"] for user in directory.users.values()}
    wanted = draw(st.sampled_from((f"account{number}@corp.example.test", address(first, last))))
    attributes = {
        "sAMAccountName": "svc-backup" if number == 0 and draw(_one_in_four) else f"account{number}",
        "userPrincipalName": f"account{number}@corp.example.test" if wanted in held else wanted,
        "employeeID": draw(st.sampled_from((None, *KEYS))),
        "mail": draw(st.sampled_from((None, address(first, last)))),
        "title": draw(st.sampled_from((None, "Clerk"))),
        "givenName": first,
        "sn": last,
    }
    ou = draw(st.sampled_from((WARD, WARD, LAB, LEAVERS, OUTSIDE)))
    names = {dn.key(user.dn) for user in directory.users.values()}
    name = dn.join("CN", f"{first} {last}", ou)
    guid = directory.new_user(
        dn.join("CN", f"{first} {last} {number + 2}", ou) if dn.key(name) in names or draw(st.booleans()) else name,
        enabled=draw(st.booleans()),
        rid=500 + number if draw(_one_in_eight) else None,
        **{attribute: value for attribute, value in attributes.items() if value},
    )
    user = directory.users[guid]
    user.admin_count, user.critical = int(draw(_one_in_eight)), draw(_one_in_eight)
    return guid
