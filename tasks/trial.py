"""Trying endpoints and webhooks: the call, its views as artifacts, and what is saved of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from prefect import get_run_logger
from prefect.artifacts import create_markdown_artifact

from blocks.directory import ActiveDirectoryCredentials
from blocks.halo import HaloITSMCredentials
from blocks.saved import MADE_BY, load_block
from lifecycle.config.configuration import Configuration
from lifecycle.config.documents.document import Document
from lifecycle.config.documents.file_text import UnreadableFileError, file_text
from lifecycle.directory.account import Account
from lifecycle.directory.values import is_guid
from lifecycle.errors import ConfigurationError, RequestError
from lifecycle.outbound.request import WebhookRequest
from lifecycle.planning.selection import NAMED_BY
from lifecycle.ports.api.client import ApiClient
from lifecycle.reporting.trial_pages import details_page, request_page, response_page
from lifecycle.trial.datatypes import Suggestion, suggestions
from lifecycle.trial.endpoint import tried_endpoint
from lifecycle.trial.saving import Saved, saved
from lifecycle.trial.trial import Line, Trial
from lifecycle.trial.webhook import NEVER_READ, Happening, tried_webhook, webhook_named
from tasks.stage import stage

PATIENCE_S = 20.0
"""Somebody is waiting: for as long a token is asked for again. The call itself is made once."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The account whose values fill a webhook's macros.

    Args:
        account: It; None where none was chosen.
        automation: Whose directory was asked, and of whose events the webhook is told.
        directory: objectGUID of the domain; empty where none was asked.
        person: Its anchor: the primary key of the person.
    """

    account: Account | None
    automation: str
    directory: str = ""
    person: str = ""


@stage("call endpoint", run_name="call {name}")
def call_endpoint(configuration: Configuration, name: str, key: str) -> Trial:
    """Call an endpoint once."""
    return _told(tried_endpoint(configuration, name, _line, key))


@stage("choose account")
def choose_account(configuration: Configuration, webhook: str, automation: str, account: str) -> Chosen:
    """Find the account that somebody names; its name means exactly one."""
    model = webhook_named(configuration, webhook)
    name = automation or next(iter((*model.trigger.automations, *sorted(configuration.automations))), "")
    if not account:
        return Chosen(None, name)
    if name not in configuration.automations:
        raise RequestError(f"no automation named {name!r}: its directory would be asked for the account")
    chosen = configuration.automations[name]
    wanted = WebhookRequest(model, configuration.vocabulary).names("ad") - NEVER_READ
    attributes = sorted({*wanted, chosen.anchor})
    found: dict[str, Account] = {}
    with load_block(ActiveDirectoryCredentials, chosen.directory, MADE_BY).open() as directory:
        identity = directory.identity()
        if is_guid(account):
            found |= directory.accounts([account.lower()], attributes)
        else:
            for attribute in NAMED_BY:
                for holders in directory.holders(attribute, [account], attributes).values():
                    found |= {one.guid: one for one in holders}
    if len(found) != 1:
        many = f"{len(found)} accounts" if found else "no account"
        raise RequestError(f"the name means {many}: it must be one")
    (one,) = found.values()
    get_run_logger().info("account %s", one.guid)
    return Chosen(one, name, identity, str(one.attributes.get(chosen.anchor, "")))


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


@contextmanager
def _line(block: str) -> Iterator[Line]:
    connection = HaloITSMCredentials.named(block).connection()
    patient = replace(connection, patience_s=min(connection.patience_s, PATIENCE_S))
    with ApiClient(patient) as client:
        yield Line(client, connection)
