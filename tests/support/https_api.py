"""APIs on real HTTPS sockets of the loopback, which remember everything that they were asked."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import trustme
import uvicorn


class Authority:
    """An authority of the test's own.

    Args:
        folder: Where its files go.
    """

    def __init__(self, folder: Path) -> None:
        self._ca, self._folder = trustme.CA(), folder
        self.ca_file = str(folder / "ca.pem")
        self._ca.cert_pem.write_to_path(self.ca_file)

    def certificate(self, name: str = "localhost") -> Path:
        """A PEM file with certificate and key of a host."""
        pem = self._folder / f"{name}.pem"
        if not pem.exists():
            self._ca.issue_cert(name).private_key_and_cert_chain_pem.write_to_path(pem)
        return pem


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; names of headers in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def everything(self) -> str:
        """All of it as one text, to look for what should not be there."""
        return repr(self)


@dataclass(frozen=True)
class Reply:
    """What an API answers: JSON, or the text as it is."""

    content: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class FakeApi:
    """Answers by a function; an ASGI application.

    Args:
        answer: A request → its answer.
    """

    def __init__(self, answer: Callable[[Asked], Reply]) -> None:
        self.answer = answer
        self.asked: list[Asked] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request, as ASGI asks for."""
        assert scope["type"] == "http"
        asked = Asked(
            scope["method"],
            scope["raw_path"].decode().partition("?")[0],
            dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True)),
            {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]},
            await _body(receive),
        )
        self.asked.append(asked)
        reply = self.answer(asked)
        text = reply.content if isinstance(reply.content, str) else json.dumps(reply.content)
        headers = {"content-type": "application/json", **reply.headers, "content-length": str(len(text.encode()))}
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": raw})
        await send({"type": "http.response.body", "body": text.encode()})


async def _body(receive: Any) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


@contextmanager
def serve(app: Any, authority: Authority) -> Iterator[str]:
    """An ASGI application on a free port; yields ``localhost:port``."""
    pem = authority.certificate()
    config = uvicorn.Config(
        app, lifespan="off", ws="none", log_config=None, ssl_certfile=pem, ssl_keyfile=pem, loop="asyncio"
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:  # listens already, so nobody has to wait for the start
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"localhost:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=30)
            assert not thread.is_alive()
