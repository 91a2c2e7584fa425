"""Trying endpoints and webhooks: the call, its views as artifacts, and what is saved of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from prefect import get_run_logger
from prefect.artifacts import create_markdown_artifact

from blocks.directory import ActiveDirectoryCredentials
from blocks.halo import HaloITSMCredentials
from blocks.saved import MADE_BY, load_block
from lifecycle.config.configuration import Configuration
from lifecycle.config.documents.document import Document
from lifecycle.config.documents.file_text import UnreadableFileError, file_text
from lifecycle.directory.operation import Directory
from lifecycle.errors import ConfigurationError
from lifecycle.ports.api.client import ApiClient
from lifecycle.reporting.trial_pages import details_page, request_page, response_page
from lifecycle.trial.chosen import Chosen, choose
from lifecycle.trial.datatypes import Suggestion, suggestions
from lifecycle.trial.endpoint import tried_endpoint
from lifecycle.trial.saving import Saved, saved
from lifecycle.trial.trial import Line, Trial
from lifecycle.trial.webhook import Happening, tried_webhook
from tasks.stage import stage

PATIENCE_S = 20.0
"""Somebody is waiting: for as long a token is asked for again. The call itself is made once."""


@stage("call endpoint", run_name="call {name}")
def call_endpoint(configuration: Configuration, name: str, key: str) -> Trial:
    """Call an endpoint once."""
    return _told(tried_endpoint(configuration, name, _line, key))


@stage("choose account")
def choose_account(configuration: Configuration, webhook: str, automation: str, account: str) -> Chosen:
    """Find the account that somebody names; its name means exactly one."""
    chosen = choose(configuration, webhook, automation, account, _directory)
    if chosen.account is not None:
        get_run_logger().info("account %s", chosen.account.guid)
    return chosen


@stage("call webhook", run_name="call {name}")
def call_webhook(
    configuration: Configuration, name: str, happening: Happening, chosen: Chosen, *, confirmed: bool
) -> Trial:
    """Send a webhook once, where it is confirmed or only reads."""
    happening = replace(
        happening,
        automation=chosen.automation,
        directory=chosen.directory,
        person=happening.person or chosen.person,
    )
    return _told(tried_webhook(configuration, name, _line, happening, chosen.account, confirmed=confirmed))


@stage("suggest datatypes")
def suggest_datatypes(configuration: Configuration, trial: Trial, *, add: bool) -> list[Suggestion]:
    """What the records say of the datatypes in the endpoint's file."""
    file = f"endpoints/{trial.name}.yaml"
    try:
        given = Document(file_text(configuration.folder / file, configuration.folder)).value["fields"]
    except (UnreadableFileError, KeyError):
        raise ConfigurationError(str(configuration.folder / file), "", "was changed while it was tried") from None
    found = suggestions(configuration.endpoints[trial.name], given, trial.records, add=add)
    get_run_logger().info("%d datatypes differ from the file", len(found))
    return found


@stage("save")
def save_trial(configuration: Configuration, trial: Trial, found: Sequence[Suggestion]) -> Saved:
    """Put datatypes into the file and lift its draft, if the configuration then checks."""
    kept = saved(configuration.folder, f"{trial.kind}s/{trial.name}.yaml", found)
    get_run_logger().info("%d problems; file: %s", len(kept.problems), kept.told)
    return kept


@stage("show")
def show_trial(trial: Trial, findings: Sequence[str]) -> None:
    """The three views as artifacts of this run."""
    pages = {
        "test-response": (response_page(trial, findings), "Response: every field with its datatype"),
        "test-response-details": (details_page(trial), "Response details: status, headers, body"),
        "test-request": (request_page(trial), "Request: method, address, headers, parameters, body"),
    }
    for key, (page, description) in pages.items():
        create_markdown_artifact(key=key, markdown=page, description=description)


def _told(trial: Trial) -> Trial:
    get_run_logger().info("%s %s: %s", trial.kind, trial.name, trial.verdict)
    return trial


def _directory(block: str) -> AbstractContextManager[Directory]:
    return load_block(ActiveDirectoryCredentials, block, MADE_BY).open()


@contextmanager
def _line(block: str) -> Iterator[Line]:
    connection = HaloITSMCredentials.named(block).connection()
    patient = replace(connection, patience_s=min(connection.patience_s, PATIENCE_S))
    with ApiClient(patient) as client:
        yield Line(client, connection)
