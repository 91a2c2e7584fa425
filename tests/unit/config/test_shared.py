"""Two automations that would write one thing of one account are refused before either runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lifecycle.config.loader import load_configuration
from lifecycle.errors import ConfigurationError

PHONES = """\
name: phones
automation_category: user-modification
endpoints: [{name: users, key: id}]
attributes:
  employeeID: "%src.users.name%"
  telephoneNumber: {field: users.name}
"""
RING = """\
name: ring
data_source: phones
directory: ad
store: store
managed_ous: ["OU=Staff,%env.base%"]
"""


@pytest.fixture
def with_phones(write_configuration: Callable[..., Path]) -> Callable[..., Path]:
    """The small configuration and a second data source; ``more`` is appended to its files."""

    def written(*replacements: tuple[str, str], source: str = "", automation: str = "") -> Path:
        folder = write_configuration()
        phones, ring = PHONES + source, RING + automation
        for old, new in replacements:
            assert old in phones + ring
            phones, ring = phones.replace(old, new), ring.replace(old, new)
        (folder / "data-sources/phones.yaml").write_text(phones, "utf-8")
        (folder / "automations/ring.yaml").write_text(ring, "utf-8")
        return folder

    return written


STAFF = "OU=Staff,DC=corp,DC=test"


def written_twice(what: str, place: str = "data_source", ou: str = STAFF) -> str:
    return (
        f"{what} is written by automations/ring.yaml too ({place}, data-sources/phones.yaml): leave it to one of "
        f"them, or part their managed OUs, which overlap in {ou}"
    )


@pytest.mark.parametrize(
    ("replacements", "source", "automation", "path", "problem"),
    [
        ((("telephoneNumber", "sn"),), "", "", "data_source", written_twice("sn")),
        ((("telephoneNumber", "sAMAccountName"),), "", "", "data_source", written_twice("sAMAccountName")),
        ((), 'manager: {value: "%src.users.name%", matches: users.name}\n', "", "data_source",
         written_twice("manager")),
        ((), 'references: {manager: {value: "%src.users.name%", matches: users.name}}\n', "", "data_source",
         written_twice("manager")),
        ((), "", 'groups: [{group: "cn=all,OU=Staff,%env.base%"}]\n', "groups.0.group",
         written_twice("memberships of 'CN=All,OU=Staff,%env.base%'", "groups.0.group")),
        ((("telephoneNumber", "sn"), ('["OU=Staff,%env.base%"]', '["OU=x,%env.base%", "OU=a,ou=staff,%env.base%"]')),
         "", "", "data_source", written_twice("sn", ou="OU=a,ou=staff,DC=corp,DC=test")),
        ((("telephoneNumber", "sn"), ('["OU=Staff,%env.base%"]', '["%env.base%"]')), "", "", "data_source",
         written_twice("sn")),
    ],
)  # fmt: skip
def test_what_is_written_twice_is_refused(
    replacements: tuple[tuple[str, str], ...], source: str, automation: str, path: str, problem: str,
    with_phones: Callable[..., Path],
) -> None:  # fmt: skip
    folder = with_phones(*replacements, source=source, automation=automation)
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(folder)
    assert refused.value.file == str(folder / "automations/sync.yaml")
    assert (refused.value.path, refused.value.problem) == (path, problem)


@pytest.mark.parametrize(
    ("replacements", "automation"),
    [
        ((), ""),
        ((), 'groups: [{group: "CN=Phones,OU=Staff,%env.base%"}]\n'),
        ((("telephoneNumber", "sn"), ("directory: ad", "directory: other")), ""),
        ((("telephoneNumber", "sn"), ("OU=Staff", "OU=Guests")), ""),
        ((("telephoneNumber", "sn"), ("OU=Staff", "OU=NotStaff")), ""),
    ],
)
def test_what_is_parted_is_loaded(
    replacements: tuple[tuple[str, str], ...], automation: str, with_phones: Callable[..., Path]
) -> None:
    assert set(load_configuration(with_phones(*replacements, automation=automation)).automations) == {"ring", "sync"}


LIFECYCLE = (
    ("user-modification", "user-lifecycle"),
    ('"%src.users.name%"', '"%src.users.id%"'),
    ("  telephoneNumber: {field: users.name}\n", "  sAMAccountName: {field: users.name}\n"),
)
LIVES = 'placement: [{ou: "OU=Staff,%env.base%"}]\nleavers: {ou: "OU=Staff,%env.base%"}\n'


def test_two_lifecycles_of_the_same_accounts_are_refused_and_of_others_are_not(
    with_phones: Callable[..., Path],
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(with_phones(*LIFECYCLE, automation=LIVES))
    assert refused.value.problem.startswith("sAMAccountName is written by automations/ring.yaml too")
    load_configuration(with_phones(*LIFECYCLE, ("OU=Staff", "OU=Guests"), automation=LIVES))


@pytest.mark.parametrize(("anchor", "alike"), [('"%src.users.id%"', True), ('"X%src.users.id%"', False)])
def test_an_anchor_may_be_mapped_twice_where_it_is_mapped_alike(
    anchor: str, alike: bool, with_phones: Callable[..., Path]
) -> None:
    changes = (*LIFECYCLE[:1], ('"%src.users.name%"', anchor), LIFECYCLE[2])
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(with_phones(*changes, automation=LIVES))
    assert refused.value.problem.startswith("sAMAccountName" if alike else "employeeID")


@pytest.mark.parametrize(("key", "line"), [("placement", LIVES.partition("\n")[0]), ("leavers", LIVES.split("\n")[1])])
def test_a_modification_has_no_place_and_no_leavers(key: str, line: str, with_phones: Callable[..., Path]) -> None:
    folder = with_phones(automation=line + "\n")
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(folder)
    assert (refused.value.file, refused.value.path) == (str(folder / "automations/ring.yaml"), key)
    assert refused.value.problem == "has no place here: data source 'phones' is a user-modification"
