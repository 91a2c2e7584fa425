"""What limits count per cent of."""

from __future__ import annotations

from collections import Counter

from lifecycle.directory import dn
from lifecycle.directory.account import DirectoryView
from lifecycle.planning.plan import Population
from lifecycle.planning.policy import Policy
from lifecycle.planning.prior_state import PriorState
from lifecycle.planning.protected import Guard


def population(view: DirectoryView, policy: Policy, prior: PriorState, guard: Guard) -> Population:
    """The accounts that the automation has in its care."""
    managed = [
        account for account in view.accounts if account.attributes.get(policy.anchor) and guard.manages(account.dn)
    ]
    per_ou: Counter[str] = Counter(dn.key(account.parent_dn) for account in managed)
    enabled_per_ou: Counter[str] = Counter(dn.key(account.parent_dn) for account in managed if account.enabled)
    return Population(
        accounts=len(managed),
        enabled=sum(enabled_per_ou.values()),
        memberships=sum(len(prior.grants.get(one.guid, frozenset()) & one.group_guids) for one in view.accounts),
        accounts_per_ou=dict(sorted(per_ou.items())),
        enabled_per_ou=dict(sorted(enabled_per_ou.items())),
    )
