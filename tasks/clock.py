"""The present moment: every flow asks here, so that a test may let thirty days pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


def _real() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _real


def utc_now() -> datetime:
    """The present moment, UTC; the library takes it as an argument."""
    return _source()


@contextmanager
def telling(source: Callable[[], datetime]) -> Iterator[None]:
    """Let another source say what time it is, inside; for tests."""
    global _source  # noqa: PLW0603 - one clock for all threads of the process, which is what a clock is
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
