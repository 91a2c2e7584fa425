"""Data sources and automations that are wrong.

Each with every line that ``halo-ad check`` prints of it, but for the excerpts of the files.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.bad_configuration import PEOPLE, SYNC, Bad, assert_is_refused, assert_is_told, identity

BAD: list[Bad] = [
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
    (PEOPLE, "rule: required", "rule: requird",
     ("10:33: validation.rows.0.rule: must be 'required', 'unique', 'pattern', 'one_of', 'length' or "
      "'reference'; given: 'requird'")),
    (PEOPLE, "users.name, operator: not_empty}, {not", "name, operator: not_empty}, {not",
     "5:23: scope.all.0.field: no field named 'name'"),
    (PEOPLE, "name: details, key: id", "name: detials, key: id",
     "4:12: endpoints.1.name: no endpoint named 'detials'"),
    (SYNC, "store: store", "store: ad",
     "4:8: store: block 'ad' is named for another type of block in automations/sync.yaml, directory"),
    (SYNC, "limits: {create: {count: 5}}", "limits: {creat: {count: 5}, disable: {percent: 200}}",
     "10:10: limits.creat: unknown key",
     "10:48: limits.disable.percent: must be at most 100; given: 200"),
    (SYNC, "leavers: {ou:", "leavers: {ouu:", "9:11: leavers.ouu: unknown key"),
]  # fmt: skip


@pytest.mark.parametrize("row", BAD, ids=identity)
def test_bad_configuration_is_told(
    row: Bad, write_configuration: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_is_told(row, write_configuration(*row[:3]), monkeypatch)


@pytest.mark.parametrize("row", BAD, ids=identity)
def test_bad_configuration_is_refused(row: Bad, write_configuration: Callable[..., Path]) -> None:
    assert_is_refused(row, write_configuration(*row[:3]))
