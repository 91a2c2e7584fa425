"""Reading the source: tokens, listing endpoints, dependent endpoints."""

from __future__ import annotations

from collections.abc import Sequence

from prefect import get_run_logger

from lifecycle.runs import reading
from lifecycle.runs.prepared import PreparedAutomation
from lifecycle.runs.run import Run
from lifecycle.sourcing.endpoint import EndpointRead
from tasks.stage import stage


@stage("exchange token")
def exchange_tokens(run: Run, prepared: PreparedAutomation) -> None:
    """Exchange what each block holds for a token; it is kept in the process, never in a result."""
    for name in prepared.credentials:
        grant = reading.exchange_token(run, name)
        if grant is None:
            get_run_logger().info("%s: needs no token", name)
        else:
            told = (name, len(grant.scopes), grant.expires_at)
            get_run_logger().info("%s: token granted with %d scopes, valid until %s", *told)


@stage("fetch endpoint", run_name="fetch {endpoint}")
def fetch_endpoint(run: Run, prepared: PreparedAutomation, endpoint: str) -> EndpointRead:
    """Read all pages of an endpoint; what comes back is proven complete."""
    read = reading.read_everybody(run, prepared, endpoint)
    get_run_logger().info("%s: %d records on %d pages, complete", endpoint, read.fetched, read.pages)
    return read


@stage("fetch dependent endpoint", run_name="fetch {endpoint}")
def fetch_details(run: Run, prepared: PreparedAutomation, endpoint: str, driver: EndpointRead) -> EndpointRead:
    """Call an endpoint once per record of another, where something may have changed since the last snapshot."""
    read = reading.read_details_of_everybody(run, prepared, endpoint, driver)
    get_run_logger().info("%s: %d fetched, %d from the last snapshot", endpoint, read.fetched, read.reused)
    return read


@stage("fetch some people", run_name="fetch {endpoint}")
def fetch_some(run: Run, prepared: PreparedAutomation, endpoint: str, only: Sequence[str]) -> EndpointRead:
    """Read some people by their keys."""
    read = reading.read_some_people(run, prepared, endpoint, only)
    get_run_logger().info("%s: %d records of the %d people who were asked for", endpoint, read.fetched, len(only))
    return read


@stage("fetch details of some people", run_name="fetch {endpoint}")
def fetch_some_details(run: Run, prepared: PreparedAutomation, endpoint: str, driver: EndpointRead) -> EndpointRead:
    """Call an endpoint for those people."""
    read = reading.read_details_of_some(run, prepared, endpoint, driver)
    get_run_logger().info("%s: %d fetched", endpoint, read.fetched)
    return read
