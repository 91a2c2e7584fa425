"""Cmdlets over HTTPS: the admin API behind Exchange Online's own PowerShell module, version 3.

``POST /adminapi/beta/{tenant}/InvokeCommand`` with ``{"CmdletInput": {"CmdletName", "Parameters"}}``; Microsoft
documents its successor (learn.microsoft.com/exchange/reference/admin-api-get-started), and this one is described at
michev.info/blog/post/5822. Results come in pages (OData ``@odata.nextLink``), errors as OData errors whose details
name the exception: ``Ex6F9304|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|…``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.errors import LifecycleError
from lifecycle.mail.call import CmdletCall
from lifecycle.mail.mailbox import GUID
from lifecycle.mail.reading import Properties
from lifecycle.mail.refusal import DONE
from lifecycle.ports.exchange.failures import (
    PASSING,
    Refused,
    answer_of,
    broken,
    exception_name,
    unauthorised,
    unavailable,
)
from lifecycle.ports.exchange.patience import Patience
from lifecycle.ports.https.app_tokens import AppTokens
from lifecycle.ports.https.retry_after import retry_after_s
from lifecycle.ports.https.trust import distrusted, is_distrust

PAGE_SIZE = 1000
_MOST_PAGES = 1000
_ORGANISATION_MAILBOX = "bb558c35-97f1-4cb9-8ff7-d53741dc928c"
"""The same in every organisation: a call for the organisation as a whole is routed to it."""
_NAMED_EXCEPTION = re.compile(r"\|(?:[A-Za-z0-9]+\.)+([A-Za-z0-9]+)\|")
_UNAUTHORIZED, _FORBIDDEN, _TIMED_OUT, _TOO_MANY = 401, 403, 408, 429
_NO_JSON = object()


def _utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


class Invoker:
    """Runs cmdlets of one tenant.

    Args:
        http: What sends; verifies certificates and follows no redirects.
        host: Host of Exchange Online.
        tenant: Id or domain of the tenant.
        tokens: Where tokens come from.
        patience: For how long reads are tried again.
        now: The time, UTC.
    """

    def __init__(
        self,
        http: httpx.Client,
        host: str,
        tenant: str,
        tokens: AppTokens,
        patience: Patience,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._now = now
        self._http, self._tokens, self._patience = http, tokens, patience
        self._address = httpx.URL(f"https://{host}/adminapi/beta/{tenant}/InvokeCommand")
        self._anchor = f"APP:SystemMailbox{{{_ORGANISATION_MAILBOX}}}@{tenant}"

    def read(self, call: CmdletCall) -> list[Properties]:
        """Every object that a reading cmdlet answers.

        Raises:
            Refused: Exchange refuses the cmdlet.
            TargetError: The read failed or is not complete.
        """
        if not call.reads:
            raise ValueError(f"{call.name} writes: it is sent once, not read")
        found: list[Properties] = []
        address, seen = self._address, {str(self._address)}
        for _ in range(_MOST_PAGES):
            page = self._patience.read(lambda here=address: self._page(call, here))  # type: ignore[misc]
            found += page[0]
            if not page[1]:
                return found
            address = self._next(call, page[1])
            if str(address) in seen:
                raise broken(call.name, "the pages go round in a circle")
            seen.add(str(address))
        raise broken(call.name, "pages without end")

    def send(self, call: CmdletCall) -> Answer:
        """Run a writing cmdlet, once."""
        try:
            response = self._post(call, self._address)
        except LifecycleError as error:
            return answer_of(error)
        except httpx.ConnectError:
            return Answer(NO_ANSWER, "not sent: no connection")
        except httpx.HTTPError as error:
            return Answer(NO_ANSWER, f"no answer: {type(error).__name__}")
        return _written(call, response)

    def _page(self, call: CmdletCall, address: httpx.URL) -> tuple[list[Properties], str]:
        """One page and the link to the next, empty at the end."""
        problem: Exception
        try:
            response = self._post(call, address)
        except httpx.HTTPError as error:
            problem = distrusted() if is_distrust(error) else unavailable(call.name, type(error).__name__)
        else:
            self._check(call, response)
            return _objects(call, _json(response))
        raise problem

    def _check(self, call: CmdletCall, response: httpx.Response) -> None:
        """Raise for every answer that is no page."""
        status = response.status_code
        if (refused := _refusal(call, response)) is not None:
            raise unavailable(call.name, refused.description, status) if refused.passes else refused
        if status in {_UNAUTHORIZED, _FORBIDDEN}:
            raise unauthorised(call.name, status, "the application may not run it")
        if status in {_TOO_MANY, _TIMED_OUT} or response.is_server_error:
            self._patience.wait_as_asked(retry_after_s(response.headers.get("retry-after"), self._now()) or 0.0)
            raise unavailable(call.name, "throttled" if status == _TOO_MANY else "the server failed", status)
        if not response.is_success:
            raise Refused(call.name, status, "refused", _request_id(response))

    def _post(self, call: CmdletCall, address: httpx.URL) -> httpx.Response:
        """Send it; once more with a new token where Exchange does not take the one that it got."""
        response = self._sent(call, address, self._tokens.bearer())
        if response.status_code == _UNAUTHORIZED:  # nothing was run
            self._tokens.renew()
            response = self._sent(call, address, self._tokens.bearer())
        return response

    def _sent(self, call: CmdletCall, address: httpx.URL, token: str) -> httpx.Response:
        body = {"CmdletInput": {"CmdletName": call.name, "Parameters": call.wire()}}
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "X-ResponseFormat": "json",
            "X-CmdletName": call.name,
            "X-ClientApplication": "halo-ad",
            "X-SerializationLevel": "Partial",
            "X-AnchorMailbox": self._anchor,
            "Prefer": f"odata.maxpagesize={PAGE_SIZE}",
        }
        return self._http.post(address, json=body, headers=headers)

    def _next(self, call: CmdletCall, link: str) -> httpx.URL:
        """The next page's address; a token is sent to no other host."""
        try:
            address = self._address.join(link)
        except httpx.InvalidURL:
            address = httpx.URL("")
        if (address.scheme, address.netloc) != ("https", self._address.netloc):
            raise broken(call.name, "the next page is on another host")
        return address


def _written(call: CmdletCall, response: httpx.Response) -> Answer:
    """What an answer says of a write: carried out, refused, or that nobody knows."""
    request_id, status = _request_id(response), response.status_code
    if (refused := _refusal(call, response)) is not None:
        return refused.answer()
    if response.is_success:
        cut_off = bool(response.content.strip()) and _json(response) is _NO_JSON
        return Answer(NO_ANSWER, "the answer is cut off", request_id) if cut_off else DONE
    if status == _TOO_MANY:
        return Answer(status, "throttled", request_id)
    if response.is_server_error or status == _TIMED_OUT:
        return Answer(NO_ANSWER, f"no answer: the server said {status}", request_id)
    return Answer(status, "refused", request_id)


def _objects(call: CmdletCall, content: Any) -> tuple[list[Properties], str]:
    values = content.get("value") if isinstance(content, dict) else None
    if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
        raise broken(call.name, "the answer is no list of objects")
    link = content.get("@odata.nextLink") or ""
    if not isinstance(link, str):
        raise broken(call.name, "the next page has no address")
    return values, link


def _refusal(call: CmdletCall, response: httpx.Response) -> Refused | None:
    """What an OData error says, without its texts: they hold names and addresses."""
    content = _json(response)
    error = content.get("error") if isinstance(content, dict) else None
    if not isinstance(error, dict):
        return None
    details = error.get("details")
    texts = [one.get("message") for one in details if isinstance(one, dict)] if isinstance(details, list) else []
    for text in (*texts, error.get("message")):
        found = _NAMED_EXCEPTION.search(text) if isinstance(text, str) else None
        if found:
            return Refused(call.name, response.status_code, exception_name(found[1]), _request_id(response))
    code = error.get("code")
    if response.is_server_error or response.status_code in {_UNAUTHORIZED, _FORBIDDEN, _TOO_MANY}:
        # such a body says no more than the status, unless the cmdlet itself is named as the one that failed
        return Refused(call.name, response.status_code, str(code), _request_id(response)) if code in PASSING else None
    return Refused(call.name, response.status_code, exception_name(str(code)), _request_id(response))


def _request_id(response: httpx.Response) -> str:
    given = response.headers.get("request-id", "").lower()
    return given if GUID.fullmatch(given) else ""


def _json(response: httpx.Response) -> Any:
    """The body, or a mark for what is no JSON: the exceptions of :mod:`json` would carry it along."""
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        return _NO_JSON
