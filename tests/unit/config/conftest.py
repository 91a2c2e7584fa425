"""A small, correct configuration on disk."""

from collections.abc import Callable
from pathlib import Path

import pytest

FILES = {
    "settings.yaml": """\
env:
  base: DC=corp,DC=test
  mail: corp.test
""",
    "endpoints/users.yaml": """\
name: users
credentials: halo
url: https://{Host-Name}/api/Users
params: {order: id}
pagination: {mode: page_number}
records: users
key: id
fields:
  id: {type: number}
  name: {}
  start: {type: timestamp}
""",
    "endpoints/details.yaml": """\
name: details
credentials: halo
url: https://{Host-Name}/api/Users/%src.users.id%
depends_on: {endpoint: users}
key: id
fields: {id: {type: number}, dept: {}}
""",
    "formats/account.yaml": """\
name: account
alternatives: [[{field: users.name}]]
max_length: 20
""",
    "formats/full.yaml": """\
name: full
alternatives: [[{field: users.name}]]
suffix: "@%env.mail%"
""",
    "data-sources/people.yaml": """\
name: people
endpoints:
  - {name: users, key: id}
  - {name: details, key: id}
scope: {all: [{field: users.name, operator: not_empty}, {not: {field: details.dept, operator: is, value: X}}]}
active: {field: users.name, operator: not_empty}
person: {starts: users.start}
validation:
  rows:
    - {field: users.name, rule: required}
    - {field: users.name, rule: pattern, pattern: "[a-z]+"}
  run: {nulls: [{field: details.dept, max_percent: 5}]}
attributes:
  employeeID: "%src.users.id%"
  sn: {value: "%src.users.name%"}
names:
  - attributes: {sAMAccountName: account}
  - attributes: {cn: full}
    scope: container
manager: {value: "%src.users.name%", matches: users.name}
""",
    "automations/sync.yaml": """\
name: sync
data_source: people
directory: ad
store: store
correlate: [{attribute: mail, value: "%src.users.name%"}]
managed_ous: ["OU=Staff,%env.base%"]
placement: [{ou: "OU=%src.details.dept%,OU=Staff,%env.base%", when: {field: details.dept, operator: not_empty}}]
groups: [{group: "CN=All,OU=Staff,%env.base%"}]
leavers: {ou: "OU=Leavers,OU=Staff,%env.base%"}
limits: {create: {count: 5}}
""",
}


@pytest.fixture
def write_configuration(tmp_path: Path) -> Callable[..., Path]:
    """Writes the files, one of them changed: ``old`` is replaced by ``new``, which must change it."""

    def written(file: str = "", old: str = "", new: str = "") -> Path:
        folder = tmp_path / "config"
        for name, text in FILES.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
        if file:
            before = FILES.get(file, "")
            after = before.replace(old, new) if old else new
            assert after != before
            (folder / file).write_text(after, "utf-8")
        return folder

    return written
