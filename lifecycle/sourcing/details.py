"""Reading a dependent endpoint: one request a record of another, and only where something may have changed.

The list row's hash tells: unchanged row and young detail → the snapshot; else → a request. What was fetched is kept
even if the read fails half-way, so that the next run goes on from there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from lifecycle.config.endpoint import Dependency, Endpoint
from lifecycle.language.fields.record import RecordReader
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.notice import Notice, Reason
from lifecycle.people.key import normalise_key
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.request import ApiRequest
from lifecycle.ports.api.request_template import RequestTemplate, record_row
from lifecycle.sourcing.endpoint import EndpointRead, Rows
from lifecycle.store.snapshots import SnapshotRow


@dataclass(frozen=True, slots=True)
class _Ask:
    key: str
    row_hash: str
    request: ApiRequest


def read_details(
    client: ApiClient,
    endpoint: Endpoint,
    driver: EndpointRead,
    words: Vocabulary,
    snapshot: Mapping[str, SnapshotRow],
    keep: Callable[[Iterable[SnapshotRow]], None],
    now: datetime,
) -> EndpointRead:
    """Read the detail record of every record of the driving endpoint.

    Args:
        client: Shared by several threads.
        endpoint: With ``depends_on``.
        driver: The endpoint it depends on, just read.
        words: Settings and tables.
        snapshot: Details kept by earlier runs, by key of the driver.
        keep: Called once with all details that are valid now, also when the read fails.
        now: UTC.

    Raises:
        SourceError: A request failed; what came before is kept.
    """
    depends = endpoint.depends_on or Dependency(endpoint=driver.table.endpoint)
    fingerprint = hashlib.sha256(endpoint.model_dump_json().encode()).hexdigest()
    oldest = now - timedelta(days=depends.max_age_days)
    reader, rows, notices = RecordReader(endpoint.fields), Rows(endpoint), []
    valid: dict[str, SnapshotRow] = {}
    asks = []
    for ask in _asks(endpoint, driver, words, fingerprint):
        if isinstance(ask, Notice):
            notices.append(ask)
            continue
        kept = snapshot.get(ask.key)
        if kept and kept.row_hash == ask.row_hash and kept.fetched_at > oldest:
            valid[ask.key] = kept
        else:
            asks.append(ask)
    reused = len(valid)
    try:
        for ask, record in _fetch(client, endpoint, asks, depends.concurrency):
            if record is None:
                notices.append(Notice(ask.key, Reason.DETAIL_MISSING, endpoint.name))
                continue
            values, unreadable = reader.read(record)
            notices += [Notice(ask.key, Reason.FIELD_UNREADABLE, f"{endpoint.name}.{name}") for name in unreadable]
            valid[ask.key] = SnapshotRow(ask.key, "" if unreadable else ask.row_hash, values, now)
    finally:
        keep(valid.values())
    for key in sorted(valid):
        rows.append(_values(valid[key]))
    table = replace(rows.table(), is_partial=driver.table.is_partial)
    return EndpointRead(table, tuple(sorted(notices)), len(asks), len(asks), reused)


def _values(row: SnapshotRow) -> dict[str, str]:
    payload: Any = row.payload  # any JSON for the store; here always the fields of one record
    return {str(name): str(text) for name, text in payload.items()}


def _asks(endpoint: Endpoint, driver: EndpointRead, words: Vocabulary, fingerprint: str) -> Iterator[_Ask | Notice]:
    """One request for each record of the driver that has a key, or a notice where its values make no request.

    Its hash covers the record, the configuration and the request as it is sent, settings filled in.
    """
    template = RequestTemplate(endpoint, words, f"endpoints/{endpoint.name}.yaml")
    for record in driver.table.frame.to_dict("records"):
        key = normalise_key(str(record[driver.table.key]))
        if not key:
            continue
        try:
            request = template.render(record_row(driver.table.endpoint, record))
        except ValueError:
            yield Notice(key, Reason.REQUEST_UNFIT, endpoint.name)
            continue
        asked = f"{fingerprint}{driver.hashes[key]}{request.identity}"
        yield _Ask(key, hashlib.sha256(asked.encode()).hexdigest(), request)


def _fetch(
    client: ApiClient, endpoint: Endpoint, asks: Iterable[_Ask], concurrency: int
) -> Iterator[tuple[_Ask, dict[str, Any] | None]]:
    """Answers as they come; a few requests are under way at once, and a failure stops asking for more."""
    waiting = iter(asks)
    with ThreadPoolExecutor(concurrency, thread_name_prefix="details") as pool:
        under_way: dict[Future[dict[str, Any] | None], _Ask] = {}
        while True:
            for ask in islice(waiting, 2 * concurrency - len(under_way)):
                under_way[pool.submit(client.one, endpoint, ask.request)] = ask
            if not under_way:
                return
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                yield under_way.pop(future), future.result()
