"""Answers as HaloITSM gives them: error bodies have no standard shape, so each has its own."""

from __future__ import annotations

from starlette.responses import HTMLResponse, Response

from sandbox.simulators.answers import JSONAnswer, Refusal


def invalid_value(name: str, value: object) -> Refusal:
    """Refuse a parameter: 400 ``{"id": ["The value 'probe' is not valid."]}``."""
    return Refusal(JSONAnswer({name: [f"The value '{value}' is not valid."]}, 400))


def unconvertible(path: str, value: object, kind: str) -> Refusal:
    """Refuse a value of a body: 400 ``{"[0].id": ["Could not convert string to integer: …"]}``."""
    text = f"Could not convert string to {kind}: {value}. Path '{path}', line 1, position 1."
    return Refusal(JSONAnswer({path: [text]}, 400))


def missing(what: str) -> Refusal:
    """Refuse a body that lacks something: 400 with a bare JSON string."""
    return Refusal(JSONAnswer(f"Please enter a value for {what}.", 400))


def not_found() -> Refusal:
    """Answer 404 with an empty body."""
    return Refusal(Response(status_code=404))


def database_error(message: str) -> Refusal:
    """Answer 400 with the face of a database error."""
    name = "System.Data.SqlClient.SqlException"
    return Refusal(JSONAnswer({"ClassName": name, "Message": message, "HResult": -2146232060}, 400))


def page(status: int, title: str) -> Response:
    """Return an HTML page, as whatever stands before HaloITSM gives it."""
    text = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return HTMLResponse(text, status)
