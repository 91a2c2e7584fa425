"""What Active Directory takes for a name."""

from __future__ import annotations

import pytest

from lifecycle.directory.name_rules import name_rule


@pytest.mark.parametrize(
    ("attribute", "name", "admitted"),
    [
        ("sAMAccountName", "jsmith", True),
        ("sAMAccountName", "j.smith-2_x", True),
        ("sAMAccountName", "x" * 20, True),
        ("sAMAccountName", "x" * 21, False),
        ("sAMAccountName", "jsmith.", False),
        ("sAMAccountName", " jsmith", False),
        ("sAMAccountName", "", False),
        ("sAMAccountName", "j\tsmith", False),
        *[("sAMAccountName", f"j{character}s", False) for character in '"/\\[]:;|=,+*?<>@'],
        ("mail", "ann@x.test", True),
        ("mail", "ann.b'c+d@x.test", True),
        ("mail", "ann", False),
        ("mail", "ann@", False),
        ("mail", "@x.test", False),
        ("userPrincipalName", "ann@x@y", False),
        ("userPrincipalName", "ann b@x.test", False),
        ("proxyAddresses", "ann,b@x.test", False),
        ("cn", "x" * 64, True),
        ("cn", "x" * 65, False),
        ("cn", "A, B @ C.", True),
        ("displayName", "x" * 256, True),
        ("displayName", "x" * 257, False),
    ],
)
def test_a_rule_admits(attribute: str, name: str, admitted: bool) -> None:
    assert name_rule(attribute).admits(name) is admitted
