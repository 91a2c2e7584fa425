"""The promises of the seed: who is there, and why."""

from __future__ import annotations

from collections import Counter

from sandbox.halo.dates import NO_DATE
from sandbox.halo.people import seed
from sandbox.organisation import DEPARTMENTS, EXISTING_PERSON, PRIVILEGED_PERSON, UPN_SUFFIX

PEOPLE = seed()


def custom(user: dict[str, object], name: str) -> object:
    return next(field["value"] for field in user["customfields"] if field["name"] == name)


def test_seed_is_the_same_every_time() -> None:
    assert seed() == PEOPLE
    assert [user["id"] for user in PEOPLE] == list(range(41, 541))


def test_seed_gives_new_objects_each_time() -> None:
    seed()[0]["title"] = "changed"
    assert seed() == PEOPLE


def test_seed_fills_every_department_under_one_head() -> None:
    assert {user["department"] for user in PEOPLE} == {*DEPARTMENTS, ""}
    heads = {user["department"]: user["emailaddress"] for user in PEOPLE if user["isheadofdept"]}
    assert heads.keys() == set(DEPARTMENTS)
    chiefs = [user for user in PEOPLE if not user["manager_email"] and not user["isserviceaccount"]]
    assert len(chiefs) == 1
    for user in PEOPLE:
        if user is chiefs[0] or user["isserviceaccount"]:
            continue
        under_chief = user["isheadofdept"] or not user["department"]
        assert user["manager_email"] == (chiefs[0]["emailaddress"] if under_chief else heads[user["department"]])


def test_seed_has_people_with_a_lower_id_than_their_manager() -> None:
    ids = {user["emailaddress"]: user["id"] for user in PEOPLE}
    assert sum(user["id"] < ids.get(user["manager_email"], 0) for user in PEOPLE) > 50


def test_seed_shares_one_address_between_two_people_only() -> None:
    shared = [address for address, count in Counter(u["emailaddress"] for u in PEOPLE).items() if count > 1]
    assert shared == [f"t.zielinski@{UPN_SUFFIX}"]
    assert all(user["emailaddress"].endswith(f"@{UPN_SUFFIX}") for user in PEOPLE)
    assert all(user["emailaddress"].isascii() for user in PEOPLE)
    assert max(len(user["emailaddress"].partition("@")[0]) for user in PEOPLE) <= 64


def test_seed_has_one_name_twice_in_a_department_and_once_elsewhere() -> None:
    names = Counter(user["name"] for user in PEOPLE)
    assert [name for name, count in names.items() if count > 1] == ["Maria Kowalska"]
    departments = Counter(user["department"] for user in PEOPLE if user["name"] == "Maria Kowalska")
    assert sorted(departments.values()) == [1, 2]


def test_seed_knows_the_two_people_of_the_directory() -> None:
    for first, last, mail in (PRIVILEGED_PERSON, EXISTING_PERSON):
        (found,) = [user for user in PEOPLE if user["emailaddress"] == mail]
        assert (found["firstname"], found["surname"], found["inactive"]) == (first, last, False)


def test_seed_counts_its_exceptions() -> None:
    assert sum(user["inactive"] for user in PEOPLE) == 5
    assert sum(user["isserviceaccount"] for user in PEOPLE) == 1
    assert sum(not user["surname"] for user in PEOPLE) == 1
    assert sum(not user["department"] and not user["isserviceaccount"] for user in PEOPLE) == 1
    assert sum(custom(user, "CFStartDate") == "2099-01-01T00:00:00" for user in PEOPLE) == 2
    assert all((custom(user, "CFEndDate") != NO_DATE) == user["inactive"] for user in PEOPLE)
    assert len({user["site_id"] for user in PEOPLE}) == 3


def test_seed_has_awkward_names() -> None:
    names = "\n".join(user["name"] for user in PEOPLE)
    for awkward in ("Ł", "ø", "ß", "Nguyễn", "O'Brien", "’", "Smith, Jr.", "Anne-Marie", "Παππάς"):
        assert awkward in names
    assert any(user["firstname"].startswith("#") for user in PEOPLE)
    assert any(len(user["name"]) > 64 for user in PEOPLE)
    assert all(len(user[part]) <= 64 for user in PEOPLE for part in ("firstname", "surname"))
