"""DeepLIFT against shuffled references side by side: this package, tangermeme and Captum, with the gap beside the time.

    python benchmarks/attribution.py
    python benchmarks/attribution.py --quick

The gap is the largest |sum of contributions - difference of outputs| over the references, relative to the largest
difference of outputs: an explanation with a gap of 1 says nothing. On one thread the time is processor time.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.mutagenesis import BPNet, basset, bundled_cases, deepstarr, random_sequence, randomise
from genoviz.attribute.rescale import rescale_multipliers


class Column(nn.Module):
    """One output as (batch, 1), which all three accept."""

    def __init__(self, model: nn.Module, output: int = 0) -> None:
        super().__init__()
        self.model, self.output = model, output

    def forward(self, x: Tensor) -> Tensor:
        return self.model(x)[:, self.output : self.output + 1]


class Gated(nn.Module):
    """Functional relu, a product of branches and a softmax: what module hooks cannot see."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Conv1d(4, 64, 9, padding=4), nn.Conv1d(4, 64, 9, padding=4)
        self.last = nn.Linear(64, 3)

    def forward(self, x: Tensor) -> Tensor:
        y = torch.relu(self.one(x)) * torch.sigmoid(self.two(x))
        return torch.softmax(self.last(y.amax(2)), 1)


def shuffled(x: Tensor, count: int) -> Tensor:
    """(count, 4, length): the sequence's letters in random order."""
    generator = torch.Generator().manual_seed(1)
    return torch.stack([x[0][:, torch.randperm(x.shape[2], generator=generator)] for _ in range(count)])


def multipliers_of_ours(model: nn.Module, x: Tensor, references: Tensor) -> Tensor:
    return rescale_multipliers(lambda z: model(z)[:, 0], x, references)[0]


def multipliers_of_tangermeme(model: nn.Module, x: Tensor, references: Tensor) -> Tensor:
    from tangermeme.deep_lift_shap import deep_lift_shap

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return deep_lift_shap(
            model, x, references=references[None], device="cpu", raw_outputs=True, batch_size=20, warning_threshold=1e9
        )[0]


def contributions_of_captum(model: nn.Module, x: Tensor, references: Tensor) -> Tensor:
    """(references, 4, length) contributions: one reference a call, since Captum averages over them."""
    from captum.attr import DeepLift

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return DeepLift(model).attribute(x.repeat(len(references), 1, 1), references, target=0).detach()


def measure(model: nn.Module, x: Tensor, rounds: int, clock: Callable[[], float]) -> list[tuple[str, float, float]]:
    """(engine, milliseconds, gap) on 20 references."""
    column, references = Column(model).eval(), shuffled(x, 20)
    with torch.no_grad():
        difference = (column(x) - column(references))[:, 0]
    engines: dict[str, Callable[[], Tensor]] = {
        "this package": lambda: (x - references) * multipliers_of_ours(column, x, references),
        "tangermeme": lambda: (x - references) * multipliers_of_tangermeme(column, x, references),
        "Captum": lambda: contributions_of_captum(column, x, references),
    }
    times: dict[str, list[float]] = {name: [] for name in engines}
    gaps: dict[str, float] = {}
    for _ in range(rounds + 1):
        for name, call in engines.items():
            began = clock()
            try:
                result = call()
            except Exception as error:  # a benchmark reports what the others do, also if they fail
                print(f"  {name}: {type(error).__name__}: {str(error)[:100]}")
                gaps[name] = float("nan")
                continue
            times[name].append(clock() - began)
            gaps[name] = float((result.sum((1, 2)) - difference).abs().max() / difference.abs().max())
    # the first round warms up
    return [(name, 1e3 * statistics.median(t[1:] or [float("nan")]), gaps[name]) for name, t in times.items()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one round, without the largest network")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    clock = time.process_time if given.threads == 1 else time.perf_counter
    torch.manual_seed(0)
    cases: list[tuple[str, Callable[[], nn.Module], int]] = [(c.name, c.build, c.length) for c in bundled_cases()]
    cases += [("DeepSTARR-like", deepstarr, 249), ("Basset-like", basset, 600), ("gated, functional", Gated, 200)]
    if not given.quick:
        cases.append(("BPNet-like", BPNet, 2114))
    print(f"torch {torch.__version__}, {given.threads} thread(s), 20 references, one output")
    print(f"{'':<20}{'engine':<14}{'ms':>9}{'times ours':>12}{'gap':>10}")
    for name, build, length in cases:
        rows = measure(randomise(build()), random_sequence(length), 1 if given.quick else given.rounds, clock)
        for engine, milliseconds, gap in rows:
            print(
                f"{name:<20}{engine:<14}{milliseconds:>9.1f}{milliseconds / rows[0][1]:>11.1f}x{gap:>10.1e}", flush=True
            )


if __name__ == "__main__":
    main()
