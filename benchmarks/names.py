"""Allocating names: ``python -m benchmarks.names [people]``; account names and addresses by the formats of config/.

Prints seconds of one core. The people are invented: few first names and surnames, so that most names are taken.
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from lifecycle.directory.account import DirectoryView
from lifecycle.language.moment import Moment
from lifecycle.people.person import Person, Standing
from lifecycle.planning.names import NameAllocator
from lifecycle.runs.prepared import PreparedAutomation

FIRST = ("Ann", "Zoë", "John", "Anne-Marie", "Łukasz", "José", "Jean Luc", "Olga", "Chen", "Fatima", "Ingrid", "Björn")
STEMS = ("Smith", "Müller", "O'Neil", "Garcia", "Nowak", "Ng", "Fernandez", "Berg", "Hall", "Vanderbilt")
ENDINGS = ("", "son", "-Lee", "er", "ovic", "ström", "man", "sen", "ez", "wood", "a", "ek", "in", "os", "um")


def invented(count: int) -> list[Person]:
    """So many people, the same each time."""
    draw = random.Random(1)  # noqa: S311 (nothing secret)
    people = []
    for number in range(count):
        fields = {
            "halo-users.firstname": draw.choice(FIRST) + draw.choice(("", "a", "ette", "y", " K.")),
            "halo-users.surname": draw.choice(STEMS) + draw.choice(ENDINGS) + draw.choice(ENDINGS),
        }
        people.append(Person(str(number), Standing.EMPLOYED, str(number), ou="OU=Staff,DC=x", fields=fields))
    return people


def main() -> None:
    """Allocate, and say how long it took."""
    people = invented(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    policy = PreparedAutomation.load(Path("config"), "people-to-ad").policy
    bundles = [
        replace(bundle, formats={name: one for name, one in bundle.formats.items() if name in part})
        for bundle in policy.bundles
        if bundle.scope != "container"
        for part in (("sAMAccountName",), ("userPrincipalName", "mail"))
    ]
    empty = DirectoryView("DC=x", (), (), frozenset(), frozenset(), "own")
    allocator = NameAllocator(empty, policy.bundles, {}, Moment(datetime.now(UTC), policy.zone))
    start = time.process_time()
    without = sum(allocator.allocate(bundle, person) is None for person in people for bundle in bundles)
    seconds = time.process_time() - start
    print(f"{len(people)} people, {len(bundles)} bundles: {seconds:.2f} s, {without} without a name")


if __name__ == "__main__":
    main()
