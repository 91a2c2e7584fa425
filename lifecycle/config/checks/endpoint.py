"""An endpoint against the endpoint that drives it, against the settings, and its sections against each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lifecycle.config.checks.problems import Problem, in_template, unknown
from lifecycle.config.checks.request import request_problems, url_problems
from lifecycle.config.configuration import Configuration
from lifecycle.config.endpoint import Endpoint
from lifecycle.config.error_action import REPEATING
from lifecycle.config.message import RawMessage
from lifecycle.config.pagination import NoPagination
from lifecycle.config.request_texts import RequestText, request_texts
from lifecycle.language.macros.template import compile_template
from lifecycle.language.vocabulary import Vocabulary


def endpoint_problems(endpoint: Endpoint, configuration: Configuration) -> Iterator[Problem]:
    """Everything that is wrong between one endpoint and the other files, and inside its request."""
    yield from unknown("key", "field", endpoint.key, endpoint.fields)
    fields: list[str] = []
    if endpoint.depends_on:
        driver = endpoint.depends_on.endpoint
        yield from unknown("depends_on.endpoint", "endpoint", driver, configuration.endpoints)
        if driver in configuration.endpoints:
            if configuration.endpoints[driver].depends_on:
                yield "depends_on.endpoint", f"{driver!r} depends on another endpoint itself"
            fields = [f"{driver}.{field}" for field in configuration.endpoints[driver].fields]
        if not isinstance(endpoint.pagination, NoPagination):
            yield "pagination", "a dependent endpoint answers one record: it has no pages"
    for text in request_texts(endpoint):
        yield from _in_text(text, configuration.vocabulary, fields, alone=endpoint.depends_on is None)
    if isinstance(endpoint.message, RawMessage):
        yield from _in_raw(endpoint.message, configuration.vocabulary)
    yield from request_problems(endpoint)
    yield from _in_one(endpoint, configuration.vocabulary)
    yield from _in_errors(endpoint)


def _in_text(text: RequestText, words: Vocabulary, fields: Collection[str], *, alone: bool) -> Iterator[Problem]:
    """One template of the request; that of an endpoint that stands alone must have a value now."""
    problems = list(in_template(text.path, text.text, words, fields, text.place))
    yield from problems
    if alone and not problems:
        try:
            compile_template(text.text, words, text.place).render({})
        except ValueError as error:
            yield text.path, str(error)


def _in_one(endpoint: Endpoint, words: Vocabulary) -> Iterator[Problem]:
    """How one record is asked for: by its key, and by nothing else that differs from record to record."""
    one = endpoint.of_one
    if one is None:
        return
    if endpoint.depends_on:
        yield "one", "is for an endpoint that stands alone: a dependent one is asked record by record anyway"
        return
    key = f"{endpoint.name}.{endpoint.key}"
    named = False
    for text in request_texts(one):
        if text.path != "url" and not text.path.startswith("params."):
            continue
        problems = list(in_template(f"one.{text.path}", text.text, words, [key], text.place))
        yield from problems
        named = named or (not problems and key in compile_template(text.text, words, text.place).fields)
        if problems:
            named = True  # told already
    if not named:
        yield "one", f"does not say whose record it is: %src.{key}% must stand in its url or params"
    yield from ((f"one.{path}", problem) for path, problem in url_problems(one))


def _in_raw(message: RawMessage, words: Vocabulary) -> Iterator[Problem]:
    if message.language != "other":
        return
    try:
        fields = sorted(compile_template(message.body, words).fields)
    except ValueError:  # told already
        return
    for field in fields:
        yield "message.body", f"%src.{field}% cannot stand in {message.content_type}: it is not known how to escape it"


def _in_errors(endpoint: Endpoint) -> Iterator[Problem]:
    for position, rule in enumerate(endpoint.errors):
        path = f"errors.{position}.action"
        if rule.action == "ignore" and endpoint.depends_on is None:
            yield path, "ignore is for dependent endpoints: a list that failed is never an empty list"
        if rule.action in REPEATING and not endpoint.may_repeat:
            yield path, f"{rule.action} sends the POST again: say repeatable: true if it only reads"
