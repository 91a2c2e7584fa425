"""``prefect.yaml``: Prefect reads it as it is meant, every entrypoint loads, and nothing in it writes by itself."""

from __future__ import annotations

import contextlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect import Flow
from prefect.cli.deploy._models import (
    DeploymentConfig,
    PrefectYamlModel,
    RawScheduleConfig,
    WorkPoolConfig,
)
from prefect.flows import load_flow_from_entrypoint
from pydantic import BaseModel

from lifecycle.config.loader import load_configuration

PROJECT = Path(__file__).parents[3]
WRITING = {"sync-people", "apply-plan", "run-due-steps", "run-action", "undo-run"}
TO_BE_TYPED = {
    "apply-plan": {"plan_id", "plan_hash"},
    "run-action": {"accounts", "action"},
    "undo-run": {"plan_id"},
    "test-endpoint": {"endpoint"},
    "test-webhook": {"webhook"},
}


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    return yaml.safe_load((PROJECT / "prefect.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def deployments(content: dict[str, Any]) -> Iterator[list[tuple[dict[str, Any], Flow[..., Any]]]]:
    """Each deployment with its flow, loaded as a worker loads it: a placeholder would hide a broken import."""
    before = list(sys.path)
    with contextlib.chdir(PROJECT):
        yield [
            (one, load_flow_from_entrypoint(one["entrypoint"], use_placeholder_flow=False))
            for one in content["deployments"]
        ]
    sys.path[:] = before  # loading by path puts flows/ there for good


def _unknown_keys(given: dict[str, Any], model: type[BaseModel]) -> set[str]:
    return given.keys() - {info.alias or name for name, info in model.model_fields.items()}


def test_prefect_yaml_fits_prefects_own_model(content: dict[str, Any]) -> None:
    read = PrefectYamlModel.model_validate(content)
    assert len(read.deployments) == len(content["deployments"])
    for one in read.deployments:
        assert all(isinstance(schedule, RawScheduleConfig) for schedule in one.schedules or ())


def test_prefect_yaml_has_no_key_that_prefect_would_ignore(content: dict[str, Any]) -> None:
    assert _unknown_keys(content, PrefectYamlModel) == {"definitions"}  # where the anchors of YAML are explained
    for one in content["deployments"]:
        assert not _unknown_keys(one, DeploymentConfig)
        assert not _unknown_keys(one["work_pool"], WorkPoolConfig)
        for schedule in one.get("schedules", ()):
            assert not _unknown_keys(schedule, RawScheduleConfig)


def test_prefect_yaml_names_no_absolute_path(content: dict[str, Any]) -> None:
    [step] = content["pull"]
    assert step == {"prefect.deployments.steps.set_working_directory": {"directory": "{{ checkout.stdout }}"}}
    assert content["build"][0]["prefect.deployments.steps.run_shell_script"]["id"] == "checkout"


def test_prefect_yaml_deployments_are_these(deployments: list[tuple[dict[str, Any], Flow[..., Any]]]) -> None:
    assert [f"{flow.name}/{one['name']}" for one, flow in deployments] == [
        "sync-people/nightly",
        "sync-people/on-demand",
        "plan-changes/on-demand",
        "deliver-outbox/every-five-minutes",
        "apply-plan/on-demand",
        "run-due-steps/daily",
        "run-action/on-demand",
        "undo-run/on-demand",
        "test-endpoint/on-demand",
        "test-webhook/on-demand",
    ]


def test_prefect_yaml_parameters_exist_in_the_flow(deployments: list[tuple[dict[str, Any], Flow[..., Any]]]) -> None:
    for one, flow in deployments:
        known = inspect.signature(flow.fn).parameters
        assert one["parameters"].keys() <= known.keys()
        missing = {name for name, known_one in known.items() if known_one.default is inspect.Parameter.empty}
        assert missing - one["parameters"].keys() == TO_BE_TYPED.get(flow.name, set())


def test_prefect_yaml_writes_nothing_unless_told(deployments: list[tuple[dict[str, Any], Flow[..., Any]]]) -> None:
    assert {flow.name for _, flow in deployments} > WRITING
    for one, flow in deployments:
        assert not one["parameters"].get("confirmed")
        assert not one["parameters"].get("save")
        if flow.name in WRITING:
            assert one["parameters"]["dry_run"] is True
        assert all(schedule["active"] is False for schedule in one.get("schedules", ()))


def test_prefect_yaml_takes_no_place_that_a_killed_run_would_keep(content: dict[str, Any]) -> None:
    for one in PrefectYamlModel.model_validate(content).deployments:
        assert one.concurrency_limit is None
    assert {one["work_pool"]["name"] for one in content["deployments"]} == {"halo-ad"}


def test_prefect_yaml_names_automations_that_exist(content: dict[str, Any]) -> None:
    known = load_configuration(PROJECT / "config").automations
    named = {one["parameters"].get("automation") for one in content["deployments"]}
    assert named - {None} <= known.keys()
