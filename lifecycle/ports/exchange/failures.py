"""What goes wrong with Exchange, as our errors and answers: names of exceptions and codes, never their texts."""

from __future__ import annotations

import re

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.errors import (
    LifecycleError,
    TargetAuthorizationError,
    TargetContractError,
    TargetError,
    TargetUnavailableError,
)
from lifecycle.mail.call import ForbiddenCallError
from lifecycle.mail.refusal import UNFIT

SYSTEM = "exchange"
NOT_FOUND = "ManagementObjectNotFoundException"
"""What Exchange raises where an object is not there; an answer without it does not prove an absence."""

PASSING = frozenset({
    "ADTransientException", "BackendCommunicationException", "CmdletProxyNotAvailableFailure", "ServerBusyException",
    "StorageTransientException", "TransientException", "MailboxOfflineException", "OverBudgetException",
})  # fmt: skip
"""Exceptions that pass by themselves; whether the cmdlet had begun is not known."""

_EXCEPTION = re.compile(r"[A-Z][A-Za-z]{2,79}")


class Refused(TargetError):  # noqa: N818 (an answer of Exchange, not a fault of ours)
    """Exchange refused a cmdlet: ``description`` is the name of its exception, ``detail`` the request's GUID."""

    def __init__(self, operation: str, code: int, description: str, detail: str = "") -> None:
        super().__init__(SYSTEM, operation, code, description)
        self.args = (operation, code, description, detail)
        self.detail = detail

    @property
    def is_absence(self) -> bool:
        """Whether it says that the object is not there."""
        return self.description == NOT_FOUND

    @property
    def passes(self) -> bool:
        """Whether it passes by itself."""
        return self.description in PASSING

    def answer(self) -> Answer:
        """The same as an answer to a write."""
        code = NO_ANSWER if self.passes else self.code
        return Answer(code, self.description, self.detail)


def exception_name(name: str) -> str:
    """The last part of an exception's name, if it looks like one; else a word for it."""
    last = name.rpartition(".")[2]
    return last if _EXCEPTION.fullmatch(last) else "refused"


def unavailable(operation: str, problem: str, code: int = NO_ANSWER) -> TargetUnavailableError:
    """No answer, or a busy one."""
    return TargetUnavailableError(SYSTEM, operation, code, problem)


def unauthorised(operation: str, code: int, problem: str) -> TargetAuthorizationError:
    """Credentials or permissions are wrong."""
    return TargetAuthorizationError(SYSTEM, operation, code, problem)


def broken(operation: str, problem: str, code: int = 0) -> TargetContractError:
    """An answer that is not what Exchange promises."""
    return TargetContractError(SYSTEM, operation, code, problem)


def answer_of(error: LifecycleError | ForbiddenCallError) -> Answer:
    """The answer to an operation that ended in an exception before its write was sent.

    Nothing was written, but which of several reads failed is of no use to the caller: codes are the system's own.
    """
    match error:
        case ForbiddenCallError():
            return UNFIT
        case Refused():
            return error.answer()
        case TargetUnavailableError():
            return Answer(NO_ANSWER, f"not sent: {error.description}")
        case TargetError():
            return Answer(error.code or NO_ANSWER, error.description)
        case _:
            return Answer(NO_ANSWER, "not sent: no connection")
