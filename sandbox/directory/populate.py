"""Fills the new domain before the controller starts: schema, places, groups, three accounts, one delegation.

Runs inside Samba's own Python (``/usr/bin/python3``), because its ``samba`` package opens the database directly and
knows security descriptors: one transaction, where sixty calls of ``samba-tool`` would take a minute. So this room
imports the standard library, ``samba`` and the facts of the organisation, nothing else::

    echo '{"configuration": "…/smb.conf", "administrator_password": "…", …}' | python3 -m sandbox.directory.populate
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

import ldb
from samba.auth import system_session
from samba.dcerpc import security
from samba.ndr import ndr_pack, ndr_unpack
from samba.param import LoadParm
from samba.samdb import SamDB
from samba.sd_utils import SDUtils

from sandbox.directory.schema_extension import extend_schema, transaction
from sandbox.organisation import (
    ALL_STAFF_GROUP,
    BASE_DN,
    DEPARTMENTS,
    EXISTING_ACCOUNT,
    EXISTING_PERSON,
    GROUPS_OU,
    MANAGED_OUS,
    PRIVILEGED_ACCOUNT,
    PRIVILEGED_PERSON,
    SERVICE_ACCOUNT,
    STAFF_OU,
    UPN_SUFFIX,
    department_group,
    group_account_name,
)

USERS_CONTAINER = f"CN=Users,{BASE_DN}"
NORMAL_ACCOUNT = 0x0200
DONT_EXPIRE_PASSWORD = 0x10000
DELETED_OBJECTS = f"CN=Deleted Objects,{BASE_DN}"
REANIMATE_TOMBSTONES = "45ec5156-db7e-47bb-b53f-dbeb2d03c40f"
"""Of the extended right on a domain ([MS-ADTS] 5.1.3.2.1)."""
NEVER = "-9223372036854775808"
"""Of a negative interval attribute such as maxPwdAge: never (MS-SAMR 2.2.4.1)."""


def populate(directory: SamDB, secrets: Mapping[str, str]) -> None:
    """Bring a freshly provisioned domain to the state the sandbox promises.

    Args:
        directory: The database, opened with the rights of the system.
        secrets: ``administrator_password``, ``service_password``, ``person_password`` (of both people).
    """
    directory.set_maxPwdAge(NEVER)
    directory.setpassword("(sAMAccountName=Administrator)", secrets["administrator_password"])
    for place in MANAGED_OUS:
        directory.add({"dn": place, "objectClass": "organizationalUnit"})
    service = _add_account(
        directory,
        USERS_CONTAINER,
        SERVICE_ACCOUNT,
        secrets["service_password"],
        flags=NORMAL_ACCOUNT | DONT_EXPIRE_PASSWORD,
        displayName="halo-ad service account",
    )
    _delegate(directory, service)
    _let_restore(directory, service)
    for department in DEPARTMENTS:
        directory.add({"dn": _child(directory, STAFF_OU, "OU", department), "objectClass": "organizationalUnit"})
    for group in (ALL_STAFF_GROUP, *map(department_group, DEPARTMENTS)):
        directory.add(
            {
                "dn": _child(directory, GROUPS_OU, "CN", group),
                "objectClass": "group",
                "sAMAccountName": group_account_name(group),
            }
        )
    _add_person(directory, EXISTING_ACCOUNT, EXISTING_PERSON, secrets["person_password"])
    _make_privileged(
        directory, _add_person(directory, PRIVILEGED_ACCOUNT, PRIVILEGED_PERSON, secrets["person_password"])
    )


def _child(directory: SamDB, parent: str, kind: str, name: str) -> ldb.Dn:
    dn = ldb.Dn(directory, parent)
    dn.add_child(ldb.Dn(directory, f"{kind}=placeholder"))
    dn.set_component(0, kind, name)  # ldb escapes the comma and the leading hash
    return dn


def _add_account(
    directory: SamDB, parent: str, name: str, password: str, flags: int = NORMAL_ACCOUNT, **attributes: str
) -> ldb.Dn:
    dn = _child(directory, parent, "CN", attributes.get("displayName", name))
    directory.add(
        {
            "dn": dn,
            "objectClass": "user",
            "sAMAccountName": name,
            "userPrincipalName": f"{name}@{UPN_SUFFIX}",
            "userAccountControl": str(flags),
            "unicodePwd": f'"{password}"'.encode("utf-16-le"),
            **attributes,
        }
    )
    return dn


def _add_person(directory: SamDB, name: str, person: tuple[str, str, str], password: str) -> ldb.Dn:
    given_name, surname, mail = person
    return _add_account(
        directory,
        STAFF_OU,
        name,
        password,
        displayName=f"{given_name} {surname}",
        givenName=given_name,
        sn=surname,
        mail=mail,
    )


def _delegate(directory: SamDB, trustee: ldb.Dn) -> None:
    """Let ``trustee`` do everything to and below the managed OUs, and nothing anywhere else."""
    descriptors = SDUtils(directory)
    for place in MANAGED_OUS:
        descriptors.dacl_add_ace(place, f"(A;CI;GA;;;{descriptors.get_object_sid(trustee)})")


def _let_restore(directory: SamDB, trustee: ldb.Dn) -> None:
    """Let ``trustee`` see the deleted objects and take back those that it could delete."""
    descriptors = SDUtils(directory)
    sid = descriptors.get_object_sid(trustee)
    descriptors.dacl_add_ace(BASE_DN, f"(OA;;CR;{REANIMATE_TOMBSTONES};;{sid})")
    # SDUtils does not find the container, which is itself marked as deleted.
    controls = ["show_deleted:1", f"sd_flags:1:{security.SECINFO_DACL}"]
    (found,) = directory.search(DELETED_OBJECTS, ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"], controls=controls)
    present = ndr_unpack(security.descriptor, found["nTSecurityDescriptor"][0])
    wanted = security.descriptor.from_sddl(
        f"{present.as_sddl()}(A;;LCRP;;;{sid})", security.dom_sid(directory.get_domain_sid())
    )
    change = ldb.Message(ldb.Dn(directory, DELETED_OBJECTS))
    change["descriptor"] = ldb.MessageElement(ndr_pack(wanted), ldb.FLAG_MOD_REPLACE, "nTSecurityDescriptor")
    directory.modify(change, controls=controls)


def _make_privileged(directory: SamDB, dn: ldb.Dn) -> None:
    """Make ``dn`` a domain administrator, and shield it as AdminSDHolder does within the hour on Windows.

    Samba has no such task (MS-ADTS 3.1.1.6.1.2), and without it the delegation above would reach the account.
    """
    directory.modify(_change(directory, f"CN=Domain Admins,{USERS_CONTAINER}", ldb.FLAG_MOD_ADD, member=str(dn)))
    directory.modify(_change(directory, str(dn), ldb.FLAG_MOD_REPLACE, adminCount="1"))
    descriptors = SDUtils(directory)
    dacl_only = [f"sd_flags:1:{security.SECINFO_DACL | security.SECINFO_PROTECTED_DACL}"]
    shield = descriptors.read_sd_on_dn(f"CN=AdminSDHolder,CN=System,{BASE_DN}", controls=dacl_only)
    shield.type |= security.SEC_DESC_DACL_PROTECTED
    descriptors.modify_sd_on_dn(dn, shield, controls=dacl_only)


def _change(directory: SamDB, dn: str, flag: int, **attributes: str) -> ldb.Message:
    message = ldb.Message(ldb.Dn(directory, dn))
    for name, value in attributes.items():
        message[name] = ldb.MessageElement(value, flag, name)
    return message


def main() -> None:
    """Read ``configuration`` and secrets as JSON from standard input, extend the schema, populate."""
    given = json.load(sys.stdin)
    configuration = LoadParm()
    configuration.load(given["configuration"])
    directory = SamDB(session_info=system_session(), lp=configuration)
    extend_schema(directory)
    with transaction(directory):
        populate(directory, given)


if __name__ == "__main__":
    main()
