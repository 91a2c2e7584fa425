"""``/users/{id}/photo/$value``: bytes in, the same bytes out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.graph.answers import bad_request, error
from sandbox.graph.reach import user_in
from sandbox.simulators.answers import Refusal

_MOST_BYTES = 4 * 1024 * 1024
_STARTS = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG"}


async def get_photo(request: Request) -> Response:
    """Show a photo."""
    user = user_in(request)
    if user.photo is None:
        raise _no_photo()
    content, kind = user.photo
    return Response(content, media_type=kind)


async def put_photo(request: Request) -> Response:
    """Keep a photo."""
    user, content = user_in(request), await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if len(content) > _MOST_BYTES:
        raise Refusal(error(413, "RequestEntityTooLarge", "The photo is larger than 4 MB."))
    if kind not in _STARTS or not content.startswith(_STARTS[kind]):
        raise bad_request("The image is not of a supported format.", "ErrorInvalidImage")
    user.photo = (content, kind)
    return Response(status_code=200)


async def delete_photo(request: Request) -> Response:
    """Take a photo away."""
    user = user_in(request)
    if user.photo is None:
        raise _no_photo()
    user.photo = None
    return Response(status_code=200)


def _no_photo() -> Refusal:
    message = "Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown."
    return Refusal(error(404, "ImageNotFound", message))


_PATH = "/v1.0/users/{user}/photo/$value"
ROUTES = [
    Route(_PATH, get_photo, methods=["GET"]),
    Route(_PATH, put_photo, methods=["PUT"]),
    Route(_PATH, delete_photo, methods=["DELETE"]),
]
