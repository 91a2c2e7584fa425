"""Over real HTTP: what is not genuine starts nothing, and what is genuine is in a run that began after it came."""

from __future__ import annotations

import base64
import json
import logging
import random
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from receiver.app import MOST_BYTES
from receiver.starting import Ending
from receiver.waiting import Waiting
from tests.support.https_api import Authority
from tests.support.receiving import PASSWORD, SECRET, USER, Listening, NotedRuns, listening, signed, until

BODY = json.dumps({"user": {"id": 7}}).encode()
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def runs() -> NotedRuns:
    return NotedRuns()


@pytest.fixture(scope="module")
def receiver(runs: NotedRuns) -> Iterator[Listening]:
    with listening(runs, requests_per_s=5000) as one:
        yield one


def _flipped(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text) - 2)
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def _forged(draw: random.Random, number: int) -> tuple[bytes, dict[str, str], set[int]]:
    """Some request that must start nothing, and the statuses that are right for it."""
    body = json.dumps({"user": {"id": number}, "noise": draw.random()}).encode()
    good = signed(body)
    kinds: list[Callable[[], tuple[bytes, dict[str, str], set[int]]]] = [
        lambda: (body, JSON, {401}),
        lambda: (body, JSON | {"Token": ""}, {401}),
        lambda: (body, JSON | {"Token": _flipped(good["Token"], draw)}, {401}),
        lambda: (body, JSON | {"Token": signed(body, "another-secret-of-somebody")["Token"]}, {401}),
        lambda: (body + b" ", good, {401}),
        lambda: (body.replace(b"user", b"User"), good, {401}),
        lambda: (body, JSON | {"Authorization": "Basic " + base64.b64encode(b"halo:halo").decode()}, {401}),
        lambda: (body, JSON | {"Token": SECRET}, {401}),
        lambda: (body, {**good, "Content-Type": "text/plain"}, {415}),
        lambda: (body, {"Token": good["Token"]}, {415}),
        lambda: (b"[" * 60_000, signed(b"[" * 60_000), {400}),
        lambda: (draw.randbytes(200), JSON, {401}),
        lambda: (body[:-1], signed(body[:-1]), {400}),
        lambda: (b"", signed(b""), {400}),
        lambda: (b"7", signed(b"7"), {400}),
        lambda: (b'{"user": {"id": NaN}}', signed(b'{"user": {"id": NaN}}'), {400}),
        lambda: (b'{"user": {}}', signed(b'{"user": {}}'), {422}),
        lambda: (b'{"user": {"id": null}}', signed(b'{"user": {"id": null}}'), {422}),
        lambda: (b'{"user": {"id": true}}', signed(b'{"user": {"id": true}}'), {422}),
        lambda: (b'{"user": {"id": "\\ud800"}}', signed(b'{"user": {"id": "\\ud800"}}'), {422}),
        lambda: (b'{"user": {"id": "1\\n2"}}', signed(b'{"user": {"id": "1\\n2"}}'), {422}),
        lambda: (b" " * (MOST_BYTES + 1), signed(b" " * (MOST_BYTES + 1)), {413}),
    ]
    return draw.choice(kinds)()


def test_a_thousand_forged_malformed_and_oversized_requests_start_nothing(receiver: Listening, runs: NotedRuns) -> None:
    draw = random.Random(20)  # noqa: S311 - repeatable

    def send(number: int) -> tuple[int, set[int]]:
        body, headers, right = _forged(draw, number)
        return receiver.post(body, **headers).status_code, right

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(send, range(1000)))

    assert [(status, right) for status, right in outcomes if status not in right] == []
    assert {status for status, _ in outcomes} == {400, 401, 413, 415, 422}
    genuine = b'{"user": {"id": 4711}}'
    assert receiver.post(genuine, **signed(genuine)).status_code == 202
    until(lambda: runs.began)
    assert runs.seen == ["4711"], "what was forged before it is in no run"
    assert len(receiver.starter.waiting) == 0
    assert receiver.http.get(f"{receiver.url}/health").json() == {"waiting": 0, "prefect": "there"}


def test_a_body_that_comes_in_parts_is_no_longer_for_it(receiver: Listening) -> None:
    body = b'{"user": {"id": 7}, "x": "' + b"x" * MOST_BYTES + b'"}'
    answer = receiver.http.post(f"{receiver.url}/halo", content=iter([body[:1000], body[1000:]]), headers=signed(body))
    assert answer.status_code == 413


def test_other_methods_and_paths_are_not_there(receiver: Listening) -> None:
    for method, path, status in (
        ("GET", "/halo", 405), ("PUT", "/halo", 405), ("POST", "/", 404), ("POST", "/halo/x", 404),
        ("POST", "/health", 405), ("GET", "/docs", 404),
    ):  # fmt: skip
        assert (
            receiver.http.request(method, receiver.url + path, content=BODY, headers=signed(BODY)).status_code == status
        )


def test_two_signatures_are_none(receiver: Listening) -> None:
    headers = [*signed(BODY).items(), ("Token", signed(BODY)["Token"])]
    assert receiver.http.post(f"{receiver.url}/halo", content=BODY, headers=headers).status_code == 401


def test_what_is_sent_again_starts_one_run() -> None:
    runs = NotedRuns()
    with listening(runs) as receiver:
        first = receiver.post(BODY, **signed(BODY))
        until(lambda: runs.began)
        again = [receiver.post(BODY, **signed(BODY)) for _ in range(20)]
        receiver.tell(8)
        until(lambda: len(runs.began) == 2)

    assert first.status_code == 202
    assert {(one.status_code, one.json()["status"]) for one in again} == {(200, "taken before")}
    assert [keys for _, keys in runs.began] == [("7",), ("8",)]


def test_a_burst_is_few_runs_and_each_is_in_one_that_began_after_it_came() -> None:
    runs, came = NotedRuns(lasts_s=0.3), {}
    with listening(runs) as receiver:

        def send(number: int) -> None:
            came[str(number)] = time.monotonic()
            assert receiver.tell(number).status_code == 202

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(send, range(100)))
        until(lambda: len(set(runs.seen)) == 100)
        again = time.monotonic()  # who comes once more while a run may go on is in a later one
        receiver.tell(5)
        until(lambda: any(at > again and "5" in keys for at, keys in runs.began))

    assert all(any(at > came[key] and key in keys for at, keys in runs.began) for key in came)
    assert len(runs.began) <= 6


def test_runs_do_not_overlap_and_who_comes_meanwhile_is_in_the_next() -> None:
    runs = NotedRuns(lasts_s=1.5)
    with listening(runs) as receiver:
        receiver.tell(1)
        until(lambda: runs.began)
        for key in (1, 2, 2, 3):
            receiver.tell(key)
        until(lambda: len(runs.began) == 2)

    (first, _), (second, keys) = runs.began
    assert second - first >= 1.5
    assert keys == ("1", "2", "3")


def test_while_prefect_is_away_people_are_kept_and_then_none_is_lost() -> None:
    runs = NotedRuns(is_away=True)
    with listening(runs) as receiver:
        assert receiver.tell(1).status_code == 202
        until(lambda: receiver.starter.is_away)
        assert receiver.http.get(f"{receiver.url}/health").json()["prefect"] == "away"
        assert receiver.tell(2).status_code == 202
        runs.is_away = False
        until(lambda: runs.seen == ["1", "2"])


def test_a_full_room_says_so_and_takes_the_same_body_later() -> None:
    runs = NotedRuns(is_away=True)
    with listening(runs, Waiting(most=2)) as receiver:
        receiver.tell(1)
        until(lambda: receiver.starter.is_away)  # 1 has left the room, and is tried again and again
        assert receiver.tell(2, 3).status_code == 202
        refused = receiver.post(BODY, **signed(BODY))
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
        assert receiver.tell(3).status_code == 202, "whoever waits already needs no room"
        runs.is_away = False
        until(lambda: len(receiver.starter.waiting) == 0)
        assert receiver.post(BODY, **signed(BODY)).status_code == 202
        until(lambda: runs.seen == ["1", "2", "3", "7"])


def test_a_flood_is_slowed_down() -> None:
    runs = NotedRuns()
    with listening(runs, requests_per_s=3) as receiver:
        statuses = [receiver.post(BODY, **JSON).status_code for _ in range(10)]
    assert statuses[:3] == [401] * 3
    assert 429 in statuses


def test_basic_authentication_takes_its_user_and_nobody_else() -> None:
    runs = NotedRuns()
    with listening(runs, authentication="basic", user_name=USER, password=PASSWORD) as receiver:

        def sent(text: str, scheme: str = "Basic") -> int:
            value = f"{scheme} {base64.b64encode(text.encode()).decode()}"
            return receiver.post(BODY, **JSON, Authorization=value).status_code

        wrong = [
            f"{USER}:",
            f"{USER}:{PASSWORD}x",
            f"x{USER}:{PASSWORD}",
            f"{USER}{PASSWORD}",
            " ",
            ":",
            f":{PASSWORD}",
        ]
        assert {sent(text) for text in wrong} == {401}
        assert sent(f"{USER}:{PASSWORD}", "Bearer") == 401
        assert receiver.post(BODY, **signed(BODY)).status_code == 401
        assert receiver.post(BODY, **JSON, Authorization="Basic ?").status_code == 401
        assert runs.began == []
        assert (sent(f"{USER}:{PASSWORD}"), sent(f"{USER}:{PASSWORD}", "basic")) == (202, 202)
        until(lambda: runs.seen == ["7"])


def test_the_log_says_nothing_of_people_and_secrets(caplog: pytest.LogCaptureFixture) -> None:
    runs = NotedRuns(endings=[Ending.IN_VAIN])
    with caplog.at_level(logging.DEBUG), listening(runs) as receiver:
        receiver.tell(7, name="Canary Person", mail="canary@corp.example.test")
        receiver.post(b'{"user": {"id": "Canary Person"}}', **JSON | {"Token": "canary"})
        until(lambda: runs.began)
    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("halo_ad", "uvicorn")))
    assert "refused with 401" in told
    assert "was started for 1 people" in told
    assert "anary" not in told


def test_tls_is_spoken_with_a_certificate(tmp_path: Path) -> None:
    runs, authority = NotedRuns(), Authority(tmp_path)
    context = ssl.create_default_context(cafile=authority.ca_file)
    with listening(runs, pem=authority.certificate("127.0.0.1"), context=context) as receiver:
        assert receiver.url.startswith("https://")
        assert receiver.tell(7).status_code == 202
    assert runs.seen == ["7"]


def test_those_who_wait_at_the_end_get_a_last_run() -> None:
    runs = NotedRuns()
    with listening(runs) as receiver:
        receiver.tell(7)
        assert runs.began == []
    assert runs.seen == ["7"]


def test_requests_that_are_no_http_leave_it_alive(receiver: Listening) -> None:
    import socket  # noqa: PLC0415 - for this test alone

    host, _, port = receiver.url.removeprefix("http://").partition(":")
    for text in (b"\x16\x03\x01\x00\xff", b"POST /halo\r\n\r\n", b"GET / HTTP/9.9\r\n" + b"x: " + b"y" * 100_000):
        with socket.create_connection((host, int(port)), timeout=5) as raw:
            raw.sendall(text)
            raw.shutdown(socket.SHUT_WR)
            try:
                while raw.recv(65536):
                    pass
            except ConnectionResetError:
                pass  # as good an answer
    assert receiver.http.get(f"{receiver.url}/health").status_code == httpx.codes.OK
