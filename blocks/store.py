"""The block of the state store: a URL in, an open store out."""

from __future__ import annotations

from prefect.blocks.core import Block
from pydantic import Field, HttpUrl, SecretStr

from lifecycle.store import Store


class StateStore(Block):
    """Where runs, plans, journal, snapshots and leases are kept.

    The default is an SQLite file below the home folder of whoever runs the worker: right for one machine. Workers on
    more than one machine share a PostgreSQL database, otherwise each would have a journal and a lease of its own.

    Attributes:
        url: ``sqlite:///<path of a file>`` or ``postgresql://<user>:<password>@<host>/<database>``.

    Example:
        Open the store that is kept under a block's name:
        ```python
        from blocks.store import StateStore

        state_store = StateStore.load("BLOCK_NAME")
        with state_store.open() as store, store.begin() as unit:
            baseline = unit.sound_runs.baseline("staff")
        ```
    """

    _block_type_name = "HaloITSM-AD State Store"
    _block_type_slug = "halo-ad-state-store"
    _documentation_url = HttpUrl("https://docs.sqlalchemy.org/en/21/core/engines.html#database-urls")

    url: SecretStr = Field(
        default=SecretStr("sqlite:///~/.local/state/halo-ad/state.db"),
        title="URL",
        description="sqlite:///<path of a file>, or postgresql://<user>:<password>@<host>/<database>.",
    )

    def open(self) -> Store:
        """Open the store, creating it or bringing it to the newest revision first.

        Raises:
            StoreError: As :meth:`lifecycle.store.Store.open`.
        """
        return Store.open(self.url.get_secret_value())
