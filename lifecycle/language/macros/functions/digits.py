"""Digits and digests: the same for the same input, in every run."""

from __future__ import annotations

import hashlib

from lifecycle.language.fields.scalar import number_text
from lifecycle.language.macros.functions.function import VALUE, Example, Function, Parameter
from lifecycle.language.macros.functions.kinds import whole_number
from lifecycle.language.macros.values import Attempt

EXAMPLE_ATTEMPT = Attempt(number=1, seed="4711")
"""The second try for the person 4711: what the examples of this file are rendered with."""


def digest(value: str, length: int = 64) -> str:
    """SHA-256 in hexadecimal, the first so many characters; empty stays empty."""
    return hashlib.sha256(value.encode()).hexdigest()[:length] if value else ""


def counter(attempt: Attempt, start: int, width: int = 1) -> str:
    """The number of the try, counted from ``start``, with leading zeros."""
    return str(start + attempt.number).zfill(width)


def number(value: str) -> str:
    """The number in its shortest form; empty stays empty."""
    return "" if not value.strip() else number_text(value)


def random(attempt: Attempt, digits: int) -> str:
    """So many digits that look random, and are the same for the same seed and try."""
    source = hashlib.sha256(f"{attempt.number}:{attempt.seed}".encode()).digest()
    return str(int.from_bytes(source) % 10**digits).zfill(digits)


DIGITS = (
    Function(
        "hash",
        "The SHA-256 of the value in hexadecimal, or its first so many characters; empty stays empty.",
        (VALUE, Parameter("length", whole_number(1, 64), optional=True)),
        (Example("%fx.hash(#%src.id%#, 8)%", {"id": "4711"}, "de650d61"),),
        digest,
    ),
    Function(
        "counter",
        "A number that grows with each name that is taken: the first try has the number given, the second the next; "
        "with leading zeros up to the width.",
        (Parameter("from", whole_number(0, 999_999_999)), Parameter("width", whole_number(1, 32), optional=True)),
        (Example("guest%fx.counter(1, 3)%", {}, "guest002"),),
        counter,
        needs_attempt=True,
    ),
    Function(
        "number",
        "The number in its shortest form; empty stays empty, and what is no number is an error. In a JSON message a "
        "text that is this call and nothing else becomes a JSON number, and is an error where it is empty.",
        (VALUE,),
        (Example("%fx.number(#%src.site_id%#)%", {"site_id": "18.0"}, "18"),),
        number,
    ),
    Function(
        "random",
        "So many digits without a pattern, other ones for each name that is taken; derived from the person, so that "
        "the same person is given the same ones again.",
        (Parameter("digits", whole_number(1, 32)),),
        (Example("x%fx.random(6)%", {}, "x069018"),),
        random,
        needs_attempt=True,
    ),
)
