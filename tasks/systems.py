"""The systems besides the directory that an automation names a block for, each opened when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from prefect import get_run_logger

from blocks.directory import ActiveDirectoryCredentials
from blocks.exchange import ExchangeOnlineCredentials, ExchangeServerCredentials
from blocks.files import FileServerCredentials
from blocks.graph import MicrosoftGraphCredentials
from blocks.scripts import ScriptFolder
from lifecycle.actions.outside import System
from lifecycle.applying.systems import Systems
from lifecycle.config.automation import Automation
from lifecycle.ports.photos.folder import open_photos
from tasks.saved_blocks import saved_block


def open_systems(automation: Automation) -> Systems:
    """The ports of an automation, as a context manager."""
    openers: dict[System, Callable[[], AbstractContextManager[Any]]] = {
        System.DIRECTORY: lambda: saved_block(ActiveDirectoryCredentials.load, automation.directory).open()
    }
    if cloud := automation.microsoft_365:
        openers[System.CLOUD] = lambda: saved_block(MicrosoftGraphCredentials.load, cloud).open()
    if files := automation.file_servers:
        openers[System.FILES] = lambda: saved_block(FileServerCredentials.load, files).open(_log_logon)
    if scripts := automation.scripts:
        openers[System.SCRIPTS] = lambda: saved_block(ScriptFolder.load, scripts).open()
    if photos := automation.photos:
        openers[System.PHOTOS] = lambda: open_photos(Path(photos))
    if automation.exchange_online or automation.exchange_server:
        openers[System.MAIL] = lambda: _mail(automation.exchange_online, automation.exchange_server)
    return Systems(openers)


def _log_logon(server: str, mechanism: str) -> None:
    get_run_logger().info("file server %s: logged on with %s", server, mechanism)


def _mail(online: str | None, server: str | None) -> AbstractContextManager[Any]:
    if online is None:
        return saved_block(ExchangeServerCredentials.load, server).open()
    tenant = saved_block(ExchangeOnlineCredentials.load, online)
    return tenant.open() if server is None else saved_block(ExchangeServerCredentials.load, server).open_hybrid(tenant)
