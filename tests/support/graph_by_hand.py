"""An authority and a Graph that answer what a test writes down, and may be as wrong as it likes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lifecycle.cloud.user import CloudIdentity
from tests.support.https_api import Asked, FakeApi, Reply

GUID = "03020100-0504-0706-0809-0a0b0c0d0e0f"
IDENTITY = CloudIdentity(GUID, "o'neil+1@example.test")
USER: dict[str, Any] = {
    "id": "8D4F2C1E-0000-4000-8000-000000000001",
    "userPrincipalName": "o'neil+1@example.test",
    "onPremisesImmutableId": IDENTITY.immutable_id,
    "onPremisesSyncEnabled": True,
    "accountEnabled": True,
    "usageLocation": None,
    "licenseAssignmentStates": [],
    "signInSessionsValidFromDateTime": "2026-11-25T18:59:00.1234567Z",
}
Answer = Callable[[dict[str, Any]], Any]
"""One request of a batch → its response without the id, or None to leave it out."""


class Graph(FakeApi):
    """An authority and a Graph whose batches are answered item by item."""

    def __init__(self, item: Answer, **others: Reply) -> None:
        super().__init__(self._answered)
        self.item, self.others, self.host = item, others, ""

    @property
    def items(self) -> list[dict[str, Any]]:
        """Every request inside a batch."""
        bodies = [json.loads(one.body) for one in self.asked if one.path.endswith("/$batch")]
        return [item for body in bodies for item in body["requests"]]

    def _answered(self, asked: Asked) -> Reply:
        if asked.path.endswith("openid-configuration"):
            token = f"https://{self.host}/acme.test/oauth2/v2.0/token"
            addresses = {"authorization_endpoint": token, "token_endpoint": token, "issuer": token}
            return self.others.get("discovery", Reply(addresses))
        if asked.path.endswith("/token"):
            token_answer = {"token_type": "Bearer", "expires_in": 3599, "access_token": "canary-token"}
            return self.others.get("token", Reply(token_answer))
        if "batch" in self.others:
            return self.others["batch"]
        answered = [(item["id"], self.item(item)) for item in json.loads(asked.body)["requests"]]
        return Reply({"responses": [{"id": number, **answer} for number, answer in answered if answer is not None]})


def page(*records: Any, link: str | None = None) -> dict[str, Any]:
    return {"status": 200, "body": {"value": list(records), **({"@odata.nextLink": link} if link else {})}}


def refused(status: int, code: str) -> dict[str, Any]:
    return {"status": status, "body": {"error": {"code": code, "message": "canary"}}}


class Stage:
    """One server for all small APIs: starting one costs more than most tests."""

    api: FakeApi

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let whichever is on stage answer."""
        await self.api(scope, receive, send)
