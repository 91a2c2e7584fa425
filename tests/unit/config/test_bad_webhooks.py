"""Every way to write a bad webhook, with the place and the sentence that say so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lifecycle.actions.catalogue import CHANGE_NAMES
from lifecycle.actions.change import Cause
from lifecycle.config.loader import load_configuration
from lifecycle.config.webhook import Webhook
from lifecycle.errors import ConfigurationError

HOOK = """\
name: hook
trigger: {events: [done]}
credentials: halo
url: https://{Host-Name}/api/Tickets
message: {type: json, body: [{summary: "Account [%act.key%]"}]}
look_up: {url: "https://{Host-Name}/api/Tickets", params: {search: "%act.key%"}, contains: summary}
ticket: id
"""
EVENTS, URL, END = "{events: [done]}", "url: https://{Host-Name}/api/Tickets\n", "ticket: id\n"
MESSAGE = 'message: {type: json, body: [{summary: "Account [%act.key%]"}]}\n'
LOOK = HOOK[HOOK.index("look_up") : HOOK.index("ticket")]
NO_MACROS = 'message: {type: json, body: [{summary: "Account"}]}\n'
OCCASIONS = "'done', 'failed', 'quarantined', 'awaiting-approval', 'ticket-claimed', 'ticket-done' or 'ticket-failed'"
REFUSALS = "must be refusals such as 404 or 409, and none that may pass later"
NO_ACTION = (
    f"no action named 'make-user'; there are: {', '.join(sorted(CHANGE_NAMES)[:18])} and {len(CHANGE_NAMES) - 18} more"
)
NO_CAUSE = "must be " + ", ".join(f"'{one}'" for one in Cause).replace(", 'undo'", " or 'undo'") + "; given: 'whim'"
OF_CHANGES = "actions, causes and when are for the events done and failed"

Bad = tuple[str, str, str, str]

TRIGGERS: list[Bad] = [
    ("trigger: {events: [done]}\n", "", "trigger", "is required"),
    (EVENTS, "{}", "trigger.events", "is required"),
    (EVENTS, "{events: []}", "trigger.events", "must not be empty; given: an empty list"),
    (EVENTS, "{events: done}", "trigger.events", "must be a list; given: 'done'"),
    (EVENTS, "{events: [undone]}", "trigger.events.0", f"must be {OCCASIONS}; given: 'undone'; did you mean 'done'?"),
    (EVENTS, "{events: [done], automations: [other]}", "trigger.automations.0",
     "no automation named 'other'; there are: sync"),
    (EVENTS, "{events: [done], actions: [make-user]}", "trigger.actions.0", NO_ACTION),
    (EVENTS, "{events: [done], causes: [whim]}", "trigger.causes.0", NO_CAUSE),
    (EVENTS, "{events: [quarantined], actions: [create-user]}", "trigger", OF_CHANGES),
    (EVENTS, "{events: [awaiting-approval], causes: [joiner]}", "trigger", OF_CHANGES),
    (EVENTS, "{events: [ticket-done], when: {field: mail, operator: empty}}", "trigger", OF_CHANGES),
    (EVENTS, "{events: [done], then: x}", "trigger.then",
     "unknown key; allowed: actions, automations, causes, events, when"),
]  # fmt: skip

REQUESTS: list[Bad] = [
    ("name: hook", "name: other", "name", "is 'other', but the file is named 'hook'"),
    ("credentials: halo\n", "", "credentials", "is required"),
    (URL, "", "url", "is required"),
    ("https://{Host-Name}/api/Tickets\n", "http://{Host-Name}/api/Tickets\n", "url",
     "must begin with https://: 'http://{Host-Name}/api/Tickets'"),
    ("https://{Host-Name}/api/Tickets\n", "https://{host}/api/Tickets\n", "url",
     "placeholder {host} is unknown; known: {Host-Name}, {tenantname}"),
    ("https://{Host-Name}/api/Tickets\n", "https://me@{Host-Name}/api/Tickets\n", "url",
     "names a user: secrets belong in the credentials block"),
    ("https://{Host-Name}/api/Tickets\n", "https://{Host-Name}/api/%src.users.id%\n", "url",

     "prefix src is not at hand here; at hand: act, ad, env, fx"),
    ("https://{Host-Name}/api/Tickets\n", "https://{Host-Name}/api/%act.tickets%\n", "url",
     "unknown name act.tickets; did you mean %act.ticket%?"),
    ("https://{Host-Name}/api/Tickets\n", "https://{Host-Name}/api/%act.mood%\n", "url",
     ("unknown name act.mood; known: account, action, automation, cause, changes, hash, key, outcome, person, plan, "
      "reason, run, ticket, timestamp, timestamp_yyyy-MM-dd, timestamp_yyyy-MM-dd_afterNDays_1")),
    (END, "method: POKE\n", "method", "must be 'GET', 'POST', 'PUT', 'PATCH' or 'DELETE'; given: 'POKE'"),
    (END, "headers: {Authorization: x}\n", "headers.Authorization",
     "is not set here: the credentials block authorises requests"),
    (END, "headers: {X-A: a, x-a: b}\n", "headers.x-a", "stands twice: HTTP does not tell upper from lower case"),
    (END, "headers: {X-A: '%m365.plan%'}\n", "headers.X-A",

     "prefix m365 is not at hand here; at hand: act, ad, env, fx"),
    (END, "params: {a: '%env.none%'}\n", "params.a", "unknown setting env.none; known: base, mail"),
    (END, "params: {a: '%fx.upper%'}\n", "params.a", "fx.upper takes 1 argument (value), 0 given"),
    (MESSAGE + LOOK, "method: DELETE\n" + MESSAGE, "message", "a DELETE has none"),
    (MESSAGE + LOOK, "method: GET\n" + MESSAGE, "message", "a GET has none"),
    (MESSAGE, 'message: {type: raw, content_type: application/sql, body: "%ad.sn% %act.key%"}\n', "message.body",
     "%ad.sn% cannot stand in application/sql: it is not known how to escape it"),
]  # fmt: skip

REPEATING: list[Bad] = [
    (LOOK, "method: PUT\nrepeatable: true\n", "repeatable", "is for POST and PATCH: a PUT may be repeated always"),
    (MESSAGE + LOOK, "method: DELETE\nrepeatable: true\n", "repeatable",
     "is for POST and PATCH: a DELETE may be repeated always"),
    (END, "repeatable: true\n", "",
     "look_up is for requests that create something: this one may be sent again as it is"),
    (END, "method: PUT\n", "", "look_up is for requests that create something: this one may be sent again as it is"),
    (MESSAGE, NO_MACROS, "message", "must hold %act.key%: by it a request is found whose answer was lost"),
    (LOOK, "look_up: {contains: summary}\n", "look_up.url", "is required"),
    (LOOK, 'look_up: {url: "https://{Host-Name}/api/Tickets"}\n', "look_up.contains", "is required"),
    (LOOK, 'look_up: {url: "http://{Host-Name}/x", contains: summary}\n', "look_up.url",
     "must begin with https://: 'http://{Host-Name}/x'"),
    (LOOK, 'look_up: {url: "https://{Host-Name}/x", method: POST, contains: summary}\n', "look_up.method",
     "unknown key; allowed: contains, params, records, url"),
    (LOOK, 'look_up: {url: "https://{Host-Name}/%src.users.id%", contains: summary}\n', "look_up.url",

     "prefix src is not at hand here; at hand: act, ad, env, fx"),
    (LOOK, 'look_up: {url: "https://{Host-Name}/x", params: {a: "%env.none%"}, contains: summary}\n',
     "look_up.params.a", "unknown setting env.none; known: base, mail"),
    (LOOK, 'look_up: {url: "https://{Host-Name}/x", records: "$.a[*]", contains: summary}\n', "look_up.records",
     "must lead to one place, by names and indexes only: '$.a[*]'"),
]  # fmt: skip

ANSWERS: list[Bad] = [
    (END, "ticket: ''\n", "ticket", "must not be empty"),
    (END, "ticket: $..id\n", "ticket", "must lead to one place, by names and indexes only: '$..id'"),
    *((END, f"accepts: [{status}]\n", "accepts", REFUSALS)
      for status in (200, 302, 399, 401, 403, 408, 429, 500)),
    (END, "accepts: 404\n", "accepts", "must be a list; given: 404"),
    (END, "fetch_back: {objectGUID: {}}\n", "fetch_back.objectGUID",
     "is never written from outside: the directory writes it"),
    (END, "fetch_back: {memberOf: {}}\n", "fetch_back.memberOf",
     "is never written from outside: the directory writes it"),
    (END, "fetch_back: {unicodePwd: {}}\n", "fetch_back.unicodePwd",
     "is never written from outside: passwords are generated"),
    (END, "fetch_back: {thumbnailPhoto: {}}\n", "fetch_back.thumbnailPhoto",
     "is never written from outside: it has an action of its own: manage-photo"),
    (END, "fetch_back: {'no name': {}}\n", "fetch_back.no name",
     "must match ^[A-Za-z][A-Za-z0-9-]*$; given: 'no name'"),
    (END, "fetch_back: {info: {select: id}}\n", "fetch_back.info.select",
     "is not an RFC 9535 JSONPath (expected 'TOKEN_ROOT', found 'TOKEN_NAME'): 'id'"),
]  # fmt: skip


@pytest.fixture
def with_webhook(write_configuration: Callable[..., Path]) -> Callable[[str], Path]:
    """The small configuration with one webhook more."""

    def written(text: str) -> Path:
        folder = write_configuration()
        (folder / "webhooks").mkdir()
        (folder / "webhooks/hook.yaml").write_text(text, "utf-8")
        return folder

    return written


@pytest.mark.parametrize(("old", "new", "path", "problem"), [*TRIGGERS, *REQUESTS, *REPEATING, *ANSWERS])
def test_bad_webhook_is_refused(
    old: str, new: str, path: str, problem: str, with_webhook: Callable[[str], Path]
) -> None:
    bad = HOOK.replace(old, new, 1)
    assert bad != HOOK
    folder = with_webhook(bad)
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(folder)
    error = refused.value
    assert (error.file, error.path, error.problem) == (str(folder / "webhooks/hook.yaml"), path, problem)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        (END, ""),
        (LOOK, ""),
        (LOOK, "repeatable: true\n"),
        (MESSAGE + LOOK, "method: DELETE\naccepts: [404, 409]\n"),
        (LOOK, "method: PUT\n"),
        (EVENTS, "{events: [done, quarantined], actions: [create-user], automations: [sync], causes: [joiner]}"),
        (END, "fetch_back: {info: {select: $.id}, employeeNumber: {type: number}}\n"),
        (END, "headers: {X-Key: '%act.key%', X-Name: '%ad.sAMAccountName%'}\n"),
        (MESSAGE, "message: {type: raw, content_type: text/xml, body: '<a k=\"%act.key%\">%ad.sn%</a>'}\n"),
    ],
)
def test_good_webhook_is_loaded(old: str, new: str, with_webhook: Callable[[str], Path]) -> None:
    loaded = load_configuration(with_webhook(HOOK.replace(old, new, 1))).webhooks["hook"]
    assert Webhook.model_validate(loaded.model_dump(mode="json", exclude_unset=True)) == loaded, (
        "as it is frozen and thawed"
    )
