"""The systems that are connected besides the directory: looked up for a plan, and written to.

Each is opened when it is first needed. One that cannot be reached or read is said to be so and holds up no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

from lifecycle.actions.outside import Need, Outside, System, Wanted
from lifecycle.answer import Answer, Permit, freely
from lifecycle.cloud.user import CloudIdentity, CloudPart, CloudUser
from lifecycle.directory.account import Account
from lifecycle.directory.picture import PHOTO_ATTRIBUTES, Picture
from lifecycle.errors import (
    ConfigurationError,
    DirectoryError,
    TargetAuthorizationError,
    TargetError,
    TargetUnavailableError,
)
from lifecycle.folders.operation import FolderState, unheard
from lifecycle.folders.unc_path import UncPath
from lifecycle.mail.mailbox import Mailbox
from lifecycle.mail.operation import MailAccount, Part
from lifecycle.notice import Reason

Open = Callable[[], AbstractContextManager[Any]]
"""Opens a system's port: Cloud, Mail, Folders, Scripts, Photos or Directory, by the system."""

Keep = Callable[[], None]

_REFUSED = 1
"""The code of an operation that was not sent, where the system gave none."""


class Systems:
    """The ports of one automation; a context manager.

    Args:
        openers: System → what opens its port; one that is not there is not configured.
    """

    def __init__(self, openers: Mapping[System, Open] | None = None) -> None:
        self._openers = openers or {}
        self._ports: dict[System, Any] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ports.clear()
        self._open.close()

    def look_up(self, wanted: Wanted, accounts: Mapping[str, Account], keep: Keep = unheard) -> Outside:
        """Read what is wanted.

        Args:
            wanted: What.
            accounts: By objectGUID, with userPrincipalName; those that are not there are not looked for.
            keep: Called now and then by what may take long.
        """
        unread: dict[System, str] = {}
        found: dict[str, Any] = {}
        refused: dict[str, str] = {}
        for system in sorted(wanted.systems):
            try:
                read = _READERS[system](self._port(system), wanted, accounts, keep)
                refused |= read.pop("refused", {})
                found |= read
            except TargetError as error:
                unread[system] = f"{error.description} ({error.code})"
            except DirectoryError as error:
                unread[system] = f"{error.description} ({error.result_code})"
            except ConfigurationError as error:
                unread[system] = error.problem
        return Outside(**found, refused=refused, unread=unread)

    def send(
        self, system: System, operations: Sequence[Any], keep: Keep = unheard, permit: Permit = freely
    ) -> list[Answer]:
        """Carry operations out, in their order; one that could not even be sent was not carried out.

        Args:
            system: Where.
            operations: What.
            keep: Called now and then by what may take hours; what it raises ends the operation.
            permit: Called before each operation is sent; what it raises ends the sending.
        """
        try:
            return _SENDERS[system](self._port(system), operations, keep, permit)
        except TargetError as error:
            return [Answer(error.code or _REFUSED, error.description, postponed=True)] * len(operations)
        except ConfigurationError as error:
            return [Answer(_REFUSED, error.problem, postponed=True)] * len(operations)

    def _port(self, system: System) -> Any:
        if system not in self._ports:
            if system not in self._openers:
                raise TargetError(system.value, "open", _REFUSED, "the automation names no block for it")
            self._ports[system] = self._open.enter_context(self._openers[system]())
        return self._ports[system]


def _users(port: Any, wanted: Wanted, accounts: Mapping[str, Account], _keep: Keep) -> dict[str, Any]:
    asked: dict[str, set[CloudPart]] = {}
    for need, guids in wanted.accounts.items():
        if need.system is System.CLOUD:
            for guid in guids & accounts.keys():
                asked.setdefault(guid, set()).update(_CLOUD_PARTS.get(need, ()))
    found: dict[str, CloudUser] = {}
    for parts in sorted({tuple(sorted(parts)) for parts in asked.values()}):
        guids_of = [guid for guid in sorted(asked) if asked[guid] == set(parts)]
        found |= port.users([CloudIdentity(guid, _principal(accounts[guid])) for guid in guids_of], parts)
    return {"users": found}


_CLOUD_PARTS: Mapping[Need, tuple[CloudPart, ...]] = {
    Need.CLOUD_PHOTO: (CloudPart.PHOTO,),
    Need.CLOUD_REPLIES: (CloudPart.AUTOMATIC_REPLIES,),
}
"""What is read of a user besides itself."""


def _mailboxes(port: Any, wanted: Wanted, accounts: Mapping[str, Account], _keep: Keep) -> dict[str, Any]:
    """Each by itself: an account that Exchange does not know yet is no reason to leave the others."""
    asked: dict[str, tuple[Part, ...]] = {}
    for need, parts in _MAIL_PARTS.items():
        for guid in wanted.accounts.get(need, frozenset()) & accounts.keys():
            asked[guid] = parts
    found: dict[str, Mailbox] = {}
    unread: dict[tuple[System, str], tuple[Reason, str]] = {}
    for guid, parts in sorted(asked.items()):
        try:
            found |= port.mailboxes([_mail_account(accounts[guid], wanted)], parts)
        except (TargetUnavailableError, TargetAuthorizationError):
            raise
        except TargetError as error:
            reason = Reason.TARGET_MISSING if error.code == HTTPStatus.NOT_FOUND else Reason.TARGET_UNREAD
            unread[System.MAIL, guid] = reason, f"{System.MAIL.value}: {error.description} ({error.code})"
    return {"mailboxes": found, "unread_of": unread}


_MAIL_PARTS: Mapping[Need, tuple[Part, ...]] = {
    Need.MAILBOX: (),
    Need.AUTO_REPLY: (Part.AUTO_REPLY,),
    Need.LOST_MAILBOX: tuple(Part),
}
"""What is read of a mailbox besides itself; a later line has all that the earlier ones have."""


def _mail_account(account: Account, wanted: Wanted) -> MailAccount:
    mailbox, database = wanted.lost_mailboxes.get(account.guid, ("", ""))
    return MailAccount(account.guid, _principal(account), exchange_guid=mailbox, database=database)


def _folders(port: Any, wanted: Wanted, _accounts: Mapping[str, Account], keep: Keep) -> dict[str, Any]:
    """Each folder by itself: one that may not be looked at, or whose path is none, is no reason to leave the others."""
    states: dict[str, FolderState] = {}
    refused: dict[str, str] = {}
    unread: dict[str, str] = {}
    for path in sorted(wanted.paths):
        try:
            states[path] = port.state(UncPath.parse(path), keep)
        except TargetUnavailableError:
            raise
        except TargetAuthorizationError as error:  # of one server; others may take the account
            unread[path] = error.description
        except TargetError as error:
            refused[path] = error.description
        except ValueError as error:
            refused[path] = str(error)
    return {"folders": states, "roots": tuple(port.roots), "refused": refused, "unread_folders": unread}


def _scripts(port: Any, wanted: Wanted, _accounts: Mapping[str, Account], _keep: Keep) -> dict[str, Any]:
    digests: dict[str, str] = {}
    refused: dict[str, str] = {}
    for script in sorted(wanted.scripts):
        try:
            digests[script] = port.digest(script)
        except ConfigurationError as error:
            refused[script] = error.problem
        except ValueError as error:
            refused[script] = str(error)
    return {"digests": digests, "refused": refused}


def _photos(port: Any, wanted: Wanted, _accounts: Mapping[str, Account], _keep: Keep) -> dict[str, Any]:
    photos: dict[str, Picture] = {}
    refused: dict[str, str] = {}
    for name in sorted(wanted.photos):
        try:
            if (picture := port.picture(name)) is not None:
                photos[name] = picture
        except ValueError as error:
            refused[name] = str(error)
    return {"photos": photos, "refused": refused}


def _held_photos(port: Any, wanted: Wanted, _accounts: Mapping[str, Account], _keep: Keep) -> dict[str, Any]:
    guids = wanted.accounts.get(Need.HELD_PHOTOS, frozenset())
    accounts = port.accounts(guids, PHOTO_ATTRIBUTES)
    held = {
        guid: {name: one.attributes[name] for name in PHOTO_ATTRIBUTES if name in one.attributes}
        for guid, one in accounts.items()
    }
    return {"held_photos": held}


def _principal(account: Account) -> str:
    return str(account.attributes.get("userPrincipalName", ""))


def _send_all(port: Any, operations: Sequence[Any], _keep: Keep, permit: Permit) -> list[Answer]:
    answers: list[Answer] = port.send(operations, permit)
    return answers


def _send_each(port: Any, operations: Sequence[Any], keep: Keep, permit: Permit) -> list[Answer]:
    answers = []
    for operation in operations:
        permit()
        answers.append(port.send(operation, lambda _progress: None, keep))
    return answers


def _run_each(port: Any, operations: Sequence[Any], keep: Keep, permit: Permit) -> list[Answer]:
    answers = []
    for call, codes in operations:
        permit()
        answers.append(codes.answer(port.run(call, keep)))
    return answers


_READERS: Mapping[System, Callable[[Any, Wanted, Mapping[str, Account], Keep], dict[str, Any]]] = {
    System.CLOUD: _users,
    System.MAIL: _mailboxes,
    System.FILES: _folders,
    System.SCRIPTS: _scripts,
    System.PHOTOS: _photos,
    System.DIRECTORY: _held_photos,
}
_SENDERS: Mapping[System, Callable[[Any, Sequence[Any], Keep, Permit], list[Answer]]] = {
    System.CLOUD: _send_all,
    System.MAIL: _send_all,
    System.FILES: _send_each,
    System.SCRIPTS: _run_each,
}
NO_SYSTEMS = Systems()
