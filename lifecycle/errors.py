"""Every error the library raises, classed by what the caller does next.

::

    LifecycleError
    ├── ConfigurationError      mend the file: names file, path inside it, what is wrong
    ├── SourceError             the source could not be read; nothing may be planned from it
    │   ├── SourceUnavailableError   [transient] no answer, 5xx, 429
    │   ├── SourceAuthorizationError credentials, tenant or granted scopes are wrong
    │   ├── SourceRequestError       the server refuses the request (4xx)
    │   ├── SourceContractError      an answer that is not what the API promises
    │   └── IncompleteReadError      the read is not proven complete
    ├── ValidationStoppedError  a run rule failed: the data as a whole is not to be trusted
    ├── DirectoryError          the directory refused: LDAP result code and name
    │   └── DirectoryUnavailableError [transient] no connection, busy, unavailable
    ├── TargetError             Microsoft 365, Exchange, a file server or a script refused or failed
    │   ├── TargetUnavailableError    [transient] no answer, busy, throttled beyond patience
    │   ├── TargetAuthorizationError  credentials, tenant or permissions are wrong
    │   └── TargetContractError       an answer that is not what was promised
    ├── GateError               the plan may not be applied
    │   ├── LimitExceededError       limits are breached: approval of the plan's hash is needed
    │   └── ApprovalError            unknown plan, wrong hash, too old, already applied
    ├── RequestError            what somebody asks for by hand means no account, or cannot be done
    ├── TrialFailedError        a test call was not sent, not answered well or could not be saved
    ├── RunLockedError          another run writes to this directory
    ├── UnusableBlockError      a Prefect block is not saved or does not fit: save it, then run again
    ├── StoreError              the state store is missing, of another version, or refused a write
    │   ├── StoreBusyError           another process held it too long
    │   └── NewerVersionError        a newer build wrote what is stored: upgrade this one
    └── InternalError           a fault of this program: kind and place, so that it can be reported

What :class:`TransientError` marks may be tried again for reads; nothing else is. A rejected person is not
an exception but a :class:`lifecycle.notice.Notice` with a reason code: one bad row never stops the others.

Messages name primary keys, GUIDs, counts and reason codes, never attribute values, names, addresses or secrets:
Prefect stores them word for word.
"""

from __future__ import annotations

from typing import Any


class LifecycleError(Exception):
    """The root of the tree above. All are picklable: arguments are kept in ``args``."""


class TransientError:
    """Marks errors that a read may outlive by trying again."""


class ConfigurationError(LifecycleError):
    """A configuration file is wrong.

    Args:
        file: Path of the file as the user would type it.
        path: Dotted path inside the file, empty for the file as a whole.
        problem: What was given and what is allowed.
        line: Where it stands, counted from 1; 0 where the file as a whole is meant, or none is read.
        column: Character in that line, counted from 1; 0 as above.
        more: How many further problems there are.
    """

    def __init__(self, file: str, path: str, problem: str, line: int = 0, column: int = 0, more: int = 0) -> None:
        super().__init__(file, path, problem, line, column, more)
        self.file, self.path, self.problem = file, path, problem
        self.line, self.column, self.more = line, column, more

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        more = f"; and {self.more} more: halo-ad check lists them" if self.more else ""
        return f"{place}: {self.path + ': ' if self.path else ''}{self.problem}{more}"


class SourceError(LifecycleError):
    """HaloITSM, or another source, could not be read as asked."""


class SourceUnavailableError(SourceError, TransientError):
    """No answer, a server error, or a rate limit that outlasted the patience configured."""


class SourceAuthorizationError(SourceError):
    """The client, the tenant or the granted scopes are wrong."""


class SourceRequestError(SourceError):
    """The server refused a request.

    Args:
        endpoint: Name of the endpoint.
        status: HTTP status code.
        reason: Kind of the body in a few words; never its content.
    """

    def __init__(self, endpoint: str, status: int, reason: str) -> None:
        super().__init__(endpoint, status, reason)
        self.endpoint, self.status, self.reason = endpoint, status, reason

    def __str__(self) -> str:
        return f"endpoint {self.endpoint}: the server answered {self.status} ({self.reason})"


class SourceContractError(SourceError):
    """An answer is not JSON, not of the promised shape, or truncated."""


class IncompleteReadError(SourceError):
    """An endpoint was read, but its completeness is not proven: no plan is made from it."""


class ValidationStoppedError(LifecycleError):
    """A run rule failed: ``failures`` lists each rule with what was seen and what is allowed."""

    def __init__(self, failures: tuple[str, ...]) -> None:
        super().__init__(failures)
        self.failures = failures

    def __str__(self) -> str:
        return "the data as a whole is not to be trusted: " + "; ".join(self.failures)


class DirectoryError(LifecycleError):
    """The directory refused an operation.

    Args:
        operation: What was tried, e.g. ``"add"``; no distinguished name (it holds a person's name).
        result_code: LDAP result code, RFC 4511 appendix A.
        description: Name of the code, e.g. ``"insufficientAccessRights"``.
        detail: Windows error number of the diagnostic message when there is one, e.g. ``"0000052D"``.
    """

    def __init__(self, operation: str, result_code: int, description: str, detail: str = "") -> None:
        super().__init__(operation, result_code, description, detail)
        self.operation, self.result_code = operation, result_code
        self.description, self.detail = description, detail

    def __str__(self) -> str:
        detail = f" [{self.detail}]" if self.detail else ""
        return f"directory {self.operation}: {self.description} ({self.result_code}){detail}"


class DirectoryUnavailableError(DirectoryError, TransientError):
    """No connection, or the directory is busy."""


class TargetError(LifecycleError):
    """A system that accounts reach into refused or failed: Microsoft 365, Exchange, a file server, a script.

    Args:
        system: ``"graph"``, ``"exchange"``, ``"files"`` or ``"scripts"``.
        operation: What was tried, e.g. ``"read licences"``; no personal data.
        code: The system's own code: HTTP status, NTSTATUS, exit code.
        description: Name of the code.
    """

    def __init__(self, system: str, operation: str, code: int, description: str) -> None:
        super().__init__(system, operation, code, description)
        self.system, self.operation = system, operation
        self.code, self.description = code, description

    def __str__(self) -> str:
        return f"{self.system} {self.operation}: {self.description} ({self.code})"


class TargetUnavailableError(TargetError, TransientError):
    """No answer, busy, or throttled longer than the patience configured."""


class TargetAuthorizationError(TargetError):
    """Credentials, tenant or granted permissions are wrong."""


class TargetContractError(TargetError):
    """An answer is not of the promised shape."""


class GateError(LifecycleError):
    """The plan may not be applied as things stand."""


class LimitExceededError(GateError):
    """Limits are breached and nothing was written; the plan waits for approval of its hash.

    Args:
        plan_id: Identifier of the stored plan.
        plan_hash: The hash to approve.
        breaches: One line per breach: kind, place, count, per cent and what is allowed.
    """

    def __init__(self, plan_id: str, plan_hash: str, breaches: tuple[str, ...]) -> None:
        super().__init__(plan_id, plan_hash, breaches)
        self.plan_id, self.plan_hash, self.breaches = plan_id, plan_hash, breaches

    def __str__(self) -> str:
        return (
            f"stopped by the gate, nothing was written: {'; '.join(self.breaches)}. "
            f"Plan {self.plan_id} waits for approval of hash {self.plan_hash}"
        )


class ApprovalError(GateError):
    """The plan is unknown, its hash is another, it is too old, or it is applied already."""


class RequestError(LifecycleError):
    """What somebody asks for by hand is wrong: a name means no account or several, an action cannot be done so."""


class TrialFailedError(LifecycleError):
    """A test call of an endpoint or webhook was not sent, not answered as it should be, or could not be saved.

    Args:
        verdict: What it came to, without personal data.
        tried: What there is to show of it; in this process alone.
    """

    def __init__(self, verdict: str, tried: Any) -> None:
        super().__init__(verdict, tried)
        self.verdict, self.tried = verdict, tried

    def __str__(self) -> str:
        return self.verdict

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.verdict!r})"


class RunLockedError(LifecycleError):
    """Another run holds the write lock of this directory."""


class UnusableBlockError(LifecycleError):
    """A Prefect block that a run needs is not saved, or its fields do not fit."""


class StoreError(LifecycleError):
    """The state store cannot be used."""


class StoreBusyError(StoreError):
    """Another process held the state store, or a row of it, for too long."""


class NewerVersionError(StoreError):
    """Something in the state store was written by a newer build.

    Args:
        kind: What it is.
        version: Its version.
        newest: The newest version that this build reads.
    """

    def __init__(self, kind: str, version: int, newest: int) -> None:
        super().__init__(kind, version, newest)
        self.kind, self.version, self.newest = kind, version, newest

    def __str__(self) -> str:
        return (
            f"a {self.kind} in the state store is of version {self.version}; this halo-ad reads versions up to "
            f"{self.newest}: upgrade halo-ad"
        )


class InternalError(LifecycleError):
    """A fault of this program. Names kind and place of the exception, not its text, which may hold personal data."""
