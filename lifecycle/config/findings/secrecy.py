"""What of a configuration file is not repeated in a message: it may be read in the log of a build.

Secrets have no place in ``config/``; somebody who puts one there by mistake should not find it in a log as well.
"""

from __future__ import annotations

import re

HIDDEN = "•"

_WORDS = (
    r"pass(?:word|wd|phrase)?|pwd|secret|token|(?:api|access|private)[_\-]?key|authori[sz]ation|cookie|clientsecret"
)
_NAME = rf"(?<![a-z0-9])(?:[\w\-]{{0,40}}[_\-])?(?:{_WORDS})"
_SECRET_NAME = re.compile(rf"(?i){_NAME}(?![a-z0-9_\-])")
_NAMED = re.compile(rf"""(?i)({_NAME}["']?\s*[:=]\s*)(\S.*)""")
_SCHEME = re.compile(r"(?i)(\b(?:bearer|basic)\s+)([\w+/=.~\-]{8,})")
_USER_OF_URL = re.compile(r"(?i)(\b[a-z][a-z0-9+.\-]{1,20}://)([^\s/@:%{]{1,200}:[^\s/@]{1,200})(?=@)")
_RUN = re.compile(r"[\w+/=\-]{32,}")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{32,}")
_FEWEST_DIGITS = 4
"""A run of letters of both cases with fewer digits is a name."""


def is_secret(path: str) -> bool:
    """Whether what stands at a path is, by a name on the way to it, a secret: ``headers.Authorization``."""
    return any(_SECRET_NAME.fullmatch(part) for part in path.split("."))


def opens_secret(line: str) -> bool:
    """Whether a line is the key of a secret whose value stands in the lines below."""
    key, colon, rest = line.strip().removeprefix("- ").partition(":")
    return bool(colon) and rest.strip()[:1] in {"", "|", ">"} and _SECRET_NAME.fullmatch(key.strip("\"' ")) is not None


def masked(text: str) -> str:
    """A text with every character of what looks like a secret replaced by a dot; as long as before."""
    for pattern in (_NAMED, _SCHEME, _USER_OF_URL):
        text = pattern.sub(lambda found: found[1] + HIDDEN * len(found[2]), text)
    return _RUN.sub(lambda found: HIDDEN * len(found[0]) if _looks_random(found[0]) else found[0], text)


def _looks_random(run: str) -> bool:
    digits = sum(one.isdigit() for one in run)
    mixed = digits >= _FEWEST_DIGITS and any(map(str.isupper, run)) and any(map(str.islower, run))
    return mixed or _HEXADECIMAL.fullmatch(run) is not None
