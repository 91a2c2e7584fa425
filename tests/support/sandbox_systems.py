"""The sandbox's systems besides the directory, opened as the product opens an organisation's."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

from lifecycle.actions.outside import System
from lifecycle.applying.systems import Systems
from lifecycle.folders.unc_path import UncPath
from lifecycle.ports.directory.client import ActiveDirectory
from lifecycle.ports.exchange.hybrid import HybridConnection
from lifecycle.ports.exchange.online_connection import OnlineConnection
from lifecycle.ports.exchange.server_connection import ServerConnection
from lifecycle.ports.files.client import open_folders
from lifecycle.ports.files.connection import FileConnection
from lifecycle.ports.graph.client import open_graph
from lifecycle.ports.graph.connection import ClientSecret, GraphConnection
from lifecycle.ports.photos.folder import open_photos
from lifecycle.ports.scripts.runner import open_scripts
from lifecycle.ports.scripts.settings import ScriptSettings
from sandbox.handle import Sandbox, Share


def sandbox_systems(sandbox: Sandbox, directory: ActiveDirectory, scripts: Path, photos: Path) -> Systems:
    """The systems, each opened when it is first needed; ``with`` closes them.

    Args:
        sandbox: With its simulators.
        directory: For what is too large to be read of every account.
        scripts: Folder of custom scripts.
        photos: Folder of pictures.
    """
    graph, exchange, ca_file = sandbox.graph, sandbox.exchange, sandbox.ca_file
    assert graph is not None
    assert exchange is not None
    cloud = GraphConnection(
        graph.tenant, graph.client_id, ClientSecret(graph.client_secret), graph.authority_host, graph.graph_host,
        ca_file, requests_per_window=1_000_000,
    )  # fmt: skip
    address = f"{exchange.host}:{exchange.port}"
    mail = HybridConnection(
        ServerConnection(
            exchange.host, exchange.user, exchange.password, authentication="basic", port=exchange.port,
            ca_file=ca_file, skype_host=exchange.host,
        ),
        OnlineConnection(
            exchange.tenant, exchange.client_id, exchange.client_secret, host=address, login_host=address,
            ca_file=ca_file,
        ),
    )  # fmt: skip
    files = FileConnection(
        user=sandbox.directory.user,
        password=sandbox.directory.password,
        roots=tuple(map(root_of, (sandbox.share, sandbox.second_share))),
        archive_roots=(root_of(sandbox.archive_share),),
        timeout_s=20,
    )
    return Systems(
        {
            System.CLOUD: lambda: open_graph(cloud),
            System.MAIL: mail.open,
            System.FILES: lambda: open_folders(files),
            System.SCRIPTS: lambda: open_scripts(ScriptSettings(str(scripts), grace_s=0.2)),
            System.PHOTOS: lambda: open_photos(photos),
            System.DIRECTORY: lambda: nullcontext(directory),
        }
    )


def root_of(share: Share) -> UncPath:
    """A share as the product names it."""
    return UncPath(share.host, share.name)
