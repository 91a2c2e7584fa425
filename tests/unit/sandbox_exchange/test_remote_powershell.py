"""The server's face: what pypsrp says to it, and what it refuses."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import httpx
import pytest
from pypsrp.complex_objects import RunspacePoolState
from pypsrp.exceptions import AuthenticationError, WSManFaultError
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from tests.support.simulated_exchange import PASSWORD, USER, SimulatedExchange

GUID = "aaaaaaaa-0000-4000-8000-000000000001"
UPN = "noor.haddad@corp.example.test"


def _connection(exchange: SimulatedExchange, path: str = "PowerShell", password: str = PASSWORD) -> WSMan:
    return WSMan(
        exchange.host, port=exchange.port, username=USER, password=password, path=path, auth="basic", no_proxy=True,
        cert_validation=exchange.ca_file,  # type: ignore[arg-type]  # requests takes a file
    )  # fmt: skip


@pytest.fixture
def pool(exchange: SimulatedExchange) -> Iterator[RunspacePool]:
    """A session of Exchange's own configuration."""
    exchange.organisation.sync_user(GUID, UPN)
    with _connection(exchange) as wsman, RunspacePool(wsman, configuration_name="Microsoft.Exchange") as opened:
        yield opened


def test_a_cmdlet_answers_objects(exchange: SimulatedExchange, pool: RunspacePool) -> None:
    shell = PowerShell(pool).add_cmdlet("Get-User").add_parameter("Identity", GUID)
    (user,) = shell.invoke()
    assert not shell.had_errors
    assert user.extended_properties["UserPrincipalName"] == UPN
    assert str(user.extended_properties["Guid"]) == GUID
    assert str(user.extended_properties["RecipientTypeDetails"]) == "User"
    assert exchange.sent() == ["Get-User"]


def test_a_collection_comes_as_exchange_sends_its_own(exchange: SimulatedExchange, pool: RunspacePool) -> None:
    record = exchange.organisation.give_mailbox(exchange.organisation.people[GUID], "server")
    record.in_place = ["UniH1", "mbx2"]
    (mailbox,) = PowerShell(pool).add_cmdlet("Get-Mailbox").add_parameter("Identity", GUID).invoke()
    holds = mailbox.extended_properties["InPlaceHolds"]
    assert holds.types[0].startswith("Deserialized.Microsoft.Exchange.Data.MultiValuedProperty`1")
    assert holds.property_sets == ["<LST><S>UniH1</S><S>mbx2</S></LST>"]


def test_a_long_text_arrives_whole(exchange: SimulatedExchange, pool: RunspacePool) -> None:
    record = exchange.organisation.give_mailbox(exchange.organisation.people[GUID], "server")
    text = "<html>" + "Ünë " * 300_000 + "</html>"
    shell = PowerShell(pool).add_cmdlet("Set-MailboxAutoReplyConfiguration")
    shell.add_parameters({"Identity": GUID, "InternalMessage": text}).invoke()
    assert record.auto_reply["InternalMessage"] == text


@pytest.mark.parametrize("way", ["script", "pipe"])
def test_there_is_no_language(exchange: SimulatedExchange, pool: RunspacePool, way: str) -> None:
    shell = PowerShell(pool)
    if way == "script":
        shell.add_script(f"Remove-Mailbox -Identity {GUID}")
    else:
        shell.add_cmdlet("Get-User").add_parameter("Identity", GUID).add_cmdlet("Remove-Mailbox")
    shell.invoke()
    assert shell.streams.error[0].reason == "ScriptsNotAllowedException"
    assert exchange.sent() == []


def test_an_error_is_an_error_record(pool: RunspacePool) -> None:
    shell = PowerShell(pool).add_cmdlet("Get-Mailbox").add_parameter("Identity", GUID)
    assert shell.invoke() == []
    assert "[FailureCategory=Cmdlet-ManagementObjectNotFoundException]" in shell.streams.error[0].fq_error


@pytest.mark.parametrize(("path", "configuration"), [
    ("PowerShell", "Microsoft.PowerShell"), ("OcsPowerShell", "Microsoft.Exchange"), ("PowerShell", "Nonsense"),
])  # fmt: skip
def test_a_configuration_has_its_own_path(exchange: SimulatedExchange, path: str, configuration: str) -> None:
    pool = RunspacePool(_connection(exchange, path), configuration_name=configuration)
    with pytest.raises(WSManFaultError):
        pool.open()
    pool.connection.close()


def test_a_wrong_password_opens_nothing(exchange: SimulatedExchange) -> None:
    pool = RunspacePool(_connection(exchange, password="other"), configuration_name="Microsoft.Exchange")
    with pytest.raises(AuthenticationError):
        pool.open()
    pool.connection.close()


def test_a_shell_that_ended_is_not_known(exchange: SimulatedExchange, pool: RunspacePool) -> None:
    exchange.simulator.shells.sessions.clear()
    with pytest.raises(WSManFaultError):
        PowerShell(pool).add_cmdlet("Get-User").add_parameter("Identity", GUID).invoke()
    pool.state = RunspacePoolState.CLOSED  # there is nothing to end any more


def test_anybody_may_ask_who_it_is(exchange: SimulatedExchange) -> None:
    envelope = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/>'
        "<s:Body><i:Identify/></s:Body></s:Envelope>"
    )
    context = ssl.create_default_context(cafile=exchange.ca_file)
    answer = httpx.post(
        f"https://{exchange.host}:{exchange.port}/wsman", content=envelope, verify=context, trust_env=False
    )
    assert "IdentifyResponse" in answer.text
