"""Answers, and the exception that ends a request with one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

JSONAnswer = JSONResponse


class Refusal(Exception):  # noqa: N818 - it carries an answer; nothing went wrong here
    """Ends a request with this answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


async def refuse(_request: Request, refusal: Exception) -> Response:
    """Answer what a :class:`Refusal` carries; the application's handler of it."""
    if not isinstance(refusal, Refusal):
        raise refusal
    return refusal.response


def no_content() -> Response:
    """Answer 204."""
    return Response(status_code=204)
