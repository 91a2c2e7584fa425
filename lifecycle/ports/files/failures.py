"""What a file server's refusals mean: NTSTATUS ([MS-ERREF] 2.3.1) and smbprotocol's exceptions as our errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from smbprotocol.exceptions import SMBAuthenticationError, SMBException, SMBResponseException
from smbprotocol.header import NtStatus

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.errors import TargetAuthorizationError, TargetContractError, TargetError, TargetUnavailableError

SYSTEM = "files"
SUCCESS: int = NtStatus.STATUS_SUCCESS
NO_MORE_FILES: int = NtStatus.STATUS_NO_MORE_FILES
NOT_SUPPORTED: int = NtStatus.STATUS_NOT_SUPPORTED
ACCESS_DENIED: int = NtStatus.STATUS_ACCESS_DENIED
COLLISION: int = NtStatus.STATUS_OBJECT_NAME_COLLISION
PRIVILEGE_NOT_HELD: int = NtStatus.STATUS_PRIVILEGE_NOT_HELD
ABSENT: frozenset[int] = frozenset({NtStatus.STATUS_OBJECT_NAME_NOT_FOUND, NtStatus.STATUS_OBJECT_PATH_NOT_FOUND})
NOT_OFFERED: frozenset[int] = frozenset(
    {
        NtStatus.STATUS_NOT_SUPPORTED, NtStatus.STATUS_INVALID_DEVICE_REQUEST, NtStatus.STATUS_INVALID_PARAMETER,
        NtStatus.STATUS_INVALID_INFO_CLASS,
    }
)  # fmt: skip
"""What a server answers that has no such function, or not so much of it."""

_NAMES = {value: name for name, value in vars(NtStatus).items() if name.startswith("STATUS_")}
_NO_ACCOUNT = frozenset(
    {
        NtStatus.STATUS_LOGON_FAILURE, NtStatus.STATUS_WRONG_PASSWORD, NtStatus.STATUS_PASSWORD_EXPIRED,
        0xC000006E, 0xC000006F, 0xC0000070, 0xC0000072, 0xC000015B, 0xC0000193, 0xC0000234,
    }
)  # fmt: skip
"""Logon refused: wrong, expired, restricted, disabled, locked out."""
_PASSING = frozenset(
    {
        NtStatus.STATUS_INSUFFICIENT_RESOURCES, NtStatus.STATUS_INSUFF_SERVER_RESOURCES, NtStatus.STATUS_IO_TIMEOUT,
        NtStatus.STATUS_SERVER_UNAVAILABLE, NtStatus.STATUS_NETWORK_NAME_DELETED, NtStatus.STATUS_USER_SESSION_DELETED,
        NtStatus.STATUS_REQUEST_NOT_ACCEPTED, NtStatus.STATUS_CANCELLED, 0xC000035C, 0xC000020C, 0xC000020D,
    }
)  # fmt: skip
"""The server, or the session, is gone or busy for the moment."""


class Reason(IntEnum):
    """Our own refusals, beside those of the server; 1 and on is nobody's NTSTATUS of an error."""

    IN_THE_WAY = 1
    HOLDS_LINKS = 2
    DIFFERS = 3
    CHANGED_MEANWHILE = 4
    OUTSIDE_ROOTS = 5
    THROUGH_LINK = 6
    NOTHING_THERE = 7
    NOT_AN_ARCHIVE = 8
    NO_OWNER = 9
    LARGE_STREAM = 10

    @property
    def description(self) -> str:
        """The reason code."""
        return self.name.lower().replace("_", "-")


def refused(operation: str, reason: Reason, count: int = 0) -> TargetError:
    """Our own refusal, with how many files or folders it is about."""
    about = f"{reason.description}: {count}" if count else reason.description
    return TargetError(SYSTEM, operation, int(reason), about)


def refusal(operation: str, status: int) -> TargetError:
    """The error for a status that is no success."""
    kind = TargetError
    if status in _NO_ACCOUNT:
        kind = TargetAuthorizationError
    elif status in _PASSING:
        kind = TargetUnavailableError
    return kind(SYSTEM, operation, status, _NAMES.get(status, f"0x{status:08X}"))


def answer_to(error: TargetError) -> Answer:
    """The answer for an error while an operation was carried out; a connection that ended is no answer."""
    code = NO_ANSWER if isinstance(error, TargetUnavailableError) else error.code
    return Answer(code, error.description, error.operation)


def broken(operation: str, what: str) -> TargetContractError:
    """The error for an answer that is not what [MS-SMB2] promises."""
    return TargetContractError(SYSTEM, operation, NO_ANSWER, what)


@contextmanager
def translated(operation: str) -> Iterator[None]:
    """Turn smbprotocol's exceptions into ours; names and addresses in their texts are left behind.

    Raises:
        TargetUnavailableError: No connection, or it ended, or an answer did not come in time.
        TargetAuthorizationError: The account may not log on, or the server does not protect what is sent.
        TargetError: Any other refusal.
    """
    try:
        yield
    except SMBResponseException as error:
        raise refusal(operation, error.status) from error
    except SMBAuthenticationError as error:
        raise TargetAuthorizationError(SYSTEM, operation, ACCESS_DENIED, "the server takes no such logon") from error
    except SMBException as error:
        if "encryption" in str(error):
            told = "the server offers no encryption"
            raise TargetAuthorizationError(SYSTEM, operation, ACCESS_DENIED, told) from error
        raise TargetUnavailableError(SYSTEM, operation, NO_ANSWER, "the connection ended") from error
    except (OSError, ValueError) as error:  # smbprotocol makes a ValueError of a refused connection
        raise TargetUnavailableError(SYSTEM, operation, NO_ANSWER, "no connection") from error
