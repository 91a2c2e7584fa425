"""From the configuration to the rules that the planner knows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lifecycle.config.automation import Automation
from lifecycle.config.data_source import DataSource
from lifecycle.errors import ConfigurationError
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.people.person import Person, Standing
from lifecycle.planning.names import remembered_attributes
from lifecycle.planning.policy import policy_of
from lifecycle.runs.prepared import PreparedAutomation
from tests.support.world import (
    ADDRESS,
    ALL_STAFF,
    BASE,
    FULL_NAME,
    MOMENT,
    STAFF,
    actions,
    naming,
    new_directory,
    people,
    plan_of,
)

AUTOMATION = {
    "name": "people-to-ad",
    "data_source": "people",
    "directory": "ad",
    "store": "store",
    "correlate": [{"attribute": "mail", "value": "%src.u.mail%"}],
    "managed_ous": ["OU=Staff,%env.base_dn%"],
    "placement": [{"ou": "OU=Staff,%env.base_dn%"}],
    "leavers": {"ou": "OU=Leavers,OU=Staff,%env.base_dn%", "absent_runs": 3},
    "protected": {"accounts": ["SVC-Backup"]},
}
SOURCE = {
    "name": "people",
    "endpoints": [{"name": "u", "key": "id"}],
    "attributes": {"employeeID": "%src.u.id%", "sAMAccountName": "%src.u.login%"},
    "names": [{"attributes": {"cn": "full-name"}, "scope": "container", "refresh": "on_change"}],
}
WORDS = Vocabulary(env={"base_dn": BASE})
NAMED = ("mail", "proxyAddresses", "sAMAccountName", "userPrincipalName")


def test_policy_of_fills_the_settings_in() -> None:
    policy = policy_of(
        Automation.model_validate(AUTOMATION), DataSource.model_validate(SOURCE), {"full-name": FULL_NAME}, WORDS
    )

    assert (policy.automation, policy.anchor, policy.correlate) == ("people-to-ad", "employeeID", ("mail",))
    assert (policy.managed_ous, policy.leavers_ou) == ((STAFF,), f"OU=Leavers,{STAFF}")
    assert (policy.absent_runs, policy.on_exists) == (3, "update")
    assert policy.excluded == {"svc-backup"}
    (bundle,) = policy.bundles
    assert (bundle.refresh, bundle.scope, bundle.never_reuse) == ("on_change", "container", False)
    assert bundle.formats["cn"].series({"u.first": "Ann", "u.last": "Example"}, "1", MOMENT).at(1) == "Ann Example 2"
    assert (policy.never_reuses, remembered_attributes(policy.bundles)) == (False, NAMED)


def test_policy_of_compiles_a_format_once_for_attributes_of_one_rule() -> None:
    names = {
        "attributes": {"mail": "address", "proxyAddresses": "address", "displayName": "address",
                       "employeeNumber": "no"},
        "on_clash": "reject", "scope": "domain", "never_reuse": True,
    }  # fmt: skip
    number = naming("no", [[{"random": 3}]])
    formats = {"address": ADDRESS, "no": number}
    policy = policy_of(
        Automation.model_validate(AUTOMATION), DataSource.model_validate(SOURCE | {"names": [names]}), formats, WORDS
    )

    (bundle,) = policy.bundles
    assert bundle.formats["mail"] is bundle.formats["proxyAddresses"]
    assert bundle.formats["mail"] is not bundle.formats["displayName"]
    assert [(group.attributes, group.spaces) for group in bundle.groups] == [
        (("mail", "proxyAddresses"), ("address",)),
        (("displayName",), ("displayName",)),
        (("employeeNumber",), ("employeeNumber",)),
    ]
    assert bundle.formats["mail"].default.on_clash == "reject"
    assert policy.never_reuses
    assert remembered_attributes(policy.bundles) == tuple(sorted((*NAMED, "displayName", "employeeNumber")))


def test_policy_of_names_the_format_that_is_wrong() -> None:
    wrong = FULL_NAME.model_copy(update={"suffix": "%env.none%"})

    with pytest.raises(ConfigurationError) as caught:
        policy_of(Automation.model_validate(AUTOMATION), DataSource.model_validate(SOURCE), {"full-name": wrong}, WORDS)

    assert caught.value.file == "formats/full-name.yaml"


@pytest.mark.parametrize(
    ("ou", "problem"), [("OU=%src.u.place%,DC=x", "%env"), ("OU=Staff,%env.none%", "none"), ("%x", "%")]
)
def test_policy_of_refuses_what_differs_from_person_to_person(ou: str, problem: str) -> None:
    automation = Automation.model_validate(AUTOMATION | {"managed_ous": [ou]})

    with pytest.raises(ConfigurationError) as caught:
        policy_of(automation, DataSource.model_validate(SOURCE), {"full-name": FULL_NAME}, WORDS)

    assert (caught.value.file, caught.value.path) == ("automations/people-to-ad.yaml", "managed_ous.0")
    assert problem in caught.value.problem


def test_the_shipped_configuration_plans_an_account() -> None:
    prepared = PreparedAutomation.load(Path("config"), "people-to-ad")
    directory = new_directory()
    directory.base_dn = prepared.words.env["base_dn"]
    fields = {"halo-users.firstname": "Zoë", "halo-users.surname": "O'Neil"}
    joiner = Person(
        "1", Standing.EMPLOYED, "1",
        create={"employeeID": "1"}, ou=STAFF, groups={ALL_STAFF: "groups.0"}, fields=fields,
    )  # fmt: skip

    plan = plan_of(people(joiner), directory, replace(prepared.policy))

    assert actions(plan) == ["create-user", "add-to-group"]
    after = plan.changes[0].after
    assert after["sAMAccountName"] == "zoneil"
    assert after["userPrincipalName"] == after["mail"] == f"zoe.oneil@{prepared.words.env['mail_domain']}"
    assert after["distinguishedName"] == f"CN=Zoë O'Neil,{STAFF}"
