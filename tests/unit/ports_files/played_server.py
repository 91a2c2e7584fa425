"""A server that answers from a table: for what Samba cannot show, such as links that a client sees."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from smbprotocol.exceptions import SMBResponseException
from smbprotocol.header import Commands, NtStatus

from lifecycle.folders.manifest import DIRECTORY, Entry, Times
from lifecycle.ports.files.connection import Share
from lifecycle.ports.files.messages import Message

DESCRIPTOR = struct.pack("<BBHIIII", 1, 0, 0x8004, 0, 0, 0, 20) + struct.pack("<BBHHH", 2, 0, 8, 0, 0)

ROOT = Entry("", DIRECTORY, 0, Times(0, 0, 0))


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
        numbers: Path → FileId, where it is not one of its own; 0 for a server that has none.
        above: Path → FileId of ``..``, where it is not that of the folder above.
        volumes: Path → volume, where it is not the first.
        shows_links: Whether its volume says that it has reparse points.
        real_names: Path → the name that the server has, where it shows another.
    """

    tree: Mapping[str, Entry]
    credits: int = 512
    numbers: Mapping[str, int] = field(default_factory=dict)
    above: Mapping[str, int] = field(default_factory=dict)
    volumes: Mapping[str, int] = field(default_factory=dict)
    shows_links: bool = True
    real_names: Mapping[str, str] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)
    most: int = 0
    outstanding_requests: dict[int, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sequence_window = {"low": 0, "high": self.credits}
        self._opened, self._listed = "", False
        self._own = {path: number for number, path in enumerate(["", *self.tree], 100)}

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
        if self._opened and self._opened not in self.tree:
            return NtStatus.STATUS_OBJECT_NAME_NOT_FOUND, b""
        match message.COMMAND:
            case Commands.SMB2_CREATE:
                return 0, self._created(self.tree.get(self._opened, ROOT))
            case Commands.SMB2_QUERY_DIRECTORY if self._listed:
                return NtStatus.STATUS_NO_MORE_FILES, b""
            case Commands.SMB2_QUERY_DIRECTORY:
                self._listed = True
                return 0, self._information(self._listing())
            case Commands.SMB2_QUERY_INFO:
                return 0, self._information(self._asked(message.raw[2], message.raw[3]))
            case _:
                return 0, bytes(64)

    def _asked(self, kind: int, information: int) -> bytes:
        match kind, information:
            case 3, _:
                return DESCRIPTOR
            case 2, 5:
                return struct.pack("<III", 0x80 if self.shows_links else 0, 255, 0)
            case 1, 18:
                name = self.real_names.get(self._opened, self._opened.rpartition("\\")[2])
                raw = f"\\{self._opened.rpartition(chr(92))[0]}\\{name}".encode("utf-16-le")
                return bytes(96) + struct.pack("<I", len(raw)) + raw
            case _:
                return b""

    def _number(self, path: str) -> int:
        return self.numbers.get(path, self._own[path])

    def _created(self, entry: Entry) -> bytes:
        times = entry.times
        which = struct.pack("<QQ16x", self._number(self._opened), self.volumes.get(self._opened, 7))
        context = struct.pack("<IHHHHI4s4x", 0, 16, 4, 0, 24, len(which), b"QFid") + which
        return struct.pack(
            "<HBBI QQQQ QQ II 16s II", 89, 0, 0, 1, times.created, times.accessed, times.written, entry.changed,
            0, entry.size, entry.attributes, 0, b"f" * 16, 64 + 88,
            len(context),
        ) + context  # fmt: skip

    def _information(self, buffer: bytes) -> bytes:
        return struct.pack("<HHI", 9, 72, len(buffer)) + buffer

    def _listing(self) -> bytes:
        below = [path for path in self.tree if path.rpartition("\\")[0] == self._opened]
        found = [(path.rpartition("\\")[2], self.tree[path]) for path in below]
        here = self.tree.get(self._opened, ROOT)
        above = self._opened.rpartition("\\")[0]
        dots = [
            (".", here, self._number(self._opened)),
            ("..", here, self.above.get(self._opened, self._number(above))),
        ]
        listed = [*dots, *((name, entry, self._number(path)) for path, (name, entry) in zip(below, found, strict=True))]
        whole = b""
        for number, (name, entry, file_id) in enumerate(listed):
            raw, times = name.encode("utf-16-le"), entry.times
            one = struct.pack(
                "<QQQQQQIIIIQ", times.created, times.accessed, times.written, entry.changed, entry.size, 0,
                entry.attributes, len(raw), entry.reparse_tag, 0, file_id,
            ) + raw  # fmt: skip
            one += b"\0" * (-len(one) % 8)
            whole += struct.pack("<II", 0 if number == len(listed) - 1 else len(one) + 8, 0) + one
        return whole
