"""A chat that the product's notifications reach: what people are told of runs."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from prefect.blocks.notifications import CustomWebhookNotificationBlock

BLOCK = "chat"


class Message(NamedTuple):
    """One notification, as it arrived."""

    subject: str
    body: str


@contextmanager
def chat() -> Iterator[list[Message]]:
    """A chat that notifications reach by the block ``custom-webhook/chat``; what has arrived there, while inside."""
    arrived: list[Message] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            arrived.append(Message(content["subject"], content["body"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Keep the test's output free of it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        CustomWebhookNotificationBlock(
            name=BLOCK, url=f"http://127.0.0.1:{server.server_port}/", method="POST", allow_private_urls=True,
            json_data={"subject": "{{subject}}", "body": "{{body}}"},
        ).save(BLOCK, overwrite=True)  # fmt: skip
        try:
            yield arrived
        finally:
            server.shutdown()
