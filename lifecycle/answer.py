"""What a system answers to one operation: carried out, refused, or nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

NO_ANSWER = -1
"""The code of an operation whose answer was lost: it may or may not have been carried out."""


Permit = Callable[[], None]
"""Called before something is sent: raises where it may not be."""


def freely() -> None:
    """The permit of whoever needs none."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a directory, a cloud, a mail system, a file server or a script to one operation.

    Args:
        code: 0 is success and :data:`NO_ANSWER` is none; else the system's own code: an LDAP result code (RFC 4511,
            appendix A), an HTTP status, an exit code.
        description: Name of the code; never a value that was written.
        detail: What else helps and holds no personal data: a Windows error number, a request's identifier.
        postponed: Whether nothing was done, and a later run may ask for the same again whatever it is.
    """

    code: int
    description: str
    detail: str = ""
    postponed: bool = False

    @property
    def ok(self) -> bool:
        """Whether the operation was carried out."""
        return self.code == 0

    @property
    def unknown(self) -> bool:
        """Whether no answer came."""
        return self.code == NO_ANSWER
