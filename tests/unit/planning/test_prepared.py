"""An automation against the schema of its directory, and against its neighbours."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from lifecycle.config.category import Category
from lifecycle.directory.schema import AttributeFacts, Schema, Syntax
from lifecycle.directory.usual_attributes import USUAL
from lifecycle.errors import ConfigurationError, RequestError
from lifecycle.runs.prepared import PreparedAutomation

FILE = "data-sources/halo-people.yaml"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> PreparedAutomation:
    folder = tmp_path_factory.mktemp("config") / "config"
    shutil.copytree("config", folder)
    source = (folder / FILE).read_text("utf-8")
    more = 'profilePath: "x%ad.sAMAccountName%"\n  comment: {value: "%ad.ownField%", when: update}\n  company:'
    (folder / FILE).write_text(source.replace("company:", more, 1), "utf-8")
    return PreparedAutomation.load(folder, "people-to-ad")


def schema(**changes: AttributeFacts | None) -> Schema:
    facts = {**USUAL, "ownField": AttributeFacts("ownField"), **changes}
    return {name: one for name, one in facts.items() if one is not None}


def test_planning_looks_at_all_that_is_mapped_named_referred_to_or_read(prepared: PreparedAutomation) -> None:
    assert {"profilePath", "ownField", "sAMAccountName", "manager", "mail", "employeeID"} <= set(prepared.attributes)
    assert not {"cn", "distinguishedName"} & set(prepared.attributes)
    assert len(set(prepared.attributes)) == len(prepared.attributes)


def test_a_usual_schema_takes_the_mapping(prepared: PreparedAutomation) -> None:
    prepared.check_schema(schema())


@pytest.mark.parametrize(
    ("changes", "file", "path", "problem"),
    [
        ({"title": None}, FILE, "attributes.title", "the directory has no attribute title"),
        ({"ownField": None}, FILE, "attributes.comment", "the directory has no attribute ownField"),
        ({"title": replace(USUAL["title"], of_users=False)}, FILE, "attributes.title",
         "user objects may not hold title in this directory"),
        ({"title": replace(USUAL["title"], writable=False)}, FILE, "attributes.title",
         "title is written by the directory itself"),
        ({"title": replace(USUAL["title"], syntax=Syntax.OTHER)}, FILE, "attributes.title",
         "title has a syntax that is never mapped"),
        ({"ownField": AttributeFacts("ownField", writable=False)}, FILE, "attributes.comment",
         "%ad.ownField% is written by the directory itself: it may differ each time"),
        ({"ownField": AttributeFacts("ownField", Syntax.REFERENCE)}, FILE, "attributes.comment",
         "%ad.ownField% has no text: reference to an object"),
        ({"company": replace(USUAL["company"], range_upper=8)}, FILE, "attributes.company",
         "does not fit company: at most 8 characters"),
        ({"manager": AttributeFacts("manager")}, FILE, "manager", "manager refers to no object in the directory: text"),
        ({"mail": None}, FILE, "names.0.attributes.mail", "the directory has no attribute mail"),
        ({"employeeID": replace(USUAL["employeeID"], single_valued=False)}, "automations/people-to-ad.yaml", "anchor",
         "employeeID holds several values in the directory: an anchor is one"),
    ],
)  # fmt: skip
def test_a_mapping_that_the_directory_does_not_take_is_refused_by_file_and_attribute(
    changes: dict[str, AttributeFacts | None], file: str, path: str, problem: str, prepared: PreparedAutomation
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        prepared.check_schema(schema(**changes))
    assert refused.value.file.endswith(f"/config/{file}")
    assert (refused.value.path, refused.value.problem) == (path, problem)


def test_some_people_can_be_asked_for_where_the_anchor_is_the_primary_key(prepared: PreparedAutomation) -> None:
    assert prepared.asked(()) == ()
    assert prepared.asked((" 8.0", "7", "8")) == ("7", "8")


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("endpoints/halo-users.yaml", "one:  ", "# one:",
         "only: endpoint halo-users says no way to ask for one record"),
        (FILE, "- {name: halo-users, key: id}", "- {name: halo-users, key: emailaddress}",
         "only: emailaddress is the primary key, but records of halo-users go by id"),
        (FILE, 'employeeID: "%src.halo-users.id%"', 'employeeID: "%src.halo-users.mobilenumber%"',
         "only: employeeID is not made of the primary key alone"),
    ],
)  # fmt: skip
def test_some_people_are_refused_where_they_cannot_be_told_apart(
    file: str, old: str, new: str, problem: str, tmp_path: Path
) -> None:
    folder = tmp_path / "config"
    shutil.copytree("config", folder)
    text = (folder / file).read_text("utf-8")
    assert text.count(old) == 1
    text = text.replace(old, new)
    if new.startswith("#"):
        text = text.replace("  url: https://{Host-Name}/api/Users/%src.halo-users.id%\n", "")
    (folder / file).write_text(text, "utf-8")

    with pytest.raises(RequestError, match=problem):
        PreparedAutomation.load(folder, "people-to-ad").asked(("7",))


def test_rules_of_other_automations_of_the_directory_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "config"
    shutil.copytree("config", folder)
    (folder / "data-sources/phones.yaml").write_text(
        "name: phones\nautomation_category: user-modification\nendpoints: [{name: halo-users, key: id}]\n"
        'attributes: {employeeID: "%src.halo-users.id%", ipPhone: "%src.halo-users.phonenumber%"}\n', "utf-8",
    )  # fmt: skip
    for name, directory in (("ring", "corp-ad"), ("elsewhere", "other-ad")):
        (folder / f"automations/{name}.yaml").write_text(
            f"name: {name}\ndata_source: phones\ndirectory: {directory}\nstore: s\n"
            f'managed_ous: ["OU=Staff,%env.base_dn%"]\ngroups: [{{group: "CN={name},OU=Staff,%env.base_dn%"}}]\n',
            "utf-8",
        )
    assert PreparedAutomation.load(folder, "people-to-ad").groups_of_others == {"CN=ring,OU=Staff,%env.base_dn%"}
    assert len(PreparedAutomation.load(folder, "ring").groups_of_others) == 2
    assert PreparedAutomation.load(folder, "elsewhere").groups_of_others == frozenset()
    assert PreparedAutomation.load(folder, "ring").policy.category is Category.MODIFICATION
