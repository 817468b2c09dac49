"""Whole calls of the mutation map of the bundled models, first and repeated, against a plain loop, in one run.

    python benchmarks/calls.py                          every bundled model, one thread, processor time
    python benchmarks/calls.py --only bpnet --rounds 7

A call is `genoviz.mutagenesis.saturate`: the model's number for the sequence, the recording or the kept plan, the map, the
self-check. "first" begins without a plan; "again" is another sequence with the plan of the first; "same" is the sequence
asked last. The plain loop builds the mutants and runs them in batches of 128. Medians; the calls take turns.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import warnings
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genoviz.models.base import Model
from genoviz.models.catalogue import list_models
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import plan_for, saturate
from genoviz.sequences.sequence import Sequence

BATCH = 128


def random_sequence(length: int, seed: int) -> Sequence:
    """Letters drawn alike."""
    drawn = torch.randint(0, 4, (length,), generator=torch.Generator().manual_seed(seed))
    return Sequence("".join("ACGT"[i] for i in drawn.tolist()))


def plain_map(model: Model, target: Target, sequence: Sequence) -> torch.Tensor:
    """(length, 3): every substitution in batches of 128, the next three letters of each position."""
    x, function = encode(sequence), target.of(model)
    old = x[0].argmax(0)
    rows, parts = 3 * len(sequence), []
    with torch.inference_mode():
        for low in range(0, rows, BATCH):
            row = torch.arange(low, min(rows, low + BATCH))
            batch = x.repeat(len(row), 1, 1)
            here, place = row // 3, torch.arange(len(row))
            batch[place, :, here] = 0
            batch[place, (old[here] + 1 + row % 3) % 4, here] = 1
            parts.append(function(batch))
    return torch.cat(parts).view(-1, 3)


def measure(name: str, rounds: int) -> dict[str, float | str]:
    """Milliseconds of each kind of call, the largest difference and the path."""
    model = load_model(name)
    target, length = Target.default(model.card), model.card.length
    times: dict[str, list[float]] = {"plain": [], "first": [], "again": [], "same": []}
    worst = 0.0
    for round_number in range(rounds):
        one, two = (random_sequence(length, 2 * round_number + k) for k in (0, 1))
        plan_for.cache_clear()
        for kind, sequence in (("first", one), ("again", two), ("same", two)):
            began = time.process_time()
            found = saturate(model, sequence, target)
            times[kind].append(time.process_time() - began)
        began = time.process_time()
        expected = plain_map(model, target, two)
        times["plain"].append(time.process_time() - began)
        old = encode(two)[0].argmax(0)
        places = torch.arange(length)
        delta = torch.from_numpy(found.delta)
        mine = torch.stack([delta[(old + 1 + k) % 4, places] for k in range(3)], 1) + found.value
        worst = max(worst, float((mine - expected).abs().max() / expected.abs().max()))
    medians = {kind: 1e3 * statistics.median(values) for kind, values in times.items()}
    return {**medians, "error": worst, "path": plan_for(model, target).explain().splitlines()[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="models whose name contains this")
    given = parser.parse_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    print(f"torch {torch.__version__}, one thread, processor time, ms per call (times faster than the plain loop)")
    print(f"{'model':<24}{'plain loop':>11}{'first':>17}{'again':>17}{'same':>17}{'error':>9}  path")
    for card in list_models():
        if not card.file or given.only not in card.name:
            continue
        found = measure(card.name, given.rounds)
        plain = float(found["plain"])
        cells = [f"{found[kind]:.1f} ({plain / float(found[kind]):.1f}x)" for kind in ("first", "again", "same")]
        print(f"{card.name:<24}{plain:>11.1f}" + "".join(f"{cell:>17}" for cell in cells)
              + f"{found['error']:>9.0e}  {found['path']}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
