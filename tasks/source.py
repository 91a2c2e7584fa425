"""Reading the source: token, listing endpoint, dependent endpoint."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from prefect import get_run_logger

from blocks.halo import HaloITSMCredentials
from blocks.store import StateStore
from lifecycle.prepared import PreparedAutomation
from lifecycle.sourcing.details import read_details
from lifecycle.sourcing.endpoint import EndpointRead, read_endpoint
from lifecycle.store import SnapshotRow
from tasks.stage import stage


@stage("exchange token")
def exchange_token(prepared: PreparedAutomation) -> None:
    """Exchange what each block holds for a token; it is kept in the process, never in a result."""
    for name in prepared.credentials:
        with HaloITSMCredentials.named(name).get_client() as client:
            grant = client.authorize()
        if grant is None:
            get_run_logger().info("%s: needs no token", name)
        else:
            told = (name, len(grant.scopes), grant.expires_at)
            get_run_logger().info("%s: token granted with %d scopes, valid until %s", *told)


@stage("fetch endpoint", opaque=True, run_name="fetch {endpoint}")
def fetch_endpoint(prepared: PreparedAutomation, endpoint: str) -> EndpointRead:
    """Read all pages of an endpoint; what comes back is proven complete."""
    model = prepared.endpoint(endpoint)
    with HaloITSMCredentials.named(model.credentials).get_client() as client:
        read = read_endpoint(client, model, prepared.words)
    get_run_logger().info("%s: %d records on %d pages, complete", endpoint, read.fetched, read.pages)
    return read


@stage("fetch dependent endpoint", opaque=True, run_name="fetch {endpoint}")
def fetch_details(
    prepared: PreparedAutomation, endpoint: str, driver: EndpointRead, run_id: str, now: datetime
) -> EndpointRead:
    """Call an endpoint once per record of another, where something may have changed since the last snapshot."""
    model = prepared.endpoint(endpoint)
    with StateStore.load(prepared.automation.store).open() as store:
        with store.begin() as unit:
            snapshot = unit.snapshots.load(endpoint)

        def keep(rows: Iterable[SnapshotRow]) -> None:
            with store.begin() as unit:
                unit.snapshots.replace(endpoint, rows, run_id, now)

        with HaloITSMCredentials.named(model.credentials).get_client() as client:
            read = read_details(client, model, driver, prepared.words, snapshot, keep, now)
    get_run_logger().info("%s: %d fetched, %d from the last snapshot", endpoint, read.fetched, read.reused)
    return read
