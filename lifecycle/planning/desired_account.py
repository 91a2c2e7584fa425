"""The desired account: what somebody's account should hold and where it belongs, made of the person's record.

Mapped values are coerced to the directory's schema and the objects that references name are found; names are allocated;
a new account's template is filled; last come the computed attributes, which read the account or the action and are
rendered when all else of the account is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from lifecycle.actions.template import Filled
from lifecycle.config.recipe import Recipe, Texts
from lifecycle.directory import dn, uac
from lifecycle.directory.account import Account, DirectoryView, Group, Value
from lifecycle.directory.conversion import MisfitError, TooLongError, added, cleared, converted, same
from lifecycle.directory.schema import AttributeFacts
from lifecycle.language.macros.template import UnfitValueError
from lifecycle.notice import Reason
from lifecycle.people.person import Person
from lifecycle.planning.names import IDENTIFIERS, NameAllocator
from lifecycle.planning.plan_inputs import PlanInputs

Values = dict[str, Value | None]
"""LDAP attribute → value; None takes it away."""

FillTemplate = Callable[[Account, str], Filled]
"""What the template adds to an account that is about to be made so, and the primary key of its person.

It raises RefusalError where it cannot be filled.
"""


class CoercionError(Exception):
    """A value of this person cannot be written: nothing is planned for them. ``about`` never holds the value."""

    def __init__(self, reason: Reason, about: str) -> None:
        super().__init__(reason, about)
        self.reason, self.about = reason, about


class NameExhaustedError(Exception):
    """A name that an account needs cannot be formed, or another has it; ``about`` names attributes, no value."""

    def __init__(self, about: str) -> None:
        super().__init__(about)
        self.about = about


class SchemaCoercion:
    """Turns texts into values as the directory's schema asks for them.

    Args:
        view: The whole directory.
    """

    def __init__(self, view: DirectoryView) -> None:
        self._schema = view.schema
        self._objects: tuple[Account | Group, ...] = (*view.accounts, *view.groups)
        self._guids = {one.guid for one in self._objects}
        self._by_dn: dict[str, str] | None = None

    def coerce(self, attribute: str, texts: Texts) -> Value:
        """Texts, none of them empty, as the value of an attribute.

        Raises:
            CoercionError: A text does not fit.
        """
        try:
            return converted(self._facts(attribute), (texts,) if isinstance(texts, str) else texts, self._find)
        except TooLongError as error:
            raise CoercionError(Reason.VALUE_TOO_LONG, f"{attribute}: {error}") from None
        except MisfitError as error:
            raise CoercionError(Reason.VALUE_UNFIT, f"{attribute}: {error}") from None

    def coerce_all(self, texts: Mapping[str, Texts]) -> Values:
        """The same for several attributes.

        Raises:
            CoercionError: A text does not fit.
        """
        return {attribute: self.coerce(attribute, one) for attribute, one in texts.items()}

    def cleared(self, attribute: str) -> Value | None:
        """What the attribute holds without a value."""
        return cleared(self._facts(attribute))

    def added(self, attribute: str, present: Value | None, more: Texts) -> Value:
        """The values that are there, and more.

        Raises:
            CoercionError: A text does not fit.
        """
        return added(self._facts(attribute), present, self.coerce(attribute, more))

    def reference(self, attribute: str, guid: str) -> Value:
        """An object as the one value of a reference."""
        return guid if self._facts(attribute).single_valued else (guid,)

    def same(self, attribute: str, one: Value | None, other: Value | None) -> bool:
        """Whether two values of the attribute are one to the directory."""
        return same(self._facts(attribute), one, other)

    def differing(self, present: Mapping[str, Value], wanted: Values) -> Values:
        """Those of the wanted values that are not there, by attribute."""
        return {
            attribute: value
            for attribute, value in sorted(wanted.items())
            if not self.same(attribute, present.get(attribute), value)
        }

    def at_hand(self, values: Mapping[str, Value | None], name: str) -> dict[str, str]:
        """An account's attributes as macros read them: several values are joined by ``;``, "never" is no value.

        Args:
            values: The attributes.
            name: Distinguished name that the account has after the plan.
        """
        texts = {
            attribute: ";".join(value) if isinstance(value, tuple) else str(value)
            for attribute, value in values.items()
            if value is not None and not self.same(attribute, value, None)
        }
        return texts | {"distinguishedName": name, "cn": dn.leaf_value(name)}

    def _facts(self, attribute: str) -> AttributeFacts:
        """What the schema says; a mapping of an attribute that it does not have was refused before the plan."""
        return self._schema[attribute]

    def _find(self, text: str) -> str | None:
        """The account or group that a GUID or a distinguished name means."""
        if text.lower() in self._guids:
            return text.lower()
        if self._by_dn is None:  # most mappings name no object
            self._by_dn = {dn.key(one.dn): one.guid for one in self._objects}
        try:
            return self._by_dn.get(dn.key(text))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class DesiredAccount:
    """What an account should be.

    Args:
        values: LDAP attribute → value; an attribute that is not among them is left alone.
        dn: Distinguished name; None when the one that the account should have cannot be formed or is taken.
        unresolved: References that name nobody who has an account by now.
        exhausted: Attributes whose names another has, or of which none can be formed: they stay as they are.
        groups: What the template of a new account makes it a member of.
    """

    values: Values
    dn: str | None
    unresolved: tuple[str, ...]
    exhausted: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True)
class DesiredAccounts:
    """Says of each person what their account should be; names are taken as they are given.

    Args:
        inputs: The directory, the rules, the moment.
        coercion: To the directory's schema.
        names: Those that are taken so far.
        holders: Primary key → account that references may name.
        fill_template: Asked for each new account.
    """

    inputs: PlanInputs
    coercion: SchemaCoercion
    names: NameAllocator
    holders: Mapping[str, Account]
    fill_template: FillTemplate

    def of_new(self, person: Person) -> DesiredAccount:
        """The account that a person gets who works here and has none.

        Raises:
            CoercionError: A value does not fit, cannot be read, or is empty where it must not be.
            NameExhaustedError: A name cannot be formed, or is somebody else's.
            UnreadableNameError: A macro or a condition of a format cannot read a field.
            RefusalError: The template cannot be filled.
        """
        values = self.coercion.coerce_all(person.create)
        self._require_free(values)
        for bundle in self.inputs.policy.bundles:
            names = self.names.allocate(bundle, person)
            if names is None:
                raise NameExhaustedError(", ".join(bundle.formats))
            values |= self.coercion.coerce_all(names)
        allocated = values.pop("cn", None)
        common_name = str(allocated or values.get("displayName") or values.get("sAMAccountName") or "")
        if not common_name:
            raise NameExhaustedError("cn")
        self.coercion.coerce("cn", common_name)
        name = dn.join("CN", common_name, person.ou)
        template = self.fill_template(account_to_be(name, values), person.key)
        values = {**template.values, **values}
        references = self._references(person)
        computed = self._computed(person, {**values, **references}, name)
        self._require_free(computed)
        if not (values | computed).get("sAMAccountName"):
            raise NameExhaustedError("sAMAccountName")
        if not allocated and not self.names.reserve_dn(name):
            raise NameExhaustedError("cn")
        return DesiredAccount(
            {**values, **computed, "distinguishedName": name, **references},
            name,
            _unresolved(person, references),
            groups=tuple(template.joins.values()),
        )

    def of_present(self, person: Person, account: Account) -> DesiredAccount:
        """What the account of a person should be who works here.

        Args:
            person: Works here.
            account: Theirs, writable.

        Raises:
            CoercionError: A value does not fit, cannot be read, or is empty where it must not be.
            UnreadableNameError: A macro or a condition of a format cannot read a field.
        """
        references = self._references(person)
        values, taken = self._reserved({**self._mapped(person, account), **references}, account)
        exhausted = [taken]
        for bundle in self.inputs.policy.bundles:
            if bundle.scope != "container":
                names = self.names.renamed(bundle, person, account)
                if names is None:
                    exhausted.append(", ".join(bundle.formats))
                values |= self.coercion.coerce_all(names or {})
        target = self._place(person, account) if self.inputs.policy.category.creates else account.dn
        if target is None:
            exhausted.append("cn")
        else:
            self.coercion.coerce("cn", dn.leaf_value(target))
        held = {**account.attributes, **values}
        computed, taken = self._reserved(self._computed(person, held, target or account.dn, account), account)
        exhausted.append(taken)
        return DesiredAccount(
            values | computed, target, _unresolved(person, references), tuple(filter(None, exhausted))
        )

    def _mapped(self, person: Person, account: Account) -> Values:
        """What the record says; an automation that only modifies finds accounts by the anchor, and leaves it."""
        policy, coercion = self.inputs.policy, self.coercion
        values: Values = {}
        for name, texts in person.update.items():
            if name in policy.additive:
                values[name] = coercion.added(name, account.attributes.get(name), texts)
            elif name != policy.anchor or policy.category.creates:
                values[name] = coercion.coerce(name, texts)
        return values | {name: coercion.cleared(name) for name in person.clear if name in account.attributes}

    def _references(self, person: Person) -> dict[str, Value]:
        """Attribute → object, of those whom the person's references name and who have an account already."""
        found = {attribute: self.holders.get(key) for attribute, key in person.references.items()}
        return {attribute: self.coercion.reference(attribute, one.guid) for attribute, one in found.items() if one}

    def _computed(self, person: Person, held: Values, name: str, account: Account | None = None) -> Values:
        """The computed attributes, each after those that it reads.

        Args:
            person: Works here.
            held: What the account holds when all else is written.
            name: Its distinguished name by then.
            account: As it is; None for a new one.
        """
        computed: Values = {}
        for recipe in self.inputs.policy.computed_attributes:
            attribute, mapped = recipe.attribute, recipe.mapped
            if mapped.when == ("update" if account is None else "create"):
                continue
            texts = self._texts(recipe, person, {**held, **computed}, name)
            if texts and account and attribute in self.inputs.policy.additive:
                computed[attribute] = self.coercion.added(attribute, account.attributes.get(attribute), texts)
            elif texts:
                computed[attribute] = self.coercion.coerce(attribute, texts)
            elif account and mapped.on_empty == "clear":
                computed[attribute] = self.coercion.cleared(attribute)
        return computed

    @cached_property
    def _act(self) -> Mapping[str, str]:
        moment = self.inputs.now.astimezone(self.inputs.policy.zone)  # people read it
        return {
            "action": "create-user",  # the only one that a mapping may speak of: see the checks of the configuration
            "automation": self.inputs.policy.automation,
            "timestamp": moment.isoformat(timespec="seconds"),
        }

    def _texts(self, recipe: Recipe, person: Person, held: Values, name: str) -> Texts:
        try:
            texts = recipe.texts(person.fields, ad=self.coercion.at_hand(held, name), act=self._act)
        except UnfitValueError:
            raise CoercionError(Reason.FIELD_UNREADABLE, recipe.attribute) from None
        if not texts and recipe.mapped.on_empty == "reject":
            raise CoercionError(Reason.MAPPING_EMPTY, recipe.attribute)
        return texts

    def _require_free(self, values: Values) -> None:
        _, taken = self._reserved(values)
        if taken:
            raise NameExhaustedError(taken)

    def _reserved(self, values: Values, account: Account | None = None) -> tuple[Values, str]:
        """The values, with the account's names and addresses among them taken.

        Without these where another has one already; their attributes come second then.
        """
        names = {name: value for name in IDENTIFIERS if (value := values.get(name))}
        if not names or self.names.reserve(names, account):
            return values, ""
        return {name: value for name, value in values.items() if name not in names}, ", ".join(names)

    def _place(self, person: Person, account: Account) -> str | None:
        """The distinguished name that the account should have; the present one whenever it fits."""
        bundle = next((one for one in self.inputs.policy.bundles if one.scope == "container"), None)
        stays = dn.key(account.parent_dn) == dn.key(person.ou)
        if bundle is None or bundle.refresh == "never":
            kept = dn.join("CN", account.cn, person.ou)
            if stays or self.names.reserve_dn(kept):
                return account.dn if stays else kept
        elif stays and self.names.fits(bundle, person, account):
            return account.dn
        names = self.names.allocate(bundle, person, account) if bundle else None
        return dn.join("CN", str(names["cn"]), person.ou) if names else None


def account_to_be(name: str, values: Values) -> Account:
    """An account as it is when the plan has made it: it has no GUID yet."""
    held = {attribute: value for attribute, value in values.items() if value is not None}
    return Account(guid="", dn=name, rid=0, user_account_control=uac.NORMAL_ACCOUNT, attributes=held)


def _unresolved(person: Person, references: Mapping[str, Value]) -> tuple[str, ...]:
    return tuple(sorted({*person.references, *person.unknown} - references.keys()))
