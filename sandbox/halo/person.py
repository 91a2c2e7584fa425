"""One HaloITSM user as a JSON object: the keys of the detail, and which of them a list row shows."""

from __future__ import annotations

from typing import Any

from anyascii import anyascii

from sandbox.halo.dates import NO_DATE
from sandbox.organisation import DEPARTMENTS, UPN_SUFFIX

User = dict[str, Any]

CLIENT = (12, "Example Hospital Trust")
SITES = {18: "Main Campus", 19: "North Clinic", 20: "Harbour House"}

CUSTOM_FIELDS = {101: ("CFStartDate", "Start date", 4), 102: ("CFEndDate", "End date", 4),
                 103: ("CFEmployeeType", "Employee type", 0)}  # fmt: skip
"""Id → name, label, type (4 date, 0 text)."""

DETAIL_ONLY = frozenset({
    "department", "departments", "isheadofdept", "manager_email", "samaccountname", "memberof", "datecreated",
    "lastlogindate", "ulastupdate",
})  # fmt: skip
"""Keys that ``GET /api/Users`` does not show: they cost one request a person."""

DATES = ("date_of_birth", "contract_end_date", "datecreated", "lastlogindate", "lastupdate", "ulastupdate")


def new_user(user_id: int, firstname: str, surname: str, *, email: str, department: str, at: str) -> User:
    """Return a user with every key of the detail.

    Args:
        user_id: The number HaloITSM gives.
        firstname: May be empty, as may ``surname``; ``name`` is what is left of both.
        surname: See ``firstname``.
        email: Neither syntax nor uniqueness is checked, as in HaloITSM.
        department: Name of a department, or empty.
        at: When it is created, in HaloITSM's form.
    """
    user: User = {
        "id": user_id, "key": user_id, "use": "user",
        "client_id": CLIENT[0], "client_name": CLIENT[1],
        "title": "", "emailaddress": email, "email2": "", "email3": "",
        "phonenumber_preferred": "", "phonenumber": "", "homenumber": "", "mobilenumber": "", "mobilenumber2": "",
        "fax": "", "telpref": 0, "login": "", "samaccountname": "",
        "activedirectory_dn": "", "onpremise_activedirectory_dn": "", "container_dn": "", "memberof": "",
        "inactive": False, "isserviceaccount": False, "isimportantcontact": False, "neversendemails": False,
        "other1": "", "other2": "", "other3": "", "other4": "", "other5": "", "notes": "",
        "priority_id": 0, "linked_agent_id": 0, "relationship_id": 0, "messagegroup_id": 0,
        "azureoid": "", "okta_id": "", "preferred_name": "", "middle_name": "", "third_party_relational_id": "",
        "role_ids": [], "date_of_birth": NO_DATE, "contract_end_date": NO_DATE,
        "datecreated": at, "lastupdate": at, "ulastupdate": at, "lastlogindate": NO_DATE,
        "manager_email": "",
        "customfields": [
            {"id": number, "name": name, "label": label, "type": kind, "value": "", "display": ""}
            for number, (name, label, kind) in CUSTOM_FIELDS.items()
        ],
    }  # fmt: skip
    set_name(user, firstname, surname)
    set_site(user, next(iter(SITES)))
    set_department(user, department)
    set_custom(user, "CFStartDate", NO_DATE)
    set_custom(user, "CFEndDate", NO_DATE)
    return user


def set_name(user: User, firstname: str, surname: str) -> None:
    """Give a first name and a surname, and what follows from them."""
    user["firstname"], user["surname"] = firstname, surname
    user["name"] = " ".join(part for part in (firstname, surname) if part)
    user["initials"] = "".join(part[0].upper() for part in (firstname, surname) if part)


def set_site(user: User, site_id: int) -> None:
    """Give a site; ``site_id`` is a double in every answer (18.0), ``site_id_int`` is not."""
    user["site_id"], user["site_id_int"], user["site_name"] = float(site_id), site_id, SITES[site_id]


def set_department(user: User, department: str, *, is_manager: bool = False) -> None:
    """Put a user into one department, or into none when the name is empty."""
    number = DEPARTMENTS.index(department) + 1 if department in DEPARTMENTS else 0
    user["department"], user["isheadofdept"] = department, is_manager
    user["departments"] = (
        [{"department_id": number, "department_name": department, "is_manager": is_manager}] if department else []
    )


def set_custom(user: User, name: str, value: Any) -> None:
    """Give a custom field its value, by the field's name; a name that does not exist is ignored."""
    for field in user["customfields"]:
        if field["name"] == name:
            field["value"], field["display"] = value, "" if value == NO_DATE else str(value)


def list_row(user: User, *, custom: frozenset[int] = frozenset()) -> User:
    """Return what a list shows of a user: no detail keys, custom fields only where their ids are asked for."""
    row = {key: value for key, value in user.items() if key not in DETAIL_ONLY}
    row["customfields"] = [field for field in user["customfields"] if field["id"] in custom] if custom else None
    return row


def unique_email(firstname: str, surname: str, taken: set[str]) -> str:
    """Return ``first.last@…`` in plain letters, numbered when it is taken (compared without case)."""
    parts = ["".join(c for c in anyascii(part).lower() if c.isalnum()) for part in (firstname, surname)]
    stem = ".".join(part for part in parts if part)[:60] or "person"  # RFC 5321: 64 before the @, a number included
    number = 1
    while (address := f"{stem}{number if number > 1 else ''}@{UPN_SUFFIX}") in taken:
        number += 1
    return address
