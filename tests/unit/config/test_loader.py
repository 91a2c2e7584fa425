"""Loading ``config/``: what a problem says in one line; bad files one by one are in the files ``test_bad_…``."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lifecycle.config.findings.problem_list import MOST_OF_ONE_FILE
from lifecycle.config.loader import FOLDERS, load_configuration, read_configuration
from lifecycle.errors import ConfigurationError

USERS, DETAILS = "endpoints/users.yaml", "endpoints/details.yaml"
ACCOUNT, FULL = "formats/account.yaml", "formats/full.yaml"
PEOPLE, SYNC, SETTINGS = "data-sources/people.yaml", "automations/sync.yaml", "settings.yaml"
FIELDS = "there are: details.dept, details.id, users.id, users.name, users.start"
ENDPOINT_KEYS = (
    "credentials, depends_on, description, draft, errors, fields, headers, key, message, method, name, one, "
    "pagination, params, records, repeatable, url"
)
Bad = tuple[str, str, str, str, str]

RIGHT: list[Bad] = [
    (USERS, "records:", "record:", "record", f"unknown key; allowed: {ENDPOINT_KEYS}"),
    (USERS, "key: id", "key: no", "key", "no field named 'no'; there are: id, name, start"),
    (USERS, "api/Users", "api/%env.path%", "url", "unknown setting env.path; known: base, mail"),
    (USERS, "page_number}", "page_number, size: 5}", "pagination.size",
     "unknown key; allowed: first_page, max_pages, mode, page_parameter, page_size, sent_in, size_parameter, total"),
    (DETAILS, "endpoint: users", "endpoint: user", "depends_on.endpoint",
     "no endpoint named 'user'; there are: details, users"),
    (DETAILS, "%src.users.id%", "%src.users.key%", "url",
     "no field named 'users.key'; there are: users.id, users.name, users.start"),
    (FULL, "%env.mail%", "%env.domain%", "suffix", "unknown setting env.domain; known: base, mail"),
    (PEOPLE, "name: details, key: id", "name: detail, key: id", "endpoints.1.name",
     "no endpoint named 'detail'; there are: details, users"),
    (PEOPLE, "name: details, key: id", "name: details, key: dpt", "endpoints.1.key",
     "no field named 'dpt'; there are: dept, id"),
    (PEOPLE, "{field: users.name, operator: not_empty}, {not", "{field: users.nam, operator: not_empty}, {not",
     "scope.all.0.field", f"no field named 'users.nam'; {FIELDS}"),
    (PEOPLE, "starts: users.start", "starts: users.begin", "person.starts", f"no field named 'users.begin'; {FIELDS}"),
    (PEOPLE, "rule: required", "rule: reference, references: users.x", "validation.rows.0.references",
     f"no field named 'users.x'; {FIELDS}"),
    (PEOPLE, '{value: "%src.users.name%"}', '{val: "x"}', "attributes.sn.val",
     "unknown key; allowed: field, format, mode, on_empty, split, value, values, when"),
    (PEOPLE, '{value: "%src.users.name%"}', '{value: "%src.users.nme%"}', "attributes.sn.value",
     f"no field named 'users.nme'; {FIELDS}"),
    (PEOPLE, "sAMAccountName: account", "sAMAccountName: acount", "names.0.attributes.sAMAccountName",
     "no format named 'acount'; there are: account, full"),
    (PEOPLE, "matches: users.name", "matches: users.boss", "manager.matches",
     f"no field named 'users.boss'; {FIELDS}"),
    (PEOPLE, 'manager: {value: "%src.users.name%"', 'manager: {value: "%users.name%"', "manager.value",
     "unknown prefix users; did you mean %src.users.name%? known prefixes: act, ad, env, fx, m365, src"),
    (SYNC, "data_source: people", "data_source: persons", "data_source",
     "no data source named 'persons'; there are: people"),
    (SYNC, "store: store", "store: store\nanchor: mail", "anchor",
     "no mapped attribute named 'mail'; there are: employeeID, sn"),
    (SYNC, "%src.users.name%", "%src.name%", "correlate.0.value", f"no field named 'name'; {FIELDS}"),
    (SYNC, "OU=%src.details.dept%", "OU=%src.details.dpt%", "placement.0.ou",
     f"no field named 'details.dpt'; {FIELDS}"),
    (SYNC, "when: {field: details.dept", "when: {field: dept", "placement.0.when.field",
     f"no field named 'dept'; {FIELDS}"),
    (SYNC, "CN=All", "CN=%fx.lowr(A)%", "groups.0.group", "unknown function fx.lowr; did you mean fx.lower?"),
    (SETTINGS, "env:", "environment:", "environment", "unknown key; allowed: env, timezone"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "path", "problem"), RIGHT)
def test_problem_says_what_would_be_right(
    file: str, old: str, new: str, path: str, problem: str, write_configuration: Callable[..., Path]
) -> None:
    folder = write_configuration(file, old, new)
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(folder)
    assert (refused.value.file, refused.value.path, refused.value.problem) == (str(folder / file), path, problem)


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
