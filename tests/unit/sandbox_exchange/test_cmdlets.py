"""The simulated cmdlets do what Exchange's do, also what the product must never ask for."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.exchange.cmdlets import Cmdlets
from sandbox.exchange.organisation import Effect, Organisation
from sandbox.exchange.refusals import CmdletError

GUID, OTHER = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"
UPN = "noor.haddad@corp.example.test"


@pytest.fixture
def organisation() -> Organisation:
    """One account that both faces know."""
    made = Organisation()
    made.sync_user(GUID, UPN)
    return made


@pytest.mark.parametrize("identity", [GUID, UPN, "noor.haddad", "mailbox"])
def test_remove_mailbox_by_identity_deletes_the_account_on_a_server(organisation: Organisation, identity: str) -> None:
    record = organisation.give_mailbox(organisation.people[GUID], "server")
    identity = record.exchange_guid if identity == "mailbox" else identity
    Cmdlets(organisation, "server").run("Remove-Mailbox", {"Identity": identity, "Confirm": False})
    assert organisation.deleted_accounts == [GUID]
    assert GUID not in organisation.people
    assert organisation.effects[-1] == {"guid": GUID, "set": {}, "clear": ["*"]}


def test_remove_mailbox_online_deletes_the_account_unless_the_mailbox_is_lost(organisation: Organisation) -> None:
    cloud, person = Cmdlets(organisation, "online"), organisation.people[GUID]
    record = organisation.give_mailbox(person, "online")
    purge = {"Identity": record.exchange_guid, "PermanentlyDelete": True}
    organisation.take_mailbox(record)
    cloud.run("Remove-Mailbox", purge)
    assert (organisation.purged, organisation.deleted_accounts) == ([record.exchange_guid], [])
    again = organisation.give_mailbox(person, "online")
    cloud.run("Remove-Mailbox", {**purge, "Identity": again.exchange_guid})
    assert organisation.deleted_accounts == [GUID]


def test_a_store_purges_only_what_nobody_uses_and_it_has_noticed(organisation: Organisation) -> None:
    server = Cmdlets(organisation, "server")
    record = organisation.give_mailbox(organisation.people[GUID], "server")
    purge = {"Database": "DB01", "StoreMailboxIdentity": record.exchange_guid}
    for step in ("Disable-Mailbox", "Update-StoreMailboxState"):
        with pytest.raises(CmdletError, match="couldn't be found"):
            server.run("Remove-Mailbox", purge)
        identity = GUID if step == "Disable-Mailbox" else record.exchange_guid
        server.run(step, {"Identity": identity, **({} if step == "Disable-Mailbox" else {"Database": "DB01"})})
    server.run("Remove-Mailbox", purge)
    assert (organisation.purged, organisation.deleted_accounts) == ([record.exchange_guid], [])


def test_a_hold_stops_disabling_unless_it_is_ignored(organisation: Organisation) -> None:
    server = Cmdlets(organisation, "server")
    record = organisation.give_mailbox(organisation.people[GUID], "server")
    record.litigation = True
    with pytest.raises(CmdletError, match="MailboxOnHoldException"):
        server.run("Disable-Mailbox", {"Identity": GUID})
    assert organisation.log[-1]["outcome"] == "MailboxOnHoldException"
    server.run("Disable-Mailbox", {"Identity": GUID, "IgnoreLegalHold": True})
    assert not record.in_use


@pytest.mark.parametrize(("face", "cmdlet", "parameters", "exception"), [
    ("server", "Remove-User", {}, "CommandNotFoundException"),
    ("online", "Connect-Mailbox", {}, "CommandNotFoundException"),
    ("skype", "Get-Mailbox", {}, "CommandNotFoundException"),
    ("server", "Get-Mailbox", {"Identity": GUID, "Nonsense": 1}, "ParameterBindingException"),
    ("server", "Get-Mailbox", {"Identity": GUID}, "ManagementObjectNotFoundException"),
    ("server", "Enable-Mailbox", {"Identity": GUID, "Database": "DB99"}, "ManagementObjectNotFoundException"),
    ("online", "Get-User", {"Identity": OTHER}, "ManagementObjectNotFoundException"),
    ("online", "Enable-Mailbox", {"Identity": UPN}, "RecipientTaskException"),
])  # fmt: skip
def test_cmdlets_refuse_by_the_name_of_an_exception(
    organisation: Organisation, face: str, cmdlet: str, parameters: dict[str, Any], exception: str
) -> None:
    with pytest.raises(CmdletError) as refused:
        Cmdlets(organisation, face).run(cmdlet, parameters)
    assert refused.value.name == exception
    assert organisation.log[-1] == {
        "face": face, "cmdlet": cmdlet, "parameters": parameters, "outcome": exception,
    }  # fmt: skip


def test_a_licence_gives_back_what_was_lost(organisation: Organisation) -> None:
    person = organisation.people[GUID]
    record = organisation.give_mailbox(person, "online")
    organisation.take_mailbox(record)
    assert organisation.give_mailbox(person, "online") is record
    assert record.in_use


def test_writes_into_the_directory_are_handed_on() -> None:
    seen: list[Effect] = []
    organisation = Organisation(seen.append)
    organisation.sync_user(GUID, UPN)
    server = Cmdlets(organisation, "server")
    server.run("Enable-Mailbox", {"Identity": GUID})
    server.run("Disable-Mailbox", {"Identity": GUID})
    server.run("Enable-RemoteMailbox", {"Identity": GUID, "RemoteRoutingAddress": "n@example.mail.onmicrosoft.test"})
    server.run("Disable-RemoteMailbox", {"Identity": GUID})
    assert [sorted(effect["set"])[:2] for effect in seen] == [
        ["mail", "mailNickname"], [], ["mail", "mailNickname"], [],
    ]  # fmt: skip
    assert "msExchMailboxGuid" in seen[1]["clear"]
    assert "targetAddress" in seen[3]["clear"]
    assert seen == organisation.effects


def test_a_plain_automatic_reply_becomes_html(organisation: Organisation) -> None:
    record = organisation.give_mailbox(organisation.people[GUID], "online")
    cloud = Cmdlets(organisation, "online")
    for text in ("Away.", "<html><body>Away.</body></html>", ""):
        cloud.run("Set-MailboxAutoReplyConfiguration", {"Identity": UPN, "InternalMessage": text})
        kept = record.auto_reply["InternalMessage"]
        assert kept == (f"<html>\n<body>\n{text}\n</body>\n</html>\n" if text == "Away." else text)
