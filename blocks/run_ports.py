"""The blocks that an automation names, as the ports of one run: each is loaded once, when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from prefect.blocks.core import Block
from prefect.logging import get_run_logger

from blocks.directory import ActiveDirectoryCredentials
from blocks.exchange import ExchangeOnlineCredentials, ExchangeServerCredentials
from blocks.files import FileServerCredentials
from blocks.graph import MicrosoftGraphCredentials
from blocks.halo import HaloITSMCredentials
from blocks.saved import MADE_BY, load_block
from blocks.scripts import ScriptFolder
from blocks.secret import password_of
from blocks.store import StateStore
from lifecycle.actions.outside import System
from lifecycle.applying.password import generate_password
from lifecycle.applying.systems import Systems
from lifecycle.config.automation import Automation
from lifecycle.errors import ConfigurationError, UnusableBlockError
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.photos.folder import open_photos
from lifecycle.runs.run import RunPorts

_B = TypeVar("_B", bound=Block)


class LoadedBlocks:
    """The blocks of one run. Prefect's server is asked for each of them once, not by every task anew.

    Args:
        automation: Names the blocks.
    """

    def __init__(self, automation: Automation) -> None:
        self._automation = automation
        self._loaded: dict[tuple[type[Block], str], Any] = {}

    def ports(self, clock: Callable[[], datetime]) -> RunPorts:
        """What a run works through.

        Args:
            clock: Returns the present moment, UTC.
        """
        store, directory = self._automation.store, self._automation.directory
        return RunPorts(
            store=lambda: self._block(StateStore, store).open(),
            directory=lambda: self._block(ActiveDirectoryCredentials, directory).open(),
            clock=clock,
            systems=lambda: Systems(self._openers()),
            source=self._source,
            new_password=generate_password,
            secret_of=password_of,
            warn=lambda text: get_run_logger().warning("%s", text),
        )

    def _block(self, kind: type[_B], name: str) -> _B:
        """A block, loaded once.

        Raises:
            ConfigurationError: There is none of this name, or its fields do not fit.
        """
        if (kind, name) not in self._loaded:
            self._loaded[kind, name] = load_block(kind, name, MADE_BY)
        block: _B = self._loaded[kind, name]
        return block

    def _source(self, credentials: str) -> AbstractContextManager[ApiClient]:
        return self._block(HaloITSMCredentials, credentials).get_client()

    def _required(self, kind: type[_B], name: str) -> _B:
        """The block of a system that actions need: without it the run ends, rather than take them for undone.

        Raises:
            UnusableBlockError: There is none of this name, or its fields do not fit.
        """
        try:
            return self._block(kind, name)
        except ConfigurationError as error:
            raise UnusableBlockError(str(error)) from None

    def _openers(self) -> dict[System, Callable[[], AbstractContextManager[Any]]]:
        """What opens each system that the automation names a block for."""
        automation = self._automation
        openers: dict[System, Callable[[], AbstractContextManager[Any]]] = {
            System.DIRECTORY: lambda: self._required(ActiveDirectoryCredentials, automation.directory).open()
        }
        if cloud := automation.microsoft_365:
            openers[System.CLOUD] = lambda: self._required(MicrosoftGraphCredentials, cloud).open()
        if files := automation.file_servers:
            openers[System.FILES] = lambda: self._required(FileServerCredentials, files).open(_log_logon)
        if scripts := automation.scripts:
            openers[System.SCRIPTS] = lambda: self._required(ScriptFolder, scripts).open()
        if photos := automation.photos:
            openers[System.PHOTOS] = lambda: open_photos(Path(photos))
        if automation.exchange_online or automation.exchange_server:
            openers[System.MAIL] = self._mail
        return openers

    def _mail(self) -> AbstractContextManager[Any]:
        online, server = self._automation.exchange_online, self._automation.exchange_server
        if online is None:
            return self._required(ExchangeServerCredentials, str(server)).open()
        tenant = self._required(ExchangeOnlineCredentials, online)
        if server is None:
            return tenant.open()
        return self._required(ExchangeServerCredentials, server).open_hybrid(tenant)


def _log_logon(server: str, mechanism: str) -> None:
    get_run_logger().info("file server %s: logged on with %s", server, mechanism)
