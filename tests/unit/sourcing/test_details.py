"""Dependent endpoints: one request a record with macros everywhere, and only where something may have changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pandas as pd
import pytest
import stamina

from lifecycle.config.endpoint import Endpoint
from lifecycle.errors import SourceRequestError
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.notice import Notice, Reason
from lifecycle.people.merge import Table
from lifecycle.ports.api.authorization import NoAuthorization
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.https.pacing import Pacer
from lifecycle.sourcing.details import read_details
from lifecycle.sourcing.endpoint import EndpointRead
from lifecycle.store.snapshots import SnapshotRow

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
WORDS = Vocabulary(env={"site": "Bonn"})
PEOPLE = [{"id": "1", "login": "ann"}, {"id": "2", "login": "bo"}, {"id": "3", "login": "cy"}]


@pytest.fixture(autouse=True)
def _no_backoff() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2):
        yield


class Run:
    """Reads details with a snapshot that goes on from run to run."""

    def __init__(self) -> None:
        self.kept: dict[str, SnapshotRow] = {}
        self.asked: list[httpx.Request] = []
        self.answers: dict[str, httpx.Response] = {}

    def read(
        self, people: list[dict[str, str]] = PEOPLE, words: Vocabulary = WORDS, now: datetime = NOW, **changes: Any
    ) -> EndpointRead:
        """One run."""
        self.asked.clear()
        base = {
            "name": "details",
            "credentials": "hr",
            "url": "https://{Host-Name}/people/%src.users.id%",
            "depends_on": {"endpoint": "users", "concurrency": 2},
            "key": "id",
            "fields": {"id": {}, "dept": {}},
        }
        driver = EndpointRead(
            Table("users", pd.DataFrame(people, dtype="str"), "id"),
            (), 1, len(people), hashes={one["id"]: json.dumps(one) for one in people if one["id"]},
        )  # fmt: skip
        connection = ApiConnection("hr.example.test", NoAuthorization())
        transport = httpx.MockTransport(self._answer)
        with ApiClient(connection, transport=transport, pacer=Pacer(1000, 1.0)) as client:
            return read_details(client, Endpoint(**(base | changes)), driver, words, self.kept, self._keep, now)

    def _keep(self, rows: Iterable[SnapshotRow]) -> None:
        self.kept = {row.key: row for row in rows}

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        number = request.url.path.rpartition("/")[2]
        return self.answers.get(number, httpx.Response(200, json={"id": number, "dept": f"D{number}"}))


@pytest.fixture
def run() -> Run:
    return Run()


def depts(read: EndpointRead) -> Mapping[str, str]:
    return dict(zip(read.table.frame["id"], read.table.frame["dept"], strict=True))


def test_details_fill_url_headers_parameters_and_message(run: Run) -> None:
    found = run.read(
        method="POST",
        repeatable=True,
        headers={"X-Login": "%src.users.login%"},
        params={"site": "%env.site%"},
        message={"type": "json", "body": {"who": ["%fx.upper(#%src.users.login%#)%"]}},
    )
    assert depts(found) == {"1": "D1", "2": "D2", "3": "D3"}
    request = next(one for one in run.asked if one.url.path == "/people/2")
    assert (request.headers["X-Login"], request.url.params["site"]) == ("bo", "Bonn")
    assert json.loads(request.content) == {"who": ["BO"]}


def test_details_come_from_the_snapshot_while_nothing_changes(run: Run) -> None:
    run.read()
    again = run.read()
    assert (again.fetched, again.reused, run.asked) == (0, 3, [])
    assert depts(again) == {"1": "D1", "2": "D2", "3": "D3"}


@pytest.mark.parametrize(
    ("changes", "fetched"),
    [
        ({"people": [PEOPLE[0] | {"login": "ann2"}, *PEOPLE[1:]]}, 1),
        ({"now": NOW + timedelta(days=8)}, 3),
        ({"headers": {"X-Site": "%env.site%"}}, 3),
        ({"params": {"site": "%env.site%"}}, 3),
        ({"errors": [{"status": 410, "action": "ignore"}]}, 3),
    ],
)
def test_details_are_asked_for_where_record_age_or_request_changed(
    run: Run, changes: dict[str, Any], fetched: int
) -> None:
    run.read()
    assert run.read(**changes).fetched == fetched
    assert run.read(**changes).fetched == 0


def test_details_are_asked_for_when_a_setting_in_the_request_changed(run: Run) -> None:
    params = {"site": "%env.site%"}
    run.read(params=params)
    assert run.read(params=params, words=Vocabulary(env={"site": "Ulm"})).fetched == 3
    assert run.read(params=params, words=Vocabulary(env={"site": "Ulm", "other": "x"})).fetched == 0


def test_details_that_are_missing_or_ignored_are_told(run: Run) -> None:
    run.answers = {"1": httpx.Response(404), "2": httpx.Response(403, json={"code": "gone"})}
    found = run.read(errors=[{"status": 403, "body": "$[?@ == 'gone']", "action": "ignore"}])
    assert depts(found) == {"3": "D3"}
    assert found.notices == (
        Notice("1", Reason.DETAIL_MISSING, "details"),
        Notice("2", Reason.DETAIL_MISSING, "details"),
    )


def test_details_that_fail_stop_the_run_and_keep_what_came(run: Run) -> None:
    run.answers = {"3": httpx.Response(404)}
    with pytest.raises(SourceRequestError):
        run.read(errors=[{"status": 404, "action": "fail"}], depends_on={"endpoint": "users", "concurrency": 1})
    assert set(run.kept) <= {"1", "2"}
    assert run.kept


def test_details_of_a_record_that_makes_no_request_are_told_and_stop_nobody(run: Run) -> None:
    """An empty value, a step up in the path, a line break in a header: that person is left out, and no other."""
    people = [*PEOPLE, {"id": "4", "login": ""}, {"id": "5", "login": ".."}, {"id": "6", "login": "a\r\nX: b"}]
    found = run.read(
        people, url="https://{Host-Name}/%src.users.login%/%src.users.id%", headers={"X-Login": "%src.users.login%"}
    )
    assert set(depts(found)) == {"1", "2", "3"}
    assert found.notices == tuple(Notice(key, Reason.REQUEST_UNFIT, "details") for key in ("4", "5", "6"))
    assert len(run.asked) == 3


@pytest.mark.parametrize(
    ("answer", "dept"),
    [({"data": {"id": "1", "dept": "X"}}, "X"), ({"data": [{"id": "1", "dept": "Y"}]}, "Y"), ({"data": []}, None)],
)
def test_details_stand_where_the_configuration_says(run: Run, answer: Any, dept: str | None) -> None:
    run.answers = {"1": httpx.Response(200, json=answer)}
    found = run.read(PEOPLE[:1], records="$.data")
    assert depts(found).get("1") == dept
    assert [notice.reason for notice in found.notices] == ([] if dept else [Reason.DETAIL_MISSING])
