"""An account as macros read it."""

from __future__ import annotations

from lifecycle.directory.account import Account


def texts_of(account: Account | None) -> dict[str, str]:
    """LDAP name → text, several values joined by ``;``; nothing where there is no account."""
    if account is None:
        return {}
    texts = {
        name: ";".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
        for name, value in account.attributes.items()
    }
    return texts | {"distinguishedName": account.dn, "cn": account.cn, "enabled": str(account.enabled).lower()}
