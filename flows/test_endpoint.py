"""``test-endpoint``: one real call of an endpoint, drafts too, in three views; its file can be mended by them."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.trying import Tried, finish, load
from tasks.trial import call_endpoint, suggest_datatypes


@flow(
    name="test-endpoint",
    flow_run_name="{endpoint}",
    description="Call an endpoint once and show response, response details and request.",
    persist_result=False,
)
def try_endpoint(
    endpoint: str, key: str = "", save: bool = False, add_fields: bool = False, config_dir: str = "config"
) -> Tried | State[Any]:
    """Call an endpoint once: its first page, or one record where it depends on another endpoint.

    Args:
        endpoint: Name of a file in config/endpoints; a draft may be tried.
        key: For one that depends on another: key of that one's record; else its first record is taken.
        save: After a successful call, set the datatypes in the file and lift its draft.
        add_fields: Add the fields that the file does not have yet.
        config_dir: Folder of the configuration.
    """
    configuration = load(config_dir)
    trial = call_endpoint(configuration, endpoint, key)
    if not trial.successful:
        return finish(configuration, trial, save=save)
    found = suggest_datatypes(configuration, trial, add=add_fields)
    return finish(configuration, trial, found, [one.told for one in found], save=save)


if __name__ == "__main__":
    try_endpoint("halo-users")
