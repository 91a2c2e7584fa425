"""Runs cmdlets: which there are on each face, and the log of those that were run."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.exchange import mailbox_cmdlets, remote_mailbox_cmdlets, setting_cmdlets, skype_cmdlets
from sandbox.exchange.organisation import Organisation
from sandbox.exchange.refusals import CmdletError, no_cmdlet, no_parameter
from sandbox.exchange.surroundings import Cmdlet, Objects, Parameters, Surroundings

_ALWAYS = frozenset({"Identity", "Confirm", "Force", "WhatIf", "ErrorAction"})
_KNOWN: dict[str, Mapping[str, Cmdlet]] = {
    "online": mailbox_cmdlets.ONLINE | setting_cmdlets.EVERYWHERE,
    "server": mailbox_cmdlets.SERVER | setting_cmdlets.EVERYWHERE | remote_mailbox_cmdlets.SERVER,
    "skype": skype_cmdlets.SKYPE,
}
"""Face → name of each cmdlet there."""


class Cmdlets:
    """Runs the cmdlets of one face on an organisation.

    Args:
        organisation: What they act on.
        face: ``server``, ``online`` or ``skype``.
    """

    def __init__(self, organisation: Organisation, face: str) -> None:
        self._face, self._known = face, _KNOWN[face]
        self._here = Surroundings(organisation, "online" if face == "online" else "server")

    def run(self, name: str, parameters: Parameters) -> Objects:
        """Run a cmdlet and write it into the log.

        Raises:
            CmdletError: It ends with an error.
        """
        entry = {"face": self._face, "cmdlet": name, "parameters": dict(parameters), "outcome": "done"}
        self._here.organisation.log.append(entry)
        try:
            if name not in self._known:
                raise no_cmdlet(name)
            cmdlet = self._known[name]
            for one in parameters:
                if one not in cmdlet.parameters | _ALWAYS:
                    raise no_parameter(name, one)
            return cmdlet.run(self._here, parameters)
        except CmdletError as error:
            entry["outcome"] = error.name
            raise
