"""A server that answers from a table: for what Samba cannot show, such as links that a client sees."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from smbprotocol.exceptions import SMBResponseException
from smbprotocol.header import Commands, NtStatus

from lifecycle.folders.manifest import DIRECTORY, Entry
from lifecycle.ports.files.connection import Share
from lifecycle.ports.files.messages import Message

DESCRIPTOR = struct.pack("<BBHIIII", 1, 0, 0x8004, 0, 0, 0, 20) + struct.pack("<BBHHH", 2, 0, 8, 0, 0)


class Value:
    """A field as smbprotocol answers it."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def get_value(self) -> Any:
        """The value."""
        return self._value


@dataclass
class PlayedServer:
    """The connection to a server with these names; path below the share → entry, its ``name`` the last part.

    Args:
        tree: What is there.
        credits: Requests that may be outstanding.
    """

    tree: Mapping[str, Entry]
    credits: int = 512
    log: list[tuple[str, str]] = field(default_factory=list)
    most: int = 0
    outstanding_requests: dict[int, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sequence_window = {"low": 0, "high": self.credits}
        self._opened, self._listed = "", False

    def share(self) -> Share:
        """A share of it."""
        return Share(self, 1, 1, 5.0)

    def send_compound(self, chain: Sequence[Message], _sid: int, _tid: int, *, related: bool) -> list[Any]:
        """Answer at once; the answers are looked at later."""
        assert related is (len(chain) > 1)
        answers = [self._answer(message) for message in chain]
        self.sequence_window["low"] += len(answers)
        self.most = max(self.most, self.credits - self._left())
        return answers

    def receive(self, request: tuple[int, bytes], *, timeout: float, resolve_symlinks: bool) -> dict[str, Value]:
        """The answer that was prepared."""
        assert timeout
        assert not resolve_symlinks, "a link is followed by nobody"
        self.sequence_window["high"] += 1
        status, body = request
        header = {"status": Value(status), "data": Value(body)}
        if status:
            raise SMBResponseException(header)
        return header

    def _left(self) -> int:
        return self.sequence_window["high"] - self.sequence_window["low"]

    def _answer(self, message: Message) -> tuple[int, bytes]:
        name = {value: name for name, value in vars(Commands).items() if name.startswith("SMB2_")}[message.COMMAND]
        if message.COMMAND == Commands.SMB2_CREATE:
            offset, length = struct.unpack_from("<HH", message.raw, 44)
            self._opened = message.raw[offset - 64 : offset - 64 + length].decode("utf-16-le")
            self._listed = False
            options = struct.unpack_from("<I", message.raw, 40)[0]
            assert options & 0x20_0000, "opened through a link"
        self.log.append((name.removeprefix("SMB2_"), self._opened))
        if self._opened not in self.tree:
            return NtStatus.STATUS_OBJECT_NAME_NOT_FOUND, b""
        match message.COMMAND:
            case Commands.SMB2_CREATE:
                return 0, self._created(self.tree[self._opened])
            case Commands.SMB2_QUERY_DIRECTORY if self._listed:
                return NtStatus.STATUS_NO_MORE_FILES, b""
            case Commands.SMB2_QUERY_DIRECTORY:
                self._listed = True
                return 0, self._information(self._listing())
            case Commands.SMB2_QUERY_INFO:
                is_security = message.raw[2] == 3
                return 0, self._information(DESCRIPTOR if is_security else b"")
            case _:
                return 0, bytes(64)

    def _created(self, entry: Entry) -> bytes:
        times = entry.times
        return struct.pack(
            "<HBBI QQQQ QQ II 16s", 89, 0, 0, 1, times.created, times.accessed, times.written, entry.changed,
            0, entry.size, entry.attributes, 0, b"f" * 16,
        )  # fmt: skip

    def _information(self, buffer: bytes) -> bytes:
        return struct.pack("<HHI", 9, 72, len(buffer)) + buffer

    def _listing(self) -> bytes:
        below = [path for path in self.tree if path.rpartition("\\")[0] == self._opened]
        found = [(path.rpartition("\\")[2], self.tree[path]) for path in below]
        here = self.tree[self._opened]
        listed = [(".", here), ("..", Entry("..", DIRECTORY, 0, here.times)), *found]
        whole = b""
        for number, (name, entry) in enumerate(listed):
            raw, times = name.encode("utf-16-le"), entry.times
            one = struct.pack(
                "<QQQQQQIIIIQ", times.created, times.accessed, times.written, entry.changed, entry.size, 0,
                entry.attributes, len(raw), entry.reparse_tag, 0, 0,
            ) + raw  # fmt: skip
            one += b"\0" * (-len(one) % 8)
            whole += struct.pack("<II", 0 if number == len(listed) - 1 else len(one) + 8, 0) + one
        return whole
