"""Reading a listing endpoint: all its pages, as columns, proven complete."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from lifecycle.config.endpoint import Endpoint
from lifecycle.errors import IncompleteReadError
from lifecycle.language.fields.record import RecordReader
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.notice import Notice, Reason
from lifecycle.people.key import normalise_key
from lifecycle.people.merge import Table
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.request_template import RequestTemplate


@dataclass(frozen=True, slots=True)
class EndpointRead:
    """One endpoint, read completely.

    Args:
        table: Its records as text columns.
        notices: Records with a field that does not fit its datatype, or without the detail that the list promises.
        pages: Requests that brought records.
        fetched: Records that came over the network.
        reused: Records that came from the snapshot.
        hashes: Normalised key → hash of the whole record as it came, for the endpoints that depend on this one.
    """

    table: Table
    notices: tuple[Notice, ...]
    pages: int
    fetched: int
    reused: int = 0
    hashes: Mapping[str, str] = field(default_factory=dict)


def read_endpoint(client: ApiClient, endpoint: Endpoint, words: Vocabulary) -> EndpointRead:
    """Read all records of an endpoint that depends on no other.

    Raises:
        IncompleteReadError: A primary key came twice: rows shifted between pages, so others are missing.
        SourceError: The client's: a page failed, repeated, or the total moved.
    """
    rows = Rows(endpoint)
    pages = 0
    for page in client.pages(endpoint, RequestTemplate(endpoint, words, f"endpoints/{endpoint.name}.yaml").alone()):
        pages += 1
        for record in page.records:
            if not rows.add(record):
                raise IncompleteReadError(
                    f"endpoint {endpoint.name}: a record came twice (page {page.number}): rows moved between pages, "
                    "so others are missing; give the endpoint a stable order"
                )
    return EndpointRead(rows.table(), tuple(rows.notices), pages, len(rows), 0, rows.hashes)


def record_hash(record: Mapping[str, Any]) -> str:
    """A hash of everything that a record says, whatever the order of its keys."""
    text = json.dumps(record, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Rows:
    """Collects records as columns, and remembers which keys came."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._reader = RecordReader(endpoint.fields)
        self._columns: dict[str, list[str]] = {name: [] for name in endpoint.fields}
        self.hashes: dict[str, str] = {}
        self.notices: list[Notice] = []

    def __len__(self) -> int:
        return len(self._columns[self._endpoint.key])

    def add(self, record: Mapping[str, Any]) -> bool:
        """Take one record; False when its key came before."""
        values, unreadable = self._reader.read(record)
        key = normalise_key(values[self._endpoint.key])
        if key in self.hashes:
            return False
        if key:
            self.hashes[key] = record_hash(record)
        self.notices += [Notice(key, Reason.FIELD_UNREADABLE, f"{self._endpoint.name}.{name}") for name in unreadable]
        self.append(values)
        return True

    def append(self, values: Mapping[str, str]) -> None:
        """Take a record that was read before."""
        for name, column in self._columns.items():
            column.append(values[name])

    def table(self) -> Table:
        """All records so far."""
        return Table(self._endpoint.name, pd.DataFrame(self._columns, dtype="str"), self._endpoint.key)
