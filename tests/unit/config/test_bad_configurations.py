"""Bad configurations, each with every line that ``halo-ad check`` prints of it, but for the excerpts of the files.

A row is a file of the small configuration, a text in it, what stands there instead (the whole file where the text is
empty), and the headings of the problems: line, column, path and sentence. Another file than the changed one is named.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands.main import app
from lifecycle.config.loader import load_configuration
from lifecycle.errors import ConfigurationError

USERS, DETAILS = "endpoints/users.yaml", "endpoints/details.yaml"
ACCOUNT, FULL = "formats/account.yaml", "formats/full.yaml"
PEOPLE, SYNC, SETTINGS = "data-sources/people.yaml", "automations/sync.yaml", "settings.yaml"

Bad = tuple[str, ...]

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
    (PEOPLE, "name: details, key: id", "name: detail, key: id", "4:12: endpoints.1.name: no endpoint named 'detail'"),
    (PEOPLE, "name: details, key: id", "name: details, key: dpt", "4:26: endpoints.1.key: no field named 'dpt'"),
    (PEOPLE, "name: details, key: id", "name: users, key: id", "4:12: endpoints.1.name: 'users' stands twice"),
    (PEOPLE, "  - {name: users, key: id}\n", "",
     "3:12: endpoints.0.name: 'details' depends on 'users', which must stand before it"),
    (PEOPLE, "{field: users.name, operator: not_empty}, {not", "{field: users.nam, operator: not_empty}, {not",
     "5:23: scope.all.0.field: no field named 'users.nam'"),
    (PEOPLE, "operator: is, value: X", "operator: is", "5:63: scope.all.1.not: operator is needs a value"),
    (PEOPLE, "operator: is, value: X", "operator: is, value: [X]",
     "5:106: scope.all.1.not.value: operator is takes one value, not a list"),
    (PEOPLE, "operator: is, value: X", "operator: is, value: 5",
     '5:106: scope.all.1.not.value: must be text or a list of texts, in quotes where YAML reads it otherwise: "5"'),
    (PEOPLE, "operator: is, value: X", "operator: like, value: X",
     ("5:95: scope.all.1.not.operator: must be 'is', 'is_not', 'in', 'not_in', 'contains', 'not_contains', "
      "'starts_with', 'ends_with', 'matches', '=', '!=', '<', '<=', '>', '>=', 'before', 'after', 'on', "
      "'within_last', 'within_next', 'today', 'between', 'empty' or 'not_empty'; given: 'like'")),
    (PEOPLE, "{not: {field: details.dept, operator: is, value: X}}", "{not: }",
     "5:58: scope.all.1.not: must be a mapping; given: nothing"),
    (PEOPLE, "active: {field: users.name, operator: not_empty}", "active: {any: []}",
     "6:15: active.any: must not be empty; given: an empty list"),
    (PEOPLE, "active: {field: users.name, operator: not_empty}", "active: {operator: not_empty}",
     "6:1: active.field: is required"),
    (PEOPLE, "active: {field: users.name, operator: not_empty}", "active: yes",
     "6:9: active: must be a mapping; given: 'yes'"),
    (PEOPLE, "starts: users.start", "starts: users.begin", "7:18: person.starts: no field named 'users.begin'"),
    (PEOPLE, "starts: users.start", "ends: users.name",
     "7:16: person.ends: 'users.name' must be of type timestamp; it is of type text"),
    (PEOPLE, "rule: required", "rule: needed",
     ("10:33: validation.rows.0.rule: must be 'required', 'unique', 'pattern', 'one_of', 'length' or "
      "'reference'; given: 'needed'")),
    (PEOPLE, "rule: required", "rule: length", "10:7: validation.rows.0: rule length needs max_length"),
    (PEOPLE, "rule: required", "rule: required, values: [a]",
     "10:7: validation.rows.0: rule required takes no values"),
    (PEOPLE, "rule: required", "rule: reference, references: users.x",
     "10:56: validation.rows.0.references: no field named 'users.x'"),
    (PEOPLE, '"[a-z]+"', '"[a-z"',
     "11:51: validation.rows.1.pattern: is not a regular expression (missing ]: [a-z): '[a-z'"),
    (PEOPLE, '"[a-z]+"', '"a)|(b"',
     "11:51: validation.rows.1.pattern: is not a regular expression (unexpected ): a)|(b): 'a)|(b'"),
    (PEOPLE, '"[a-z]+"', '"a(?=b)"',
     "11:51: validation.rows.1.pattern: is not a regular expression (invalid perl operator: (?=): 'a(?=b)'"),
    (PEOPLE, "max_percent: 5", "max_percent: 101",
     "12:52: validation.run.nulls.0.max_percent: must be at most 100; given: 101"),
    (PEOPLE, '"%src.users.id%"', "7",
     ("14:15: attributes.employeeID: must be text with macros, in quotes, or a mapping with value, field, format or "
      "values; given: 7")),
    (PEOPLE, '{value: "%src.users.name%"}', '{val: "x"}', "15:8: attributes.sn.val: unknown key"),
    (PEOPLE, '{value: "%src.users.name%"}', '{value: "%src.users.nme%"}',
     "15:16: attributes.sn.value: no field named 'users.nme'"),
    (PEOPLE, "  sn:", "  unicodePwd:",
     "15:3: attributes.unicodePwd: is never mapped from the source: passwords are generated"),
    (PEOPLE, "  sn:", "  Manager:",
     "15:3: attributes.Manager: is never mapped from the source: see the section manager"),
    (PEOPLE, "  sn:", "  EmployeeId:",
     "15:3: attributes.EmployeeId: stands twice: LDAP does not tell upper from lower case"),
    (PEOPLE, "  sn:", "  s(n:", "15:3: attributes.s(n: must match ^[A-Za-z][A-Za-z0-9-]*$; given: 's(n'"),
    (PEOPLE, "sAMAccountName: account", "sAMAccountName: acount",
     "17:34: names.0.attributes.sAMAccountName: no format named 'acount'"),
    (PEOPLE, "sAMAccountName: account", "sAMAccountName: account, SN: account",
     "17:47: names.0.attributes.SN: SN has a value already, in attributes or in an earlier bundle",
     "17:47: names.0.attributes.SN: the directory spells SN as sn: write it so"),
    (PEOPLE, "sAMAccountName: account", "mail: account",
     "16:1: names: sAMAccountName is given no value: no account can be created without it"),
    (PEOPLE, "    scope: container\n", "",
     "18:5: names.1.scope: cn is unique in its OU: it needs a bundle of its own, with scope container"),
    (PEOPLE, "{cn: full}", "{cn: full, name: full}",
     "19:12: names.1.scope: container is for cn alone; given: cn, name"),
    (PEOPLE, "matches: users.name", "matches: users.boss", "20:47: manager.matches: no field named 'users.boss'"),
    (PEOPLE, 'manager: {value: "%src.users.name%"', 'manager: {value: "%users.name%"',
     "20:19: manager.value: unknown prefix users"),
    (SYNC, "data_source: people", "data_source: persons", "2:14: data_source: no data source named 'persons'"),
    (SYNC, "store: store", "store: store\nanchor: mail", "5:9: anchor: no mapped attribute named 'mail'"),
    (SYNC, "attribute: mail", "attribute: mail=*)(cn",
     "5:25: correlate.0.attribute: must match ^[A-Za-z][A-Za-z0-9-]*$; given: 'mail=*)(cn'"),
    (SYNC, "%src.users.name%", "%src.name%", "5:39: correlate.0.value: no field named 'name'"),
    (SYNC, "store: store", "store: store\non_exists: merge",
     "5:12: on_exists: must be 'update', 'skip' or 'fail'; given: 'merge'"),
    (SYNC, '["OU=Staff,%env.base%"]', "[]", "6:14: managed_ous: must not be empty; given: an empty list"),
    (SYNC, '["OU=Staff,%env.base%"]', "OU=Staff", "6:14: managed_ous: must be a list; given: 'OU=Staff'"),
    (SYNC, '["OU=Staff,%env.base%"]', '["Staff,%env.base%"]',
     "6:15: managed_ous.0: a component of a distinguished name is not attribute=value: 'Staff,%env.base%'"),
    (SYNC, '["OU=Staff,%env.base%"]', '["OU=%src.details.dept%"]',
     "6:19: managed_ous.0: %src.details.dept% differs from record to record: only %env.…% macros may stand here"),
    (SYNC, "OU=%src.details.dept%", "%src.details.dept%",
     ("7:18: placement.0.ou: a component of a distinguished name is not attribute=value: "
      "'%src.details.dept%,OU=Staff,%env.base%'")),
    (SYNC, "OU=%src.details.dept%", "OU=%src.details.dpt%", "7:22: placement.0.ou: no field named 'details.dpt'"),
    (SYNC, "when: {field: details.dept", "when: {field: dept", "7:77: placement.0.when.field: no field named 'dept'"),
    (SYNC, "CN=All", "CN=%fx.lowr(A)%", "8:22: groups.0.group: unknown function fx.lowr"),
    (SYNC, "OU=Leavers,OU=Staff", "OU=Leavers",
     "9:15: leavers.ou: stands outside the managed OUs: no account may be moved there"),
    (SYNC, "OU=Leavers,OU=Staff", "OU=Leavers\\\\,OU=Staff",
     "9:15: leavers.ou: stands outside the managed OUs: no account may be moved there"),
    (SYNC, "OU=Leavers", "Leavers",
     "9:15: leavers.ou: a component of a distinguished name is not attribute=value: 'Leavers,OU=Staff,%env.base%'"),
    (SYNC, "leavers: {ou:", "leavers: {absent_runs: 0, ou:",
     "9:24: leavers.absent_runs: must be at least 1; given: 0"),
    (SYNC, "{count: 5}", "{}", "10:18: limits.create: needs count, percent or both; percent: 100 is no limit"),
    (SYNC, "{count: 5}", "5", "10:18: limits.create: must be a mapping; given: 5"),
    (SYNC, "{count: 5}", "{percent: .nan}", "10:28: limits.create.percent: must be a finite number; given: .nan"),
    (SYNC, "store: store", "store: store\napproval_hours: 0", "5:17: approval_hours: must be more than 0; given: 0"),
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
    (PEOPLE, "rule: required", "rule: requird",
     ("10:33: validation.rows.0.rule: must be 'required', 'unique', 'pattern', 'one_of', 'length' or "
      "'reference'; given: 'requird'")),
    (PEOPLE, "users.name, operator: not_empty}, {not", "name, operator: not_empty}, {not",
     "5:23: scope.all.0.field: no field named 'name'"),
    (PEOPLE, "name: details, key: id", "name: detials, key: id",
     "4:12: endpoints.1.name: no endpoint named 'detials'"),
    (SYNC, "store: store", "store: ad",
     "4:8: store: block 'ad' is named for another type of block in automations/sync.yaml, directory"),
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
    (SYNC, "limits: {create: {count: 5}}", "limits: {creat: {count: 5}, disable: {percent: 200}}",
     "10:10: limits.creat: unknown key",
     "10:48: limits.disable.percent: must be at most 100; given: 200"),
    (SYNC, "leavers: {ou:", "leavers: {ouu:", "9:11: leavers.ouu: unknown key"),
]  # fmt: skip


@pytest.mark.parametrize("row", BAD, ids=lambda row: f"{row[0]} {row[2]}")
def test_bad_configuration_is_told(
    row: Bad, write_configuration: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, old, new, *expected = row
    monkeypatch.chdir(write_configuration(file, old, new).parent)
    outcome = CliRunner().invoke(app, ["check", "--no-blocks"])
    told = [line.removeprefix("config/") for line in outcome.output.splitlines() if line.startswith("config/")]
    assert told == [place_and_sentence(file, one) for one in expected]
    assert (outcome.exit_code, type(outcome.exception)) == (1, SystemExit)


@pytest.mark.parametrize("row", BAD, ids=lambda row: f"{row[0]} {row[2]}")
def test_bad_configuration_is_refused(row: Bad, write_configuration: Callable[..., Path]) -> None:
    """Loading ends with one of the problems, in one line with its place that says how many more there are."""
    file, old, new, *expected = row
    folder = write_configuration(file, old, new)
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(folder)
    error = refused.value
    sentence = f"{error.path + ': ' if error.path else ''}{error.problem}"
    more = f"; and {error.more} more: halo-ad check lists them" if error.more else ""
    assert str(error) == f"{error.file}:{error.line}:{error.column}: {sentence}{more}"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 (our own bytes)
    assert error.more == len(expected) - 1
    headings = [f"{folder}/{place_and_sentence(file, one).replace(': error: ', ': ', 1)}" for one in expected]
    rest = [str(error).removesuffix(more).removeprefix(heading) for heading in headings]
    # what would be right follows after the sentence: see the hints
    assert [text for text in rest if not text or text.startswith("; ")]


def place_and_sentence(file: str, expected: str) -> str:
    """A heading as it is printed; ``expected`` names a file only where it is another one."""
    head, _, sentence = expected.partition(": ")
    place = head if ".yaml" in head else f"{file}:{head}" if head else file
    return f"{place}: error: {sentence}"


HINTS: list[Bad] = [
    (USERS, "records:", "record:",
     "did you mean 'records'?",
     ("allowed: credentials, depends_on, description, draft, errors, fields, headers, key, message, method, name, one, "
      "pagination, params, records, repeatable, url")),
    (USERS, "key: id", "key: id\nmethod: PUT"),
    (PEOPLE, "sAMAccountName: account", "sAMAccountName: acount",
     "did you mean 'account'?",
     "there are: account, full"),
    (SYNC, "data_source: people", "data_source: persons", "there are: people"),
    (SYNC, "store: store", "store: store\nanchor: mail", "there are: employeeID, sn"),
    (SYNC, "%src.users.name%", "%src.name%",
     "did you mean 'users.name'?",
     "there are: details.dept, details.id, users.id, users.name, users.start"),
    (SYNC, "CN=All", "CN=%fx.lowr(A)%", "did you mean fx.lower?"),
    (USERS, "key: id", "key: Id", "did you mean 'id'?", "there are: id, name, start"),
    (USERS, "{type: timestamp}", "{tipe: timestamp}",
     "did you mean 'type'?",
     "allowed: default, format, null_before, nulls, pick, select, separator, timezone, type"),
    (DETAILS, "dept: {}", "dept: {type: txt, pick: frist}", "did you mean 'text'?", "did you mean 'first'?"),
    (PEOPLE, "rule: required", "rule: requird", "did you mean 'required'?"),
    (PEOPLE, "name: details, key: id", "name: detials, key: id",
     "did you mean 'details'?",
     "there are: details, users"),
    (FULL, "%env.mail%", "%env.mial%", "did you mean env.mail?"),
]  # fmt: skip


@pytest.mark.parametrize("row", HINTS, ids=lambda row: row[2])
def test_hints_say_what_would_be_right(
    row: Bad, write_configuration: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, old, new, *expected = row
    monkeypatch.chdir(write_configuration(file, old, new).parent)
    lines = CliRunner().invoke(app, ["check", "--no-blocks"]).output.splitlines()
    assert [line.partition(" = ")[2] for line in lines if line.lstrip().startswith("= ")] == expected
