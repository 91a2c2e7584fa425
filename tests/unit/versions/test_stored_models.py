"""A stored model does not change without its version: older bodies, and older builds, are thought of each time."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic.fields import FieldInfo

from lifecycle.actions.create_user import CreateUser
from lifecycle.versions import KINDS, PLAN, BodyKind, unchanged
from tests.support.changed_models import changed_model, new_version
from tests.support.stored_models import Shapes, codes, committed, fingerprint, note, shapes

RECIPE = "see docs/contributing/change-a-stored-model.md"


@pytest.fixture(scope="module")
def built() -> Shapes:
    """The shapes of this build."""
    return shapes()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_is_stored_has_the_shape_of_its_version(built: Shapes, kind: BodyKind) -> None:
    of_versions = committed()["shapes"][kind.name]

    assert str(kind.version) in of_versions, f"the shape of {kind.name} {kind.version} is not noted: {RECIPE}"
    assert built[kind.name] == of_versions[str(kind.version)], f"{kind.name} has another shape now: {RECIPE}"


@pytest.mark.parametrize("name", sorted(codes()))
def test_no_word_of_a_body_is_lost(name: str) -> None:
    """A reason, a cause or a key that is renamed is one that older bodies still have."""
    gone = set(committed()["codes"][name]) - set(codes()[name])

    assert not gone, f"older bodies have {sorted(gone)}: {RECIPE}"


def test_every_version_has_its_shape() -> None:
    noted = {kind: sorted(map(int, versions)) for kind, versions in committed()["shapes"].items()}

    assert noted == {kind.name: list(range(kind.first, kind.version + 1)) for kind in KINDS}


@pytest.mark.parametrize(
    ("gone", "new"),
    [
        ((), {"note": FieldInfo(annotation=str, default="")}),
        (("must_change",), {}),
        ((), {"must_change": FieldInfo(annotation=str, default="")}),
    ],
    ids=["added", "removed", "another type"],
)
def test_each_way_of_changing_a_field_is_noticed(gone: tuple[str, ...], new: dict[str, FieldInfo]) -> None:
    before = fingerprint(CreateUser)
    with changed_model(CreateUser, *gone, **new):
        assert fingerprint(CreateUser) != before

    assert fingerprint(CreateUser) == before


def test_another_description_is_no_change() -> None:
    before = fingerprint(CreateUser)
    described = FieldInfo(annotation=bool, default=True, description="Another sentence.")
    with changed_model(CreateUser, must_change=described):
        assert fingerprint(CreateUser) == before


def test_the_shape_of_a_version_is_not_overwritten(
    built: Shapes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tests.support.stored_models.FILE", tmp_path / "stored-models.json")
    other = {**built, "plan": {**built["plan"], "create-user": "another"}}
    assert note(built, unreleased=False) == "noted"
    assert note(other, unreleased=False) == f"plan {PLAN.version} is in the file with another shape: {RECIPE}"
    with new_version(PLAN, unchanged):
        assert note(other, unreleased=False) == "noted"

    noted = committed()["shapes"]["plan"]
    assert noted == {str(PLAN.version): built["plan"], str(PLAN.version + 1): other["plan"]}
