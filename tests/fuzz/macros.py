"""``python -m tests.fuzz.macros [count] [seed]``: random texts as templates; none may end in anything but an answer.

Not collected by pytest, which tries fewer of the same texts. Exit status 1 when a text took a second or more; an
exception that is none of the language's ends the program with its traceback.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from tests.support.random_templates import PLACE_NAMES, outcome, templates

SLOW_S = 1.0


def main(count: int = 200_000, seed: int = 1) -> int:
    """Try so many texts, print what became of them and how long the slowest took."""
    outcomes: Counter[str] = Counter()
    slowest_s, slowest = 0.0, ""
    started = time.perf_counter()
    for number, text in enumerate(templates(seed, count)):
        before = time.perf_counter()
        outcomes[outcome(text, PLACE_NAMES[number % len(PLACE_NAMES)])] += 1
        took_s = time.perf_counter() - before
        if took_s > slowest_s:
            slowest_s, slowest = took_s, text
    took = time.perf_counter() - started
    print(f"{count} texts in {took:.1f} s: " + ", ".join(f"{number} {what}" for what, number in outcomes.most_common()))
    print(f"slowest: {slowest_s * 1000:.1f} ms, {len(slowest)} characters: {slowest[:100]!r}")
    return int(slowest_s >= SLOW_S)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
