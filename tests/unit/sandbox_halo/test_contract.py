"""Every key of every answer exists in HaloITSM's OpenAPI, with the type that it has there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator, ValidationError

OPENAPI = json.loads((Path(__file__).parents[2] / "data" / "halo-openapi.json").read_text(encoding="utf-8"))


def schema(*names: str) -> Draft202012Validator:
    """Build the schema of a component from its names grouped by type, those added in 2026 with it."""
    properties: dict[str, Any] = {}
    for name in names:
        for kind, keys in OPENAPI[name].items():
            types = [kind.rstrip("?"), "null"] if kind.endswith("?") else [kind]
            properties |= dict.fromkeys(keys.split(), {} if kind == "any" else {"type": types})
    return Draft202012Validator({"type": "object", "properties": properties, "additionalProperties": False})


@pytest.fixture
def ticket(api: httpx.Client) -> dict[str, Any]:
    body = [{"summary": "a", "user_id": 60, "customfields": [{"name": "CFLifecycleKey", "value": "k"}]}]
    answer: dict[str, Any] = api.post("/Tickets", json=body).json()
    return answer


def test_list_users_keeps_the_contract(api: httpx.Client) -> None:
    users = api.get("/Users", params={"include_custom_fields": "101,103"}).json()["users"]
    for user in users:
        schema("Users_List", "Users_List_2026").validate(user)
        assert isinstance(user["site_id"], float)
    for field in users[0]["customfields"]:
        schema("CustomField").validate(field)


def test_get_user_keeps_the_contract(api: httpx.Client) -> None:
    for number in (41, 141, 221, 540):
        schema("Users", "Users_2026").validate(api.get(f"/Users/{number}").json())


def test_tickets_keep_the_contract(api: httpx.Client, ticket: dict[str, Any]) -> None:
    schema("Faults").validate(ticket)
    api.post("/Actions", json=[{"ticket_id": ticket["id"], "outcome": "Note", "note": "b"}])
    params = {"includelastaction": "true", "include_custom_fields": "201"}
    (row,) = api.get("/Tickets", params=params).json()["tickets"]
    schema("Faults_List").validate(row)
    assert row["action_note"] == "b"
    schema("CustomField").validate(row["customfields"][0])


def test_actions_keep_the_contract(api: httpx.Client, ticket: dict[str, Any]) -> None:
    action = api.post("/Actions", json=[{"ticket_id": ticket["id"], "outcome_id": 4, "note": "b"}]).json()
    schema("Actions").validate(action)


def test_contract_check_rejects_a_foreign_key_and_a_wrong_type() -> None:
    for wrong in ({"jobtitle": "x"}, {"id": "x"}):
        with pytest.raises(ValidationError):
            schema("Users").validate(wrong)
