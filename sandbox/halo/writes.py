"""Answers to what changes something: carried out once, though the answer may be lost, or nothing be carried out."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.halo.answers import page
from sandbox.halo.board import Board
from sandbox.halo.faults import CommitThen504, CommitThenReset, LateCommit, PostShape, PostStatus, ResetWrite
from sandbox.simulators.answers import JSONAnswer

CarryOut = Callable[[], list[Any]]
"""Carries out all that a request asks for; answers the records as they are then."""


class Overdue:
    """What a gateway gave up waiting for, and is carried out later all the same."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, CarryOut]] = []

    def add(self, at: float, carry_out: CarryOut) -> None:
        """Let something happen at a time, seconds of the simulator's clock."""
        self._waiting.append((at, carry_out))

    def catch_up(self, now: float) -> None:
        """Carry out what is due."""
        due = [carry_out for at, carry_out in self._waiting if at <= now]
        self._waiting = [(at, carry_out) for at, carry_out in self._waiting if at > now]
        for carry_out in due:
            carry_out()


def answer_post(request: Request, carry_out: CarryOut, collection: str) -> Response:
    """Return the answer to a POST that is good: 201 and the first object, unless a switch says else."""
    board: Board = request.app.state.simulator.board

    def answer(records: list[Any]) -> Response:
        status, shape = board.on(PostStatus), board.on(PostShape)
        body = records if shape and shape.shape == "list" else records[0]
        return JSONAnswer(board.dated(body), status.status if status else 201)

    return _answered(request, carry_out, collection, answer)


def answer_delete(request: Request, carry_out: CarryOut, collection: str) -> Response:
    """Return the answer to a DELETE of something that is there: 200 and its id, unless a switch says else."""
    return _answered(request, carry_out, collection, lambda records: JSONAnswer(records[0]))


def reset_connection(request: Request) -> Response:
    """Reset the connection instead of an answer."""
    transport: asyncio.Transport = request.state.transport
    # lingering for 0 s makes the kernel send RST instead of an orderly end
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    return Response(status_code=500)  # goes nowhere: the connection is gone


def _answered(
    request: Request, carry_out: CarryOut, collection: str, answer: Callable[[list[Any]], Response]
) -> Response:
    simulator = request.app.state.simulator
    board: Board = simulator.board
    if board.on(ResetWrite, collection=collection):
        return reset_connection(request)
    if late := board.on(LateCommit, collection=collection):
        simulator.overdue.add(simulator.clock() + late.seconds, carry_out)
        return page(504, "504 Gateway Time-out")
    records = carry_out()
    if board.on(CommitThenReset, collection=collection):
        return reset_connection(request)
    if board.on(CommitThen504, collection=collection):
        return page(504, "504 Gateway Time-out")
    return answer(records)
