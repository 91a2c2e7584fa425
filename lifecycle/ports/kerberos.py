"""What ports that log on with Kerberos do alike: the principal, and what their libraries' exceptions mean.

No port: nothing is sent here. pyspnego lets exceptions of ``krb5`` and of the import through as they are.
"""

from __future__ import annotations

_LIBRARIES = frozenset({"krb5", "gssapi"})

NO_LIBRARY = "this machine has no Kerberos library: install smbprotocol[kerberos], or choose another authentication"
NO_TICKET = "Kerberos gives the account no ticket: check user, realm, password and the server's name"


def principal(user: str, realm: str) -> str:
    """The Kerberos principal of an account.

    Args:
        user: ``user`` or ``user@domain``. What follows the @ is a UPN suffix and no realm: it may be another domain,
            and a KDC tells small letters from capitals.
        realm: The realm as the KDC spells it; empty takes the default realm of the machine's krb5.conf.
    """
    name = user.partition("@")[0]
    return f"{name}@{realm}" if realm else name


def kerberos_problem(error: BaseException) -> str:
    """What is wrong, in words without names, if an exception is one of a Kerberos library; else empty."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ImportError):
            return NO_LIBRARY
        if type(seen).__module__.partition(".")[0] in _LIBRARIES:
            return NO_TICKET
        seen = seen.__cause__
    return ""
