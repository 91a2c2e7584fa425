"""Query parameters as HaloITSM reads them: names without case, unknown ones ignored in silence."""

from __future__ import annotations

from starlette.requests import Request

from sandbox.halo.answers import invalid_value


class Query:
    """The parameters of one request.

    Args:
        request: Read are its query parameters; of one given twice the last counts.
    """

    def __init__(self, request: Request) -> None:
        self._values = {name.lower(): value for name, value in request.query_params.multi_items()}

    def text(self, name: str) -> str:
        """Return a parameter without surrounding blanks, empty when it is absent."""
        return self._values.get(name, "").strip()

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a switch: only ``true`` is true, whence ``orderdesc=1`` sorts ascending."""
        return self.text(name).lower() == "true" if self.text(name) else default

    def number(self, name: str) -> int | None:
        """Return an integer, ``None`` when absent.

        Raises:
            Refusal: 400, it is not an integer.
        """
        text = self.text(name)
        if not text:
            return None
        try:
            return int(text)
        except ValueError:
            raise invalid_value(name, text) from None

    def numbers(self, name: str) -> frozenset[int]:
        """Return the integers of a list separated by commas; what is no integer is ignored."""
        return frozenset(int(part) for part in self.text(name).split(",") if part.strip().isdecimal())
