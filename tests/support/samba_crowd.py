"""Fills the sandbox's directory with many objects quickly, inside Samba's own Python.

``samba_crowd SMB.CONF USERS CONTACTS GROUPS``: an OU "Crowd" below the staff with so many users and contacts; a group
"Crowd" that all of them are members of; and so many more groups, of each of which the first user alone is a member.
"""

from __future__ import annotations

import sys

from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

from sandbox.organisation import GROUPS_OU
from tests.support.crowd import CROWD_OU


def main(configuration: str, users: int, contacts: int, groups: int) -> None:
    """Add everything in one transaction."""
    parameters = LoadParm()
    parameters.load(configuration)
    directory = SamDB(session_info=system_session(), lp=parameters, options=["batch_mode:1"])
    directory.transaction_start()
    directory.add({"dn": CROWD_OU, "objectClass": "organizationalUnit"})
    names = [f"CN=crowd{number},{CROWD_OU}" for number in range(users + contacts)]
    for number, name in enumerate(names):
        if number < users:
            account = {"sAMAccountName": f"crowd{number}", "userAccountControl": "514"}
            directory.add({"dn": name, "objectClass": "user", **account})
        else:
            directory.add({"dn": name, "objectClass": "contact"})
    for title, members in (("Crowd", names), *((f"Circle {number}", names[:1]) for number in range(groups))):
        directory.add(
            {"dn": f"CN={title},{GROUPS_OU}", "objectClass": "group", "sAMAccountName": title, "member": members}
        )
    directory.transaction_commit()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
