"""Cmdlets that give, take and tell mailboxes, in use or not."""

from __future__ import annotations

import uuid

from sandbox.exchange import properties
from sandbox.exchange.directory_writes import MAILBOX_ATTRIBUTES, RECIPIENT_TYPES
from sandbox.exchange.organisation import DATABASES, MailboxRecord
from sandbox.exchange.refusals import not_found, refused
from sandbox.exchange.surroundings import Cmdlet, Objects, Parameters, Surroundings


def get_user(here: Surroundings, given: Parameters) -> Objects:
    """Tell an account, with what kind of recipient it is here."""
    person = here.person(given["Identity"])
    return [properties.user(person, here.recipient_type(person))]


def get_mailbox(here: Surroundings, given: Parameters) -> Objects:
    """Tell a mailbox in use, or a soft-deleted one."""
    if given.get("SoftDeletedMailbox"):
        record = here.lost(given["Identity"], "online")
        return [properties.mailbox(record, here.organisation.people.get(record.owner))]
    record = here.mailbox(given["Identity"])
    return [properties.mailbox(record, here.organisation.people.get(record.owner))]


def get_statistics(here: Surroundings, given: Parameters) -> Objects:
    """Tell a mailbox of a database, in use or not."""
    here.database(given["Database"])
    record = here.organisation.mailboxes.get(str(given["StoreMailboxIdentity"]).lower())
    if record is None or record.place != "server" or record.database != given["Database"]:
        raise not_found(given["StoreMailboxIdentity"])
    return [properties.statistics(record)]


def enable_mailbox(here: Surroundings, given: Parameters) -> Objects:
    """Give an account a mailbox, or its mailbox an archive."""
    if given.get("Archive"):
        record = here.mailbox(given["Identity"])
        if record.archive_guid:
            raise refused("This mailbox already has an archive.")
        record.archive_guid = str(uuid.uuid4())
        return []
    person = here.person(given["Identity"])
    if here.place == "online" or here.recipient_type(person) != "User":
        raise refused(f"{person.upn} is of another recipient type.")
    database = given.get("Database", DATABASES[0])
    here.database(database)
    record = here.organisation.give_mailbox(
        person, "server", database=database, alias=given.get("Alias", ""),
        address=given.get("PrimarySmtpAddress", ""),
        kind="SharedMailbox" if given.get("Shared") else "UserMailbox",
    )  # fmt: skip
    _affect(here, record)
    return [properties.mailbox(record, person)]


def disable_mailbox(here: Surroundings, given: Parameters) -> Objects:
    """Take the mailbox from an account; refused under a hold."""
    record = here.mailbox(given["Identity"])
    if record.is_held and not given.get("IgnoreLegalHold"):
        raise refused("The mailbox is on hold.", "MailboxOnHoldException")
    here.organisation.take_mailbox(record)
    if here.place == "server":
        here.organisation.affect(record.owner, {}, list(MAILBOX_ATTRIBUTES))
    return []


def connect_mailbox(here: Surroundings, given: Parameters) -> Objects:
    """Give a disconnected mailbox to an account that has none."""
    here.database(given["Database"])
    record = here.lost(given["Identity"], "server")
    person = here.person(given["User"])
    if record.database != given["Database"]:
        raise not_found(given["Identity"])
    if here.recipient_type(person) != "User":
        raise refused(f"{person.upn} already has a mailbox.")
    record.in_use, record.noticed, record.owner = True, True, person.guid
    record.alias = given.get("Alias", record.alias)
    record.kind = "SharedMailbox" if given.get("Shared") else "UserMailbox"
    _affect(here, record)
    return []


def update_state(here: Surroundings, given: Parameters) -> Objects:
    """Let the database see that a mailbox is not in use."""
    here.database(given["Database"])
    record = here.organisation.mailboxes.get(str(given["Identity"]).lower())
    if record is None or record.database != given["Database"]:
        raise not_found(given["Identity"])
    record.noticed = True
    return []


def remove_mailbox(here: Surroundings, given: Parameters) -> Objects:
    """Purge a mailbox that is not in use; with the identity of an account it deletes the account."""
    if "StoreMailboxIdentity" in given:
        here.database(given.get("Database", ""))
        record = here.lost(given["StoreMailboxIdentity"], "server")
        if not record.noticed or record.database != given["Database"]:
            raise not_found(given["StoreMailboxIdentity"])
        here.organisation.purge(record)
        return []
    if here.place == "online" and given.get("PermanentlyDelete"):
        lost = [one for one in here.organisation.mailboxes.values()
                if one.exchange_guid == given["Identity"] and not one.in_use and one.place == "online"]  # fmt: skip
        if lost:
            if lost[0].is_held:
                raise refused("The mailbox is on hold.", "MailboxOnHoldException")
            here.organisation.purge(lost[0])
            return []
    here.organisation.delete_account(here.mailbox(given["Identity"]).owner)
    return []


def undo_soft_deleted(here: Surroundings, given: Parameters) -> Objects:
    """Give a soft-deleted mailbox back."""
    record = here.lost(given["SoftDeletedObject"], "online")
    if here.organisation.mailbox_of(record.owner, "online") is not None:
        raise refused("The account already has a mailbox.")
    record.in_use = True
    return []


def _affect(here: Surroundings, record: MailboxRecord) -> None:
    values = {
        "mailNickname": record.alias, "mail": record.address, "proxyAddresses": [f"SMTP:{record.address}"],
        "msExchMailboxGuid": record.exchange_guid, "msExchRecipientTypeDetails": RECIPIENT_TYPES[record.kind],
    }  # fmt: skip
    here.organisation.affect(record.owner, values, [])


_BOTH = {
    "Get-User": Cmdlet(get_user),
    "Get-Mailbox": Cmdlet(get_mailbox, frozenset({"SoftDeletedMailbox", "ResultSize"})),
    "Disable-Mailbox": Cmdlet(disable_mailbox, frozenset({"IgnoreLegalHold", "PermanentlyDisable"})),
}
ONLINE = {
    **_BOTH,
    "Enable-Mailbox": Cmdlet(enable_mailbox, frozenset({"Archive"})),
    "Undo-SoftDeletedMailbox": Cmdlet(undo_soft_deleted, frozenset({"SoftDeletedObject"})),
    "Remove-Mailbox": Cmdlet(remove_mailbox, frozenset({"PermanentlyDelete"})),
}
SERVER = {
    **_BOTH,
    "Get-MailboxStatistics": Cmdlet(get_statistics, frozenset({"Database", "StoreMailboxIdentity"})),
    "Enable-Mailbox": Cmdlet(
        enable_mailbox, frozenset({"Alias", "Database", "PrimarySmtpAddress", "Shared", "Archive"})
    ),
    "Connect-Mailbox": Cmdlet(connect_mailbox, frozenset({"Database", "User", "Alias", "Shared"})),
    "Update-StoreMailboxState": Cmdlet(update_state, frozenset({"Database"})),
    "Remove-Mailbox": Cmdlet(remove_mailbox, frozenset({"Database", "StoreMailboxIdentity", "Permanent"})),
}
