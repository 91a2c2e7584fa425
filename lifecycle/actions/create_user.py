"""Create user: one LDAP add with attributes, generated password and must-change, enabled from the first moment."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from lifecycle.actions.change import Change, Phase
from lifecycle.directory import dn, uac
from lifecycle.directory.operation import AddUser


class CreateUser(Change):
    """``before`` is empty; ``after`` holds ``distinguishedName`` and all attributes."""

    phase: ClassVar[Phase] = Phase.CREATE
    verb: ClassVar[str] = "accounts to create"
    limited_as: ClassVar[str] = "create"
    action: Literal["create-user"] = "create-user"

    must_change: bool = Field(True, description="Whether the password must be changed at the first logon.")

    @property
    def dn(self) -> str:
        """The name that the account gets."""
        return str(self.after["distinguishedName"])

    @property
    def cn(self) -> str:
        """The common name that the account gets."""
        return dn.leaf_value(self.dn)

    def operation(self, password: str) -> AddUser:
        """The add; pwdLastSet 0 is "must change at next logon", -1 is "changed now"."""
        attributes = {
            name: value for name, value in self.after.items() if value is not None and name != "distinguishedName"
        }
        return AddUser(
            dn=self.dn,
            attributes={
                **attributes,
                "userAccountControl": uac.NORMAL_ACCOUNT,
                "pwdLastSet": 0 if self.must_change else -1,
            },
            password=password,
        )
