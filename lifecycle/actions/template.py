"""Templates: values and rules that many accounts share, for accounts that are made and for accounts that are there.

Values are set in the order of the file, the rules after them; a later rule sees what an earlier one set, and wins.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pydantic import Field, model_validator

from lifecycle.actions.modify_user import NEVER_SET
from lifecycle.actions.outside import RefusalError
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory.account import Group, Value
from lifecycle.language.filters.filter import Filter, conditions_of
from lifecycle.language.macros.place import Place
from lifecycle.language.model import AttributeName, LanguageModel
from lifecycle.notice import Reason

Texts = str | tuple[str, ...]


class TemplateRule(LanguageModel):
    """What holds for accounts that fit a condition."""

    when: Filter = Field(description="Over the account's attributes; fields are LDAP names.")
    set: dict[AttributeName, Texts] = Field(default_factory=dict, description="LDAP attribute → text with macros.")
    add_to_groups: tuple[str, ...] = Field((), description="Distinguished names with macros.")
    remove_from_groups: tuple[str, ...] = Field((), description="Distinguished names with macros.")
    ou: str = Field("", description="Where the account stands; for accounts that are there already.")

    @model_validator(mode="after")
    def _does_something(self) -> TemplateRule:
        if not (self.set or self.add_to_groups or self.remove_from_groups or self.ou):
            raise ValueError("does nothing: say set, add_to_groups, remove_from_groups or ou")
        return self


class PasswordRules(LanguageModel):
    """How the password of a new account is made."""

    length: int = Field(24, ge=12, le=127, description="Characters.")
    must_change: bool = Field(True, description="Whether it must be changed at the first logon.")


class AccountTemplate(LanguageModel):
    """Values and rules; an automation names one for new accounts, modify-by-template one for those that are there."""

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60, description="The file bears the same name.")
    description: str = ""
    set: dict[AttributeName, Texts] = Field(
        default_factory=dict,
        description="LDAP attribute → text with macros. What a record says of a new account counts more.",
    )
    rules: tuple[TemplateRule, ...] = Field((), max_length=200)
    mandatory: tuple[AttributeName, ...] = Field((), description="Attributes that must have a value afterwards.")
    read_only: tuple[AttributeName, ...] = Field((), description="Attributes that are set where they are empty only.")
    password: PasswordRules = PasswordRules()

    @model_validator(mode="after")
    def _sets_what_it_may(self) -> AccountTemplate:
        for name in (name for part in self.parts for name in part.set):
            if name.casefold() in NEVER_SET:
                raise ValueError(f"{name} has an action of its own: {NEVER_SET[name.casefold()]}")
        return self

    @property
    def parts(self) -> tuple[AccountTemplate | TemplateRule, ...]:
        """What sets values, in order."""
        return (self, *self.rules)

    @property
    def for_present_accounts(self) -> bool:
        """Whether it says something that a new account has no use for."""
        return any(rule.ou or rule.remove_from_groups for rule in self.rules)

    def texts(self) -> Iterator[tuple[str, str, Place]]:
        """Every text with macros: path, text, and where it lands."""
        yield from _values("set", self.set)
        for number, rule in enumerate(self.rules):
            yield from _values(f"rules.{number}.set", rule.set)
            for key in ("add_to_groups", "remove_from_groups"):
                yield from ((f"rules.{number}.{key}.{n}", name, "dn") for n, name in enumerate(getattr(rule, key)))
            if rule.ou:
                yield f"rules.{number}.ou", rule.ou, "dn"

    def attributes(self) -> frozenset[str]:
        """LDAP attributes that it sets or looks at, besides those in macros."""
        asked = {one.field for rule in self.rules for one in conditions_of(rule.when)} - {"enabled"}
        written = {name for part in self.parts for name in part.set}
        return frozenset({*asked, *written, *self.mandatory, *self.read_only})


def _values(path: str, given: Mapping[str, Texts]) -> Iterator[tuple[str, str, Place]]:
    for name, texts in given.items():
        if isinstance(texts, str):
            yield f"{path}.{name}", texts, "prose"
        else:
            yield from ((f"{path}.{name}.{number}", text, "prose") for number, text in enumerate(texts))


@dataclass(slots=True)
class Filled:
    """What a template comes to for one account.

    Args:
        values: LDAP attribute → value.
        joins: Groups that it is to be in.
        leaves: Groups that it is not to be in.
        ou: Where it is to stand; empty where the template does not say.
    """

    values: dict[str, Value] = field(default_factory=dict)
    joins: dict[str, Group] = field(default_factory=dict)
    leaves: dict[str, Group] = field(default_factory=dict)
    ou: str = ""


def filled(template: AccountTemplate, subject: Subject, sight: Sight, said: Collection[str] = frozenset()) -> Filled:
    """A template for one account.

    Args:
        template: The template.
        subject: The account as it is, or as it is about to be made.
        sight: For texts, groups, and what fits the directory.
        said: Attributes of a new account that its record speaks of: that counts more.

    Raises:
        RefusalError: A text cannot be filled, a group cannot be written, or a mandatory attribute stays empty.
    """
    found, now = Filled(), subject
    kept = {*said, *(name for name in template.read_only if subject.account.attributes.get(name))}
    for part in template.parts:
        if isinstance(part, TemplateRule) and not sight.holds(part.when, now):
            continue
        for name, texts in part.set.items():
            if name not in kept and (value := _value(name, texts, now, sight)) is not None:
                found.values[name] = value
        if isinstance(part, TemplateRule):
            _groups(part, found, now, sight)
        held = {**subject.account.attributes, **found.values}
        now = replace(subject, account=replace(subject.account, attributes=held))
    if missing := [name for name in template.mandatory if not now.account.attributes.get(name)]:
        raise RefusalError(Reason.MAPPING_EMPTY, ", ".join(missing))
    return found


def _value(name: str, given: Texts, subject: Subject, sight: Sight) -> Value | None:
    texts = [sight.text(text, "prose", subject) for text in ((given,) if isinstance(given, str) else given)]
    texts = [text for text in texts if text]
    return sight.fitted(name, texts[0] if isinstance(given, str) else tuple(texts)) if texts else None


def _groups(rule: TemplateRule, found: Filled, subject: Subject, sight: Sight) -> None:
    """A later rule may take back what an earlier one gave, and the other way round."""
    for names, into, out_of in (
        (rule.add_to_groups, found.joins, found.leaves),
        (rule.remove_from_groups, found.leaves, found.joins),
    ):
        for name in names:
            group = sight.group(sight.text(name, "dn", subject))
            into[group.guid] = group
            out_of.pop(group.guid, None)
    if rule.ou:
        found.ou = sight.text(rule.ou, "dn", subject)
