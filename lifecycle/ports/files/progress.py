"""Telling how far an operation is, not too often."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.folders.operation import OnProgress, Progress

_NOW_AND_THEN = 64


class Teller:
    """Counts what is done in one stage, and tells of it now and then."""

    def __init__(self, on_progress: OnProgress, stage: str, of_files: int, done: int = 0) -> None:
        self._on_progress, self._stage, self._of_files = on_progress, stage, of_files
        self._files, self._size = done, 0

    def add(self, size: int) -> None:
        """One file more."""
        self._files += 1
        self._size += size
        if self._files % _NOW_AND_THEN == 0:
            self.end()

    def grow(self, size: int) -> None:
        """A part of a large file."""
        self._size += size
        self.end()

    def through(self, sizes: Iterator[int]) -> int:
        """Parts of a large file; their sum."""
        whole = 0
        for size in sizes:
            whole += size
            self.grow(size)
        return whole

    def end(self) -> None:
        """Tell how far it is."""
        self._on_progress(Progress(self._stage, self._files, self._of_files, self._size))
