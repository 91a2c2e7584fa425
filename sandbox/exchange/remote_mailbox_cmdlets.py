"""Cmdlets by which a server knows of mailboxes in the cloud."""

from __future__ import annotations

import uuid

from sandbox.exchange import properties
from sandbox.exchange.directory_writes import MAILBOX_ATTRIBUTES, RECIPIENT_TYPES
from sandbox.exchange.organisation import DOMAIN
from sandbox.exchange.refusals import not_found, refused
from sandbox.exchange.surroundings import Cmdlet, Objects, Parameters, Surroundings


def get_remote_mailbox(here: Surroundings, given: Parameters) -> Objects:
    """Tell what the server knows of a mailbox in the cloud."""
    person = here.person(given["Identity"])
    if person.remote is None:
        raise not_found(given["Identity"])
    return [properties.remote(person)]


def enable_remote(here: Surroundings, given: Parameters) -> Objects:
    """Make an account one whose mailbox is in the cloud, or give that mailbox an archive."""
    person = here.person(given["Identity"])
    if given.get("Archive") and person.remote is not None:
        if person.remote["archive_guid"]:
            raise refused("This mailbox already has an archive.")
        person.remote["archive_guid"] = str(uuid.uuid4())
        return []
    if here.recipient_type(person) != "User":
        raise refused(f"{person.upn} is of another recipient type.")
    nick = given.get("Alias", person.alias)
    person.remote = {
        "kind": "RemoteSharedMailbox" if given.get("Shared") else "RemoteUserMailbox",
        "alias": nick, "address": given.get("PrimarySmtpAddress", f"{nick}@{DOMAIN}"),
        "routing_address": given.get("RemoteRoutingAddress", ""), "hidden": False,
        "archive_guid": str(uuid.uuid4()) if given.get("Archive") else "",
    }  # fmt: skip
    values = {
        "mailNickname": nick, "mail": person.remote["address"],
        "proxyAddresses": [f"SMTP:{person.remote['address']}", f"smtp:{person.remote['routing_address']}"],
        "targetAddress": f"SMTP:{person.remote['routing_address']}",
        "msExchRecipientTypeDetails": RECIPIENT_TYPES[person.remote["kind"]],
    }  # fmt: skip
    here.organisation.affect(person.guid, values, [])
    return []


def disable_remote(here: Surroundings, given: Parameters) -> Objects:
    """Let the server forget the mailbox in the cloud."""
    person = here.person(given["Identity"])
    if person.remote is None:
        raise not_found(given["Identity"])
    person.remote = None
    here.organisation.affect(person.guid, {}, [*MAILBOX_ATTRIBUTES, "targetAddress"])
    return []


def set_remote(here: Surroundings, given: Parameters) -> Objects:
    """Change what the server says of a mailbox in the cloud."""
    person = here.person(given["Identity"])
    if person.remote is None:
        raise not_found(given["Identity"])
    if "Type" in given:
        person.remote["kind"] = {"Regular": "RemoteUserMailbox", "Shared": "RemoteSharedMailbox"}[given["Type"]]
    if "HiddenFromAddressListsEnabled" in given:
        person.remote["hidden"] = given["HiddenFromAddressListsEnabled"]
    return []


SERVER = {
    "Get-RemoteMailbox": Cmdlet(get_remote_mailbox),
    "Enable-RemoteMailbox": Cmdlet(
        enable_remote, frozenset({"Alias", "PrimarySmtpAddress", "Shared", "Archive", "RemoteRoutingAddress"})
    ),
    "Disable-RemoteMailbox": Cmdlet(disable_remote, frozenset({"IgnoreLegalHold"})),
    "Set-RemoteMailbox": Cmdlet(set_remote, frozenset({"Type", "HiddenFromAddressListsEnabled"})),
}
