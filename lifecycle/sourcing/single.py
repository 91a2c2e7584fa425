"""Reading some people alone: each is asked for by key. What comes back never proves that anybody else is gone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from lifecycle.config.endpoint import Endpoint
from lifecycle.errors import RequestError, SourceContractError
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.notice import Notice, Reason
from lifecycle.people.key import normalise_key
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.request_template import RequestTemplate
from lifecycle.sourcing.endpoint import EndpointRead, Rows

MOST_KEYS = 1000
"""People that one run may be asked to look at; for more, a run that reads everybody is quicker."""
_LONGEST_KEY = 100


def asked_keys(only: Collection[str]) -> tuple[str, ...]:
    """The primary keys that somebody asks for, each once, normalised and sorted.

    Raises:
        RequestError: One is empty or no key at all, or there are more than :data:`MOST_KEYS`.
    """
    keys = {normalise_key(one) for one in only}
    if not all(key and len(key) <= _LONGEST_KEY and key.isprintable() for key in keys):
        raise RequestError("only: a primary key is empty, too long, or has characters that no key has")
    if len(keys) > MOST_KEYS:
        raise RequestError(f"only: {len(keys)} primary keys, at most {MOST_KEYS} are allowed; leave it empty for all")
    return tuple(sorted(keys))


def read_some(client: ApiClient, endpoint: Endpoint, keys: Collection[str], words: Vocabulary) -> EndpointRead:
    """Read the records of these keys, one request each.

    A key that the source does not know is a notice and nothing else: people in a list can be missing, who was asked for
    by name may have been deleted, or never have been there.

    Args:
        client: Of the endpoint's API.
        endpoint: With ``one``.
        keys: Normalised primary keys.
        words: Settings and tables.

    Raises:
        RequestError: The endpoint cannot be asked for one record, or a key cannot stand in its URL.
        SourceContractError: A record came that nobody asked for.
        SourceError: A request failed.
    """
    asked = endpoint.of_one
    if asked is None:
        raise RequestError(f"endpoint {endpoint.name} has no one: it cannot be asked for some people alone")
    template = RequestTemplate(asked, words, f"endpoints/{endpoint.name}.yaml")
    rows, missing = Rows(endpoint), []
    for key in sorted(keys):
        try:
            request = template.render({f"{endpoint.name}.{endpoint.key}": key})
        except ValueError:
            raise RequestError(f"only: a primary key cannot stand in the URL of endpoint {endpoint.name}") from None
        record = client.one(asked, request)
        if record is None:
            missing.append(Notice(key, Reason.RECORD_MISSING, endpoint.name))
        elif not rows.add(record) or key not in rows.hashes:
            raise SourceContractError(f"endpoint {endpoint.name}: asked for {key}, and another record came")
    table = replace(rows.table(), is_partial=True)
    return EndpointRead(table, (*rows.notices, *missing), len(keys), len(rows), 0, rows.hashes)


def of_some(read: EndpointRead, column: str, keys: Collection[str]) -> EndpointRead:
    """What a list that was read whole says of these keys alone.

    Args:
        read: The list.
        column: Its column with the primary key of the data source.
        keys: Normalised.
    """
    frame = read.table.frame
    mine = frame[column].map(normalise_key).isin(set(keys))
    kept = {normalise_key(str(one)) for one in frame.loc[mine, read.table.key]}
    table = replace(read.table, frame=frame[mine], is_partial=True)
    notices = tuple(one for one in read.notices if one.key in kept)
    hashes = {key: one for key, one in read.hashes.items() if key in kept}
    return replace(read, table=table, notices=notices, hashes=hashes)
