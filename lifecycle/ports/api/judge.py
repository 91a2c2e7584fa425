"""The endpoint's own rules on answers that are errors; what none fits is treated as without rules."""

from __future__ import annotations

import httpx

from lifecycle.config.endpoint import Endpoint
from lifecycle.config.error_action import Action, ErrorAction
from lifecycle.errors import SourceAuthorizationError, SourceRequestError, SourceUnavailableError
from lifecycle.language.fields.json_path import JsonPath, JsonPathError
from lifecycle.ports.api.answers import NO_JSON, body_kind, is_transient, parsed, read_json

_UNAUTHORIZED = 401


class Judge:
    """An endpoint's rules, compiled; a body must have been read before it is judged."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._rules = [(rule, _path(rule)) for rule in endpoint.errors]

    def action(self, response: httpx.Response) -> Action | None:
        """What the first rule that fits says; None without one."""
        return next((rule.action for rule, path in self._rules if _fits(rule, path, response)), None)

    def calls_for_a_token(self, response: httpx.Response) -> bool:
        """Whether a new token is worth a try: a rule says so or, without one, the status is 401."""
        action = self.action(response)
        return action == "refresh_token" or (action is None and response.status_code == _UNAUTHORIZED)

    def check(self, response: httpx.Response) -> None:
        """Let an answer pass that is to be read, or ignored.

        Raises:
            SourceUnavailableError: The same request may succeed later.
            SourceRequestError: A rule calls it a failure.
            SourceAuthorizationError: A rule calls for a new token, and this one is new.
        """
        name, status = self.endpoint.name, response.status_code
        told = f"endpoint {name}: the server answered {status}"
        match self.action(response):
            case None if is_transient(response):
                read_json(name, response)
            case "fail":
                raise SourceRequestError(name, status, f"{body_kind(response)}: a failure as configured")
            case "retry":
                raise SourceUnavailableError(f"{told} ({body_kind(response)}: tried again as configured)")
            case "rate_limited":
                raise SourceUnavailableError(f"{told} (rate limit reached, as configured)")
            case "refresh_token":
                raise SourceAuthorizationError(f"{told} ({body_kind(response)}), although the token is new")


def _path(rule: ErrorAction) -> JsonPath | None:
    return JsonPath(rule.body) if rule.body is not None and rule.body.startswith("$") else None


def _fits(rule: ErrorAction, path: JsonPath | None, response: httpx.Response) -> bool:
    if not rule.covers(response.status_code):
        return False
    if path is None:
        return rule.body is None or rule.body.casefold() in response.text.casefold()
    answer = parsed(response)
    try:
        return answer is not NO_JSON and bool(path.found(answer))
    except JsonPathError:
        return False
