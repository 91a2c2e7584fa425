"""The connection: what may stand in it, and the fence around one host."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lifecycle.errors import ConfigurationError
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.https.trust import trusting


def test_connection_fills_both_placeholders(connect: Callable[..., ApiConnection]) -> None:
    connection = connect()
    assert connection.token_endpoint(connection.authorization) == "https://halo.example.test/auth/token?tenant=acme"
    assert connection.fill("https://{Host-Name}/api/Users") == "https://halo.example.test/api/Users"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"host_name": ""}, "host_name"),
        ({"host_name": "https://halo.example.test"}, "host_name"),
        ({"host_name": "halo.example.test/api"}, "host_name"),
        ({"host_name": "user@halo.example.test"}, "host_name"),
        ({"host_name": "halo.example.test:99999"}, "host_name"),
        ({"host_name": "{Host-Name}"}, "host_name"),
        ({"tenant": "a&b"}, "tenant"),
        ({"tenant": ""}, "token_url"),
        ({"token_url": "https://{host-name}/auth/token"}, "token_url"),
        ({"token_url": "http://{Host-Name}/auth/token"}, "token_url"),
        ({"token_url": "https://reader:pass@{Host-Name}/auth/token"}, "token_url"),
        ({"token_url": "auth/token"}, "token_url"),
        ({"client_id": ""}, "client_id"),
        ({"client_secret": ""}, "client_secret"),
        ({"scopes": ("read:customers read:tickets",)}, "scopes"),
        ({"scopes": ("",)}, "scopes"),
        ({"requests_per_window": 0}, "requests_per_window"),
        ({"window_s": -1.0}, "window_s"),
        ({"timeout_s": float("nan")}, "timeout_s"),
        ({"patience_s": 0.0}, "patience_s"),
    ],
)
def test_connection_refuses_what_cannot_work_and_names_the_field(
    connect: Callable[..., ApiConnection], changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        connect(**changes)
    assert caught.value.path == field
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["https://{Host-Name}/api/{id}", "https://{Host-Name}/api/}", "ftp://{Host-Name}/", "https://{Host-Name}:port/"],
)
def test_fill_refuses_leftover_placeholders_and_other_schemes(connect: Callable[..., ApiConnection], url: str) -> None:
    with pytest.raises(ConfigurationError):
        connect().fill(url)


def test_fill_needs_the_tenant_only_where_it_is_named(connect: Callable[..., ApiConnection]) -> None:
    connection = connect(tenant="", token_url="https://{Host-Name}/auth/token")
    assert connection.fill("https://{Host-Name}/api").endswith("/api")
    with pytest.raises(ConfigurationError, match="no tenant"):
        connection.fill("https://{Host-Name}/{tenantname}")


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://halo.example.test/api/Users", True),
        ("https://HALO.example.test:443/api", True),
        ("http://halo.example.test/api", False),
        ("https://halo.example.test:8443/api", False),
        ("https://halo.example.test.evil.test/api", False),
        ("https://halo.example.test@evil.test/api", False),
        ("https://user@halo.example.test/api", False),
        ("https://evil.test/?u=https://halo.example.test", False),
        ("https://halo.example.test:port/api", False),
        ("/api/Users", False),
    ],
)
def test_fence_admits_only_the_named_host_over_https(
    connect: Callable[..., ApiConnection], url: str, allowed: bool
) -> None:
    assert connect().fence.admits(url) is allowed


def test_fence_admits_takes_the_port_of_the_host_name(connect: Callable[..., ApiConnection]) -> None:
    connection = connect(host_name="halo.example.test:8443")
    assert connection.fence.admits("https://halo.example.test:8443/api")
    assert not connection.fence.admits("https://halo.example.test/api")


def test_trust_refuses_a_file_that_is_missing_or_no_certificate(
    connect: Callable[..., ApiConnection], tmp_path: Path
) -> None:
    empty = tmp_path / "ca.pem"
    empty.write_text("no certificate")
    for file in (empty, tmp_path / "absent.pem"):
        with pytest.raises(ConfigurationError, match="ca_file"):
            trusting(connect(ca_file=str(file)).ca_file)


def test_connection_hides_its_secret_and_survives_pickling(connect: Callable[..., ApiConnection]) -> None:
    connection = connect()
    assert "canary" not in repr(connection)
    assert pickle.loads(pickle.dumps(connection)) == connection  # noqa: S301  (our own bytes)
