"""What becomes of Kerberos that cannot be had, and of the account's name."""

from __future__ import annotations

import pytest

from lifecycle.ports.kerberos import NO_LIBRARY, NO_TICKET, kerberos_problem, principal


class Krb5Error(Exception):
    """As the library's own, which says whom it is about."""


Krb5Error.__module__ = "krb5._exceptions"


@pytest.mark.parametrize(
    ("user", "realm", "name"),
    [
        ("svc", "CORP.EXAMPLE.TEST", "svc@CORP.EXAMPLE.TEST"),
        ("svc@corp.example.test", "CORP.EXAMPLE.TEST", "svc@CORP.EXAMPLE.TEST"),
        ("svc@mail.example.test", "CORP.EXAMPLE.TEST", "svc@CORP.EXAMPLE.TEST"),
        ("svc@corp.example.test", "", "svc"),
    ],
)
def test_realm_is_never_taken_from_what_follows_the_at_sign(user: str, realm: str, name: str) -> None:
    assert principal(user, realm) == name


def _caused_by(cause: BaseException) -> Exception:
    error = RuntimeError("outer")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (ImportError("GSSAPIProxy requires the Python gssapi library"), NO_LIBRARY),
        (Krb5Error("svc@CORP: Preauthentication failed"), NO_TICKET),
        (_caused_by(Krb5Error("Cannot find KDC for realm corp")), NO_TICKET),
        (ValueError("Failed to connect"), ""),
        (_caused_by(OSError("unreachable")), ""),
    ],
)
def test_problem_is_named_without_the_librarys_text(error: Exception, problem: str) -> None:
    assert kerberos_problem(error) == problem
