"""``python -m tests.fuzz.configuration [COUNT [SEED]]``: random documents as files of a configuration.

None may end in an exception, and none may take more than a second of a processor.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.support.any_document import PLACES, processor_seconds, write_alone
from tests.support.noise import damaged, documents

PROJECT = Path(__file__).parents[2]
MOST_S = 1.0
LARGE_SHARE = 200
"""One document in so many is as large as a file may be."""
TOGETHER_SHARE = 25
"""One in so many is a damaged file of the shipped configuration, among the others of it."""


def main(count: int = 50_000, seed: int = 0) -> int:
    """Run; answers the exit status."""
    paths = sorted((PROJECT / "config").rglob("*.yaml"))
    files = [file.read_text("utf-8") for file in paths]
    large = documents(seed + 1, count, files, largest=120_000)
    slowest: list[tuple[float, int, str, bytes]] = []
    failures: Counter[str] = Counter()
    began = time.monotonic()
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret with it
    together = {str(file.relative_to(PROJECT / "config")): text for file, text in zip(paths, files, strict=True)}
    with tempfile.TemporaryDirectory() as folder:
        alone, whole = Path(folder) / "alone", Path(folder) / "whole"
        for number, small in enumerate(documents(seed, count, files)):
            data = next(large) if number % LARGE_SHARE == 0 else small
            place = PLACES[number % len(PLACES)]
            try:
                if number % TOGETHER_SHARE:
                    write_alone(alone, place, data)
                    took = processor_seconds(alone)
                else:
                    place = chance.choice(list(together))
                    data = damaged(chance, together[place], files).encode()
                    shutil.copytree(PROJECT / "config", whole, dirs_exist_ok=True)
                    (whole / place).write_bytes(data)
                    took = processor_seconds(whole)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
                failures[f"{type(error).__name__}: {error}"[:200]] += 1
                print(f"document {number} of seed {seed} in {place}: {type(error).__name__}: {error}", flush=True)
                Path(f"failed-{seed}-{number}.yaml").write_bytes(data)
                continue
            slowest = sorted([*slowest, (took, number, place, data)], key=lambda one: -one[0])[:5]
    print(f"{count} documents of seed {seed} in {time.monotonic() - began:.0f} s, {failures.total()} failures")
    for took, number, place, data in slowest:
        print(f"{took:6.3f} s of a processor: document {number} in {place}, {len(data)} bytes, begins {data[:40]!r}")
    return 1 if failures or slowest[0][0] > MOST_S else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
