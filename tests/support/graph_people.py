"""People of the simulated tenant, and one write for each."""

from __future__ import annotations

from collections.abc import Callable

from lifecycle.answer import Answer
from lifecycle.cloud.operation import CloudOperation, SetUsageLocation
from lifecycle.cloud.user import CloudIdentity
from lifecycle.ports.graph.client import MicrosoftGraph
from sandbox.graph.client import SandboxGraph

People = Callable[[int], list[CloudIdentity]]
DONE = Answer(0, "success")
JPEG = b"\xff\xd8\xff\xe0 a picture"


def locations(admin: SandboxGraph) -> list[str | None]:
    return [user["usageLocation"] for user in admin.tenant()["users"]]


def located(graph: MicrosoftGraph, identities: list[CloudIdentity]) -> list[CloudOperation]:
    return [SetUsageLocation(user.id, "GB") for user in graph.users(identities, ()).values()]
