"""Operations with outcomes that were seen on a domain controller: what one directory must do as the other does.

A story is told to a directory of two OUs and two accounts, Ann and Bob, who are in no group and nobody's managers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lifecycle.directory.operation import (
    AddUser,
    ChangeMembers,
    DeleteUser,
    Directory,
    Modify,
    Move,
    Operation,
    RestoreUser,
    SetPassword,
)

NOBODY = "00000000-0000-4000-8000-000000000000"
PASSWORD = "Aa1-not-a-secret"


@dataclass(frozen=True)
class Stage:
    """Where a story is told.

    Args:
        staff: An OU.
        other: Another.
        group: GUID of a group without members.
        ann, bob: GUIDs.
        account_name: Of Ann.
    """

    staff: str
    other: str
    group: str
    ann: str
    bob: str
    account_name: str


def add(stage: Stage, name: str, **attributes: str) -> AddUser:
    """An account below the first OU."""
    names = {"sAMAccountName": name.lower(), **attributes}
    return AddUser(f"CN={name},{stage.staff}", {"userAccountControl": 512, **names}, PASSWORD)


STORY: tuple[tuple[str, Callable[[Stage], Operation], int], ...] = (
    ("delete what is not there", lambda _s: DeleteUser(NOBODY), 32),
    ("restore what is not deleted", lambda s: RestoreUser(s.ann, f"CN=Ann,{s.staff}"), 32),
    ("set the password of nobody", lambda _s: SetPassword(NOBODY, PASSWORD), 32),
    ("set a password that is too short", lambda s: SetPassword(s.ann, "Aa1"), 19),
    ("set a password", lambda s: SetPassword(s.ann, f"{PASSWORD}-2"), 0),
    ("set it for good and unlock", lambda s: SetPassword(s.ann, f"{PASSWORD}-3", must_change=False, unlock=True), 0),
    ("write a photo", lambda s: Modify(s.ann, {"thumbnailPhoto": "/9gAAQ==", "jpegPhoto": ("/9gB", "/9gC")}), 0),
    ("write attributes", lambda s: Modify(s.ann, {"title": "Head", "otherTelephone": ("1", "2")}), 0),
    ("write references", lambda s: Modify(s.ann, {"manager": s.bob, "secretary": (s.bob,)}), 0),
    ("be a manager", lambda s: Modify(s.bob, {"manager": s.ann}), 0),
    ("join a group", lambda s: ChangeMembers(s.group, add_guids=(s.ann,)), 0),
    ("join again, with somebody new", lambda s: ChangeMembers(s.group, add_guids=(s.bob, s.ann)), 68),
    ("delete", lambda s: DeleteUser(s.ann), 0),
    ("delete again", lambda s: DeleteUser(s.ann), 32),
    ("modify what is deleted", lambda s: Modify(s.ann, {"title": "Clerk"}), 32),
    ("join when deleted", lambda s: ChangeMembers(s.group, add_guids=(s.ann,)), 32),
    ("somebody takes the name", lambda s: add(s, "Ann", sAMAccountName="annother"), 0),
    ("restore under a name that is taken", lambda s: RestoreUser(s.ann, f"CN=Ann,{s.staff}"), 68),
    ("restore to where nothing is", lambda s: RestoreUser(s.ann, f"CN=Ann,OU=Missing,{s.staff}"), 1),
    ("restore elsewhere", lambda s: RestoreUser(s.ann, f"CN=Ann,{s.other}"), 0),
    ("restore again", lambda s: RestoreUser(s.ann, f"CN=Ann,{s.other}"), 32),
    ("move it back under another name", lambda s: Move(s.ann, "Ann Two", s.staff), 0),
    ("put attributes back", lambda s: Modify(s.ann, {"title": "Head", "manager": s.bob}), 0),
    ("put memberships back", lambda s: ChangeMembers(s.group, add_guids=(s.ann,)), 0),
    ("delete once more", lambda s: DeleteUser(s.ann), 0),
    ("somebody takes the account name", lambda s: add(s, "Third", sAMAccountName=s.account_name), 0),
    ("restore while the account name is taken", lambda s: RestoreUser(s.ann, f"CN=Ann,{s.other}"), 68),
    ("delete with what stands below", lambda s: DeleteUser(s.bob, tree=True), 0),
)
"""What is done, the operation, and the LDAP result code of the answer."""

SEEN = (
    "employeeID",
    "title",
    "manager",
    "secretary",
    "otherTelephone",
    "thumbnailPhoto",
    "jpegPhoto",
    "sAMAccountName",
)


def told(directory: Directory, stage: Stage) -> list[tuple[str, int, Mapping[str, object]]]:
    """Tell the story; after each step the answer's code and both accounts as the directory then shows them."""
    seen = []
    for step, ask, _ in STORY:
        (answer,) = directory.send([ask(stage)])
        seen.append((step, answer.code, _shown(directory, stage)))
    return seen


def _shown(directory: Directory, stage: Stage) -> Mapping[str, object]:
    names = {stage.ann: "ann", stage.bob: "bob"}
    accounts = directory.accounts(names, SEEN)
    shown: dict[str, object] = {
        names[guid]: (
            account.dn,
            account.user_account_control,
            {name: value for name, value in account.attributes.items() if name in SEEN},
            stage.group in account.group_guids,
        )
        for guid, account in accounts.items()
    }
    deleted = directory.deleted(names)
    shown["deleted"] = {names[guid]: (one.last_known_parent_dn, one.account_name) for guid, one in deleted.items()}
    shown["kept"] = {
        names[guid]: snapshot and (snapshot.restorable(directory.schema(SEEN)), len(snapshot.group_guids))
        for guid in names
        for snapshot in (directory.snapshot(guid),)
    }
    return shown


def codes() -> list[tuple[str, int]]:
    """What each step is answered."""
    return [(step, code) for step, _, code in STORY]
