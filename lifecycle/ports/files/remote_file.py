"""A file on a server as Python's own libraries read and write one; pieces are asked for ahead of their turn."""

from __future__ import annotations

import io
from collections import OrderedDict, deque
from typing import Any

from lifecycle.ports.files import messages
from lifecycle.ports.files.content import PIECE
from lifecycle.ports.files.exchange import Exchange, Pending, must
from lifecycle.ports.files.failures import Reason, refused
from lifecycle.ports.files.messages import Opened
from lifecycle.ports.files.place import Place

_TO_READ = messages.READ | messages.READ_ATTRIBUTES
_TO_WRITE = messages.WRITE | messages.READ_ATTRIBUTES
_AHEAD = 4
_KEPT = 8


class RemoteWriter(io.RawIOBase):
    """A new file, written from its beginning to its end; one that was there is emptied.

    Args:
        exchange: What sends.
        place: The file.

    Raises:
        TargetError: It cannot be made.
    """

    def __init__(self, exchange: Exchange, place: Place) -> None:
        super().__init__()
        self._exchange, self._place = exchange, place
        (reply,) = exchange.settle(
            exchange.post(
                place.chain("write", messages.opening(place.path, _TO_WRITE, messages.OVERWRITE_IF, folder=False))
            )
        )
        self._file_id = messages.opened(reply.must()).file_id
        self._piece, self._offset = bytearray(), 0
        self._sent: deque[tuple[Pending, int]] = deque()

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: Any) -> int:
        """Take bytes; whole pieces are sent, and answers looked at when enough of them are on their way."""
        given = memoryview(data).cast("B")
        self._piece += given
        while len(self._piece) >= PIECE:
            self._send(bytes(self._piece[:PIECE]))
            del self._piece[:PIECE]
        return len(given)

    def finish(self) -> None:
        """Send the rest, have it written to the server's disk, and close the file.

        Raises:
            TargetError: Not everything was written.
        """
        if self._piece:
            self._send(bytes(self._piece))
            self._piece.clear()
        while self._sent:
            self._collect()
        for ask in (messages.flushing(self._file_id), messages.closing(self._file_id)):
            must(self._exchange.settle(self._exchange.post(self._place.chain("write", ask))))

    def _send(self, piece: bytes) -> None:
        if len(self._sent) >= _AHEAD:
            self._collect()
        chain = self._place.chain("write", messages.writing(piece, self._offset, self._file_id))
        self._sent.append((self._exchange.post(chain), len(piece)))
        self._offset += len(piece)

    def _collect(self) -> None:
        pending, length = self._sent.popleft()
        (reply,) = self._exchange.settle(pending)
        if messages.written(reply.must()) != length:
            raise refused("write", Reason.DIFFERS)


class RemoteReader(io.RawIOBase):
    """A file that is read anywhere; what follows is asked for ahead.

    Args:
        exchange: What sends.
        place: The file.

    Raises:
        TargetError: It cannot be opened.
    """

    def __init__(self, exchange: Exchange, place: Place) -> None:
        super().__init__()
        self._exchange, self._place = exchange, place
        (reply,) = exchange.settle(
            exchange.post(place.chain("read", messages.opening(place.path, _TO_READ, folder=False)))
        )
        self._opened: Opened = messages.opened(reply.must())
        self._at = 0
        self._pieces: OrderedDict[int, Pending | bytes] = OrderedDict()

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Read elsewhere next."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._opened.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as one piece goes; 0 at the end of the file."""
        into = memoryview(buffer).cast("B")
        number, skipped = divmod(self._at, PIECE)
        part = self._piece(number)[skipped : skipped + len(into)] if self._at < self._opened.size else b""
        into[: len(part)] = part
        self._at += len(part)
        return len(part)

    def finish(self) -> None:
        """Close the file."""
        for kept in self._pieces.values():
            if isinstance(kept, Pending):
                self._exchange.settle(kept)
        must(
            self._exchange.settle(
                self._exchange.post(self._place.chain("read", messages.closing(self._opened.file_id)))
            )
        )

    def _piece(self, number: int) -> bytes:
        for ahead in range(number, min(number + _AHEAD, -(-self._opened.size // PIECE))):
            if ahead not in self._pieces:
                self._pieces[ahead] = self._ask(ahead)
        kept = self._pieces[number]
        if isinstance(kept, Pending):
            (reply,) = self._exchange.settle(kept)
            kept = self._pieces[number] = messages.read(reply.must())
            if len(kept) != self._length(number):
                raise refused("read", Reason.CHANGED_MEANWHILE)
        while len(self._pieces) > _KEPT:
            _, old = self._pieces.popitem(last=False)
            if isinstance(old, Pending):
                self._exchange.settle(old)
        return kept

    def _ask(self, number: int) -> Pending:
        ask = messages.reading(self._length(number), number * PIECE, self._opened.file_id)
        return self._exchange.post(self._place.chain("read", ask))

    def _length(self, number: int) -> int:
        return min(PIECE, self._opened.size - number * PIECE)
