"""Trying an endpoint: its first page; of a dependent one, the record of its driver's first, or of a key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from lifecycle.config.configuration import Configuration
from lifecycle.config.endpoint import Endpoint
from lifecycle.errors import RequestError, SourceContractError, SourceError
from lifecycle.language.fields.record import RecordReader
from lifecycle.ports.api.answers import NO_JSON, parsed
from lifecycle.ports.api.delivery import Fate
from lifecycle.ports.api.paging.choice import paginator_for
from lifecycle.ports.api.paging.page import Answer
from lifecycle.ports.api.paging.records import record_of
from lifecycle.ports.api.request_template import RequestTemplate, record_row
from lifecycle.trial.call import Call, made_call
from lifecycle.trial.trial import OpenLine, Trial

Records = Sequence[Mapping[str, Any]]


def tried_endpoint(configuration: Configuration, name: str, open_line: OpenLine, key: str = "") -> Trial:
    """Call an endpoint once, drafts too; a driver is called first where there is one and no key.

    Args:
        configuration: The whole.
        name: Name of the endpoint.
        open_line: Opens the line of a credentials block.
        key: For a dependent endpoint: key of its driver's record; the driver is then not called.

    Raises:
        ConfigurationError: There is no such endpoint, or a text of it cannot be sent.
        RequestError: A key for an endpoint that depends on none; or the driver gives no record to go by.
        StoreError: A new refresh token could not be stored.
    """
    if name not in configuration.endpoints:
        known = ", ".join(sorted(configuration.endpoints)) or "none"
        raise RequestError(f"no endpoint named {name!r}; there are: {known}")
    endpoint = configuration.endpoints[name]
    if key and endpoint.depends_on is None:
        raise RequestError(f"endpoint {name} depends on no other, and takes no key")
    call, records, problem, total = _called(configuration, endpoint, open_line, key)
    if problem:
        verdict = f"Not successful: {problem}."
        return Trial("endpoint", name, verdict, False, call.sent, call.request, call.answer, call.tree)
    what = "1 record" if len(records) == 1 else f"{len(records)} records"
    of = f" of {total}" if total is not None else ""
    return Trial(
        "endpoint", name, f"Answered {call.status} with {what}{of}.", True, True, call.request, call.answer, call.tree,
        tuple(_notes(endpoint, records)), tuple(records),
    )  # fmt: skip


def _called(
    configuration: Configuration, endpoint: Endpoint, open_line: OpenLine, key: str
) -> tuple[Call, Records, str, int | None]:
    """The call, the records, what is wrong, and the total that the server tells."""
    template = RequestTemplate(endpoint, configuration.vocabulary, f"endpoints/{endpoint.name}.yaml")
    if endpoint.depends_on is None:
        request = template.alone()
    else:
        row = _driving_row(configuration, endpoint.depends_on.endpoint, open_line, key)
        try:
            request = template.render(row)
        except ValueError as error:
            hint = "; it needs more of its driver than the key: leave the key out" if key else ""
            raise RequestError(f"endpoint {endpoint.name}: {error}{hint}") from None
    paginator = paginator_for(endpoint, request)
    with open_line(endpoint.credentials) as line:
        call = made_call(f"endpoint {endpoint.name}", line, paginator.upcoming or request)
    delivery, response = call.delivery, call.delivery.response
    if delivery.fate is not Fate.DONE or response is None:
        return call, (), call.why, None
    content = parsed(response)
    try:
        if content is NO_JSON:
            raise SourceContractError("the answer is no JSON")
        if endpoint.depends_on is not None:
            record = record_of(endpoint, content)
            return call, (record,) if record is not None else (), "", None
        page = paginator.read(Answer(content, str(response.url), response.headers))
    except SourceError as error:
        return call, (), f"{call.status}, but {error}", None
    return call, page.records, "", page.total


def _driving_row(configuration: Configuration, driver_name: str, open_line: OpenLine, key: str) -> dict[str, str]:
    driver = configuration.endpoints[driver_name]
    if key:
        return record_row(driver_name, {driver.key: key})
    _, records, problem, _ = _called(configuration, driver, open_line, "")
    if problem:
        raise RequestError(f"endpoint {driver_name}, which drives it, could not be read: {problem}")
    reader = RecordReader(driver.fields)
    rows = (reader.read(record)[0] for record in records)
    row = next((one for one in rows if one[driver.key]), None)
    if row is None:
        raise RequestError(f"endpoint {driver_name}, which drives it, has no record with a key")
    return record_row(driver_name, row)


def _notes(endpoint: Endpoint, records: Records) -> list[str]:
    if not records:
        return ["No record came: nothing can be said of datatypes."]
    reader = RecordReader(endpoint.fields)
    read = [reader.read(record) for record in records]
    misfits = Counter(name for _, unreadable in read for name in unreadable)
    notes = [
        f"Field {name}: {count} of {len(records)} values do not fit its datatype." for name, count in misfits.items()
    ]
    if not any(values[endpoint.key] for values, _ in read):
        notes.append(f"Field {endpoint.key}, the key, has no value in any record.")
    return notes
