"""Cmdlets of Skype for Business."""

from __future__ import annotations

from sandbox.exchange.refusals import not_found
from sandbox.exchange.surroundings import Cmdlet, Objects, Parameters, Surroundings


def enable_cs(here: Surroundings, given: Parameters) -> Objects:
    """Enable an account for Skype for Business."""
    person = here.person(given["Identity"])
    person.skype = {"pool": given["RegistrarPool"], "sip_address": given["SipAddress"]}
    here.organisation.affect(
        person.guid, {"msRTCSIP-UserEnabled": True, "msRTCSIP-PrimaryUserAddress": given["SipAddress"]}, []
    )
    return []


def disable_cs(here: Surroundings, given: Parameters) -> Objects:
    """Take everything of Skype for Business from an account."""
    person = here.person(given["Identity"])
    if person.skype is None:
        raise not_found(given["Identity"])
    person.skype = None
    here.organisation.affect(person.guid, {}, ["msRTCSIP-UserEnabled", "msRTCSIP-PrimaryUserAddress"])
    return []


SKYPE = {
    "Enable-CsUser": Cmdlet(enable_cs, frozenset({"RegistrarPool", "SipAddress"})),
    "Disable-CsUser": Cmdlet(disable_cs),
}
