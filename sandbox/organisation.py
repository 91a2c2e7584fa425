"""The organisation that both halves of the sandbox play: its names, its places, its two people who were there before.

The directory is populated from these facts and the simulated HaloITSM draws its people from them, so that a
department of one is a group and an organisational unit of the other. Everybody here is invented.
"""

from __future__ import annotations

REALM = "CORP.EXAMPLE.TEST"
"""Kerberos realm; its lower case is the DNS name of the domain."""

DOMAIN = "CORP"
"""NetBIOS name of the domain."""

UPN_SUFFIX = "corp.example.test"
"""What follows the ``@`` in every userPrincipalName and mail."""

BASE_DN = "DC=corp,DC=example,DC=test"

SERVER_NAME = "dc1.corp.example.test"
"""DNS name of the domain controller, a SAN of its LDAPS certificate."""

STAFF_OU = f"OU=Staff,{BASE_DN}"
LEAVERS_OU = f"OU=Leavers,{BASE_DN}"
GROUPS_OU = f"OU=Groups,{BASE_DN}"
CONTRACTORS_OU = f"OU=Contractors,{BASE_DN}"
"""For people from outside, whom tickets ask for."""

MANAGED_OUS: tuple[str, ...] = (STAFF_OU, LEAVERS_OU, GROUPS_OU, CONTRACTORS_OU)
"""The only places below which the service account may write."""

# Three names are there to be awkward: a comma and a leading hash must be escaped in a distinguished name,
# and an accent must survive UTF-8 on every way through.
DEPARTMENTS: tuple[str, ...] = (
    "Research, Development",
    "Qualité",
    "#Platform",
    "Cardiology",
    "Emergency",
    "Radiology",
    "Oncology",
    "Paediatrics",
    "Surgery",
    "Pharmacy",
    "Laboratory",
    "Nursing",
    "Human Resources",
    "Finance",
    "Legal",
    "Procurement",
    "Facilities",
    "Communications",
    "Service Desk",
    "Information Security",
)
"""Each is an OU below ``STAFF_OU`` and a group ``Department <name>`` in ``GROUPS_OU``."""

ALL_STAFF_GROUP = "All Staff"

PRIVILEGED_PERSON = ("Grace", "Adeyemi", "grace.adeyemi@corp.example.test")
"""Given name, surname, mail of a domain administrator: her account is protected and must never be matched."""

PRIVILEGED_ACCOUNT = "gadeyemi-adm"
"""sAMAccountName of ``PRIVILEGED_PERSON``."""

EXISTING_PERSON = ("Hannah", "Berger", "hannah.berger@corp.example.test")
"""Given name, surname, mail of someone whose account was made by hand, without employeeID: it is to be adopted."""

EXISTING_ACCOUNT = "hberger"
"""sAMAccountName of ``EXISTING_PERSON``."""

SERVICE_ACCOUNT = "svc-halo-ad"
"""sAMAccountName of the account that the pipeline binds as."""


def department_group(department: str) -> str:
    """Name of the group of a department, as it stands in its cn."""
    return f"Department {department}"


def group_account_name(name: str) -> str:
    r"""Return the sAMAccountName of a group: its name without ``"/\[]:;|=,+*?<>@``, which Windows refuses there."""
    return name.translate(str.maketrans("", "", '"/\\[]:;|=,+*?<>@'))
