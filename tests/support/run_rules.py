"""What runs go by in tests: one automation alone, whose mapping fits the directory."""

from __future__ import annotations

from lifecycle.applying.password import LENGTH
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.outbound.freezing import Announcer
from lifecycle.planning.policy import Policy
from lifecycle.runs.run import RunRules


def run_rules(
    policy: Policy, data_source: str, attributes: tuple[str, ...] = (), macro_env: Vocabulary | None = None,
    announcer: Announcer | None = None,
) -> RunRules:  # fmt: skip
    """The rules of runs by a policy."""
    return RunRules(
        policy=policy,
        data_source=data_source,
        attributes=attributes,
        macro_env=macro_env or Vocabulary(),
        announcer=announcer or Announcer(),
        check_schema=lambda _schema: None,
        groups_of_others=frozenset(),
        password_length=LENGTH,
        approval_hours=24,
        lease_wait_minutes=60,
        show_values=False,
    )
