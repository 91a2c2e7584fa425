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
DELETE_PENDING: int = NtStatus.STATUS_DELETE_PENDING
COLLISION: int = NtStatus.STATUS_OBJECT_NAME_COLLISION
PRIVILEGE_NOT_HELD: int = NtStatus.STATUS_PRIVILEGE_NOT_HELD
SHARING_VIOLATION: int = NtStatus.STATUS_SHARING_VIOLATION
NOT_EMPTY: int = 0xC0000101
ABSENT: frozenset[int] = frozenset({NtStatus.STATUS_OBJECT_NAME_NOT_FOUND, NtStatus.STATUS_OBJECT_PATH_NOT_FOUND})
NOT_OFFERED: frozenset[int] = frozenset(
    {
        NtStatus.STATUS_NOT_SUPPORTED, NtStatus.STATUS_INVALID_DEVICE_REQUEST, NtStatus.STATUS_INVALID_PARAMETER,
        NtStatus.STATUS_INVALID_INFO_CLASS,
    }
)  # fmt: skip
"""What a server answers that has no such function, or not so much of it."""

_NAMES = {
    **{value: name for name, value in vars(NtStatus).items() if name.startswith("STATUS_")},
    NOT_EMPTY: "STATUS_DIRECTORY_NOT_EMPTY",
}
_WORDS: dict[int, str] = {
    SHARING_VIOLATION: "STATUS_SHARING_VIOLATION: somebody has a file in it open",
    0xC0000257: "STATUS_PATH_NOT_COVERED: a DFS link, name the server that has the folder",
    0xC000035C: "STATUS_NETWORK_SESSION_EXPIRED: the Kerberos ticket of the logon has expired",
    0xC0000418: "STATUS_NTLM_BLOCKED: the domain takes no NTLM, so Kerberos is needed, and the realm of the account",
}
"""What a status means, for those whose name does not say what to do."""
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
    LINKS_NOT_SHOWN = 11
    HIDDEN_CONTENT = 12
    NAMES_NOT_KEPT = 13
    IN_USE = 14
    DFS_NAMESPACE = 15
    NO_TICKET = 16

    @property
    def description(self) -> str:
        """The reason code."""
        return self.name.lower().replace("_", "-")


_MEANINGS: dict[Reason, str] = {
    Reason.THROUGH_LINK: "the folder, or one above it, is a link, or is what a link next to it leads to",
    Reason.LINKS_NOT_SHOWN: "the server does not show which folders are links, so nothing can be removed safely",
    Reason.HIDDEN_CONTENT: "the share hides something that is still there, such as a link that it does not follow",
    Reason.NAMES_NOT_KEPT: "SMB shows other names than the server has, so the names would be lost",
    Reason.IN_USE: "somebody has it open",
    Reason.DFS_NAMESPACE: "a DFS namespace; name the server and share that have the folder",
}
"""What the reason codes mean that somebody has to act upon."""


def refused(operation: str, reason: Reason, count: int = 0, where: str = "") -> TargetError:
    """Our own refusal.

    Args:
        operation: What was tried.
        reason: Why not.
        count: How many files or folders it is about; 0 where that says nothing.
        where: Folder in which the first of them is, relative to the home folder. Without it an administrator does not
            find a link or a hidden file.
    """
    about = f"{reason.description}: {count}" if count else reason.description
    if where:
        about = f"{about}, first at {where}"
    meaning = _MEANINGS.get(reason)
    return TargetError(SYSTEM, operation, int(reason), f"{about} ({meaning})" if meaning else about)


def refusal(operation: str, status: int) -> TargetError:
    """The error for a status that is no success."""
    kind = TargetError
    if status in _NO_ACCOUNT:
        kind = TargetAuthorizationError
    elif status in _PASSING:
        kind = TargetUnavailableError
    return kind(SYSTEM, operation, status, _WORDS.get(status) or _NAMES.get(status, f"0x{status:08X}"))


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
