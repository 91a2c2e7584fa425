"""Bodies with a version: older ones are converted step by step, newer and broken ones are refused, unquoted."""

from __future__ import annotations

import json

import pytest

from lifecycle.actions.group_members import MoveAcrossGroupsParameters, RemoveFromGroupsParameters
from lifecycle.actions.parameters import Parameters
from lifecycle.actions.stored_parameters import parameters_text, read_parameters
from lifecycle.errors import NewerVersionError, StoreError
from lifecycle.versions import BodyKind, converted_changes, renamed

NOT_THE_BOSS = {"not": {"any": [{"field": "title", "operator": "is", "value": "Boss"}]}}


def _step(number: int) -> object:
    return lambda body: {**body, "steps": [*body.get("steps", []), number]}


KIND = BodyKind("note", tuple(map(_step, range(3))))


@pytest.mark.parametrize(
    ("text", "steps"),
    [("{}", [0, 1, 2]), ('{"version":0}', [0, 1, 2]), ('{"version":2}', [2]), ('{"version":3}', None)],
)
def test_an_older_body_goes_through_every_step_from_its_version_on(text: str, steps: list[int] | None) -> None:
    assert KIND.read(text) == ({} if steps is None else {"steps": steps})


def test_what_is_written_is_read_as_it_was_and_is_the_same_text_for_equal_bodies() -> None:
    body = {"b": "Zoë \0", "a": [1, 2.5, None]}

    assert KIND.read(KIND.text(body)) == body
    assert KIND.text(body) == KIND.text(dict(reversed(body.items())))
    assert json.loads(KIND.text(body))["version"] == 3


def test_the_first_version_need_not_be_zero() -> None:
    kind = BodyKind("note", (_step(2),), first=2)

    assert (kind.version, kind.read('{"version":2}'), kind.read('{"version":3}')) == (3, {"steps": [2]}, {})
    with pytest.raises(ValueError, match="no note: its version is none"):
        kind.read("{}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("secret", "no note: not JSON"),
        ('["secret"]', "no note: not a JSON object"),
        ('{"version":"secret"}', "no note: its version is none"),
        ('{"version":true}', "no note: its version is none"),
        ('{"version":-1}', "no note: its version is none"),
        ('{"steps":{"secret":1},"version":0}', None),
    ],
)
def test_what_is_no_body_is_refused_without_its_text(text: str, message: str | None) -> None:
    kind = BodyKind("note", (lambda body: {"first": body["secret"]},))
    with pytest.raises(ValueError, match=message or "no note of version 0") as refused:
        kind.read(text)

    assert "secret" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_a_newer_body_is_refused_with_the_way_out() -> None:
    with pytest.raises(NewerVersionError) as refused:
        KIND.read('{"version":4,"secret":1}')

    assert str(refused.value) == (
        "a note in the state store is of version 4; this halo-ad reads versions up to 3: upgrade halo-ad"
    )


def test_only_changes_of_the_action_are_converted() -> None:
    plan = {"directory": "d", "changes": [{"action": "a", "x": 1}, {"action": "b", "x": 1}]}

    changed = converted_changes(plan, "a", lambda one: renamed(one, {"x": "y", "z": "never"}))

    assert changed == {"directory": "d", "changes": [{"action": "a", "y": 1}, {"action": "b", "x": 1}]}


@pytest.mark.parametrize(
    ("parameters", "as_bb6e79e_wrote_them"),
    [
        (
            RemoveFromGroupsParameters.model_validate(
                {"groups": "all", "except": ["CN=A,DC=x"], "after": "30d", "when": NOT_THE_BOSS}
            ),
            (
                '{"action":"remove-from-groups",'
                '"when":{"not_":{"any":[{"field":"title","operator":"is","value":"Boss"}]}},'
                '"after":"30d","continue_on_error":false,"groups":"all","keep":["CN=A,DC=x"]}'
            ),
        ),
        (
            MoveAcrossGroupsParameters.model_validate({"from": ["CN=A,DC=x"], "to": ["CN=B,DC=x"]}),
            (
                '{"action":"move-across-groups","when":null,"after":null,"continue_on_error":false,'
                '"source":["CN=A,DC=x"],"target":["CN=B,DC=x"]}'
            ),
        ),
    ],
    ids=["remove-from-groups", "move-across-groups"],
)
def test_parameters_with_names_of_their_own_in_files_are_read_back(
    parameters: Parameters, as_bb6e79e_wrote_them: str
) -> None:
    assert parameters.model_dump_json() == as_bb6e79e_wrote_them
    assert read_parameters(as_bb6e79e_wrote_them) == parameters
    assert read_parameters(parameters_text(parameters)) == parameters


@pytest.mark.parametrize("text", ["secret", "{}", '{"action":"secret"}', '{"action":"disable-user","secret":1}'])
def test_parameters_of_no_action_are_refused_without_their_text(text: str) -> None:
    with pytest.raises(StoreError, match="this version of halo-ad cannot read the parameters of a waiting step") as no:
        read_parameters(text)

    assert "secret" not in str(no.value).replace("disable-user.secret", "")
