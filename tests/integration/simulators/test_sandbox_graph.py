"""The simulated Microsoft 365 of a sandbox, reached by the block that the sandbox saves."""

from __future__ import annotations

import pytest

from blocks.graph import MicrosoftGraphCredentials
from lifecycle.cloud.operation import SetUsageLocation
from lifecycle.cloud.user import CloudIdentity, CloudPart
from lifecycle.ports.directory.client import open_directory
from lifecycle.ports.directory.connection import DirectoryConnection
from sandbox.graph.client import SandboxGraph
from sandbox.handle import Sandbox

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    return shared_sandbox


def test_accounts_of_the_directory_are_found_in_the_cloud(sandbox: Sandbox) -> None:
    """What a directory synchronisation brings there is found by objectGUID, and can be written."""
    where, graph = sandbox.directory, sandbox.graph
    assert graph is not None
    settings = DirectoryConnection(where.host, where.user, where.password, ca_file=sandbox.ca_file)
    with open_directory(settings) as directory:
        accounts = [one for one in directory.view(()).accounts if "userPrincipalName" in one.attributes]
    assert accounts
    with SandboxGraph(graph.admin_url, sandbox.ca_file) as admin:
        for account in accounts:
            admin.sync_user(account.guid, str(account.attributes["userPrincipalName"]), enabled=True)
        credentials = MicrosoftGraphCredentials(
            tenant=graph.tenant,
            client_id=graph.client_id,
            client_secret=graph.client_secret,
            authority_host=graph.authority_host,
            graph_host=graph.graph_host,
            ca_file=sandbox.ca_file,
        )
        identities = [CloudIdentity(one.guid, str(one.attributes["userPrincipalName"])) for one in accounts]
        with credentials.open() as cloud:
            found = cloud.users(identities, frozenset(CloudPart))
            assert found.keys() == {account.guid for account in accounts}
            answers = cloud.send([SetUsageLocation(user.id, "GB") for user in found.values()])
        assert all(answer.ok for answer in answers)
        assert {admin.state(one.guid)["usageLocation"] for one in accounts} == {"GB"}
