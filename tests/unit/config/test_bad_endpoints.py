"""Every way to write a bad endpoint, with the place and the sentence that say so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lifecycle.config.loader import load_configuration
from lifecycle.errors import ConfigurationError

USERS, DETAILS = "endpoints/users.yaml", "endpoints/details.yaml"
KEY = "key: id\n"
POST = "method: POST\n"
PAGES = "pagination: {mode: page_number}\n"
STATUS = "must be a status such as 404, one of 2xx, 4xx, 5xx, or a list; given: "
AUTHORISES = "is not set here: the credentials block authorises requests"
CONNECTION = "is not set here: it belongs to the connection"

Bad = tuple[str, str, str, str, str]


def of(file: str, added: str, path: str, problem: str) -> Bad:
    """A file with something added."""
    return file, KEY, f"{KEY}{added}\n", path, problem


def without_pages(added: str, path: str, problem: str) -> Bad:
    """The list, with another section instead of its paging."""
    return USERS, PAGES, added, path, problem


HEADERS: list[Bad] = [
    of(USERS, "headers: {Authorization: Bearer x}", "headers.Authorization", AUTHORISES),
    of(USERS, "headers: {proxy-authorization: x}", "headers.proxy-authorization", AUTHORISES),
    of(USERS, "headers: {Cookie: x}", "headers.Cookie", AUTHORISES),
    of(USERS, "headers: {Host: x}", "headers.Host", CONNECTION),
    of(USERS, "headers: {Content-Length: '1'}", "headers.Content-Length", CONNECTION),
    of(USERS, "headers: {Content-Type: text/xml}", "headers.Content-Type",
       "is not set here: the message's type says it"),
    of(USERS, "headers: {X Reason: x}", "headers.X Reason", "is no name of a header: 'X Reason'"),
    of(USERS, 'headers: {"X-Reason\\n": x}', "headers.X-Reason\n", r"is no name of a header: 'X-Reason\n'"),
    of(USERS, "headers: {X-Reason: a, x-reason: b}", "headers.x-reason",
       "stands twice: HTTP does not tell upper from lower case"),
    of(USERS, 'headers: {X-Reason: "a\\r\\nX-Other: b"}', "headers.X-Reason",
       "the text cannot stand here: control characters cannot stand here"),
    of(USERS, "headers: {X-Reason: 5}", "headers.X-Reason", "must be text, in quotes; given: 5"),
    of(USERS, 'headers: {X-Reason: "%env.nobody%"}', "headers.X-Reason",
       "unknown setting env.nobody; known: base, mail"),
    of(USERS, 'headers: {X-Reason: "%src.users.id%"}', "headers.X-Reason",
       "%src.users.id% differs from record to record: only %env.…% macros may stand here"),
    of(DETAILS, 'headers: {X-Reason: "%src.users.no%"}', "headers.X-Reason",
       "no field named 'users.no'; there are: users.id, users.name, users.start"),
]  # fmt: skip

ONE: list[Bad] = [
    of(USERS, "one: {url: 'http://{Host-Name}/api/Users/%src.users.id%'}", "one.url",
       "must begin with https://: 'http://{Host-Name}/api/Users/%src.users.id%'"),
    of(USERS, "one: {url: 'https://{Host-Name}/api/Users/7'}", "one",
       "does not say whose record it is: %src.users.id% must stand in its url or params"),
    of(USERS, "one: {url: 'https://{Host-Name}/api/Users/%src.users.name%'}", "one.url",
       "no field named 'users.name'; there are: users.id"),
    of(USERS, "one: {url: 'https://{Host-Name}/Users', params: {id: '%src.users.id%', of: '%src.no.id%'}}",
       "one.params.of", "no field named 'no.id'; there are: users.id"),
    of(USERS, "one: {url: 'https://ann:pw@{Host-Name}/%src.users.id%'}", "one.url",
       "names a user: secrets belong in the credentials block"),
    of(DETAILS, "one: {url: 'https://{Host-Name}/api/Users/%src.details.id%'}", "one",
       "is for an endpoint that stands alone: a dependent one is asked record by record anyway"),
]  # fmt: skip

REQUEST: list[Bad] = [
    (USERS, "https://{Host-Name}", "https://ann:pw@{Host-Name}", "url",
     "names a user: secrets belong in the credentials block"),
    (USERS, "/api/Users", "/api/%fx.truncate(, 3)%", "url", "macro %fx.truncate% has no value"),
    (USERS, "{order: id}", "{order: id, page_no: '3'}", "params", "set by the pagination: page_no"),
    (USERS, "/api/Users", "/api/Users?page%%5Fsize=5&x=1", "url", "set by the pagination: page_size"),
    of(USERS, "repeatable: true", "repeatable", "is for POST: a GET may be repeated always"),
    of(USERS, "message: {type: form, fields: {a: b}}", "message", "a GET has none; use method: POST"),
    of(USERS, POST + "message: {fields: {a: b}}", "message.type", "is required; given: nothing"),
    of(USERS, POST + "message: {type: text}", "message.type",
       "must be one of 'none', 'form', 'json', 'raw'; given: 'text'"),
    of(USERS, POST + "message: {type: form, fields: {}}", "message.fields",
       "must not be empty; given: an empty mapping"),
    of(USERS, POST + "message: {type: form, fields: {a: 5}}", "message.fields.a", "must be text, in quotes; given: 5"),
    of(USERS, POST + 'message: {type: form, fields: {a: "%env.x%"}}', "message.fields.a",
       "unknown setting env.x; known: base, mail"),
    of(USERS, POST + "message: {type: json}", "message.body", "is required"),
    of(USERS, POST + "message: {type: json, body: {a: .nan}}", "message.body", "body.a must be a finite number"),
    of(USERS, POST + 'message: {type: json, body: {a: ["%src.users.id%"]}}', "message.body.a.0",
       "%src.users.id% differs from record to record: only %env.…% macros may stand here"),
    of(DETAILS, POST + 'message: {type: json, body: {a: ["%src.users.no%"]}}', "message.body.a.0",
       "no field named 'users.no'; there are: users.id, users.name, users.start"),
    of(USERS, POST + "message: {type: raw, content_type: xml, body: a}", "message.content_type",
       "must be a media type such as text/xml: 'xml'"),
    of(USERS, POST + 'message: {type: raw, content_type: "text/xml\\r\\nA: b", body: a}', "message.content_type",
       r"must be a media type such as text/xml: 'text/xml\r\nA: b'"),
    of(USERS, POST + 'message: {type: raw, content_type: application/json, body: "{}"}', "message.content_type",
       "is JSON: use message type json, out of which no value can break: 'application/json'"),
    of(USERS, POST + 'message: {type: raw, content_type: application/scim+json, body: "{}"}', "message.content_type",
       "is JSON: use message type json, out of which no value can break: 'application/scim+json'"),
    of(USERS, POST + "message: {type: raw, content_type: application/x-www-form-urlencoded, body: a}",
       "message.content_type", "is a form: use message type form: 'application/x-www-form-urlencoded'"),
    of(DETAILS, POST + 'message: {type: raw, content_type: application/sql, body: "%src.users.name%"}', "message.body",
       "%src.users.name% cannot stand in application/sql: it is not known how to escape it"),
    of(DETAILS, PAGES, "pagination", "a dependent endpoint answers one record: it has no pages"),
]  # fmt: skip

PAGING: list[Bad] = [
    without_pages("pagination: {mode: offset, limit: 0}\n", "pagination.limit", "must be at least 1; given: 0"),
    without_pages("pagination: {mode: offset, offset_parameter: ''}\n", "pagination.offset_parameter",
                  "must not be empty; given: ''"),
    without_pages("pagination: {mode: offset, offset_parameter: limit}\n", "pagination",
                  "needs two parameters: 'limit' cannot stand for both"),
    without_pages("pagination: {mode: offset, sent_in: header}\n", "pagination.sent_in",
                  "must be 'query' or 'body'; given: 'header'"),
    without_pages("pagination: {mode: offset, offset_parameter: order}\n", "params", "set by the pagination: order"),
    without_pages("pagination: {mode: offset, sent_in: body}\n", "pagination.sent_in",
                  "body needs a message of type form, or of type json with a mapping"),
    without_pages(
        "method: POST\nmessage: {type: json, body: []}\npagination: {mode: offset, sent_in: body}\n",
        "pagination.sent_in", "body needs a message of type form, or of type json with a mapping"),
    without_pages(
        "method: POST\nmessage: {type: json, body: {offset: 1}}\npagination: {mode: offset, sent_in: body}\n",
        "message", "set by the pagination: offset"),
    without_pages(
        "method: POST\nmessage: {type: form, fields: {limit: '1'}}\npagination: {mode: offset, sent_in: body}\n",
        "message", "set by the pagination: limit"),
    without_pages("pagination: {mode: cursor}\n", "pagination.cursor", "is required"),
    without_pages('pagination: {mode: cursor, cursor: "$..next"}\n', "pagination.cursor",
                  "must lead to one place, by names and indexes only: '$..next'"),
    without_pages('pagination: {mode: cursor, cursor: "$.a["}\n', "pagination.cursor",
                  "is not an RFC 9535 JSONPath (unexpected end of query): '$.a['"),
    without_pages("pagination: {mode: cursor, cursor: ''}\n", "pagination.cursor", "must not be empty"),
    without_pages("pagination: {mode: cursor, cursor: next, cursor_parameter: order}\n", "params",
                  "set by the pagination: order"),
    without_pages('pagination: {mode: next_link, link: "$.links[*]"}\n', "pagination.link",
                  "must lead to one place, by names and indexes only: '$.links[*]'"),
    without_pages("pagination: {mode: next_link, max_pages: 0}\n", "pagination.max_pages",
                  "must be at least 1; given: 0"),
    (USERS, "records: users", 'records: "$.users[?@.id > 1]"', "records",
     "must lead to one place, by names and indexes only: '$.users[?@.id > 1]'"),
    (USERS, "mode: page_number}", 'mode: page_number, total: "$.*"}', "pagination.total",
     "must lead to one place, by names and indexes only: '$.*'"),
]  # fmt: skip

ERRORS: list[Bad] = [
    of(USERS, "errors: {status: 404}", "errors", "must be a list; given: a mapping"),
    of(USERS, "errors: [{action: fail}]", "errors.0.status", "is required"),
    of(USERS, "errors: [{status: 404}]", "errors.0.action", "is required"),
    of(USERS, "errors: [{status: 404, action: stop}]", "errors.0.action",
       "must be 'fail', 'retry', 'ignore', 'refresh_token' or 'rate_limited'; given: 'stop'"),
    of(USERS, "errors: [{status: 4, action: fail}]", "errors.0.status", STATUS + "4"),
    of(USERS, "errors: [{status: '404', action: fail}]", "errors.0.status", STATUS + "'404'"),
    of(USERS, "errors: [{status: 302, action: fail}]", "errors.0.status", STATUS + "302"),
    of(USERS, "errors: [{status: 3xx, action: fail}]", "errors.0.status", STATUS + "'3xx'"),
    of(USERS, "errors: [{status: [404, true], action: fail}]", "errors.0.status", STATUS + "True"),
    of(USERS, "errors: [{status: [], action: fail}]", "errors.0.status", "must not be empty; given: an empty list"),
    of(USERS, "errors: [{status: 404, body: '', action: fail}]", "errors.0.body", "must not be empty; given: ''"),
    of(USERS, 'errors: [{status: 404, body: "$.a[", action: fail}]', "errors.0.body",
       "is not an RFC 9535 JSONPath (unexpected end of query): '$.a['"),
    of(USERS, "errors: [{status: 200, action: fail}]", "errors.0",
       "a rule for 2xx needs body: without it every good answer would be an error"),
    of(USERS, "errors: [{status: 2xx, action: fail}]", "errors.0",
       "a rule for 2xx needs body: without it every good answer would be an error"),
    of(USERS, "errors: [{status: 500, action: fail}, {status: 404, action: ignore}]", "errors.1.action",
       "ignore is for dependent endpoints: a list that failed is never an empty list"),
    of(USERS, POST + "errors: [{status: 409, action: retry}]", "errors.0.action",
       "retry sends the POST again: say repeatable: true if it only reads"),
    of(DETAILS, POST + "errors: [{status: 403, action: refresh_token}]", "errors.0.action",
       "refresh_token sends the POST again: say repeatable: true if it only reads"),
    of(DETAILS, POST + "errors: [{status: 403, action: rate_limited}]", "errors.0.action",
       "rate_limited sends the POST again: say repeatable: true if it only reads"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "path", "problem"), [*HEADERS, *ONE, *REQUEST, *PAGING, *ERRORS])
def test_bad_endpoint_is_refused(
    file: str, old: str, new: str, path: str, problem: str, write_configuration: Callable[..., Path]
) -> None:
    folder = write_configuration(file, old, new)
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(folder)
    error = refused.value
    assert (error.file, error.path, error.problem) == (str(folder / file), path, problem)


GOOD = [
    (USERS, "headers: {X-Reason: '%env.mail% sync', Accept: text/plain}\n"),
    (DETAILS, "headers: {X-Person: '%src.users.id%'}\nerrors: [{status: [404, 5xx], action: ignore}]\n"),
    (DETAILS, POST + "repeatable: true\nerrors: [{status: 409, body: busy, action: retry}]\n"),
    (DETAILS, POST + "message: {type: json, body: {id: '%src.users.id%', n: [1, null, true, 1.5]}}\n"),
    (DETAILS, POST + "message: {type: raw, content_type: application/soap+xml, body: '<a>%src.users.name%</a>'}\n"),
    (USERS, POST + "message: {type: raw, content_type: application/sql, body: '%env.mail%'}\n"),
]


@pytest.mark.parametrize(("file", "added"), GOOD)
def test_good_endpoint_is_loaded(file: str, added: str, write_configuration: Callable[..., Path]) -> None:
    assert load_configuration(write_configuration(file, KEY, KEY + added))
