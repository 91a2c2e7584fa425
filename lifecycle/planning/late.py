"""Late attributes: those that read the account or the action, rendered when all else of the account is settled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from lifecycle.config.recipe import Recipe, Texts
from lifecycle.directory.account import Value
from lifecycle.language.macros.template import UnfitValueError
from lifecycle.notice import Reason
from lifecycle.people.person import Person
from lifecycle.planning.fitting import Fitting, UnfitError, Values
from lifecycle.planning.policy import Policy


class Late:
    """Renders the late attributes of one plan, each after those that it reads.

    Args:
        policy: Holds them, in that order.
        fitting: Of the directory.
        now: The moment of the run, aware.
    """

    def __init__(self, policy: Policy, fitting: Fitting, now: datetime) -> None:
        self._policy, self._fitting = policy, fitting
        moment = now.astimezone(policy.zone)  # people read it
        self._act = {
            "action": "create-user",  # the only one that a mapping may speak of: see the checks of the configuration
            "automation": policy.automation,
            "timestamp": moment.isoformat(timespec="seconds"),
        }

    def of_new(self, person: Person, settled: Values, name: str) -> Values:
        """For an account that the plan creates.

        Args:
            person: Works here.
            settled: What the account holds besides.
            name: Its distinguished name.

        Raises:
            UnfitError: A value does not fit, cannot be read, or is empty where it must not be.
        """
        wanted: Values = {}
        for recipe in self._policy.late:
            if recipe.mapped.when != "update":
                texts = self._texts(recipe, person, settled | wanted, name)
                if texts:
                    wanted[recipe.attribute] = self._fitting.fit(recipe.attribute, texts)
        return wanted

    def of_present(self, person: Person, present: Mapping[str, Value], settled: Values, name: str) -> Values:
        """For an account that exists.

        Args:
            person: Works here.
            present: What the account holds now.
            settled: What the plan wants of it besides; None takes a value away.
            name: Its distinguished name after the plan.

        Raises:
            UnfitError: As above.
        """
        wanted: Values = {}
        for recipe in self._policy.late:
            attribute, mapped = recipe.attribute, recipe.mapped
            if mapped.when == "create":
                continue
            texts = self._texts(recipe, person, {**present, **settled, **wanted}, name)
            if texts:
                wanted[attribute] = (
                    self._fitting.added(attribute, present.get(attribute), texts)
                    if attribute in self._policy.additive
                    else self._fitting.fit(attribute, texts)
                )
            elif mapped.on_empty == "clear":
                wanted[attribute] = self._fitting.cleared(attribute)
        return wanted

    def _texts(self, recipe: Recipe, person: Person, held: Values, name: str) -> Texts:
        try:
            texts = recipe.texts(person.fields, ad=self._fitting.at_hand(held, name), act=self._act)
        except UnfitValueError:
            raise UnfitError(Reason.FIELD_UNREADABLE, recipe.attribute) from None
        if not texts and recipe.mapped.on_empty == "reject":
            raise UnfitError(Reason.MAPPING_EMPTY, recipe.attribute)
        return texts
