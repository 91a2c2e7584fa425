"""Loading ``config/``: every bad file is refused with its place, what is allowed and what was given."""

import pickle
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lifecycle.config.findings.problem_list import MOST_OF_ONE_FILE
from lifecycle.config.loader import FOLDERS, load_configuration, read_configuration
from lifecycle.errors import ConfigurationError

USERS, DETAILS = "endpoints/users.yaml", "endpoints/details.yaml"
ACCOUNT, FULL = "formats/account.yaml", "formats/full.yaml"
PEOPLE, SYNC, SETTINGS = "data-sources/people.yaml", "automations/sync.yaml", "settings.yaml"
NAMES = "must be lower-case words joined by hyphens"
FIELDS = "there are: details.dept, details.id, users.id, users.name, users.start"
ENDPOINT_KEYS = (
    "credentials, depends_on, description, draft, errors, fields, headers, key, message, method, name, pagination, "
    "params, records, repeatable, url"
)
MAPPING_NEEDED = "must be text with macros, in quotes, or a mapping with value, field, format or values"
OPERATORS = (
    "'is', 'is_not', 'in', 'not_in', 'contains', 'not_contains', 'starts_with', 'ends_with', 'matches', "
    "'=', '!=', '<', '<=', '>', '>=', 'before', 'after', 'on', 'within_last', 'within_next', 'today', "
    "'between', 'empty' or 'not_empty'"
)

Bad = tuple[str, str, str, str, str]

NO_YAML: list[Bad] = [
    (USERS, "key: id", "key: [id", "", "is no YAML: expected ',' or ']', but got ':'"),
    (USERS, "key: id", "key: id\nkey: name", "", "key 'key' stands twice"),
    (USERS, "", "- users", "", "must be a mapping; given: a list"),
    (USERS, "", "users", "", "must be a mapping; given: 'users'"),
    (USERS, "", "# nothing\n", "name", "is required"),
    (SETTINGS, "", "a: 1\n---\nb: 2\n", "", "is no YAML: but found another document"),
]  # fmt: skip

ENDPOINTS: list[Bad] = [
    (USERS, "name: users", "name: user", "name", "is 'user', but the file is named 'users'"),
    (USERS, "name: users", "name: Users", "name", f"{NAMES}; given: 'Users'"),
    (USERS, "credentials: halo\n", "", "credentials", "is required"),
    (USERS, "credentials: halo", "credentials: 5", "credentials", "must be text, in quotes; given: 5"),
    (USERS, "records:", "record:", "record", f"unknown key; allowed: {ENDPOINT_KEYS}"),
    (USERS, "{order: id}", "{order: true}", "params.order", "must be text, in quotes; given: true"),
    (USERS, "{order: id}", "{order: }", "params.order", "must be text; given: nothing"),
    (USERS, "{order: id}", "id", "params", "must be a mapping; given: 'id'"),
    (USERS, "key: id", "key: no", "key", "no field named 'no'; there are: id, name, start"),
    (USERS, "key: id", "key: id\nmethod: PUT", "method", "must be 'GET' or 'POST'; given: 'PUT'"),
    (USERS, "key: id", "key: id\ndraft: maybe", "draft", "must be true or false; given: 'maybe'"),
    (USERS, "key: id", "key: id\ndraft: []", "draft", "must be true or false; given: an empty list"),
    (USERS, "https:", "http:", "url", "must begin with https://: 'http://{Host-Name}/api/Users'"),
    (USERS, "{Host-Name}", "{host}", "url", "placeholder {host} is unknown; known: {Host-Name}, {tenantname}"),
    (USERS, "api/Users", "api/%Users", "url",
     "at character 25: macro Users is not closed by %; write %% for a percent sign"),
    (USERS, "api/Users", "api/%env.path%", "url", "unknown setting env.path; known: base, mail"),
    (USERS, "api/Users", "api/%src.users.id%", "url",
     "%src.users.id% differs from record to record: only %env.…% macros may stand here"),
    (USERS, "{order: id}", '{order: "%fx.upper%"}', "params.order", "fx.upper takes 1 argument (value), 0 given"),
    (USERS, "page_number", "pages", "pagination.mode",
     "must be one of 'none', 'page_number', 'offset', 'cursor', 'next_link'; given: 'pages'"),
    (USERS, "{mode: page_number}", "{}", "pagination.mode", "is required; given: nothing"),
    (USERS, "page_number}", "page_number, page_size: 0}", "pagination.page_size", "must be at least 1; given: 0"),
    (USERS, "page_number}", "page_number, page_size: 1.5}", "pagination.page_size",
     "must be a whole number; given: 1.5"),
    (USERS, "page_number}", "page_number, page_size: many}", "pagination.page_size",
     "must be a whole number; given: 'many'"),
    (USERS, "page_number}", "page_number, size: 5}", "pagination.size",
     "unknown key; allowed: first_page, max_pages, mode, page_parameter, page_size, sent_in, size_parameter, total"),
    (USERS, "id: {type: number}", "id: {type: int}", "fields.id.type",
     "must be 'text', 'number', 'timestamp' or 'array'; given: 'int'"),
    (USERS, "name: {}", "name: text", "fields.name", "must be a mapping; given: 'text'"),
    (USERS, "name: {}", "name: {select: name}", "fields.name.select",
     "is not an RFC 9535 JSONPath (expected 'TOKEN_ROOT', found 'TOKEN_NAME'): 'name'"),
    (USERS, "{type: timestamp}", "{type: timestamp, timezone: CET+1}", "fields.start.timezone",
     "is not an IANA timezone such as Europe/Berlin: 'CET+1'"),
    (USERS, "name: {}", "name: {format: '%Y'}", "fields.name.format",
     "must tell year, month and day, as %d/%m/%Y does: '%Y'"),
    (USERS, "name: {}", "name: {timezone: UTC}", "fields.name", "timezone belongs to type timestamp; the type is text"),
    (USERS, "{type: timestamp}", "{type: timestamp, default: soon}", "fields",
     "default of start does not fit its type timestamp: Invalid isoformat string: 'soon'"),
    (DETAILS, "{id: {type: number}, dept: {}}", "{}", "fields", "must not be empty; given: an empty mapping"),
    (DETAILS, "endpoint: users", "endpoint: user", "depends_on.endpoint",
     "no endpoint named 'user'; there are: details, users"),
    (DETAILS, "endpoint: users", "endpoint: details", "depends_on.endpoint",
     "'details' depends on another endpoint itself"),
    (DETAILS, "endpoint: users", "endpoint: users, max_age_days: .inf", "depends_on.max_age_days",
     "must be a finite number; given: .inf"),
    (DETAILS, "%src.users.id%", "%src.users.key%", "url",
     "no field named 'users.key'; there are: users.id, users.name, users.start"),
]  # fmt: skip

FORMATS: list[Bad] = [
    (ACCOUNT, "[[{field: users.name}]]", "[]", "alternatives", "must not be empty; given: an empty list"),
    (ACCOUNT, "[[{field: users.name}]]", "[[{text: a}]]", "alternatives",
     "alternative 0 has no field: it would give everybody the same name"),
    (ACCOUNT, "{field: users.name}", "{field: users.name, word: third}", "alternatives.0.0.word",
     "must be 'first', 'last' or 'every'; given: 'third'"),
    (ACCOUNT, "{field: users.name}", "{field: a, text: b}", "alternatives.0.0",
     "a piece is one of text, field, random, counter, macro; given: text and field"),
    (FULL, "%env.mail%", "%env.domain%", "suffix", "unknown setting env.domain; known: base, mail"),
    (FULL, "%env.mail%", "%src.users.name%", "suffix",
     "%src.users.name% differs from record to record: only %env.…% macros may stand here"),
]  # fmt: skip

DATA_SOURCES: list[Bad] = [
    (PEOPLE, "name: details, key: id", "name: detail, key: id", "endpoints.1.name",
     "no endpoint named 'detail'; there are: details, users"),
    (PEOPLE, "name: details, key: id", "name: details, key: dpt", "endpoints.1.key",
     "no field named 'dpt'; there are: dept, id"),
    (PEOPLE, "name: details, key: id", "name: users, key: id", "endpoints.1.name", "'users' stands twice"),
    (PEOPLE, "  - {name: users, key: id}\n", "", "endpoints.0.name",
     "'details' depends on 'users', which must stand before it"),
    (PEOPLE, "{field: users.name, operator: not_empty}, {not", "{field: users.nam, operator: not_empty}, {not",
     "scope.all.0.field", f"no field named 'users.nam'; {FIELDS}"),
    (PEOPLE, "operator: is, value: X", "operator: is", "scope.all.1.not", "operator is needs a value"),
    (PEOPLE, "operator: is, value: X", "operator: is, value: [X]", "scope.all.1.not.value",
     "operator is takes one value, not a list"),
    (PEOPLE, "operator: is, value: X", "operator: is, value: 5", "scope.all.1.not.value",
     'must be text or a list of texts, in quotes where YAML reads it otherwise: "5"'),
    (PEOPLE, "operator: is, value: X", "operator: like, value: X", "scope.all.1.not.operator",
     f"must be {OPERATORS}; given: 'like'"),
    (PEOPLE, "{not: {field: details.dept, operator: is, value: X}}", "{not: }", "scope.all.1.not",
     "must be a mapping; given: nothing"),
    (PEOPLE, "active: {field: users.name, operator: not_empty}", "active: {any: []}", "active.any",
     "must not be empty; given: an empty list"),
    (PEOPLE, "active: {field: users.name, operator: not_empty}", "active: {operator: not_empty}", "active.field",
     "is required"),
    (PEOPLE, "active: {field: users.name, operator: not_empty}", "active: yes", "active",
     "must be a mapping; given: 'yes'"),
    (PEOPLE, "starts: users.start", "starts: users.begin", "person.starts", f"no field named 'users.begin'; {FIELDS}"),
    (PEOPLE, "starts: users.start", "ends: users.name", "person.ends",
     "'users.name' must be of type timestamp; it is of type text"),
    (PEOPLE, "rule: required", "rule: needed", "validation.rows.0.rule",
     "must be 'required', 'unique', 'pattern', 'one_of', 'length' or 'reference'; given: 'needed'"),
    (PEOPLE, "rule: required", "rule: length", "validation.rows.0", "rule length needs max_length"),
    (PEOPLE, "rule: required", "rule: required, values: [a]", "validation.rows.0", "rule required takes no values"),
    (PEOPLE, "rule: required", "rule: reference, references: users.x", "validation.rows.0.references",
     f"no field named 'users.x'; {FIELDS}"),
    (PEOPLE, '"[a-z]+"', '"[a-z"', "validation.rows.1.pattern",
     "is not a regular expression (missing ]: [a-z): '[a-z'"),
    (PEOPLE, '"[a-z]+"', '"a)|(b"', "validation.rows.1.pattern",
     "is not a regular expression (unexpected ): a)|(b): 'a)|(b'"),
    (PEOPLE, '"[a-z]+"', '"a(?=b)"', "validation.rows.1.pattern",
     "is not a regular expression (invalid perl operator: (?=): 'a(?=b)'"),
    (PEOPLE, "max_percent: 5", "max_percent: 101", "validation.run.nulls.0.max_percent",
     "must be at most 100; given: 101"),
    (PEOPLE, '"%src.users.id%"', "7", "attributes.employeeID", f"{MAPPING_NEEDED}; given: 7"),
    (PEOPLE, '{value: "%src.users.name%"}', '{val: "x"}', "attributes.sn.val",
     "unknown key; allowed: field, format, mode, on_empty, split, value, values, when"),
    (PEOPLE, '{value: "%src.users.name%"}', '{value: "%src.users.nme%"}', "attributes.sn.value",
     f"no field named 'users.nme'; {FIELDS}"),
    (PEOPLE, "  sn:", "  unicodePwd:", "attributes.unicodePwd",
     "is never mapped from the source: passwords are generated"),
    (PEOPLE, "  sn:", "  Manager:", "attributes.Manager", "is never mapped from the source: see the section manager"),
    (PEOPLE, "  sn:", "  EmployeeId:", "attributes.EmployeeId",
     "stands twice: LDAP does not tell upper from lower case"),
    (PEOPLE, "  sn:", "  s(n:", "attributes.s(n", "must match ^[A-Za-z][A-Za-z0-9-]*$; given: 's(n'"),
    (PEOPLE, "sAMAccountName: account", "sAMAccountName: acount", "names.0.attributes.sAMAccountName",
     "no format named 'acount'; there are: account, full"),
    (PEOPLE, "sAMAccountName: account", "sAMAccountName: account, SN: account", "names.0.attributes.SN",
     "SN has a value already, in attributes or in an earlier bundle"),
    (PEOPLE, "sAMAccountName: account", "mail: account", "names",
     "sAMAccountName is given no value: no account can be created without it"),
    (PEOPLE, "    scope: container\n", "", "names.1.scope",
     "cn is unique in its OU: it needs a bundle of its own, with scope container"),
    (PEOPLE, "{cn: full}", "{cn: full, name: full}", "names.1.scope", "container is for cn alone; given: cn, name"),
    (PEOPLE, "matches: users.name", "matches: users.boss", "manager.matches",
     f"no field named 'users.boss'; {FIELDS}"),
    (PEOPLE, 'manager: {value: "%src.users.name%"', 'manager: {value: "%users.name%"', "manager.value",
     "unknown prefix users; did you mean %src.users.name%? known prefixes: act, ad, env, fx, m365, src"),
]  # fmt: skip

AUTOMATIONS: list[Bad] = [
    (SYNC, "data_source: people", "data_source: persons", "data_source",
     "no data source named 'persons'; there are: people"),
    (SYNC, "store: store", "store: store\nanchor: mail", "anchor",
     "no mapped attribute named 'mail'; there are: employeeID, sn"),
    (SYNC, "attribute: mail", "attribute: mail=*)(cn", "correlate.0.attribute",
     "must match ^[A-Za-z][A-Za-z0-9-]*$; given: 'mail=*)(cn'"),
    (SYNC, "%src.users.name%", "%src.name%", "correlate.0.value", f"no field named 'name'; {FIELDS}"),
    (SYNC, "store: store", "store: store\non_exists: merge", "on_exists",
     "must be 'update', 'skip' or 'fail'; given: 'merge'"),
    (SYNC, '["OU=Staff,%env.base%"]', "[]", "managed_ous", "must not be empty; given: an empty list"),
    (SYNC, '["OU=Staff,%env.base%"]', "OU=Staff", "managed_ous", "must be a list; given: 'OU=Staff'"),
    (SYNC, '["OU=Staff,%env.base%"]', '["Staff,%env.base%"]', "managed_ous.0",
     "a component of a distinguished name is not attribute=value: 'Staff,%env.base%'"),
    (SYNC, '["OU=Staff,%env.base%"]', '["OU=%src.details.dept%"]', "managed_ous.0",
     "%src.details.dept% differs from record to record: only %env.…% macros may stand here"),
    (SYNC, "OU=%src.details.dept%", "%src.details.dept%", "placement.0.ou",
     "a component of a distinguished name is not attribute=value: '%src.details.dept%,OU=Staff,%env.base%'"),
    (SYNC, "OU=%src.details.dept%", "OU=%src.details.dpt%", "placement.0.ou",
     f"no field named 'details.dpt'; {FIELDS}"),
    (SYNC, "when: {field: details.dept", "when: {field: dept", "placement.0.when.field",
     f"no field named 'dept'; {FIELDS}"),
    (SYNC, "CN=All", "CN=%fx.lowr(A)%", "groups.0.group", "unknown function fx.lowr; did you mean fx.lower?"),
    (SYNC, "OU=Leavers,OU=Staff", "OU=Leavers", "leavers.ou",
     "stands outside the managed OUs: no account may be moved there"),
    (SYNC, "OU=Leavers,OU=Staff", "OU=Leavers\\\\,OU=Staff", "leavers.ou",
     "stands outside the managed OUs: no account may be moved there"),
    (SYNC, "OU=Leavers", "Leavers", "leavers.ou",
     "a component of a distinguished name is not attribute=value: 'Leavers,OU=Staff,%env.base%'"),
    (SYNC, "leavers: {ou:", "leavers: {absent_runs: 0, ou:", "leavers.absent_runs", "must be at least 1; given: 0"),
    (SYNC, "{count: 5}", "{}", "limits.create", "needs count, percent or both; percent: 100 is no limit"),
    (SYNC, "{count: 5}", "5", "limits.create", "must be a mapping; given: 5"),
    (SYNC, "{count: 5}", "{percent: .nan}", "limits.create.percent", "must be a finite number; given: .nan"),
    (SYNC, "store: store", "store: store\napproval_hours: 0", "approval_hours", "must be more than 0; given: 0"),
]  # fmt: skip

SETTING: list[Bad] = [
    (SETTINGS, "mail: corp.test", "mail: ''", "env.mail", "must not be empty; given: ''"),
    (SETTINGS, "mail: corp.test", "mail: 1.0", "env.mail", "must be text, in quotes; given: 1.0"),
    (SETTINGS, "mail: corp.test", "a mail: x", "env.a mail",
     r"must match ^[A-Za-z0-9_][A-Za-z0-9_.\-]*$; given: 'a mail'"),
    (SETTINGS, "env:", "environment:", "environment", "unknown key; allowed: env, timezone"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "path", "problem"), [*NO_YAML, *ENDPOINTS, *FORMATS, *DATA_SOURCES, *AUTOMATIONS, *SETTING]
)
def test_bad_configuration_is_refused(
    file: str, old: str, new: str, path: str, problem: str, write_configuration: Callable[..., Path]
) -> None:
    folder = write_configuration(file, old, new)
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(folder)
    error = refused.value
    assert (error.file, error.path, error.problem) == (str(folder / file), path, problem)
    more = f"; and {error.more} more: halo-ad check lists them" if error.more else ""
    assert str(error) == f"{folder / file}:{error.line}:{error.column}: {path + ': ' if path else ''}{problem}{more}"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 (our own bytes)


def test_correct_configuration_is_loaded(write_configuration: Callable[..., Path]) -> None:
    loaded = load_configuration(write_configuration())
    assert loaded.settings.env == {"base": "DC=corp,DC=test", "mail": "corp.test"}
    assert set(loaded.endpoints) == {"details", "users"}
    assert set(loaded.formats) == {"account", "full"}
    assert (set(loaded.data_sources), set(loaded.automations)) == ({"people"}, {"sync"})
    assert loaded.fields_of(loaded.data_sources["people"]) == {
        "users.id": "number", "users.name": "text", "users.start": "timestamp",
        "details.id": "number", "details.dept": "text",
    }  # fmt: skip


@pytest.mark.parametrize("call", ["fx.filetime(#%src.users.start%#)", "fx.country(#%src.users.id%#, name)"])
def test_name_may_be_formed_by_any_function(call: str, write_configuration: Callable[..., Path]) -> None:
    assert load_configuration(write_configuration(SYNC, "src.details.dept%,", f"{call}%,"))


def test_anchor_must_be_written_always(write_configuration: Callable[..., Path]) -> None:
    folder = write_configuration(PEOPLE, '"%src.users.id%"', '{value: "%src.users.id%", when: update}')
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(folder)
    problem = "'employeeID' is mapped for update only: an account must always bear its anchor"
    assert (refused.value.file, refused.value.path) == (str(folder / SYNC), "anchor")
    assert refused.value.problem == problem


def test_format_may_read_fields_of_its_data_source_alone(write_configuration: Callable[..., Path]) -> None:
    folder = write_configuration(ACCOUNT, "users.name", "users.nick")
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(folder)
    assert refused.value.file == str(folder / PEOPLE)
    assert refused.value.path == "names.0.attributes.sAMAccountName"
    assert refused.value.problem == f"format 'account' asks for what is not here: no field named 'users.nick'; {FIELDS}"


def test_long_value_is_not_quoted_in_full(write_configuration: Callable[..., Path]) -> None:
    folder = write_configuration(USERS, "key: id", f"key: id\ndraft: {'x' * 500}")
    with pytest.raises(ConfigurationError, match=r"given: 'x{59}…$"):
        load_configuration(folder)


def test_file_with_another_ending_is_not_passed_over(write_configuration: Callable[..., Path]) -> None:
    folder = write_configuration("endpoints/more.yml", "", "name: more")
    with pytest.raises(ConfigurationError, match=r"more\.yml: is not read: its name must end in \.yaml$"):
        load_configuration(folder)


def test_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(tmp_path / "nowhere")
    assert refused.value.problem == "no such folder; it should hold settings.yaml, endpoints/ and so on"


def test_missing_settings_are_told(write_configuration: Callable[..., Path]) -> None:
    folder = write_configuration()
    (folder / SETTINGS).unlink()
    with pytest.raises(ConfigurationError, match=r"settings\.yaml: no such file$"):
        load_configuration(folder)


def test_file_that_cannot_be_read_is_told(write_configuration: Callable[..., Path]) -> None:
    folder = write_configuration()
    (folder / SETTINGS).unlink()
    (folder / SETTINGS).mkdir()
    with pytest.raises(ConfigurationError, match=r"settings\.yaml: cannot be read: Is a directory$"):
        load_configuration(folder)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"env: {a: \xff}", "is not UTF-8 text"),
        (b"env: {a: \x07}", "is no YAML: unacceptable character #x0007: special characters are not allowed"),
    ],
)
def test_file_that_is_no_text_is_told(content: bytes, problem: str, write_configuration: Callable[..., Path]) -> None:
    folder = write_configuration()
    (folder / SETTINGS).write_bytes(content)
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(folder)
    assert refused.value.problem == problem


def test_empty_folders_leave_names_unknown(write_configuration: Callable[..., Path]) -> None:
    folder = write_configuration()
    for file in (*folder.glob("endpoints/*"), *folder.glob("data-sources/*")):
        file.unlink()
    with pytest.raises(ConfigurationError, match=r"data_source: no data source named 'people'; there are: none$"):
        load_configuration(folder)


def test_check_may_rely_on_another_that_has_failed(
    write_configuration: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_arguments: object) -> Iterator[str]:
        yield from {}["employeeID"]

    monkeypatch.setattr("lifecycle.config.loader.automation_problems", fails)
    with pytest.raises(KeyError):
        read_configuration(write_configuration())
    (problem,) = read_configuration(write_configuration(USERS, "key: id", "key: no")).problems
    assert problem.sentence == "key: no field named 'no'"


@pytest.mark.parametrize("file", [USERS, DETAILS, ACCOUNT, FULL, PEOPLE, SYNC, SETTINGS])
def test_file_that_cannot_be_used_excuses_its_names(file: str, write_configuration: Callable[..., Path]) -> None:
    """One mistake, one problem: whatever file it is in."""
    old, new = ("env:", "envs:") if file == SETTINGS else (f"name: {Path(file).stem}\n", f"nam: {Path(file).stem}\n")
    (problem,) = read_configuration(write_configuration(file, old, new)).problems
    assert problem.sentence == f"{new.partition(':')[0]}: unknown key"


def test_many_problems_of_one_file_are_cut(write_configuration: Callable[..., Path]) -> None:
    many = "".join(f"x{number}: 1\n" for number in range(500))
    problems = read_configuration(write_configuration(SETTINGS, "env:", f"{many}env:")).problems
    assert len(problems) == MOST_OF_ONE_FILE + 1
    assert problems[-1].text == "has more problems than are told here"


def test_stray_files_are_told(write_configuration: Callable[..., Path]) -> None:
    folder = write_configuration()
    for file in ("other.yaml", "endpoint/a.yaml", "endpoints/old/a.yaml", "formats/a.yml", ".hidden/a.yaml",
                 "schema/a.yaml", "formats/.a.yaml", "readme.md"):  # fmt: skip
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text("a: 1", "utf-8")
    told = {problem.file.removeprefix(f"{folder}/"): problem.text for problem in read_configuration(folder).problems}
    assert told == {
        "other.yaml": "is not read",
        "endpoint/a.yaml": "is not read: no folder is named 'endpoint'",
        "endpoints/old/a.yaml": "is not read: files stand directly in endpoints/",
        "formats/a.yml": "is not read: its name must end in .yaml",
    }


def test_shipped_configuration_is_correct() -> None:
    shipped = Path(__file__).parents[3] / "config"
    loaded = load_configuration(shipped)
    assert {folder.name for folder in shipped.iterdir() if folder.is_dir()} <= {*FOLDERS, "schema", "scripts"}
    assert "people-to-ad" in loaded.automations
