"""Hostile inputs for every reader, many of them. Run: python benchmarks/fuzz.py [READER ...] --inputs 100000 --seed 1

Prints for each reader how many were tried, the slowest one, and every kind of error that is none of the project with its
shortest input. Exit code 1 if there was one. The readers and how inputs are bent: `tests/hostile.py`.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.hostile import READERS, bent, fault

SLOW = 2.0  # seconds of the processor for one input that are worth a look


def fuzz(name: str, inputs: int, seed: int, seconds: float) -> bool:
    """Try one reader; whether nothing was found."""
    draw, began = random.Random(f"{name} {seed}"), time.monotonic()
    found: dict[tuple[str, str], list[str]] = {}
    slowest, tried = (0.0, ""), 0
    with tempfile.TemporaryDirectory(prefix="genoviz-fuzz-") as folder:
        while tried < inputs and time.monotonic() - began < seconds:
            text = bent(draw, READERS[name][1])
            start = time.process_time()
            error = fault(name, text, Path(folder))
            slowest = max(slowest, (time.process_time() - start, text))
            tried += 1
            if error is not None:
                last = traceback.extract_tb(error.__traceback__)[-1]
                found.setdefault((type(error).__name__, f"{Path(last.filename).name}:{last.lineno}"), []).append(text)
    print(f"{name:10s} {tried:7,d} inputs, {len(found)} kinds of faults, slowest {slowest[0]:.2f} s", flush=True)
    if slowest[0] > SLOW:
        print(f"    slow: {slowest[1][:200]!a} ({len(slowest[1]):,} characters)")
    for (kind, place), texts in found.items():
        print(f"    {kind} in {place}, {len(texts)} times: {min(texts, key=len)[:300]!a}")
    return not found


def main() -> int:
    """Try what the command line says."""
    say = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    say.add_argument("readers", nargs="*", help=", ".join(READERS))
    say.add_argument("--inputs", type=int, default=100_000, help="for each reader")
    say.add_argument("--seed", type=int, default=1)
    say.add_argument("--seconds", type=float, default=float("inf"), help="at most, for each reader")
    chosen = say.parse_args()
    # A list, so that one fault does not end the run.
    good = [fuzz(name, chosen.inputs, chosen.seed, chosen.seconds) for name in chosen.readers or READERS]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
