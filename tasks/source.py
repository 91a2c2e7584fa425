"""Reading the source: token, listing endpoint, dependent endpoint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from prefect import get_run_logger

from blocks.halo import HaloITSMCredentials
from blocks.store import StateStore
from lifecycle.prepared import PreparedAutomation
from lifecycle.sourcing.details import read_details
from lifecycle.sourcing.endpoint import EndpointRead, read_endpoint
from lifecycle.sourcing.single import of_some, read_some
from lifecycle.store import SnapshotRow
from tasks.saved_blocks import saved_block
from tasks.stage import stage


@stage("exchange token")
def exchange_token(prepared: PreparedAutomation) -> None:
    """Exchange what each block holds for a token; it is kept in the process, never in a result."""
    for name in prepared.credentials:
        with saved_block(HaloITSMCredentials.named, name).get_client() as client:
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
    with saved_block(HaloITSMCredentials.named, model.credentials).get_client() as client:
        read = read_endpoint(client, model, prepared.words)
    get_run_logger().info("%s: %d records on %d pages, complete", endpoint, read.fetched, read.pages)
    return read


@stage("fetch some people", opaque=True, run_name="fetch {endpoint}")
def fetch_some(prepared: PreparedAutomation, endpoint: str, only: Sequence[str]) -> EndpointRead:
    """Read some people alone: the driving endpoint by their keys, another that stands alone whole, less all others."""
    model = prepared.endpoint(endpoint)
    with saved_block(HaloITSMCredentials.named, model.credentials).get_client() as client:
        if endpoint == prepared.endpoints[0].name:
            read = read_some(client, model, only, prepared.words)
        else:
            read = of_some(read_endpoint(client, model, prepared.words), prepared.primary_column(endpoint), only)
    get_run_logger().info("%s: %d records of the %d people who were asked for", endpoint, read.fetched, len(only))
    return read


@stage("fetch details of some people", opaque=True, run_name="fetch {endpoint}")
def fetch_some_details(
    prepared: PreparedAutomation, endpoint: str, driver: EndpointRead, now: datetime
) -> EndpointRead:
    """Call an endpoint for those people alone. Their rows of the snapshot are dropped: they are older than this."""
    model = prepared.endpoint(endpoint)
    with saved_block(StateStore.load, prepared.automation.store).open() as store, store.begin() as unit:
        unit.snapshots.forget(endpoint, driver.hashes)
    with saved_block(HaloITSMCredentials.named, model.credentials).get_client() as client:
        read = read_details(client, model, driver, prepared.words, {}, _keep_none, now)
    get_run_logger().info("%s: %d fetched", endpoint, read.fetched)
    return read


def _keep_none(_rows: Iterable[SnapshotRow]) -> None:
    """Some people are no complete read: nothing of them stands in a snapshot."""


@stage("fetch dependent endpoint", opaque=True, run_name="fetch {endpoint}")
def fetch_details(
    prepared: PreparedAutomation, endpoint: str, driver: EndpointRead, run_id: str, now: datetime
) -> EndpointRead:
    """Call an endpoint once per record of another, where something may have changed since the last snapshot."""
    model = prepared.endpoint(endpoint)
    with saved_block(StateStore.load, prepared.automation.store).open() as store:
        with store.begin() as unit:
            snapshot = unit.snapshots.load(endpoint)

        def keep(rows: Iterable[SnapshotRow]) -> None:
            with store.begin() as unit:
                unit.snapshots.replace(endpoint, rows, run_id, now)

        with saved_block(HaloITSMCredentials.named, model.credentials).get_client() as client:
            read = read_details(client, model, driver, prepared.words, snapshot, keep, now)
    get_run_logger().info("%s: %d fetched, %d from the last snapshot", endpoint, read.fetched, read.reused)
    return read
