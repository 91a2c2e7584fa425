"""An endpoint against the endpoint that drives it, and against the settings."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.config.checks.problems import Problem, in_template, unknown
from lifecycle.config.configuration import Configuration
from lifecycle.config.endpoint import Endpoint


def endpoint_problems(endpoint: Endpoint, configuration: Configuration) -> Iterator[Problem]:
    """Everything that is wrong between one endpoint and the other files."""
    yield from unknown("key", "field", endpoint.key, endpoint.fields)
    fields: list[str] = []
    if endpoint.depends_on:
        driver = endpoint.depends_on.endpoint
        yield from unknown("depends_on.endpoint", "endpoint", driver, configuration.endpoints)
        if driver in configuration.endpoints:
            if configuration.endpoints[driver].depends_on:
                yield "depends_on.endpoint", f"{driver!r} depends on another endpoint itself"
            fields = [f"{driver}.{field}" for field in configuration.endpoints[driver].fields]
    words = configuration.vocabulary
    yield from in_template("url", endpoint.url, words, fields, "url")
    for name, text in endpoint.params.items():
        yield from in_template(f"params.{name}", text, words, fields)
