"""Asking a Prefect server for its blocks: whatever answers, and however slowly, ends in names or in one sentence."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from blocks.directory import ActiveDirectoryCredentials
from blocks.halo import HaloITSMCredentials
from blocks.store import StateStore
from commands.prefect_address import PrefectAddress
from commands.prefect_blocks import NotCheckedError, block_names
from deployments.register_blocks import BLOCK_TYPES
from lifecycle.config.block_names import CREDENTIALS, DIRECTORY, SLUGS, STORE

Reply = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


class Stub:
    """A server that replies to every question in one way."""

    def __init__(self, reply: Reply) -> None:
        self.questions: list[dict[str, Any]] = []
        self.authorizations: list[str | None] = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                stub.questions.append(question)
                stub.authorizations.append(self.headers["Authorization"])
                reply(self, question)

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/api"


@pytest.fixture
def serve() -> Iterator[Callable[[Reply], Stub]]:
    stubs: list[Stub] = []

    def started(reply: Reply) -> Stub:
        stub = Stub(reply)
        threading.Thread(target=stub.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        stubs.append(stub)
        return stub

    yield started
    for stub in stubs:
        stub.server.shutdown()
        stub.server.server_close()


def answers(status: int, body: bytes, **headers: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler, _question: dict[str, Any]) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return reply


def block(slug: str, name: str) -> dict[str, Any]:
    return {"name": name, "block_type": {"slug": slug}, "data": {"password": "********"}}


def test_slugs_are_those_of_the_blocks() -> None:
    types = (HaloITSMCredentials, ActiveDirectoryCredentials, StateStore)
    assert tuple(one.get_block_type_slug() for one in types) == (CREDENTIALS, DIRECTORY, STORE) == SLUGS[:3]
    assert {one.get_block_type_slug() for one in BLOCK_TYPES} == set(SLUGS)


def test_names_are_read_page_by_page(serve: Callable[[Reply], Stub]) -> None:
    there = [block(CREDENTIALS, f"halo-{number}") for number in range(250)] + [block(STORE, "s"), block("other", "x")]

    def reply(handler: BaseHTTPRequestHandler, question: dict[str, Any]) -> None:
        page = there[question["offset"] : question["offset"] + question["limit"]]
        answers(200, json.dumps(page).encode())(handler, question)

    stub = serve(reply)
    names = block_names(PrefectAddress(stub.url, "Bearer canary"), SLUGS)
    found = {CREDENTIALS: {f"halo-{number}" for number in range(250)}, STORE: {"s"}}
    assert names == {key: set() for key in SLUGS} | found
    assert stub.authorizations == ["Bearer canary"] * 2
    assert [question["include_secrets"] for question in stub.questions] == [False, False]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (answers(401, b"{}"), r"the Prefect API refuses us \(401\): see PREFECT_API_AUTH_STRING and PREFECT_API_KEY"),
        (answers(404, b"{}"), r"the Prefect API answers 404"),
        (answers(302, b"", Location="http://127.0.0.1:1/"), r"the Prefect API answers 302"),
        (answers(500, b"oops"), r"the Prefect API answers 500"),
        (answers(200, b"<html>"), r"what answers at PREFECT_API_URL is no Prefect API"),
        (answers(200, b"{}"), r"what answers at PREFECT_API_URL is no Prefect API"),
        (answers(200, b"[5]"), r"what answers at PREFECT_API_URL is no Prefect API"),
        (answers(200, b"[" * 100_000), r"what answers at PREFECT_API_URL is no Prefect API"),
        (answers(200, b" " * 6_000_000), r"what answers at PREFECT_API_URL is no Prefect API"),
    ],
    ids=["auth", "404", "redirect", "500", "html", "mapping", "number", "deep", "large"],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # the stub is hung up on
def test_answer_that_is_none_is_told(reply: Reply, reason: str, serve: Callable[[Reply], Stub]) -> None:
    with pytest.raises(NotCheckedError, match=f"^{reason}$"):
        block_names(PrefectAddress(serve(reply).url), SLUGS)


def test_silent_server_is_not_waited_for(serve: Callable[[Reply], Stub]) -> None:
    over = threading.Event()
    stub = serve(lambda _handler, _question: over.wait(30) and None)
    try:
        with pytest.raises(NotCheckedError, match="does not answer in time"):
            block_names(PrefectAddress(stub.url), SLUGS)
    finally:
        over.set()


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        (PrefectAddress("http://127.0.0.1:1/api"), r"cannot be reached \(ConnectError\)"),
        (PrefectAddress("nonsense"), r"cannot be reached \(UnsupportedProtocol\)"),
        (PrefectAddress("http://[::1"), r"cannot be reached|is no Prefect API"),
        (PrefectAddress("https://127.0.0.1:1/api", ca_file="/nowhere.pem"), r"cannot be reached \(FileNotFoundError\)"),
        (PrefectAddress("http://127.0.0.1:1/api", "Bearer é\n"), r"cannot be reached|is no Prefect API"),
    ],
)
def test_server_that_cannot_be_reached_is_told(address: PrefectAddress, reason: str) -> None:
    with pytest.raises(NotCheckedError, match=reason):
        block_names(address, SLUGS)
