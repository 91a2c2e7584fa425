"""Modify by template: what a template says of accounts that are there; as changes of attributes, groups and place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from lifecycle.actions.modify_user import ModifyUser
from lifecycle.actions.move_user import MoveUser
from lifecycle.actions.outside import RefusalError
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned, differing
from lifecycle.actions.sight import Membership, Sight, Subject
from lifecycle.actions.template import AccountTemplate, filled
from lifecycle.directory import dn
from lifecycle.language.macros.place import Place
from lifecycle.notice import Reason


class ModifyByTemplateParameters(Parameters):
    """Attributes, groups and OU become what a template and its rules say."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Modify user attributes with templates",
        writes="the attributes that differ, memberships, the OU",
        undo="the values, memberships and place that there were",
        tested="a Samba domain controller",
    )
    action: Literal["modify-by-template"] = "modify-by-template"
    template: str = Field(description="Name of a file in config/templates.")
    content: AccountTemplate | None = Field(
        None, description="Filled in from that file: what was approved is what is done, whatever it says later."
    )

    def texts(self) -> Iterator[tuple[str, str, Place]]:
        """The template's."""
        yield from ((f"content.{path}", text, place) for path, text, place in self._content.texts())

    def attributes(self) -> frozenset[str]:
        """The template's."""
        return self._content.attributes()

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """What differs."""
        if self.content is None:
            raise RefusalError(Reason.TARGET_REFUSED, f"{self.action}: no such template")
        found, account = filled(self.content, subject, sight), subject.account
        if changed := differing(found.values, subject, sight):
            yield ModifyUser(**subject.told(), **changed)
        for group in sight.writable_groups(found.joins.keys() - account.group_guids):
            if group.rid != account.primary_group_rid:
                yield Membership(group, joins=True)
        for group in sight.writable_groups(found.leaves.keys() & account.group_guids):
            yield Membership(group, joins=False)
        if found.ou and not dn.is_below(account.dn, found.ou):
            yield MoveUser(
                **subject.told(),
                before={"distinguishedName": account.dn},
                after={"distinguishedName": sight.name_in(account, found.ou)},
            )

    @property
    def _content(self) -> AccountTemplate:
        return self.content or _NOTHING


_NOTHING = AccountTemplate(name="none")
