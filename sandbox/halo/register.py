"""The people HaloITSM holds at this moment, and what was changed about them."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.halo.dates import stamp
from sandbox.halo.people import SEED, seed
from sandbox.halo.person import User, new_user, set_custom, set_department, set_name, set_site, unique_email

WRITABLE = {
    **dict.fromkeys(("id", "telpref", "priority_id", "linked_agent_id", "relationship_id"), "integer"),
    **dict.fromkeys(("inactive", "isserviceaccount", "isimportantcontact", "neversendemails"), "flag"),
    **dict.fromkeys(
        (
            "name", "firstname", "surname", "title", "emailaddress", "email2", "email3", "phonenumber_preferred",
            "phonenumber", "homenumber", "mobilenumber", "mobilenumber2", "fax", "login", "samaccountname",
            "activedirectory_dn", "onpremise_activedirectory_dn", "container_dn", "memberof", "other1", "other2",
            "other3", "other4", "other5", "notes", "azureoid", "okta_id", "preferred_name", "middle_name",
            "third_party_relational_id", "date_of_birth", "contract_end_date", "department", "manager_email",
        ),
        "text",
    ),
    "site_id": "double",
    "customfields": "fields",
}  # fmt: skip
"""Field of ``POST /api/Users`` → kind of its value."""


class Register:
    """Users by id, with the vanished ones kept aside.

    Args:
        clock: Gives the time of a change, aware.
        tell: Told of each change, and of whom.
    """

    def __init__(
        self, clock: Callable[[], datetime], tell: Callable[[str, User], None] = lambda _event, _user: None
    ) -> None:
        self._clock, self._tell = clock, tell
        self.reset()

    def reset(self) -> None:
        """Take the seed again; ids and changes start anew."""
        self.users: dict[int, User] = {user["id"]: user for user in seed()}
        self.vanished: set[int] = set()
        self.changes: list[dict[str, Any]] = []
        self._last: datetime | None = None
        self._next_id = max(self.users) + 1

    def visible(self) -> list[User]:
        """Return who can be read, by rising id."""
        return [user for number, user in self.users.items() if number not in self.vanished]

    def get(self, user_id: int) -> User | None:
        """Return a user who can be read."""
        return None if user_id in self.vanished else self.users.get(user_id)

    def email_for(self, firstname: str, surname: str) -> str:
        """Return an address that nobody has."""
        return unique_email(firstname, surname, {user["emailaddress"].lower() for user in self.users.values()})

    def head_of(self, department: str, *, but: int = 0) -> str:
        """Return the address of a department's head, empty when it has none but ``but``."""
        heads = (u for u in self.visible() if u["isheadofdept"] and u["department"] == department)
        return next((head["emailaddress"] for head in heads if head["id"] != but), "")

    def add(self, fields: Mapping[str, Any]) -> User:
        """Create a user.

        Args:
            fields: As in :data:`WRITABLE`, without ``id``; ``firstname`` and ``surname`` or ``name`` are there.
        """
        user = new_user(self._next_id, "", "", email="", department="", at=self._now())
        self._next_id += 1
        _apply(user, fields)
        self.users[user["id"]] = user
        self._tell("User Created", user)
        return user

    def change(self, user: User, fields: Mapping[str, Any], *, who: str) -> None:
        """Give the fields named their values; the change of each is noted, and ``lastupdate`` moves."""
        before = _plain(user)
        _apply(user, fields)
        at = self._now()
        user["lastupdate"] = user["ulastupdate"] = at
        for name, value in _plain(user).items():
            if value != before[name]:
                self.changes.append({
                    "id": len(self.changes) + 1, "datetime": at, "user_id": user["id"], "field_name": name,
                    "old_value": str(before[name]), "new_value": str(value), "who": who,
                })  # fmt: skip
        self._tell("User Updated", user)

    def remove(self, user: User) -> None:
        """Delete a user for good."""
        del self.users[user["id"]]

    def vanish(self, ids: Collection[int]) -> None:
        """Let users disappear from every answer, as if they had never been there."""
        self.vanished.update(ids)

    def some(self, fraction: float) -> list[int]:
        """Choose a share of who can be read: the same people from the same register every time."""
        ids = [user["id"] for user in self.visible()]
        return sorted(random.Random(SEED).sample(ids, round(fraction * len(ids))))  # noqa: S311 - repeatable

    def _now(self) -> str:
        """Return the time of a change; no two are equal, so that each one moves the row."""
        now = self._clock()
        if self._last is not None:
            now = max(now, self._last + timedelta(milliseconds=1))
        self._last = now
        return stamp(now)


def _plain(user: User) -> dict[str, Any]:
    """Return the values whose changes are noted, custom fields under their names."""
    plain = {name: user[name] for name, kind in WRITABLE.items() if kind != "fields"}
    return plain | {field["name"]: field["value"] for field in user["customfields"]}


def _apply(user: User, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        if name in {"id", "name", "firstname", "surname", "site_id", "department", "customfields"}:
            continue
        user[name] = value
    if "firstname" in fields or "surname" in fields:
        set_name(user, fields.get("firstname", user["firstname"]), fields.get("surname", user["surname"]))
    if "name" in fields:
        if not {"firstname", "surname"} & fields.keys():
            set_name(user, *([*fields["name"].split(" ", 1), ""][:2]))
        user["name"] = fields["name"]
    if "site_id" in fields:
        set_site(user, int(fields["site_id"]))
    if "department" in fields:
        stays = user["isheadofdept"] and user["department"] == fields["department"]
        set_department(user, fields["department"], is_manager=stays)
    for field in fields.get("customfields", ()):
        named = field.get("name") or next((f["name"] for f in user["customfields"] if f["id"] == field.get("id")), "")
        set_custom(user, named, field.get("value", ""))
