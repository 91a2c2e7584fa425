"""What the starter of a run and the fork server say to each other, over a Unix socket of this machine."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

_LENGTH = struct.Struct("!I")
_MOST = 4 * 1024 * 1024
"""Bytes of a message; an environment has a few thousand."""
_PEER = struct.Struct("3i")


class HungUpError(Exception):
    """The other side has gone, or says what it should not."""


def send(to: socket.socket, message: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
    """Send one message, with file descriptors.

    Raises:
        HungUpError: Nobody is there.
    """
    content = json.dumps(message).encode("utf-8", "surrogateescape")
    try:
        socket.send_fds(to, [_LENGTH.pack(len(content))], list(descriptors))
        to.sendall(content)
    except OSError:
        raise HungUpError from None


def receive(of: socket.socket, descriptors: int = 0) -> tuple[dict[str, Any], tuple[int, ...]]:
    """One message, and as many file descriptors as it brings, at most so many.

    Raises:
        HungUpError: It does not come whole.
    """
    try:
        head, given, _, _ = socket.recv_fds(of, _LENGTH.size, descriptors)
        length = _LENGTH.unpack(head + _exactly(of, _LENGTH.size - len(head)))[0]
        if length > _MOST:
            raise HungUpError
        return json.loads(_exactly(of, length)), tuple(given)
    except (OSError, ValueError):
        raise HungUpError from None


def user_of(peer: socket.socket) -> int:
    """The user who is at the other end, as the kernel knows (unix(7), SO_PEERCRED)."""
    _, user, _ = _PEER.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return int(user)


def _exactly(of: socket.socket, length: int) -> bytes:
    content = bytearray()
    while len(content) < length:
        part = of.recv(length - len(content))
        if not part:
            raise HungUpError
        content += part
    return bytes(content)
