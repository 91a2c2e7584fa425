"""A plan as two texts, which is how the store keeps it: its intent, whose hash is approved, and its context.

The intent is hashed as it is stored and never written anew to be checked, so a build that writes plans otherwise still
knows the plans that wait. The context is everything else: who was reported, what limits count, and what applying the
plan notes in the store (steps that are done or void, accounts enabled by hand, tickets).
"""

from __future__ import annotations

import json

from pydantic import ValidationError

from lifecycle.planning.plan import Plan
from lifecycle.versions import PLAN, PLAN_CONTEXT

INTENT = frozenset({"automation", "directory", "changes"})
"""The fields whose text is hashed."""


def context_text(plan: Plan) -> str:
    """Everything of a plan that its intent does not say."""
    return PLAN_CONTEXT.text(plan.model_dump(mode="json", exclude=set(INTENT)))


def read_plan(intent: str, context: str) -> Plan:
    """The plan that two texts say; it keeps the intent's text, and with it the hash.

    Raises:
        NewerVersionError: A newer build wrote it.
        ValueError: They are no plan; the message quotes nothing of them.
    """
    body = {**PLAN_CONTEXT.read(context), **PLAN.read(intent)}
    try:
        plan = Plan.model_validate_json(json.dumps(body))
    except ValidationError as error:  # pydantic's text quotes values of the plan
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['type']}") from None
    vars(plan)["intent"] = intent  # what the cached property answers from now on
    return plan
