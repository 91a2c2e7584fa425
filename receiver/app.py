"""The application: one path that takes webhooks, and one that says whether it does."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from receiver.bounds import Bodies, Pace
from receiver.payload import NobodyError, NoJsonError, people_in
from receiver.settings import Settings
from receiver.starting import LOG, Starter

MOST_BYTES = 64 * 1024
"""Of a body; a payload of HaloITSM has a few thousand."""
SLOWEST_S = 10.0
"""For a body to come."""


class RefusedError(Exception):
    """The request is not taken; for whom and why is not told beyond the status."""

    def __init__(self, status: int, word: str, **headers: str) -> None:
        super().__init__(status, word)
        self.status, self.word = status, word
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Receiver:
    """Judges requests, and hands on whom they are about.

    Args:
        settings: What is taken.
        starter: Takes the people.
        clock: Seconds; never goes back.
    """

    def __init__(self, settings: Settings, starter: Starter, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings, self._starter, self._clock = settings, starter, clock
        self._pace, self._bodies = Pace(settings.requests_per_s), Bodies()
        self._refused: dict[int, int] = {}
        self._work: asyncio.Task[None] | None = None

    def app(self) -> Starlette:
        """The ASGI application; runs are started while it lives."""
        return Starlette(
            routes=[
                Route(self._settings.path, self._webhook, methods=["POST"]),
                Route("/health", self._health, methods=["GET"]),
            ],
            lifespan=self._life,
        )

    @asynccontextmanager
    async def _life(self, _app: Starlette) -> AsyncIterator[None]:
        self._work = asyncio.create_task(self._starter.work())
        self._work.add_done_callback(_say_if_broken)
        try:
            yield
        finally:
            self._work.cancel()
            with suppress(asyncio.CancelledError, Exception):  # told by the callback
                await self._work
            await self._starter.finish()

    async def _webhook(self, request: Request) -> Response:
        try:
            return await self._taken(request)
        except RefusedError as refused:
            count = self._refused[refused.status] = self._refused.get(refused.status, 0) + 1
            if count.bit_count() == 1:  # the 1st, 2nd, 4th, 8th …: a flood does not fill the log
                LOG.warning("refused with %d (%s), %d so far", refused.status, refused.word, count)
            return JSONResponse({"status": refused.word}, refused.status, refused.headers)
        except ClientDisconnect:
            return Response(status_code=400)

    async def _taken(self, request: Request) -> Response:
        """Take a webhook.

        Raises:
            RefusedError: It is not taken.
        """
        proof, now = self._settings.proof, self._clock()
        if not self._pace.lets_through(now):
            raise RefusedError(429, "too many requests", Retry_After="1")
        body = await _body(request)
        if not proof.holds(request.headers.getlist(proof.header), body):
            raise RefusedError(401, "not authenticated")
        digest = hashlib.sha256(body).digest()
        if proof.is_signed and self._bodies.knows(digest, now):
            return JSONResponse({"status": "taken before"})
        try:
            people = people_in(body, self._settings.people)
        except NoJsonError:
            raise RefusedError(400, "no JSON") from None
        except NobodyError:
            raise RefusedError(422, "no primary key where the block says that it stands") from None
        if not self._works or self._bodies.is_full(now) or not self._starter.offer(people):
            raise RefusedError(503, "no room", Retry_After="30")
        if proof.is_signed:
            self._bodies.remember(digest, now)
        return JSONResponse({"status": "taken"}, 202)

    async def _health(self, _request: Request) -> Response:
        state = {"waiting": len(self._starter.waiting), "prefect": "away" if self._starter.is_away else "there"}
        return JSONResponse(state, 200 if self._works else 503)

    @property
    def _works(self) -> bool:
        return self._work is not None and not self._work.done()


async def _body(request: Request) -> bytes:
    """The whole body.

    Raises:
        RefusedError: It is no JSON by its header, too long, or does not come.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RefusedError(415, "the content type must be application/json")
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or int(told[:20]) > MOST_BYTES:
        raise RefusedError(413, "too long", Connection="close")
    body = bytearray()
    try:
        async with asyncio.timeout(SLOWEST_S):
            async for part in request.stream():
                body += part
                if len(body) > MOST_BYTES:
                    raise RefusedError(413, "too long", Connection="close")
    except TimeoutError:
        raise RefusedError(408, "too slow", Connection="close") from None
    return bytes(body)


def _say_if_broken(work: asyncio.Task[None]) -> None:
    if not work.cancelled() and (error := work.exception()) is not None:
        LOG.error("no run is started any more (%s): start the receiver again", type(error).__name__)
