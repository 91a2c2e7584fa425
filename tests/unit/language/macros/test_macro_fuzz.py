"""Random texts as templates: an answer or a clean error, in no time. More of them: ``python -m tests.fuzz.macros``."""

import time
from collections import Counter

from tests.support.random_templates import PLACE_NAMES, outcome, templates


def test_any_text_is_a_template_or_refused() -> None:
    outcomes: Counter[str] = Counter()
    slowest_s = 0.0
    for number, text in enumerate(templates(seed=7, count=20_000)):
        before = time.process_time()
        outcomes[outcome(text, PLACE_NAMES[number % len(PLACE_NAMES)])] += 1
        slowest_s = max(slowest_s, time.process_time() - before)
    assert slowest_s < 1
    assert outcomes.total() == 20_000
    assert min(outcomes.values()) > 100, "every ending is reached"
    assert set(outcomes) == {"refused", "unfit", "rendered"}
