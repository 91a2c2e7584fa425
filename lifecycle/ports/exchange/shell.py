"""One remote PowerShell session: cmdlets in, objects out ([MS-PSRP] over [MS-WSMV]).

Exchange's endpoint has no language mode: it takes cmdlets with parameters, and no script. None is ever made here.
"""

from __future__ import annotations

import re
import time
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import requests
from pypsrp.complex_objects import GenericComplexObject, PSInvocationState
from pypsrp.exceptions import AuthenticationError, WinRMError, WinRMTransportError, WSManFaultError
from pypsrp.powershell import PowerShell, RunspacePool
from spnego.exceptions import SpnegoError

from lifecycle.errors import LifecycleError
from lifecycle.mail.call import CmdletCall
from lifecycle.mail.mailbox import GUID
from lifecycle.mail.reading import Properties
from lifecycle.ports.exchange.failures import NOT_FOUND, Refused, broken, exception_name, unauthorised, unavailable
from lifecycle.ports.https.trust import distrusted, is_distrust
from lifecycle.ports.kerberos import kerberos_problem

_FAILURE_CATEGORY = re.compile(r"\[FailureCategory=[A-Za-z]+-([A-Za-z.]+)\]")
_REQUEST_ID = re.compile(r"RequestId=([0-9A-Fa-f-]{36})")
_UNAUTHORIZED, _SERVER_FAULT = 401, 500
_ACCESS_DENIED = 5
_IDLE_S = 300.0
"""A session that nobody used for so long is opened anew: the server ends one after a quarter of an hour, and a cmdlet
sent into it would be one whose end nobody knows."""
_REFUSED, _ABSENT = 400, 404
_BUSY = frozenset({425, 429})
_FOREIGN = (WinRMError, requests.RequestException, OSError, ET.ParseError, SpnegoError)


class LostError(Exception):
    """A cmdlet was sent, or may have been, and its end is not known; ``problem`` says why."""

    def __init__(self, problem: LifecycleError) -> None:
        super().__init__(problem)
        self.problem = problem


class Shell:
    """Cmdlets of one server, one at a time; the session is opened when it is needed.

    Args:
        pool: Makes a session that is not opened yet.
        timeout_s: Longest wait for the end of one cmdlet, seconds.
        clock: Monotonic seconds.
    """

    def __init__(
        self, pool: Callable[[], RunspacePool], timeout_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._make, self._timeout_s, self._clock = pool, timeout_s, clock
        self._pool: RunspacePool | None = None
        self._used_at_s = clock()

    def open(self) -> None:
        """Open the session if it is not open.

        Raises:
            ConfigurationError: The server's certificate is not trusted.
            TargetAuthorizationError: The account may not connect.
            TargetUnavailableError: Nobody answers.
        """
        if self._clock() - self._used_at_s > _IDLE_S:
            self.close()
        self._used_at_s = self._clock()
        if self._pool is None:
            pool = self._make()
            try:
                _ours("connect", pool.open)
            except LifecycleError:
                pool.connection.close()
                raise
            self._pool = pool

    def close(self) -> None:
        """End the session; a server that is gone ends it by itself."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            pool.close()
        except _FOREIGN:
            pool.connection.close()
            return
        pool.connection.close()

    def run(self, call: CmdletCall) -> list[Properties]:
        """Run one cmdlet, once, and answer its objects.

        Raises:
            Refused: The cmdlet ended with an error.
            LostError: Nobody knows whether it ran; the session is closed.
            TargetError: The session could not be opened: nothing was sent.
        """
        self.open()
        if self._pool is None:
            raise AssertionError("an open session has a pool")
        powershell = PowerShell(self._pool)
        powershell.add_cmdlet(call.name)
        for name, value in call.wire().items():
            powershell.add_parameter(name, value)
        try:
            _ours(call.name, lambda: self._wait(powershell, call))
        except LifecycleError as error:
            problem = error
        else:
            self._clear_up(powershell)
            return _result(call, powershell)
        self.close()
        raise LostError(problem)

    def _wait(self, powershell: PowerShell, call: CmdletCall) -> None:
        deadline_s = self._clock() + self._timeout_s
        powershell.begin_invoke(remote_stream_options=0)  # errors come without the parameters that led to them
        while powershell.state == PSInvocationState.RUNNING:
            if self._clock() > deadline_s:
                raise unavailable(call.name, "the cmdlet does not end")
            powershell.poll_invoke()

    def _clear_up(self, powershell: PowerShell) -> None:
        """Let the server forget the cmdlet. How it ended is known by now, even if the connection is gone."""
        try:
            powershell.close()
        except _FOREIGN:
            self.close()


def _ours(operation: str, action: Callable[[], object]) -> None:
    """Turn pypsrp's and requests' exceptions into ours, none of which keeps theirs: they hold whole answers.

    No context manager: it would raise while theirs is being handled, and take it along.
    """
    try:
        action()
    except _FOREIGN as error:
        problem = _meaning(operation, error)
    except Exception as error:
        words = kerberos_problem(error)
        if not words:
            raise
        problem = unauthorised(operation, _UNAUTHORIZED, words)
    else:
        return
    raise problem


def _meaning(operation: str, error: BaseException) -> LifecycleError:
    meaning: LifecycleError
    match error:
        case AuthenticationError():
            meaning = unauthorised(operation, _UNAUTHORIZED, "the account may not connect")
        case SpnegoError():
            words = kerberos_problem(error) or "the account cannot prove itself"
            meaning = unauthorised(operation, _UNAUTHORIZED, words)
        case WSManFaultError() if error.code == _ACCESS_DENIED:
            meaning = unauthorised(operation, _ACCESS_DENIED, "the account may not open a session")
        case WSManFaultError():
            code = error.code if isinstance(error.code, int) else _SERVER_FAULT
            meaning = unavailable(operation, "the server reports a fault", code)
        case WinRMTransportError() if error.code >= _SERVER_FAULT or error.code in _BUSY:
            meaning = unavailable(operation, "the server failed", error.code)
        case WinRMTransportError():
            meaning = broken(operation, "the address serves no remote PowerShell", error.code)
        case WinRMError() | ET.ParseError():
            meaning = broken(operation, "the answer is no remote PowerShell")
        case requests.TooManyRedirects():
            meaning = broken(operation, "the server redirects, which is not followed")
        case _ if is_distrust(error):
            meaning = distrusted()
        case _:
            meaning = unavailable(operation, type(error).__name__)
    return meaning


def _result(call: CmdletCall, powershell: PowerShell) -> list[Properties]:
    errors = powershell.streams.error
    if errors or powershell.state != PSInvocationState.COMPLETED:
        raise _refused(call, errors[0] if errors else None)
    return [_properties(one) for one in powershell.output if one is not None]


def _refused(call: CmdletCall, record: Any) -> Refused:
    """An error record by the name of its exception; its message holds names and addresses."""
    identity = str(getattr(record, "fq_error", "") or "")
    category = _FAILURE_CATEGORY.search(identity)
    name = exception_name(category[1] if category else str(getattr(record, "reason", "") or ""))
    request = _REQUEST_ID.search(identity)
    request_id = request[1].lower() if request and GUID.fullmatch(request[1].lower()) else ""
    return Refused(call.name, _ABSENT if name == NOT_FOUND else _REFUSED, name, request_id)


def _properties(found: Any) -> Properties:
    if not isinstance(found, GenericComplexObject):
        return {}
    return {name: _value(value) for name, value in {**found.adapted_properties, **found.extended_properties}.items()}


def _value(value: Any) -> Any:
    """A property as our readers take it: what is no plain value is what it calls itself."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [_value(one) for one in value]
    if isinstance(value, GenericComplexObject):
        # pypsrp leaves the list inside Exchange's own collections as the text of its element
        lists = [one for one in value.property_sets if isinstance(one, str) and one.startswith(("<LST", "<IE"))]
        if lists:
            return ["".join(one.itertext()) for one in ET.fromstring(lists[0])]  # noqa: S314 (it was parsed before)
        return value.to_string or ""
    return str(value)
