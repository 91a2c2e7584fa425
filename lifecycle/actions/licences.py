"""Assign and remove Microsoft 365 licences: those assigned directly. Each undoes the other, service plans included.

A licence that a group gives cannot be taken from a user: it is reported, or the membership ends, as asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from lifecycle.actions.change import Change, Phase, State
from lifecycle.actions.outside import Need, Outside, RefusalError, System
from lifecycle.actions.outside_change import OutsideChange
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned
from lifecycle.actions.sight import Sight, Subject
from lifecycle.cloud.licence import LicenceAssignment, LicenceGrant, removable
from lifecycle.cloud.operation import AddCloudMembers, AssignLicences, RemoveCloudMembers, SetUsageLocation
from lifecycle.cloud.user import CloudUser
from lifecycle.directory.account import Account
from lifecycle.directory.values import is_guid
from lifecycle.language.macros.place import Place
from lifecycle.notice import Notice, Reason

LICENCES = "m365.licences"
USAGE_LOCATION = "m365.usageLocation"
_BUT = " without "


def licence_text(licence: LicenceAssignment | LicenceGrant) -> str:
    """A direct licence as plans show it: the product's GUID, and the service plans that are off."""
    return licence.sku_id + (_BUT + " ".join(licence.disabled_plans) if licence.disabled_plans else "")


def licence_grant(text: str) -> LicenceGrant:
    """The licence that such a text means."""
    sku, _, plans = text.partition(_BUT)
    return LicenceGrant(sku, tuple(plans.split()))


def direct_licences(user: CloudUser) -> tuple[str, ...]:
    """The licences that are assigned to the user, sorted."""
    return tuple(sorted(licence_text(one) for one in user.licences if one.assigned_by_group is None))


class ChangeLicences(OutsideChange):
    """``before`` and ``after`` hold ``m365.licences``: every direct licence, as :func:`licence_text` writes it."""

    phase: ClassVar[Phase] = Phase.MODIFY
    verb: ClassVar[str] = "users whose licences change"
    system: ClassVar[System] = System.CLOUD
    needs: ClassVar[frozenset[Need]] = frozenset({Need.CLOUD_USER})
    action: Literal["change-licences"] = "change-licences"

    def state_outside(self, outside: Outside) -> State:
        """By what is to be given or taken: other licences may come and go.

        A product whose service plans somebody has changed meanwhile is neither as planned nor done.
        """
        user = outside.user(self.account)
        if user is None:
            return State.MISSING
        now = set(direct_licences(user))
        given, taken = self._difference()
        if given <= now and not (_skus(taken) - _skus(given)) & _skus(now) and not taken & now:
            return State.DONE_ALREADY
        is_as_before = taken <= now and not (_skus(given) - _skus(taken)) & _skus(now) and not given & now
        return State.AS_PLANNED if is_as_before else State.DRIFTED

    def operation(self, account: Account, outside: Outside) -> AssignLicences:  # noqa: ARG002
        """One assignment, all of it or nothing."""
        user = outside.user(self.account)
        if user is None:
            raise RefusalError(Reason.TARGET_MISSING)
        given, taken = self._difference()
        grants = tuple(licence_grant(text) for text in sorted(given))
        kept = {grant.sku_id for grant in grants}
        return AssignLicences(
            user.id, grants, tuple(sku for text in sorted(taken) if (sku := licence_grant(text).sku_id) not in kept)
        )

    def undone(self, account: str) -> Change | None:
        """The other way round."""
        return ChangeLicences(**self.swapped(account))

    def _difference(self) -> tuple[set[str], set[str]]:
        before, after = (set(_texts(values.get(LICENCES))) for values in (self.before, self.after))
        return after - before, before - after


class SetUsageLocationChange(OutsideChange):
    """``before`` and ``after`` hold ``m365.usageLocation``, without which no licence can be assigned."""

    phase: ClassVar[Phase] = Phase.MODIFY
    verb: ClassVar[str] = "users who get a country"
    system: ClassVar[System] = System.CLOUD
    needs: ClassVar[frozenset[Need]] = frozenset({Need.CLOUD_USER})
    action: Literal["set-usage-location"] = "set-usage-location"

    def state_outside(self, outside: Outside) -> State:
        """By the country."""
        user = outside.user(self.account)
        if user is None:
            return State.MISSING
        if user.usage_location == self.after[USAGE_LOCATION]:
            return State.DONE_ALREADY
        return State.AS_PLANNED if user.usage_location == self.before[USAGE_LOCATION] else State.DRIFTED

    def operation(self, account: Account, outside: Outside) -> SetUsageLocation:  # noqa: ARG002
        """One patch of the user."""
        user = outside.user(self.account)
        if user is None:
            raise RefusalError(Reason.TARGET_MISSING)
        return SetUsageLocation(user.id, str(self.after[USAGE_LOCATION]))


class CloudMembership(OutsideChange):
    """``before`` and ``after`` hold ``m365.member``, whether the user is in ``group``."""

    phase: ClassVar[Phase] = Phase.REMOVE_FROM_GROUPS
    verb: ClassVar[str] = "memberships in Microsoft 365 to change"
    system: ClassVar[System] = System.CLOUD
    needs: ClassVar[frozenset[Need]] = frozenset({Need.CLOUD_USER})
    action: Literal["cloud-membership"] = "cloud-membership"
    group: str = Field(description="GUID of the group in Microsoft Entra ID.")

    def state_outside(self, outside: Outside) -> State:
        """By the licences that the group gives."""
        user = outside.user(self.account)
        if user is None:
            return State.MISSING
        is_member = any(one.assigned_by_group == self.group for one in user.licences)
        return State.DONE_ALREADY if is_member == self.after["m365.member"] else State.AS_PLANNED

    def operation(self, account: Account, outside: Outside) -> AddCloudMembers | RemoveCloudMembers:  # noqa: ARG002
        """One member."""
        user = outside.user(self.account)
        if user is None:
            raise RefusalError(Reason.TARGET_MISSING)
        kind = AddCloudMembers if self.after["m365.member"] else RemoveCloudMembers
        return kind(self.group, (user.id,))

    def undone(self, account: str) -> Change | None:
        """The other way round."""
        return CloudMembership(**self.swapped(account), group=self.group)


class RemoveLicencesParameters(Parameters):
    """Direct licences are taken away; those that a group gives are reported, or the membership ends."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Remove Microsoft 365 licences",
        writes="Graph assignLicense; with leave-group also members/$ref",
        undo="assigned again, service plans included",
        tested="a simulated Microsoft Graph",
    )
    needs: ClassVar[frozenset[Need]] = frozenset({Need.CLOUD_USER})
    action: Literal["remove-licences"] = "remove-licences"
    licences: Literal["all"] | tuple[str, ...] = Field("all", description="All, or the products' GUIDs (skuId).")
    inherited: Literal["report", "leave-group"] = Field(
        "report", description="What becomes of licences that a group of the cloud gives."
    )

    @field_validator("licences")
    @classmethod
    def _are_products(cls, given: str | tuple[str, ...]) -> str | tuple[str, ...]:
        return given if isinstance(given, str) else _products(given)

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """What the user has of it."""
        user = sight.outside.user(subject.account.guid)
        if user is None:
            return
        removal = removable(user.licences, None if isinstance(self.licences, str) else self.licences)
        before = direct_licences(user)
        after = tuple(text for text in before if licence_grant(text).sku_id not in removal.remove)
        if before != after:
            yield ChangeLicences(**subject.told(), before={LICENCES: before}, after={LICENCES: after})
        for kept in removal.kept:
            if self.inherited == "report":
                yield Notice(subject.name, Reason.LICENCE_INHERITED, f"{kept.sku_id}: {len(kept.group_ids)} groups")
        if self.inherited == "leave-group":
            for group in sorted({group for kept in removal.kept for group in kept.group_ids}):
                yield CloudMembership(
                    **subject.told(), group=group, before={"m365.member": True}, after={"m365.member": False}
                )


class AssignLicencesParameters(Parameters):
    """The user has these licences, whatever else it has; a country is set first where one is given."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Assign Microsoft 365 licences",
        writes="Graph assignLicense; usageLocation before",
        undo="removed again; the country stays",
        tested="a simulated Microsoft Graph",
    )
    needs: ClassVar[frozenset[Need]] = frozenset({Need.CLOUD_USER})
    action: Literal["assign-licences"] = "assign-licences"
    licences: tuple[str, ...] = Field(min_length=1, description="The products' GUIDs (skuId).")
    usage_location: str = Field("", description="ISO 3166 country code, macros allowed; empty leaves it as it is.")

    @field_validator("licences")
    @classmethod
    def _are_products(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return _products(given)

    def texts(self) -> Iterator[tuple[str, str, Place]]:
        """The country."""
        yield "usage_location", self.usage_location, "prose"

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """What is missing; a user that is not there yet is waited for."""
        user = sight.outside.user(subject.account.guid)
        if user is None:
            raise RefusalError(Reason.TARGET_MISSING, self.action)
        country = sight.text(self.usage_location, "prose", subject)
        if country and country != user.usage_location:
            yield SetUsageLocationChange(
                **subject.told(), before={USAGE_LOCATION: user.usage_location}, after={USAGE_LOCATION: country}
            )
        before = direct_licences(user)
        held = {licence_grant(text).sku_id for text in before}
        if missing := [sku for sku in self.licences if sku not in held]:
            after = tuple(sorted((*before, *missing)))
            yield ChangeLicences(**subject.told(), before={LICENCES: before}, after={LICENCES: after})


def _products(given: Iterable[str]) -> tuple[str, ...]:
    found = tuple(sku.lower() for sku in given)
    if not found or not all(map(is_guid, found)):
        raise ValueError("licences are named by the GUIDs of their products (skuId)")
    return found


def _skus(texts: Iterable[str]) -> set[str]:
    return {licence_grant(text).sku_id for text in texts}


def _texts(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
