"""What every configured request is made of, as types of fields: an endpoint's, a webhook's, a look-up's.

Types of fields, and no model to inherit from: inherited fields would stand first, and a file begins with its name.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from lifecycle.config.model import Name

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def _only_known_placeholders(url: str) -> str:
    if not url.startswith("https://"):
        raise ValueError(f"must begin with https://: {url!r}")
    left = set(_PLACEHOLDER.findall(url)) - {"{Host-Name}", "{tenantname}"}
    if left:
        raise ValueError(f"placeholder {min(left)} is unknown; known: {{Host-Name}}, {{tenantname}}")
    return url


RequestUrl = Annotated[str, AfterValidator(_only_known_placeholders)]
"""A URL as a file gives it: https, with no placeholder but those that a block fills."""

Credentials = Annotated[
    Name, Field(description="Name of the Prefect block that names the hosts and authorises the requests.")
]
Headers = Annotated[
    dict[str, str],
    Field(description="Macros are allowed. Authorization is the block's, Content-Type the message's."),
]
Params = Annotated[dict[str, str], Field(description="Query parameters; macros are allowed.")]
