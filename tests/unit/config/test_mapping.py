"""Mapped attributes, references and categories: every mistake is told with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lifecycle.config.loader import load_configuration
from lifecycle.errors import ConfigurationError

PEOPLE, SYNC, ACCOUNT = "data-sources/people.yaml", "automations/sync.yaml", "formats/account.yaml"
SN = 'sn: {value: "%src.users.name%"}'
FIELDS = "there are: details.dept, details.id, users.id, users.name, users.start"
NOT_YET = "is not known when an account is made: it may stand only with when: update"
ONE_OF = "needs one of value, field, format and values"

ATTRIBUTES: list[tuple[str, str, str]] = [
    ("sn: {}", "sn", ONE_OF),
    ("sn: {when: create}", "sn", ONE_OF),
    ('sn: {value: "x", field: users.name}', "sn", f"{ONE_OF}; given: value, field"),
    ("sn: {field: users.name, format: account, values: [a]}", "sn", f"{ONE_OF}; given: field, format, values"),
    ("sn: {values: []}", "sn.values", "must not be empty; given: an empty list"),
    ('sn: {values: [""]}', "sn.values.0", "must not be empty; given: ''"),
    ("sn: {values: x}", "sn.values", "must be a list; given: 'x'"),
    ("sn: {field: users.nme}", "sn.field", f"no field named 'users.nme'; {FIELDS}"),
    ("sn: {format: nick}", "sn.format", "no format named 'nick'; there are: account, full"),
    ('url: {values: ["%src.users.nme%"]}', "url.values.0", f"no field named 'users.nme'; {FIELDS}"),
    ('url: {values: ["a", "%x"]}', "url.values.1",
     "at character 1: macro x is not closed by %; write %% for a percent sign"),
    ('sn: {format: account, split: ";"}', "sn", "split belongs to value or field, not to format"),
    ('url: {values: [a], split: ";"}', "url", "split belongs to value or field, not to values"),
    ('url: {field: users.name, split: ""}', "url.split", "must not be empty; given: ''"),
    ("url: {field: users.name, mode: append}", "url.mode", "must be 'replace' or 'add'; given: 'append'"),
    ("url: {field: users.name, mode: add, on_empty: clear}", "url",
     "mode add keeps what is there: it cannot go with on_empty clear"),
    ("sn: {field: users.name, mode: add}", "sn", "sn holds one value: mode add would have nothing to keep"),
    ('sn: {field: users.name, split: ";"}', "sn", "sn holds one value: split may give it more"),
    ('sn: {values: ["%src.users.name%"]}', "sn", "sn holds one value: values may give it more"),
    ("description: {values: [a, b]}", "description", "description holds one value: values may give it more"),
    (f'initials: "{"x" * 7}"', "initials", "does not fit initials: at most 6 characters"),
    ('countryCode: "forty"', "countryCode", "does not fit countryCode: must be a whole number in digits"),
    ('countryCode: "70000"', "countryCode", "does not fit countryCode: must be from 0 to 65535"),
    ('msNPAllowDialin: "maybe"', "msNPAllowDialin",
     "does not fit msNPAllowDialin: must be true, false, yes, no, 1 or 0"),
    ('accountExpires: "2031-03-01"', "accountExpires",
     "does not fit accountExpires: must be a timestamp in ISO 8601 with its offset, from the year 1601 on"),
    ('thumbnailPhoto: "photo.jpg"', "thumbnailPhoto", "does not fit thumbnailPhoto: must be bytes in base64"),
    ('assistant: "Ann"', "assistant",
     "does not fit assistant: must be the GUID or the distinguished name of an account or group of this domain"),
    (f'otherPager: {{values: ["1", "{"2" * 65}"]}}', "otherPager", "does not fit otherPager: at most 64 characters"),
    ('company: "%fx.upper(#%env.mail%#)% and so on and on and on and on and on and on and on and on"', "company",
     "does not fit company: at most 64 characters"),
    ('Company: "x"', "Company", "the directory spells Company as company: write it so"),
    ('info: "%ad.info%"', "info", "reads itself"),
    ('info: "%ad.title%"', "info",
     f"%ad.title% {NOT_YET}; known: cn, distinguishedName, employeeID, info, sAMAccountName"),
    ('info: "%ad.manager%"', "info", "%ad.manager% is a reference: it has no text"),
    ('info: {value: "%ad.assistant%", when: update}', "info", "%ad.assistant% has no text: reference to an object"),
    ('info: {value: "%ad.objectSid%", when: update}', "info", "%ad.objectSid% is not at hand in a mapping"),
    ('info: {value: "%ad.unicodePwd%", when: update}', "info", "%ad.unicodePwd% is not at hand in a mapping"),
    ('info: {value: "%ad.Title%", when: update}', "info", "the directory spells Title as title: write it so"),
    ('info: "%m365.userPrincipalName%"', "info",
     "%m365.userPrincipalName% is not at hand in a mapping; there are: act, ad, env, fx, src"),
    ('info: "%act.timestamp_yyyy-MM-dd%"', "info",
     "%act.timestamp_yyyy-MM-dd% differs from run to run: it may stand only with when: create"),
    ('info: {value: "%act.mood%", when: create}', "info.value",
     ("unknown name act.mood; known: action, automation, run, timestamp, timestamp_yyyy-MM-dd, "
     "timestamp_yyyy-MM-dd_afterNDays_1")),
    ('manager: "x"', "manager", "is never mapped from the source: see the section manager"),
    ('servicePrincipalName: "x"', "servicePrincipalName", "is never mapped from the source: it gives rights"),
    ('altSecurityIdentities: "x"', "altSecurityIdentities", "is never mapped from the source: it gives rights"),
    ('pwdLastSet: "0"', "pwdLastSet", "is never mapped from the source: passwords are generated"),
    ('objectClass: "user"', "objectClass", "is never mapped from the source: the directory writes it"),
]  # fmt: skip


def refused(folder: Path) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(folder)
    return caught.value


@pytest.mark.parametrize(("yaml", "path", "problem"), ATTRIBUTES)
def test_bad_mapping_is_refused(yaml: str, path: str, problem: str, write_configuration: Callable[..., Path]) -> None:
    error = refused(write_configuration(PEOPLE, SN, yaml))
    assert (error.path, error.problem) == (f"attributes.{path}".rstrip("."), problem)


def test_late_attributes_in_a_circle_are_refused(write_configuration: Callable[..., Path]) -> None:
    error = refused(write_configuration(PEOPLE, SN, 'info: "%ad.title%"\n  title: "%ad.info%"'))
    assert (error.path, error.problem) == ("attributes.info", "is part of a circle: info → title → info")


@pytest.mark.parametrize(
    "yaml",
    [
        "sn: Example",
        "sn: {field: users.name, on_empty: reject}",
        "sn: {format: account, when: create}",
        'proxyAddresses: {values: ["SMTP:%src.users.name%", "smtp:x@%env.mail%"], mode: add}',
        'otherTelephone: {field: users.name, split: ";", on_empty: clear}',
        'homeDirectory: "\\\\\\\\fs\\\\home$\\\\%ad.sAMAccountName%"',
        'info: {value: "made on %act.timestamp_yyyy-MM-dd%, %act.timestamp%", when: create}',
        'info: {value: "%ad.telephoneNumber% %ad.notOfTheUsual%", when: update}',
        'info: "%ad.cn% in %ad.distinguishedName%"\n  title: "%ad.info%"',
        'ownAttribute: "whatever the directory says of it"',
        'accountExpires: "%src.users.start%"',
        'assistant: "CN=Ann,%env.base%"',
        'msNPAllowDialin: "yes"',
        'sn: x\nreferences: {assistant: {value: "%src.users.name%", matches: users.name}}',
    ],
)
def test_correct_mapping_is_loaded(yaml: str, write_configuration: Callable[..., Path]) -> None:
    load_configuration(write_configuration(PEOPLE, SN, yaml))


MANAGER = 'manager: {value: "%src.users.name%", matches: users.name}'
CATEGORIES = "'user-lifecycle', 'user-creation', 'user-modification' or 'user-actions'"
WHO = '{value: "%src.users.name%", matches: users.name}'


@pytest.mark.parametrize(
    ("old", "new", "path", "problem"),
    [
        (MANAGER, f"{MANAGER}\nreferences: {{manager: {WHO}}}", "",
         "manager stands twice: once by itself, once among references"),
        (MANAGER, f"references: {{Secretary: {WHO}, secretary: {WHO}}}", "references.secretary",
         "stands twice: LDAP does not tell upper from lower case"),
        (MANAGER, f"references: {{member: {WHO}}}", "references.member",
         "is never mapped from the source: see the automation's groups"),
        (MANAGER, f"references: {{title: {WHO}}}", "references.title",
         "title refers to no object in the directory: text"),
        (MANAGER, "references: {assistant: {value: x, matches: users.boss}}", "references.assistant.matches",
         f"no field named 'users.boss'; {FIELDS}"),
        (MANAGER, 'references: {assistant: {value: "%users.boss%", matches: users.name}}',
         "references.assistant.value",
         "unknown prefix users; did you mean %src.users.boss%? known prefixes: act, ad, env, fx, m365, src"),
        (SN, f"{SN}\n  secretary: x\nreferences: {{Secretary: {WHO}}}", "references.Secretary",
         "Secretary has a value already, in attributes"),
        ("{sAMAccountName: account}", "{sAMAccountName: account, manager: account}", "names.0.attributes.manager",
         "manager has a value already, in attributes or in an earlier bundle"),
        ("{sAMAccountName: account}", "{sAMAccountName: account, countryCode: account}",
         "names.0.attributes.countryCode", "countryCode is no text in the directory: whole number"),
        ("name: people", "name: people\nautomation_category: user-deletion", "automation_category",
         f"must be {CATEGORIES}; given: 'user-deletion'; did you mean 'user-creation'?"),
        ("name: people", "name: people\nautomation_category: user-modification", "names",
         "has no place here: a user-modification gives no names, the user-lifecycle does"),
    ],
)  # fmt: skip
def test_bad_reference_or_category_is_refused(
    old: str, new: str, path: str, problem: str, write_configuration: Callable[..., Path]
) -> None:
    error = refused(write_configuration(PEOPLE, old, new))
    assert (error.path, error.problem) == (path, problem)


PLACEMENT = (
    'placement: [{ou: "OU=%src.details.dept%,OU=Staff,%env.base%", when: {field: details.dept, operator: not_empty}}]\n'
)
LEAVERS = 'leavers: {ou: "OU=Leavers,OU=Staff,%env.base%"}\n'


@pytest.mark.parametrize(
    ("old", "new", "path", "problem"),
    [
        (PLACEMENT, "", "placement", "is required: data source 'people' is a user-lifecycle"),
        (LEAVERS, "", "leavers", "is required: data source 'people' is a user-lifecycle"),
        ("store: store", "store: store\npeople: leaver", "people",
         "has no place here: data source 'people' is a user-lifecycle"),
        ("store: store", "store: store\nanchor: url", "anchor",
         "url holds several values in the directory: an anchor is one"),
        ("store: store", "store: store\nanchor: assistant", "anchor",
         "assistant is no text in the directory: reference to an object"),
        ("store: store", "store: store\nanchor: info", "anchor",
         "'info' must be one value that the record alone tells"),
    ],
)  # fmt: skip
def test_bad_automation_is_refused(
    old: str, new: str, path: str, problem: str, write_configuration: Callable[..., Path]
) -> None:
    folder = write_configuration(SYNC, old, new)
    more = f'{SN}\n  url: x\n  assistant: "CN=x,%env.base%"\n  info: "%ad.cn%"'
    (folder / PEOPLE).write_text((folder / PEOPLE).read_text("utf-8").replace(SN, more), "utf-8")
    error = refused(folder)
    assert (error.file, error.path, error.problem) == (str(folder / SYNC), path, problem)
