"""``python -m deployments.register_blocks``: the block types, and the blocks that ``config/`` names.

Every field of a block may come from an environment variable: ``CORP_AD_PASSWORD`` is the field ``password`` of the
block ``corp-ad``. A list is words with commas or spaces between them, what has names and values is a JSON object. A
field that must have a value and has no variable is asked for. Values go to the Prefect server, and nowhere else: no
file, no log, no output.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, NoReturn, get_origin

import typer
from prefect.blocks.core import Block
from prefect.settings import get_current_settings
from prefect.types import SecretDict
from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo

from blocks.directory import ActiveDirectoryCredentials
from blocks.exchange import ExchangeOnlineCredentials, ExchangeServerCredentials
from blocks.files import FileServerCredentials
from blocks.graph import MicrosoftGraphCredentials
from blocks.halo import HaloITSMCredentials
from blocks.mail import MailServer
from blocks.receiver import HaloWebhookReceiver
from blocks.scripts import ScriptFolder
from blocks.store import StateStore
from lifecycle.config import block_names
from lifecycle.config.configuration import Configuration
from lifecycle.config.loader import load_configuration
from lifecycle.errors import ConfigurationError

BLOCK_TYPES: tuple[type[Block], ...] = (
    HaloITSMCredentials,
    ActiveDirectoryCredentials,
    MicrosoftGraphCredentials,
    StateStore,
    ScriptFolder,
    FileServerCredentials,
    ExchangeOnlineCredentials,
    ExchangeServerCredentials,
    MailServer,
    HaloWebhookReceiver,
)

Ask = Callable[[str, bool], str]
"""A question and whether the answer is a secret → the answer."""


def named_blocks(configuration: Configuration) -> dict[str, type[Block]]:
    """Name → type of every block that the configuration speaks of, in the order in which one would make them.

    Raises:
        ConfigurationError: One name stands for two types.
    """
    named: dict[str, type[Block]] = {}
    kinds = {kind.get_block_type_slug(): kind for kind in BLOCK_TYPES}
    for mention in block_names.named_blocks(configuration):
        if named.setdefault(mention.name, kinds[mention.slug]) is not kinds[mention.slug]:
            raise ConfigurationError("config", "", f"block {mention.name!r} is named as two different types")
    return named


def variable(name: str, field: str) -> str:
    """The environment variable of a block's field: ``corp-ad``, ``password`` → ``CORP_AD_PASSWORD``."""
    return f"{name}_{field}".replace("-", "_").upper()


def fields_of(kind: type[Block]) -> Iterator[tuple[str, FieldInfo]]:
    """The fields that the class itself declares; Prefect's own are not asked for."""
    for name, info in kind.model_fields.items():
        if name not in Block.model_fields:
            yield name, info


def needed_of(kind: type[Block], authorization: str) -> set[str]:
    """Names of the fields that must have a value; of HaloITSM's credentials it depends on the authorization."""
    needed = {name for name, info in fields_of(kind) if info.is_required()}
    return needed.union(kind.needed_fields(authorization)) if issubclass(kind, HaloITSMCredentials) else needed


def filled(name: str, kind: type[Block], environment: Mapping[str, str], ask: Ask) -> Block:
    """A block with values from the environment, asking for what must have a value and has none.

    Raises:
        ConfigurationError: Values do not fit the block; the message names variables, never values.
    """
    values: dict[str, Any] = {}
    needed = needed_of(kind, environment.get(variable(name, "authorization"), ""))
    for field, info in fields_of(kind):
        given = environment.get(variable(name, field), "")
        if not given and field in needed:
            given = ask(f"{name}: {info.description} [{variable(name, field)}]", info.annotation is SecretStr)
        if given:
            values[field] = _read(variable(name, field), given, info.annotation)
    try:
        return kind(**values)
    except ValidationError as error:
        problems = (_told(name, one["loc"], one["msg"]) for one in error.errors(include_input=False))
        raise ConfigurationError(f"block {name}", "", "; ".join(problems)) from None


def main(
    config_dir: Annotated[Path, typer.Option(help="Folder of the configuration.")] = Path("config"),
    *,
    receiver: Annotated[str, typer.Option(help="Save the block of the webhook receiver, too, by this name.")] = "",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace blocks that exist.")] = False,
) -> None:
    """Register the block types, and save the blocks that the configuration names."""
    if not get_current_settings().api.url:
        # Without a server Prefect would start one for the moment and keep the secrets in the user's own home folder.
        _stop("no Prefect server is configured: start one (prefect server start) and set PREFECT_API_URL")
    try:
        named = named_blocks(load_configuration(config_dir))
    except ConfigurationError as error:
        _stop(str(error))
    if receiver:
        named[receiver] = HaloWebhookReceiver
    for kind in BLOCK_TYPES:
        kind.register_type_and_schema()
        print(f"registered  {kind.get_block_type_slug()}")
    for name, kind in named.items():
        if not overwrite and _exists(name, kind):
            print(f"kept        {kind.get_block_type_slug()}/{name}  (--overwrite replaces it)")
            continue
        try:
            filled(name, kind, os.environ, _ask).save(name, overwrite=overwrite)
        except ConfigurationError as error:
            _stop(str(error))
        print(f"saved       {kind.get_block_type_slug()}/{name}")


def _read(shown: str, given: str, annotation: Any) -> Any:
    """A variable's text as what its field takes: lists are words, what has names and values is JSON."""
    kind = get_origin(annotation)
    if kind is list:
        return given.replace(",", " ").split()
    if kind is not dict and annotation is not SecretDict:
        return given
    read: Any = None
    with suppress(ValueError):  # told below, without the text
        read = json.loads(given)
    if not isinstance(read, dict):
        raise ConfigurationError("environment", "", f"{shown}: a JSON object is needed")
    return read


def _told(name: str, place: tuple[int | str, ...], problem: str) -> str:
    """A problem with the variable that it is about; one about several fields names them itself."""
    return f"{variable(name, str(place[0]))}: {problem}" if place else problem.removeprefix("Value error, ")


def _exists(name: str, kind: type[Block]) -> bool:
    try:
        kind.load(name, validate=False)
    except ValueError:  # what Prefect raises where there is none
        return False
    return True


def _ask(question: str, secret: bool) -> str:
    if not sys.stdin.isatty():
        _stop(f"nobody is there to answer, set the variable: {question}")
    answer: str = typer.prompt(question, hide_input=secret)
    return answer


def _stop(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
