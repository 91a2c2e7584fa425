"""Endpoints, formats and settings that are wrong.

Each with every line that ``halo-ad check`` prints of it, but for the excerpts of the files.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.bad_configuration import (
    ACCOUNT,
    DETAILS,
    FULL,
    SETTINGS,
    USERS,
    Bad,
    assert_is_refused,
    assert_is_told,
    identity,
)

BAD: list[Bad] = [
    (USERS, "key: id", "key: [id", "8:7: is no YAML: expected ',' or ']', but got ':'"),
    (USERS, "key: id", "key: id\nkey: name", "8:1: key 'key' stands twice"),
    (USERS, "", "- users", "1:3: must be a mapping; given: a list"),
    (USERS, "", "users", "1:1: must be a mapping; given: 'users'"),
    (USERS, "", "# nothing\n",
     "1:1: name: is required",
     "1:1: credentials: is required",
     "1:1: url: is required",
     "1:1: key: is required",
     "1:1: fields: is required"),
    (SETTINGS, "", "a: 1\n---\nb: 2\n", "2:1: is no YAML: but found another document"),
    (USERS, "name: users", "name: user", "1:7: name: is 'user', but the file is named 'users'"),
    (USERS, "name: users", "name: Users", "1:7: name: must be lower-case words joined by hyphens; given: 'Users'"),
    (USERS, "credentials: halo\n", "", "1:1: credentials: is required"),
    (USERS, "credentials: halo", "credentials: 5", "2:14: credentials: must be text, in quotes; given: 5"),
    (USERS, "records:", "record:", "6:1: record: unknown key"),
    (USERS, "{order: id}", "{order: true}", "4:17: params.order: must be text, in quotes; given: true"),
    (USERS, "{order: id}", "{order: }", "4:10: params.order: must be text; given: nothing"),
    (USERS, "{order: id}", "id", "4:9: params: must be a mapping; given: 'id'"),
    (USERS, "key: id", "key: no", "7:6: key: no field named 'no'"),
    (USERS, "key: id", "key: id\nmethod: PUT", "8:9: method: must be 'GET' or 'POST'; given: 'PUT'"),
    (USERS, "key: id", "key: id\ndraft: maybe", "8:8: draft: must be true or false; given: 'maybe'"),
    (USERS, "key: id", "key: id\ndraft: []", "8:8: draft: must be true or false; given: an empty list"),
    (USERS, "https:", "http:", "3:6: url: must begin with https://: 'http://{Host-Name}/api/Users'"),
    (USERS, "{Host-Name}", "{host}", "3:6: url: placeholder {host} is unknown; known: {Host-Name}, {tenantname}"),
    (USERS, "api/Users", "api/%Users",
     "3:30: url: at character 25: macro Users is not closed by %; write %% for a percent sign"),
    (USERS, "api/Users", "api/%env.path%", "3:30: url: unknown setting env.path"),
    (USERS, "api/Users", "api/%src.users.id%",
     "3:30: url: %src.users.id% differs from record to record: only %env.…% macros may stand here"),
    (USERS, "{order: id}", '{order: "%fx.upper%"}', "4:18: params.order: fx.upper takes 1 argument (value), 0 given"),
    (USERS, "page_number", "pages",
     "5:20: pagination.mode: must be one of 'none', 'page_number', 'offset', 'cursor', 'next_link'; given: 'pages'"),
    (USERS, "{mode: page_number}", "{}", "5:1: pagination.mode: is required; given: nothing"),
    (USERS, "page_number}", "page_number, page_size: 0}", "5:44: pagination.page_size: must be at least 1; given: 0"),
    (USERS, "page_number}", "page_number, page_size: 1.5}",
     "5:44: pagination.page_size: must be a whole number; given: 1.5"),
    (USERS, "page_number}", "page_number, page_size: many}",
     "5:44: pagination.page_size: must be a whole number; given: 'many'"),
    (USERS, "page_number}", "page_number, size: 5}", "5:33: pagination.size: unknown key"),
    (USERS, "id: {type: number}", "id: {type: int}",
     "9:14: fields.id.type: must be 'text', 'number', 'timestamp' or 'array'; given: 'int'"),
    (USERS, "name: {}", "name: text", "10:9: fields.name: must be a mapping; given: 'text'"),
    (USERS, "name: {}", "name: {select: name}",
     "10:18: fields.name.select: is not an RFC 9535 JSONPath (expected 'TOKEN_ROOT', found 'TOKEN_NAME'): 'name'"),
    (USERS, "{type: timestamp}", "{type: timestamp, timezone: CET+1}",
     "11:38: fields.start.timezone: is not an IANA timezone such as Europe/Berlin: 'CET+1'"),
    (USERS, "name: {}", "name: {format: '%Y'}",
     "10:18: fields.name.format: must tell year, month and day, as %d/%m/%Y does: '%Y'"),
    (USERS, "name: {}", "name: {timezone: UTC}",
     "10:9: fields.name: timezone belongs to type timestamp; the type is text"),
    (USERS, "{type: timestamp}", "{type: timestamp, default: soon}",
     "8:1: fields: default of start does not fit its type timestamp: Invalid isoformat string: 'soon'"),
    (DETAILS, "{id: {type: number}, dept: {}}", "{}", "6:9: fields: must not be empty; given: an empty mapping"),
    (DETAILS, "endpoint: users", "endpoint: user", "4:24: depends_on.endpoint: no endpoint named 'user'"),
    (DETAILS, "endpoint: users", "endpoint: details",
     "3:36: url: no field named 'users.id'",
     "4:24: depends_on.endpoint: 'details' depends on another endpoint itself"),
    (DETAILS, "endpoint: users", "endpoint: users, max_age_days: .inf",
     "4:45: depends_on.max_age_days: must be a finite number; given: .inf"),
    (DETAILS, "%src.users.id%", "%src.users.key%", "3:36: url: no field named 'users.key'"),
    (ACCOUNT, "[[{field: users.name}]]", "[]", "2:15: alternatives: must not be empty; given: an empty list"),
    (ACCOUNT, "[[{field: users.name}]]", "[[{text: a}]]",
     "2:15: alternatives: alternative 0 has no field: it would give everybody the same name"),
    (ACCOUNT, "{field: users.name}", "{field: users.name, word: third}",
     "2:43: alternatives.0.0.word: must be 'first', 'last' or 'every'; given: 'third'"),
    (ACCOUNT, "{field: users.name}", "{field: a, text: b}",
     "2:17: alternatives.0.0: a piece is one of text, field, random, counter, macro; given: text and field"),
    (FULL, "%env.mail%", "%env.domain%", "3:11: suffix: unknown setting env.domain"),
    (FULL, "%env.mail%", "%src.users.name%",
     "3:11: suffix: %src.users.name% differs from record to record: only %env.…% macros may stand here"),
    (SETTINGS, "mail: corp.test", "mail: ''", "3:9: env.mail: must not be empty; given: ''"),
    (SETTINGS, "mail: corp.test", "mail: 1.0", "3:9: env.mail: must be text, in quotes; given: 1.0"),
    (SETTINGS, "mail: corp.test", "a mail: x",
     "3:3: env.a mail: must match ^[A-Za-z0-9_][A-Za-z0-9_.\\-]*$; given: 'a mail'"),
    (SETTINGS, "env:", "environment:", "1:1: environment: unknown key"),
    (USERS, "key: id", "key: Id", "7:6: key: no field named 'Id'"),
    (USERS, "{type: timestamp}", "{tipe: timestamp}", "11:11: fields.start.tipe: unknown key"),
    (DETAILS, "dept: {}", "dept: {type: txt, pick: frist}",
     "6:43: fields.dept.type: must be 'text', 'number', 'timestamp' or 'array'; given: 'txt'",
     "6:54: fields.dept.pick: must be 'first', 'last', 'join' or 'all'; given: 'frist'"),
    (SETTINGS, "mail: corp.test", "maill: corp.test", "formats/full.yaml:3:11: suffix: unknown setting env.mail"),
    (SETTINGS, "mail: corp.test", "mail: [corp.test]", "3:9: env.mail: must be text; given: a list"),
    (USERS, "credentials: halo", "client_secret: hunter2",
     "1:1: credentials: is required",
     "2:1: client_secret: unknown key"),
    (USERS, "key: id", "key: id\nheaders: {Authorization: 5}",
     "8:26: headers.Authorization: must be text, in quotes; given: something that is not shown here"),
    (USERS, "  name: {}", "\tname: {}", "10:1: is no YAML: found character '\\t' that cannot start any token"),
    (USERS, "name: {}", "name: &a [*a]", "10:13: alias *a stands inside of what it names"),
    (USERS, "name: {}", "name: !!python/object:os.system {}",
     "10:9: tag !!python/object:os.system has no meaning here"),
    (USERS, "url: https://{Host-Name}/api/Users", "url: >\n  https://{Host-Name}/\n  %env.path%",
     "3:6: url: unknown setting env.path"),
    (FULL, "%env.mail%", "%env.mial%", "3:11: suffix: unknown setting env.mial"),
]  # fmt: skip


@pytest.mark.parametrize("row", BAD, ids=identity)
def test_bad_configuration_is_told(
    row: Bad, write_configuration: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_is_told(row, write_configuration(*row[:3]), monkeypatch)


@pytest.mark.parametrize("row", BAD, ids=identity)
def test_bad_configuration_is_refused(row: Bad, write_configuration: Callable[..., Path]) -> None:
    assert_is_refused(row, write_configuration(*row[:3]))
