"""Remote PowerShell sessions: the server's half of [MS-PSRP], its cmdlets those of the organisation."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from psrpcore import CreatePipelineEvent, PSRPPayload, ServerPipeline, ServerRunspacePool, StreamType
from psrpcore.types import (
    ErrorCategory,
    ErrorCategoryInfo,
    NETException,
    PSCustomObject,
    PSDateTime,
    PSGuid,
    PSInvocationState,
    PSList,
    PSObject,
)

from sandbox.exchange.board import Board
from sandbox.exchange.cmdlets import Cmdlets
from sandbox.exchange.faults import CommitThenLost, Hanging, Passing
from sandbox.exchange.properties import Moment, Named
from sandbox.exchange.refusals import CmdletError, busy, no_script

_COLLECTION = (
    "Microsoft.Exchange.Data.MultiValuedProperty`1[[System.String, mscorlib, Version=4.0.0.0]]",
    "Microsoft.Exchange.Data.MultiValuedPropertyBase",
    "System.Object",
)


class AnswerLost(Exception):  # noqa: N818 (it tells the transport to end the connection)
    """The cmdlet ran, and whoever asked is not to hear of it."""


@dataclass
class Session:
    """One shell with its pipelines.

    Attributes:
        face: Whose cmdlets it runs.
        pool: The server's half of the protocol.
        pipelines: Those that were begun.
        waiting: What is to be fetched, by pipeline; under None what belongs to the session.
    """

    face: str
    pool: ServerRunspacePool = field(default_factory=ServerRunspacePool)
    pipelines: dict[uuid.UUID, ServerPipeline] = field(default_factory=dict)
    waiting: dict[uuid.UUID | None, bytes] = field(default_factory=lambda: defaultdict(bytes))


class Shells:
    """The sessions of a server.

    Args:
        cmdlets: Face → its cmdlets.
        board: The switches.
    """

    def __init__(self, cmdlets: Mapping[str, Cmdlets], board: Board) -> None:
        self._cmdlets, self._board = cmdlets, board
        self.sessions: dict[str, Session] = {}
        self.opened = 0

    def open(self, shell_id: str, face: str, data: bytes) -> None:
        """Begin a session with what the client sends first."""
        session = self.sessions[shell_id] = Session(face)
        self.opened += 1
        self._receive(session, data, None)

    def close(self, shell_id: str) -> None:
        """End a session."""
        self.sessions.pop(shell_id, None)

    def begin(self, shell_id: str, pipeline_id: uuid.UUID, data: bytes) -> None:
        """Begin a pipeline; it runs as soon as all of it has come.

        Raises:
            AnswerLost: It ran, and its answer is not to arrive.
        """
        session = self.sessions[shell_id]
        session.pipelines[pipeline_id] = ServerPipeline(session.pool, pipeline_id)
        self._receive(session, data, pipeline_id)

    def more(self, shell_id: str, pipeline_id: uuid.UUID | None, data: bytes) -> None:
        """Take more of what the client sends.

        Raises:
            AnswerLost: As for :meth:`begin`.
        """
        self._receive(self.sessions[shell_id], data, pipeline_id)

    def fetch(self, shell_id: str, pipeline_id: uuid.UUID | None) -> tuple[bytes, bool]:
        """Hand out what waits, and whether the pipeline has ended."""
        session = self.sessions[shell_id]
        data = session.waiting.pop(pipeline_id, b"")
        pipeline = session.pipelines.get(pipeline_id) if pipeline_id else None
        return data, pipeline is not None and pipeline.state != PSInvocationState.Running

    def end(self, shell_id: str, pipeline_id: uuid.UUID) -> None:
        """Forget a pipeline."""
        pipeline = self.sessions[shell_id].pipelines.pop(pipeline_id, None)
        if pipeline is not None and pipeline.state != PSInvocationState.Running:
            pipeline.close()

    def _receive(self, session: Session, data: bytes, pipeline_id: uuid.UUID | None) -> None:
        session.pool.receive_data(PSRPPayload(data, StreamType.default, pipeline_id))
        lost = False
        while event := session.pool.next_event():
            if isinstance(event, CreatePipelineEvent):
                lost |= self._run(session, session.pipelines[event.pipeline_id])
        while payload := session.pool.data_to_send():
            session.waiting[payload.pipeline_id] += payload.data
        if lost:
            raise AnswerLost

    def _check(self, commands: list[Any]) -> None:
        if len(commands) != 1 or commands[0].is_script:
            raise no_script()
        if passing := self._board.on(Passing, commands[0].command_text):
            raise busy(passing.exception)

    def _run(self, session: Session, pipeline: ServerPipeline) -> bool:
        """Run a pipeline; whether its answer is to be lost."""
        pipeline.start()
        commands = pipeline.metadata.commands  # type: ignore[union-attr]  # a pipeline that was created
        name = commands[0].command_text
        try:
            self._check(commands)
            parameters = {str(key): _plain(value) for key, value in commands[0].parameters}
            for one in self._cmdlets[session.face].run(name, parameters):
                pipeline.write_output(_object(one))
        except CmdletError as error:
            _write_error(pipeline, name, error)
        if self._board.on(Hanging, name):
            return False
        pipeline.complete()
        return self._board.on(CommitThenLost, name) is not None


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool) else str(value)


def _object(properties: Mapping[str, Any]) -> PSObject:
    found = PSCustomObject(
        PSTypeName="Deserialized.Microsoft.Exchange.Data.Directory.Management.Object",
        **{name: _serialised(value) for name, value in properties.items()},
    )
    found.PSObject.to_string = "object"
    return found


def _serialised(value: Any) -> Any:
    if isinstance(value, Named):  # what Exchange's own types become on their way: properties and a text
        named = PSCustomObject(PSTypeName="Deserialized.Microsoft.Exchange.Data.Named", Length=len(value.text))
        named.PSObject.to_string = value.text
        return named
    if isinstance(value, Moment):
        return PSDateTime.fromisoformat(value.text + "+00:00")
    if isinstance(value, list):  # Exchange's own collection, with the plain list inside
        listed = PSList(value)
        listed.PSObject.type_names = [f"Deserialized.{name}" for name in _COLLECTION]
        return listed
    return PSGuid(str(value)) if isinstance(value, uuid.UUID) else value


def _write_error(pipeline: ServerPipeline, cmdlet: str, error: CmdletError) -> None:
    """As Exchange writes it: the exception's name is in the identity of the error."""
    identity = (
        f"[Server=EX01,RequestId={uuid.uuid4()},TimeStamp=1/5/2026 9:00:00 AM] "
        f"[FailureCategory=Cmdlet-{error.name}] 4B953CE,{error.exception}"
    )
    pipeline.write_error(
        NETException(Message=error.text),
        category_info=ErrorCategoryInfo(
            Category=ErrorCategory.NotSpecified, Activity=cmdlet, Reason=error.name, TargetName=error.text
        ),
        fully_qualified_error_id=identity,
    )
