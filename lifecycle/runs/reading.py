"""Reading the endpoints of a data source: everybody, and proven complete, or some people by their keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lifecycle.ports.api.tokens import TokenGrant
from lifecycle.runs.prepared import PreparedAutomation
from lifecycle.runs.run import Run
from lifecycle.sourcing.details import read_details
from lifecycle.sourcing.endpoint import EndpointRead, read_endpoint
from lifecycle.sourcing.single import of_some, read_some
from lifecycle.store import SnapshotRow


def exchange_token(run: Run, credentials: str) -> TokenGrant | None:
    """Exchange what credentials hold for a token, which stays in the process; None where none is needed."""
    with run.ports.source(credentials) as client:
        return client.authorize()


def read_everybody(run: Run, prepared: PreparedAutomation, endpoint: str) -> EndpointRead:
    """Read all pages of an endpoint that depends on none; that it returns proves that nothing is missing."""
    model = prepared.endpoint(endpoint)
    with run.ports.source(model.credentials) as client:
        return read_endpoint(client, model, prepared.words)


def read_details_of_everybody(
    run: Run, prepared: PreparedAutomation, endpoint: str, driver: EndpointRead
) -> EndpointRead:
    """Call an endpoint once per record of another, where something may have changed since the last snapshot."""
    model = prepared.endpoint(endpoint)
    with run.ports.store() as store:
        with store.begin() as unit:
            snapshot = unit.snapshots.load(endpoint)

        def keep(rows: Iterable[SnapshotRow]) -> None:
            with store.begin() as unit:
                unit.snapshots.replace(endpoint, rows, run.run_id, run.now)

        with run.ports.source(model.credentials) as client:
            return read_details(client, model, driver, prepared.words, snapshot, keep, run.now)


def read_some_people(run: Run, prepared: PreparedAutomation, endpoint: str, only: Sequence[str]) -> EndpointRead:
    """Read some people: the driving endpoint by their keys, another that depends on none whole, less all others."""
    model = prepared.endpoint(endpoint)
    with run.ports.source(model.credentials) as client:
        if endpoint == prepared.endpoints[0].name:
            return read_some(client, model, only, prepared.words)
        return of_some(read_endpoint(client, model, prepared.words), prepared.primary_column(endpoint), only)


def read_details_of_some(run: Run, prepared: PreparedAutomation, endpoint: str, driver: EndpointRead) -> EndpointRead:
    """Call an endpoint for some people. Their rows of the snapshot are dropped: they are older than this."""
    model = prepared.endpoint(endpoint)
    with run.ports.store() as store, store.begin() as unit:
        unit.snapshots.forget(endpoint, driver.hashes)
    with run.ports.source(model.credentials) as client:
        return read_details(client, model, driver, prepared.words, {}, _keep_none, run.now)


def _keep_none(_rows: Iterable[SnapshotRow]) -> None:
    """Some people are no complete read: nothing of them stands in a snapshot."""
