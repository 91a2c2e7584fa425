"""The cmdlets of both faces, with what they do to the organisation; as forgiving with identities as Exchange is.

One long file: each cmdlet is a few lines, and they are read side by side.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.exchange import properties
from sandbox.exchange.organisation import DATABASES, DOMAIN, MailboxRecord, Organisation, Person, Place
from sandbox.exchange.refusals import CmdletError, no_cmdlet, no_parameter, not_found, refused

Parameters = Mapping[str, Any]
Objects = list[dict[str, Any]]
_EVERYWHERE = frozenset({"Identity", "Confirm", "Force", "WhatIf", "ErrorAction"})
_SETTABLE = frozenset({
    "HiddenFromAddressListsEnabled", "ForwardingSmtpAddress", "ForwardingAddress", "DeliverToMailboxAndForward",
})  # fmt: skip
_ATTRIBUTES = ["mailNickname", "mail", "proxyAddresses", "msExchMailboxGuid", "msExchRecipientTypeDetails"]
_TYPES = {
    "UserMailbox": 1,
    "SharedMailbox": 4,
    "RemoteUserMailbox": 2_147_483_648,
    "RemoteSharedMailbox": 34_359_738_368,
}


class Cmdlets:
    """Runs cmdlets of one place on an organisation.

    Args:
        organisation: What they act on.
        face: ``server``, ``online`` or ``skype``.
    """

    def __init__(self, organisation: Organisation, face: str) -> None:
        self._organisation, self._face = organisation, face
        self._place: Place = "online" if face == "online" else "server"
        self._known: dict[str, tuple[Callable[[Parameters], Objects], frozenset[str]]] = _table(self, face)

    def run(self, name: str, parameters: Parameters) -> Objects:
        """Run a cmdlet and write it into the log.

        Raises:
            CmdletError: It ends with an error.
        """
        entry = {"face": self._face, "cmdlet": name, "parameters": dict(parameters), "outcome": "done"}
        self._organisation.log.append(entry)
        try:
            if name not in self._known:
                raise no_cmdlet(name)
            cmdlet, allowed = self._known[name]
            for one in parameters:
                if one not in allowed | _EVERYWHERE:
                    raise no_parameter(name, one)
            return cmdlet(parameters)
        except CmdletError as error:
            entry["outcome"] = error.name
            raise

    def get_user(self, given: Parameters) -> Objects:
        """Tell an account, with what kind of recipient it is here."""
        person = self._person(given["Identity"])
        return [properties.user(person, self._recipient_type(person))]

    def get_mailbox(self, given: Parameters) -> Objects:
        """Tell a mailbox in use, or a soft-deleted one."""
        if given.get("SoftDeletedMailbox"):
            record = self._lost(given["Identity"], "online")
            return [properties.mailbox(record, self._organisation.people.get(record.owner))]
        record = self._mailbox(given["Identity"])
        return [properties.mailbox(record, self._organisation.people.get(record.owner))]

    def get_remote_mailbox(self, given: Parameters) -> Objects:
        """Tell what the server knows of a mailbox in the cloud."""
        person = self._person(given["Identity"])
        if person.remote is None:
            raise not_found(given["Identity"])
        return [properties.remote(person)]

    def get_statistics(self, given: Parameters) -> Objects:
        """Tell a mailbox of a database, in use or not."""
        self._database(given["Database"])
        record = self._organisation.mailboxes.get(str(given["StoreMailboxIdentity"]).lower())
        if record is None or record.place != "server" or record.database != given["Database"]:
            raise not_found(given["StoreMailboxIdentity"])
        return [properties.statistics(record)]

    def enable_mailbox(self, given: Parameters) -> Objects:
        """Give an account a mailbox, or its mailbox an archive."""
        if given.get("Archive"):
            record = self._mailbox(given["Identity"])
            if record.archive_guid:
                raise refused("This mailbox already has an archive.")
            record.archive_guid = str(uuid.uuid4())
            return []
        person = self._person(given["Identity"])
        if self._place == "online" or self._recipient_type(person) != "User":
            raise refused(f"{person.upn} is of another recipient type.")
        database = given.get("Database", DATABASES[0])
        self._database(database)
        record = self._organisation.give_mailbox(
            person, "server", database=database, alias=given.get("Alias", ""),
            address=given.get("PrimarySmtpAddress", ""),
            kind="SharedMailbox" if given.get("Shared") else "UserMailbox",
        )  # fmt: skip
        self._affect(record)
        return [properties.mailbox(record, person)]

    def disable_mailbox(self, given: Parameters) -> Objects:
        """Take the mailbox from an account; refused under a hold."""
        record = self._mailbox(given["Identity"])
        if record.is_held and not given.get("IgnoreLegalHold"):
            raise refused("The mailbox is on hold.", "MailboxOnHoldException")
        self._organisation.take_mailbox(record)
        if self._place == "server":
            self._organisation.affect(record.owner, {}, _ATTRIBUTES)
        return []

    def connect_mailbox(self, given: Parameters) -> Objects:
        """Give a disconnected mailbox to an account that has none."""
        self._database(given["Database"])
        record = self._lost(given["Identity"], "server")
        person = self._person(given["User"])
        if record.database != given["Database"]:
            raise not_found(given["Identity"])
        if self._recipient_type(person) != "User":
            raise refused(f"{person.upn} already has a mailbox.")
        record.in_use, record.noticed, record.owner = True, True, person.guid
        record.alias = given.get("Alias", record.alias)
        record.kind = "SharedMailbox" if given.get("Shared") else "UserMailbox"
        self._affect(record)
        return []

    def update_state(self, given: Parameters) -> Objects:
        """Let the database see that a mailbox is not in use."""
        self._database(given["Database"])
        record = self._organisation.mailboxes.get(str(given["Identity"]).lower())
        if record is None or record.database != given["Database"]:
            raise not_found(given["Identity"])
        record.noticed = True
        return []

    def remove_mailbox(self, given: Parameters) -> Objects:
        """Purge a mailbox that is not in use; with the identity of an account it deletes the account."""
        if "StoreMailboxIdentity" in given:
            self._database(given.get("Database", ""))
            record = self._lost(given["StoreMailboxIdentity"], "server")
            if not record.noticed or record.database != given["Database"]:
                raise not_found(given["StoreMailboxIdentity"])
            self._organisation.purge(record)
            return []
        if self._place == "online" and given.get("PermanentlyDelete"):
            lost = [one for one in self._organisation.mailboxes.values()
                    if one.exchange_guid == given["Identity"] and not one.in_use and one.place == "online"]  # fmt: skip
            if lost:
                if lost[0].is_held:
                    raise refused("The mailbox is on hold.", "MailboxOnHoldException")
                self._organisation.purge(lost[0])
                return []
        self._organisation.delete_account(self._mailbox(given["Identity"]).owner)
        return []

    def undo_soft_deleted(self, given: Parameters) -> Objects:
        """Give a soft-deleted mailbox back."""
        record = self._lost(given["SoftDeletedObject"], "online")
        if self._organisation.mailbox_of(record.owner, "online") is not None:
            raise refused("The account already has a mailbox.")
        record.in_use = True
        return []

    def set_mailbox(self, given: Parameters) -> Objects:
        """Change settings of a mailbox."""
        record = self._mailbox(given["Identity"])
        if "Type" in given:
            record.kind = {"Regular": "UserMailbox", "Shared": "SharedMailbox"}[given["Type"]]
        record.settings |= {name: value for name, value in given.items() if name in _SETTABLE}
        return []

    def get_auto_reply(self, given: Parameters) -> Objects:
        """Tell the automatic reply."""
        return [properties.auto_reply(self._mailbox(given["Identity"]))]

    def set_auto_reply(self, given: Parameters) -> Objects:
        """Change the automatic reply; a plain text becomes HTML, as Exchange does it."""
        record = self._mailbox(given["Identity"])
        for name in record.auto_reply.keys() & given.keys():
            text = str(given[name])
            plain = name.endswith("Message") and text and not text.lstrip().lower().startswith("<html")
            record.auto_reply[name] = f"<html>\n<body>\n{text}\n</body>\n</html>\n" if plain else text
        return []

    def enable_remote(self, given: Parameters) -> Objects:
        """Make an account one whose mailbox is in the cloud, or give that mailbox an archive."""
        person = self._person(given["Identity"])
        if given.get("Archive") and person.remote is not None:
            person.remote["archive_guid"] = str(uuid.uuid4())
            return []
        if self._recipient_type(person) != "User":
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
            "msExchRecipientTypeDetails": _TYPES[person.remote["kind"]],
        }  # fmt: skip
        self._organisation.affect(person.guid, values, [])
        return []

    def disable_remote(self, given: Parameters) -> Objects:
        """Let the server forget the mailbox in the cloud."""
        person = self._person(given["Identity"])
        if person.remote is None:
            raise not_found(given["Identity"])
        person.remote = None
        self._organisation.affect(person.guid, {}, [*_ATTRIBUTES, "targetAddress"])
        return []

    def set_remote(self, given: Parameters) -> Objects:
        """Change what the server says of a mailbox in the cloud."""
        person = self._person(given["Identity"])
        if person.remote is None:
            raise not_found(given["Identity"])
        if "Type" in given:
            person.remote["kind"] = {"Regular": "RemoteUserMailbox", "Shared": "RemoteSharedMailbox"}[given["Type"]]
        if "HiddenFromAddressListsEnabled" in given:
            person.remote["hidden"] = given["HiddenFromAddressListsEnabled"]
        return []

    def enable_cs(self, given: Parameters) -> Objects:
        """Enable an account for Skype for Business."""
        person = self._person(given["Identity"])
        person.skype = {"pool": given["RegistrarPool"], "sip_address": given["SipAddress"]}
        self._organisation.affect(
            person.guid, {"msRTCSIP-UserEnabled": True, "msRTCSIP-PrimaryUserAddress": given["SipAddress"]}, []
        )
        return []

    def disable_cs(self, given: Parameters) -> Objects:
        """Take everything of Skype for Business from an account."""
        person = self._person(given["Identity"])
        if person.skype is None:
            raise not_found(given["Identity"])
        person.skype = None
        self._organisation.affect(person.guid, {}, ["msRTCSIP-UserEnabled", "msRTCSIP-PrimaryUserAddress"])
        return []

    def _person(self, identity: object) -> Person:
        wanted = str(identity).lower()
        for person in self._organisation.people.values():
            names = {person.upn.lower(), person.alias.lower()}
            names |= {person.entra_id} if self._place == "online" else {person.guid}
            if wanted and wanted in names and (self._place == "server" or person.entra_id):
                return person
        raise not_found(identity)

    def _mailbox(self, identity: object) -> MailboxRecord:
        wanted = str(identity).lower()
        for record in self._organisation.mailboxes.values():
            if record.in_use and record.place == self._place and wanted in {
                record.exchange_guid, record.address.lower(), record.alias.lower(),
            }:  # fmt: skip
                return record
        record = self._organisation.mailbox_of(self._person(identity).guid, self._place)
        if record is None:
            raise not_found(identity)
        return record

    def _lost(self, identity: object, place: Place) -> MailboxRecord:
        wanted = str(identity).lower()
        for record in self._organisation.mailboxes.values():
            if not record.in_use and record.place == place and wanted in {record.exchange_guid, record.alias.lower()}:
                return record
        raise not_found(identity)

    def _recipient_type(self, person: Person) -> str:
        record = self._organisation.mailbox_of(person.guid, self._place)
        if record is not None:
            return record.kind
        if self._place == "server" and person.remote is not None:
            return str(person.remote["kind"])
        return "User"

    def _database(self, name: object) -> None:
        if name not in DATABASES:
            raise not_found(name)

    def _affect(self, record: MailboxRecord) -> None:
        values = {
            "mailNickname": record.alias, "mail": record.address, "proxyAddresses": [f"SMTP:{record.address}"],
            "msExchMailboxGuid": record.exchange_guid, "msExchRecipientTypeDetails": _TYPES[record.kind],
        }  # fmt: skip
        self._organisation.affect(record.owner, values, [])


def _table(own: Cmdlets, face: str) -> dict[str, tuple[Callable[[Parameters], Objects], frozenset[str]]]:
    """Name → what runs it, and the parameters that Exchange knows of it, dangerous ones with them."""
    if face == "skype":
        return {
            "Enable-CsUser": (own.enable_cs, frozenset({"RegistrarPool", "SipAddress"})),
            "Disable-CsUser": (own.disable_cs, frozenset()),
        }
    both = {
        "Get-User": (own.get_user, frozenset[str]()),
        "Get-Mailbox": (own.get_mailbox, frozenset({"SoftDeletedMailbox", "ResultSize"})),
        "Get-MailboxAutoReplyConfiguration": (own.get_auto_reply, frozenset[str]()),
        "Set-MailboxAutoReplyConfiguration": (own.set_auto_reply, frozenset({
            "AutoReplyState", "ExternalAudience", "InternalMessage", "ExternalMessage", "StartTime", "EndTime",
        })),
        "Set-Mailbox": (own.set_mailbox, _SETTABLE | {"Type"}),
        "Disable-Mailbox": (own.disable_mailbox, frozenset({"IgnoreLegalHold", "PermanentlyDisable"})),
    }  # fmt: skip
    if face == "online":
        return {
            **both,
            "Enable-Mailbox": (own.enable_mailbox, frozenset({"Archive"})),
            "Undo-SoftDeletedMailbox": (own.undo_soft_deleted, frozenset({"SoftDeletedObject"})),
            "Remove-Mailbox": (own.remove_mailbox, frozenset({"PermanentlyDelete"})),
        }
    new = frozenset({"Alias", "Database", "PrimarySmtpAddress", "Shared", "Archive"})
    return {
        **both,
        "Get-RemoteMailbox": (own.get_remote_mailbox, frozenset()),
        "Get-MailboxStatistics": (own.get_statistics, frozenset({"Database", "StoreMailboxIdentity"})),
        "Enable-Mailbox": (own.enable_mailbox, new),
        "Connect-Mailbox": (own.connect_mailbox, frozenset({"Database", "User", "Alias", "Shared"})),
        "Update-StoreMailboxState": (own.update_state, frozenset({"Database"})),
        "Remove-Mailbox": (own.remove_mailbox, frozenset({"Database", "StoreMailboxIdentity", "Permanent"})),
        "Enable-RemoteMailbox": (own.enable_remote, (new | {"RemoteRoutingAddress"}) - {"Database"}),
        "Disable-RemoteMailbox": (own.disable_remote, frozenset({"IgnoreLegalHold"})),
        "Set-RemoteMailbox": (own.set_remote, frozenset({"Type", "HiddenFromAddressListsEnabled"})),
    }
