"""The seed: 500 synthetic people, the same every time, with the names and the mistakes that real data have."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product

from sandbox.halo.dates import NO_DATE, stamp
from sandbox.halo.names import EMPLOYEE_TYPES, FIRST_NAMES, SURNAMES, TITLES
from sandbox.halo.person import SITES, User, new_user, set_custom, set_department, set_site, unique_email
from sandbox.organisation import DEPARTMENTS, EXISTING_PERSON, PRIVILEGED_PERSON, UPN_SUFFIX

PEOPLE = 500
FIRST_ID = 41
SEED = 20_240_229
FAR_FUTURE = "2099-01-01T00:00:00"

CHIEF = 250
"""Place of the one person without a manager among all people."""
CHIEFS_TITLE = "Chief Executive"

FIRST_HEAD = 100
"""Place of the first department's head; people before it have a lower id than their manager."""

FEWEST = 200
"""With so many, and the chief, everybody is there who is in the seed for a reason."""

INACTIVE = frozenset({7, 58, 133, 271, 402})
FUTURE = frozenset({61, 322})

SHARED_EMAIL = f"t.zielinski@{UPN_SUFFIX}"


@dataclass(frozen=True)
class Special:
    """One person who is in the seed for a reason; ``department`` and ``email`` of ``None`` are as for anybody."""

    firstname: str
    surname: str
    department: str | None = None
    email: str | None = None
    service: bool = False


SPECIALS = {
    12: Special(*PRIVILEGED_PERSON[:2], email=PRIVILEGED_PERSON[2]),
    13: Special(*EXISTING_PERSON[:2], email=EXISTING_PERSON[2]),
    25: Special("Maria", "Kowalska", department=DEPARTMENTS[5]),
    145: Special("Maria", "Kowalska", department=DEPARTMENTS[5]),
    146: Special("Maria", "Kowalska", department=DEPARTMENTS[6]),
    160: Special("Łukasz", "Wiśniewski"),
    161: Special("Søren", "Ødegård"),
    162: Special("Jürgen", "Großmann"),
    163: Special("Thị Phương", "Nguyễn"),
    164: Special("İpek", "Çağlayan"),
    165: Special("Αλέξανδρος", "Παππάς"),
    166: Special("Ægir", "Þórsson"),
    170: Special("Anne-Marie", "Lefèvre-Dubois"),
    171: Special("Siobhán", "O'Brien"),
    172: Special("Gian", "D’Angelo"),  # the typographic apostrophe, as word processors make it
    173: Special("Walter", "Smith, Jr."),
    174: Special("#Ada", "Novak"),
    175: Special("Maximiliana-Konstantina Eleonora", "Featherstone-Vandersteenhoven of Lindenberg"),
    180: Special("Odile", "Fontaine", department=""),
    181: Special("Backup", "Service", department="", service=True),
    182: Special("Priyanka", ""),
    183: Special("Tomasz", "Zielinski", email=SHARED_EMAIL),
    184: Special("Teresa", "Zielinski", email=SHARED_EMAIL),
}
"""Place among all people → who stands there."""


def seed() -> list[User]:
    """Return the 500 people, by rising id: always equal, each time new objects."""
    rng = random.Random(SEED)  # noqa: S311 - the seed is to be the same every time
    special_names = {(one.firstname, one.surname) for one in SPECIALS.values()}
    names = iter(rng.sample([n for n in product(FIRST_NAMES, SURNAMES) if n not in special_names], PEOPLE))
    taken = {one.email for one in SPECIALS.values() if one.email}
    people = []
    for place in range(PEOPLE):
        one = SPECIALS.get(place) or Special(*next(names))
        email = one.email or unique_email(one.firstname, one.surname, taken)
        taken.add(email)
        people.append(_user(rng, place, one, email))
    _appoint(people)
    return people


def _user(rng: random.Random, place: int, one: Special, email: str) -> User:
    department = DEPARTMENTS[place % len(DEPARTMENTS)] if one.department is None else one.department
    joined = datetime(2012, 1, 2, 9, tzinfo=UTC) + timedelta(days=rng.randrange(4_300))
    touched = joined + timedelta(milliseconds=rng.randrange(30 * 86_400_000))
    user = new_user(FIRST_ID + place, one.firstname, one.surname, email=email, department=department,
                    at=stamp(joined, digits=0))  # fmt: skip
    # HaloITSM writes as many fraction digits as there are, and on some records a Z
    user["lastupdate"] = user["ulastupdate"] = stamp(touched, digits=place % 4, suffix="" if place % 50 else "Z")
    user["isserviceaccount"] = one.service
    if not one.service:
        user["title"] = rng.choice(TITLES)
        user["phonenumber"] = f"+44 1632 960{place:03d}"  # numbers that are kept free for fiction
        user["mobilenumber"] = f"+44 7700 900{place:03d}"
        set_site(user, rng.choice(list(SITES)))
        set_custom(user, "CFEmployeeType", rng.choice(EMPLOYEE_TYPES))
        set_custom(user, "CFStartDate", stamp(joined, digits=0) if rng.random() < 0.5 else NO_DATE)  # noqa: PLR2004
    if place in INACTIVE:
        user["inactive"] = True
        set_custom(user, "CFEndDate", stamp(touched, digits=0))
    if place in FUTURE:
        set_custom(user, "CFStartDate", FAR_FUTURE)
    return user


def _appoint(people: list[User]) -> None:
    """Give everybody a manager: the head of the department, for heads the chief, for the chief nobody."""
    chief = people[CHIEF]
    chief["title"] = CHIEFS_TITLE
    heads = {}
    for number, department in enumerate(DEPARTMENTS):
        head = people[FIRST_HEAD + number]
        head["title"] = f"Head of {department}"
        set_department(head, department, is_manager=True)
        heads[department] = head["emailaddress"]
    for user in people:
        if user["isheadofdept"] or not user["department"]:
            user["manager_email"] = chief["emailaddress"]
        else:
            user["manager_email"] = heads[user["department"]]
        if user is chief or user["isserviceaccount"]:
            user["manager_email"] = ""
