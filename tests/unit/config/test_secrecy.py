"""Secrets that somebody put into a file by mistake are not repeated in a log."""

import pytest

from lifecycle.config.findings.secrecy import is_secret, masked, opens_secret


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("client_secret: hunter2", "client_secret: •••••••"),
        ("  password: correct horse, battery", "  password: ••••••••••••••••••••••"),
        ('headers: {Authorization: "Bearer abcdefgh"}', "headers: {Authorization: ••••••••••••••••••"),
        ('{X-Api-Key: "abc", a: b}', "{X-Api-Key: ••••••••••••"),
        ("a: Bearer abcdefgh.ij", "a: Bearer •••••••••••"),
        ("url: https://user:hunter2@host/", "url: https://••••••••••••@host/"),
        ("a: k3J9vQ2LmZ8xR4tYb7WcN1pSd6FgH0aE", "a: ••••••••••••••••••••••••••••••••"),
        ("a: 0123456789abcdef0123456789abcdef", "a: ••••••••••••••••••••••••••••••••"),
        ("no field named 'users.CustomField12OfTheEmployeesContractStart'", None),
        ("unknown key 'client_secret'", None),
        ("credentials: halo-itsm", "credentials: halo-itsm"),
        ("url: https://{Host-Name}/auth/token?tenant={tenantname}", None),
        ("token_url: https://host/token", None),
        ('employeeID: "%src.halo-users.id%"', None),
        ("select: $.customfields[?@.name == 'CFStartDate'].value", None),
        ("- OU=Staff,OU=Passwords,DC=corp,DC=example,DC=test", None),
    ],
)
def test_masked_hides_secrets_alone(text: str, shown: str | None) -> None:
    assert masked(text) == (shown or text)
    assert len(masked(text)) == len(text)


@pytest.mark.parametrize(
    ("path", "secret"),
    [
        ("headers.Authorization", True),
        ("env.client-secret", True),
        ("env.API_KEY.0", True),
        ("credentials", False),
        ("env.token_url", False),
        ("fields.passport", False),
        ("", False),
    ],
)
def test_is_secret_goes_by_the_name(path: str, secret: bool) -> None:
    assert is_secret(path) is secret


@pytest.mark.parametrize(
    ("line", "opens"),
    [("password:", True), ("  - token: |", True), ("'api-key': >-", True), ("password: x", False), ("name:", False)],
)
def test_opens_secret_knows_keys_without_a_value(line: str, opens: bool) -> None:
    assert opens_secret(line) is opens
