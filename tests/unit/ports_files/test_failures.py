"""What refusals of a file server become, and what of them is never told."""

import pickle

import pytest
from smbprotocol.exceptions import SMBAuthenticationError, SMBConnectionClosed, SMBException
from smbprotocol.header import NtStatus

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.errors import TargetAuthorizationError, TargetContractError, TargetError, TargetUnavailableError
from lifecycle.ports.files.connection import FileConnection
from lifecycle.ports.files.failures import Reason, answer_to, broken, refusal, refused, translated


@pytest.mark.parametrize(
    ("status", "kind", "name"),
    [
        (NtStatus.STATUS_ACCESS_DENIED, TargetError, "STATUS_ACCESS_DENIED"),
        (NtStatus.STATUS_SHARING_VIOLATION, TargetError, "STATUS_SHARING_VIOLATION: somebody has a file in it open"),
        (NtStatus.STATUS_DISK_FULL, TargetError, "STATUS_DISK_FULL"),
        (NtStatus.STATUS_LOGON_FAILURE, TargetAuthorizationError, "STATUS_LOGON_FAILURE"),
        (0xC0000072, TargetAuthorizationError, "0xC0000072"),
        (NtStatus.STATUS_USER_SESSION_DELETED, TargetUnavailableError, "STATUS_USER_SESSION_DELETED"),
        (NtStatus.STATUS_INSUFF_SERVER_RESOURCES, TargetUnavailableError, "STATUS_INSUFF_SERVER_RESOURCES"),
    ],
)
def test_status_says_what_to_do_next(status: int, kind: type[TargetError], name: str) -> None:
    error = refusal("write", status)
    assert type(error) is kind
    assert (error.code, error.description) == (status, name)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (SMBConnectionClosed("closed: ada"), TargetUnavailableError),
        (SMBException("timeout for ada"), TargetUnavailableError),
        (SMBException("SMB encryption is required, ada does not support it"), TargetAuthorizationError),
        (SMBAuthenticationError("no ticket for ada"), TargetAuthorizationError),
        (ValueError("Failed to connect to 'ada:445'"), TargetUnavailableError),
        (OSError("ada unreachable"), TargetUnavailableError),
    ],
)  # fmt: skip
def test_foreign_errors_are_translated_without_their_text(raised: Exception, kind: type[TargetError]) -> None:
    with pytest.raises(kind) as told, translated("read"):
        raise raised
    assert "ada" not in str(told.value)


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (refused("copy", Reason.HOLDS_LINKS, 3), Answer(2, "holds-links: 3", "copy")),
        (refused("copy", Reason.IN_THE_WAY), Answer(1, "in-the-way", "copy")),
        (refusal("write", NtStatus.STATUS_DISK_FULL), Answer(0xC000007F, "STATUS_DISK_FULL", "write")),
        (refusal("write", NtStatus.STATUS_IO_TIMEOUT), Answer(NO_ANSWER, "STATUS_IO_TIMEOUT", "write")),
    ],
)
def test_answer_to_an_error(error: TargetError, answer: Answer) -> None:
    assert answer_to(error) == answer


def test_broken_answer_is_one_of_the_contract() -> None:
    assert isinstance(broken("list", "a name that cannot be"), TargetContractError)


def test_settings_hide_the_password() -> None:
    assert "s3cret" not in repr(FileConnection("svc", "s3cret"))
