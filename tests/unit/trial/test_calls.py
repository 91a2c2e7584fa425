"""Endpoints and webhooks tried on the simulated HaloITSM over HTTPS: what is sent, and what is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lifecycle.config.loader import load_configuration
from lifecycle.directory.account import Account
from lifecycle.errors import ConfigurationError, RequestError
from lifecycle.ports.api.authorization import ClientCredentials, NoAuthorization
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.reporting.trial_pages import details_page, request_page, response_page
from lifecycle.trial.endpoint import tried_endpoint
from lifecycle.trial.trial import OpenLine, Trial
from lifecycle.trial.views import MOST_CHARACTERS
from lifecycle.trial.webhook import Happening, tried_webhook
from tests.support.https_api import Reply
from tests.support.simulated_halo import CLIENT_ID, CLIENT_SECRET, TENANT, SimulatedHalo
from tests.support.trial_lines import opener
from tests.unit.trial.conftest import TOKEN_URL

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ZOE = Account(
    guid="5f0c1a52-7d0c-4f55-9a39-6d7c2a3b1e10",
    dn="CN=Zoë Example,OU=Staff,DC=corp,DC=example,DC=test",
    rid=1104,
    user_account_control=512,
    attributes={"displayName": "Zoë Example", "userPrincipalName": "zoe@corp.example.test"},
)


def happened(**more: str) -> Happening:
    return Happening(NOW, "run-1", automation="people-to-ad", **more)


def edited(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")


def test_an_endpoint_is_asked_for_its_first_page_only(folder: Path, halo: SimulatedHalo, open_halo: OpenLine) -> None:
    before = dict(halo.simulator.traffic.requests)
    trial = tried_endpoint(load_configuration(folder), "halo-users", open_halo)
    assert trial.successful
    assert trial.verdict == f"Answered 200 OK with 100 records of {len(halo.simulator.register.users)}."
    asked = {path: count - before.get(path, 0) for path, count in halo.simulator.traffic.requests.items()}
    assert {path: count for path, count in asked.items() if "users" in path and count} == {"GET /api/users": 1}
    assert dict(trial.request.params)["page_no"] == "1"
    assert len(trial.records) == 100
    assert trial.tree is not None
    users = next(one for one in trial.tree.children if one.name == "users")
    kinds = {one.name: one.kind for one in users.children}
    assert (users.count, kinds["id"], kinds["surname"], kinds["lastupdate"]) == (100, "Number", "Text", "Timestamp")


def test_a_draft_may_be_tried(folder: Path, open_halo: OpenLine) -> None:
    edited(folder, "endpoints/halo-users.yaml", "credentials:", "draft: true\ncredentials:")
    assert tried_endpoint(load_configuration(folder), "halo-users", open_halo).successful


def test_a_dependent_endpoint_goes_by_its_drivers_first_record_or_by_a_key(
    folder: Path, open_halo: OpenLine, halo: SimulatedHalo
) -> None:
    first, *_, last = sorted(halo.simulator.register.users)
    configuration = load_configuration(folder)
    driven = tried_endpoint(configuration, "halo-user-details", open_halo)
    assert driven.request.url.endswith(f"/api/Users/{first}")
    assert driven.records[0]["id"] == first
    keyed = tried_endpoint(configuration, "halo-user-details", open_halo, str(last))
    assert keyed.request.url.endswith(f"/api/Users/{last}")
    assert keyed.verdict == "Answered 200 OK with 1 record."
    unknown = tried_endpoint(configuration, "halo-user-details", open_halo, "999999")
    assert (unknown.successful, unknown.sent) == (False, True)
    assert unknown.answer is not None
    assert unknown.answer.status == 404


@pytest.mark.parametrize(
    ("name", "key", "problem"),
    [
        ("nobody", "", "no endpoint named 'nobody'; there are: "),
        ("halo-users", "7", "endpoint halo-users depends on no other, and takes no key"),
    ],
)
def test_an_endpoint_that_cannot_be_asked_is_not_asked(
    folder: Path, open_halo: OpenLine, name: str, key: str, problem: str
) -> None:
    with pytest.raises(RequestError) as told:
        tried_endpoint(load_configuration(folder), name, open_halo, key)
    assert str(told.value).startswith(problem)


def test_an_answer_of_another_shape_is_shown_and_not_successful(folder: Path, open_halo: OpenLine) -> None:
    edited(folder, "endpoints/halo-users.yaml", "records: users", "records: people")
    trial = tried_endpoint(load_configuration(folder), "halo-users", open_halo)
    assert not trial.successful
    assert trial.verdict.startswith("Not successful: 200 OK, but endpoint halo-users: ")
    assert trial.tree is not None


def test_fields_that_do_not_fit_are_noted(folder: Path, open_halo: OpenLine) -> None:
    edited(folder, "endpoints/halo-users.yaml", "surname: {}", "surname: {type: number}")
    trial = tried_endpoint(load_configuration(folder), "halo-users", open_halo)
    assert trial.notes == ("Field surname: 100 of 100 values do not fit its datatype.",)


def test_a_scope_that_is_not_granted_is_told_before_the_call(folder: Path, halo: SimulatedHalo) -> None:
    way = ClientCredentials(
        token_url=TOKEN_URL, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, scopes=("read:nothing1",)
    )
    connection = ApiConnection(halo.host_name, way, tenant=TENANT, ca_file=halo.ca_file, patience_s=1.0)
    trial = tried_endpoint(load_configuration(folder), "halo-users", opener(connection))
    assert (trial.successful, trial.sent, trial.answer) == (False, False, None)
    assert trial.verdict.startswith(
        "Not successful: the server granted less than was asked for; missing: read:nothing1."
    )


def test_a_long_body_is_cut_and_says_so(folder: Path, open_halo: OpenLine) -> None:
    trial = tried_endpoint(load_configuration(folder), "halo-users", open_halo)
    assert trial.answer is not None
    assert len(trial.answer.body.text) == MOST_CHARACTERS
    assert f"{trial.answer.body.left_out} more characters are left out." in details_page(trial)


def sent(folder: Path, open_line: OpenLine, name: str, **more: Any) -> Trial:
    account, confirmed = more.pop("account", None), more.pop("confirmed", True)
    return tried_webhook(load_configuration(folder), name, open_line, happened(**more), account, confirmed=confirmed)


def test_a_webhook_that_is_not_confirmed_is_shown_and_not_sent(
    folder: Path, halo: SimulatedHalo, open_halo: OpenLine
) -> None:
    before = dict(halo.simulator.traffic.requests)
    trial = sent(folder, open_halo, "halo-add-ticket", account=ZOE, confirmed=False)
    assert dict(halo.simulator.traffic.requests) == before
    assert (trial.successful, trial.sent, trial.answer) == (False, False, None)
    assert trial.verdict == (
        f"Nothing was sent. It would POST to {halo.host_name}/api/Tickets: this creates or changes something there. "
        "To send it, confirm it: --yes, or confirmed in the form."
    )
    assert "Account for Zoë Example [halo-ad-" in trial.request.body.text
    assert "This request was not sent." in request_page(trial)


def test_a_webhook_is_sent_with_the_values_of_the_account(
    folder: Path, halo: SimulatedHalo, open_halo: OpenLine
) -> None:
    trial = sent(folder, open_halo, "halo-add-ticket", account=ZOE)
    assert trial.verdict == "Answered 201 Created."
    number = max(halo.simulator.desk.tickets)
    ticket = halo.simulator.desk.tickets[number]
    assert ticket["summary"].startswith("Account for Zoë Example [halo-ad-")
    assert ticket["details"] == "zoe@corp.example.test was made by people-to-ad on 23.11.2026."
    assert trial.notes == (f"The answer names ticket {number}.",)
    deleted = sent(folder, open_halo, "halo-delete-ticket", ticket=str(number))
    assert deleted.successful
    assert halo.simulator.desk.tickets[number]["deleted"]


def test_a_webhook_without_an_account_has_empty_macros(folder: Path, open_halo: OpenLine) -> None:
    trial = sent(folder, open_halo, "halo-add-ticket", confirmed=False)
    assert '"details": " was made by people-to-ad on 23.11.2026."' in trial.request.body.text


def test_the_event_is_what_is_asked_for(folder: Path, open_halo: OpenLine) -> None:
    edited(
        folder, "webhooks/halo-add-ticket.yaml", "made by %act.automation%",
        "%act.outcome% %act.action% %act.person% %act.ticket% %act.cause%",
    )  # fmt: skip
    trial = sent(folder, open_halo, "halo-add-ticket", confirmed=False, person="95", ticket="7")
    assert "was done create-user 95 7 joiner on" in trial.request.body.text
    more = {"outcome": "failed", "action": "disable-user"}
    assert (
        "failed disable-user" in sent(folder, open_halo, "halo-add-ticket", confirmed=False, **more).request.body.text
    )


@pytest.mark.parametrize(
    ("name", "more", "problem"),
    [
        ("nobody", {}, "no webhook named 'nobody'; there are: "),
        ("halo-delete-ticket", {}, "webhook halo-delete-ticket: macro %act.ticket% has no value; give a ticket"),
        ("halo-update-user", {}, "; give a person and an account"),
        ("halo-add-ticket", {"outcome": "dno"}, "no outcome 'dno'; there are: done, failed"),
    ],
)
def test_a_webhook_that_cannot_be_filled_is_not_sent(
    folder: Path, open_halo: OpenLine, name: str, more: dict[str, str], problem: str
) -> None:
    with pytest.raises(RequestError) as told:
        sent(folder, open_halo, name, **more)
    assert problem in str(told.value)


def test_what_a_webhook_accepts_as_done_is_successful(folder: Path, open_halo: OpenLine) -> None:
    trial = sent(folder, open_halo, "halo-delete-ticket", ticket="4711")
    assert (trial.successful, trial.verdict) == (True, "Answered 404 Not Found, which it accepts as done.")


def test_a_refusal_is_shown(folder: Path, open_halo: OpenLine) -> None:
    edited(folder, "webhooks/halo-delete-ticket.yaml", "accepts: [404]", "accepts: []")
    trial = sent(folder, open_halo, "halo-delete-ticket", ticket="4711")
    assert not trial.successful
    assert trial.verdict.startswith("Not successful: 404: refused")


def test_a_host_that_the_block_does_not_name_is_never_asked(folder: Path, open_halo: OpenLine) -> None:
    edited(
        folder,
        "webhooks/halo-add-ticket.yaml",
        "url: https://{Host-Name}/api/Tickets\nmessage",
        "url: https://elsewhere.example/\nmessage",
    )
    for confirmed in (False, True):
        with pytest.raises(ConfigurationError, match="leads"):
            sent(folder, open_halo, "halo-add-ticket", confirmed=confirmed)


def test_pages_are_markdown_in_which_nothing_of_the_answer_is(api: Callable[..., Any], folder: Path) -> None:
    evil = "`` | <b>x</b> [y](javascript:1)\n# z"
    _, open_line = api(lambda _: Reply({"users": [{"id": 1, evil: evil}], "record_count": 1}), NoAuthorization())
    trial = tried_endpoint(load_configuration(folder), "halo-users", open_line)
    page = response_page(trial)
    assert f"        - ``` {' '.join(evil.split())} ``` **Text** ``` {' '.join(evil.split())} ```" in page
    assert "```json\n" in details_page(trial)
    assert "\n# z" not in page + details_page(trial)
