"""Reset password: a generated one that nobody gets to know, or one that a secret holds. No undo: nobody knows the old.

What is written stands nowhere but in the request to the directory; of a secret the plan has the name.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from lifecycle.actions.change import Change, Phase, State
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory.account import Account
from lifecycle.directory.operation import SetPassword
from lifecycle.language.model import LanguageModel

ATTRIBUTE = "pwdLastSet"
AFTER = "account.password"
"""The key of ``after``; it says in words what is written."""
_NEVER = frozenset({"", "0"})

SecretName = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=200)]


class SecretPassword(LanguageModel):
    """A password that a Prefect block of the type Secret holds; it is read when it is written."""

    secret: SecretName = Field(description="Name of the block.")


class ResetPassword(Change):
    """``before`` holds pwdLastSet, where it is known: who has got another password since keeps that one."""

    phase: ClassVar[Phase] = Phase.MODIFY
    verb: ClassVar[str] = "passwords to reset"
    once_only: ClassVar[bool] = True
    action: Literal["reset-password"] = "reset-password"
    secret: str = Field("", description="Block of type Secret that holds the password; empty: generated and forgotten.")
    must_change: bool = Field(True, description="Whether it must be changed at the next logon.")
    unlock: bool = Field(False, description="Whether the account is unlocked as well.")

    def state(self, live: Account) -> State:
        """By the time of the last change alone: a password cannot be read."""
        is_so = ATTRIBUTE not in self.before or set_at(live) == str(self.before[ATTRIBUTE] or "")
        return State.AS_PLANNED if is_so else State.DRIFTED

    def state_after(self, live: Account) -> State:
        """Where only the time tells; two in a row that must both be changed at the next logon look the same."""
        if ATTRIBUTE not in self.before:
            return State.MISSING
        before, now = str(self.before[ATTRIBUTE] or ""), set_at(live)
        if now == before:
            return State.MISSING if self.must_change and now in _NEVER else State.AS_PLANNED
        return State.DONE_ALREADY if (now in _NEVER) is self.must_change else State.DRIFTED

    def operation(self, password: str) -> SetPassword:
        """One modify."""
        return SetPassword(self.account, password, must_change=self.must_change, unlock=self.unlock)


def set_at(account: Account) -> str:
    """The attribute as text, a FILETIME; 0 is "to be changed", nothing is "never set"."""
    return str(account.attributes.get(ATTRIBUTE, ""))


def has_own_password(account: Account) -> bool:
    """Whether a password is set that need not be changed: somebody has logged on, or been told to."""
    return set_at(account) not in _NEVER


def resetting(*, secret: str = "", must_change: bool = True, unlock: bool = False, **facts: object) -> ResetPassword:
    """The change, with what it says of itself in words."""
    kind = "from a secret" if secret else "generated"
    words = [kind, *(["to be changed"] if must_change else []), *(["unlocked"] if unlock else [])]
    return ResetPassword(
        **facts, secret=secret, must_change=must_change, unlock=unlock, after={AFTER: ", ".join(words)}
    )


class ResetPasswordParameters(Parameters):
    """The account gets another password; the former one is worthless from then on."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Reset password",
        writes="unicodePwd and pwdLastSet, in one LDAP modify; lockoutTime with unlock",
        undo="none: nobody knows the former password",
        tested="a Samba domain controller",
        again="another password",
    )
    reads: ClassVar[frozenset[str]] = frozenset({ATTRIBUTE})
    action: Literal["reset-password"] = "reset-password"
    password: Literal["generated"] | SecretPassword = Field(
        "generated", description="Generated, sent and forgotten; or the Secret block that holds it."
    )
    must_change: bool = Field(True, description="Whether it must be changed at the next logon.")
    unlock: bool = Field(False, description="Whether the account is unlocked in the same write.")

    def changes(self, subject: Subject, sight: Sight) -> Planned:  # noqa: ARG002
        """One change, whatever the account has."""
        yield resetting(
            **subject.told(),
            secret=self.password.secret if isinstance(self.password, SecretPassword) else "",
            must_change=self.must_change,
            unlock=self.unlock,
            before={ATTRIBUTE: subject.account.attributes.get(ATTRIBUTE)},
        )
