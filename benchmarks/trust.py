"""Where the thresholds of the trust panel come from, and which method explains which model best.

    python benchmarks/trust.py thresholds
    python benchmarks/trust.py thresholds --quick
    python benchmarks/trust.py methods --models tfbind.encode10 promoter.yeast
    python benchmarks/trust.py methods

`thresholds` explains sequences whose right answer is known because it was written into them, by networks set by hand and
by a trained one, and does the same where the explanation can't be right: without a site, with random weights, with scores
moved to other places, and by gradients of a saturated network. A threshold lies between the two. `methods` scores every
method on every model by its deletion and insertion curves; the winner is the one to offer first. Tables are Markdown.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genoviz.attribute.attribution import Attribution, attribute
from genoviz.attribute.methods import METHODS, offered
from genoviz.errors import GenovizError
from genoviz.lessons.examples import EXAMPLES
from genoviz.models.base import Model, NetModel
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.load import load_model
from genoviz.models.onehot import encode, reverse_complement
from genoviz.models.size import is_long
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence
from genoviz.trust.faithfulness import faithfulness
from genoviz.trust.null_band import null_sequences
from genoviz.trust.randomisation import randomised
from genoviz.trust.report import CHECKS, assess_explanation

TRAINED = "tfbind.encode10"
SITES = {"GABPA": "ACCGGAAGTG", "REST": "TTCAGCACCATGGACAGCGCC", "USF1": "GGTCACGTGACC"}  # what is known to be bound
HAND_SET = "ACCGGAAGTG"
LENGTH = 101
MOST_PARAMETERS = 5_000_000  # of models that `methods` scores unless they are named


class Scanner(nn.Module):
    """Sum over windows of either strand of `gain` max(0, matching bases - `least`), for a site of ten; capped by `cap`."""

    def __init__(self, least: float = 7.0, gain: float = 1.0, cap: float | None = None) -> None:
        super().__init__()
        site = encode(HAND_SET)
        self.scan = nn.Conv1d(4, 2, len(HAND_SET))
        self.scan.weight.data = torch.cat([site, reverse_complement(site)])
        self.scan.bias.data.fill_(-least)
        self.cap, self.gain = cap, gain

    def forward(self, X: Tensor) -> Tensor:
        total: Tensor = self.gain * torch.relu(self.scan(X)).sum((1, 2))[:, None]
        return total if self.cap is None else total.clamp(max=self.cap)


def hand_set(**options: float) -> NetModel:
    card = replace(get_card("toy.sum"), name="hand-set", length=LENGTH, strand_symmetric=True)
    return NetModel(Scanner(**options).eval(), card)


def planted(site: str, seed: int) -> Sequence:
    """A site in the middle of random bases; nothing but these for an empty site."""
    letters = np.random.default_rng(seed).choice(list("ACGT"), LENGTH)
    start = (LENGTH - len(site)) // 2
    letters[start : start + len(site)] = list(site)
    return Sequence("".join(letters))


def scenarios(n: int) -> Iterator[tuple[str, Model, Attribution]]:
    """What is known of an explanation, the model, and the explanation."""
    trained, simple, activity = load_model(TRAINED), hand_set(), Target("activity")
    if not isinstance(trained, nn.Module):
        raise TypeError(f"{TRAINED} has no weights to mix up")
    saturated = hand_set(least=9.0, gain=3.0, cap=1.0)
    for seed in range(n):
        for track, site in SITES.items():
            target = Target("binding", (track,))
            sequence = planted(site, seed)
            right = attribute(trained, sequence, target, seed=seed)
            yield "right: trained, a site", trained, right
            yield "wrong: scores moved", trained, replace(right, scores=np.roll(right.scores, 37, axis=1))
            yield "nothing: trained, no site", trained, attribute(trained, planted("", seed), target, seed=seed)
            mixed = randomised(trained, 1, seed=seed)
            mixed.card = replace(mixed.card, null_band={})  # the card's is that of the trained weights
            yield "wrong: random weights", mixed, attribute(mixed, sequence, target, seed=seed)
        sequence = planted(HAND_SET, seed)
        yield "right: set by hand", simple, attribute(simple, sequence, activity, seed=seed)
        yield "right: saturated, mutations", saturated, attribute(saturated, sequence, activity, "ablation")
        yield "wrong: saturated, gradients", saturated, attribute(saturated, sequence, activity, "inputxgradient")


def thresholds(n: int) -> None:
    """A table per check: quantiles of its figure, and how many are green, amber and red, by what is known."""
    figures: dict[tuple[str, str], list[float]] = {}
    colours: dict[tuple[str, str], list[str]] = {}
    known: list[str] = []
    for name, model, result in scenarios(n):
        if name not in known:
            known.append(name)
        for light in assess_explanation(model, result).lights:
            if light.figure is not None and light.colour is not None:
                figures.setdefault((light.check, name), []).append(light.figure)
                colours.setdefault((light.check, name), []).append(light.colour)
    for check in CHECKS:
        print(f"\n### {check}\n\n| explanation | n | 5 % | median | 95 % | green | amber | red |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- |")
        for name in known:
            values, seen = figures.get((check, name), []), colours.get((check, name), [])
            if values:
                low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
                lit = " | ".join(
                    f"{100 * seen.count(colour) / len(seen):.0f} %" for colour in ("green", "amber", "red")
                )
                print(f"| {name} | {len(values)} | {low:.2g} | {middle:.2g} | {high:.2g} | {lit} |")


def sequences_of(model: Model, n: int) -> list[Sequence]:
    """Examples of the model, then sequences like those it learned from."""
    card = model.card
    examples = [e.sequence.fit(card.length).sequence for e in EXAMPLES if e.model == card.name]
    return [*examples, *null_sequences(card, n, seed=1)][:n]


def methods(names: list[str], n: int, say: Callable[[str], None] = print) -> None:
    """Mean gain of the curves of every method on every model, the best first in each row."""
    say("| model | first | gain of each method | seconds |\n| --- | --- | --- | --- |")
    for name in names:
        began = time.perf_counter()
        model = load_model(name)
        target = Target.default(model.card)
        scored: dict[str, float] = {}
        for method in offered(model.card):
            if METHODS[method].teaching_only or METHODS[method].hooks:
                continue
            try:
                found = [
                    faithfulness(model, attribute(model, sequence, target, method)).figure
                    for sequence in sequences_of(model, n)
                ]
            except GenovizError as error:
                print(f"{name} {method}: {error.read}", file=sys.stderr)
                continue
            scored[method] = float(np.mean([f for f in found if f is not None]))
        order = sorted(scored, key=lambda method: -scored[method])
        listed = ", ".join(f"{method} {scored[method]:.3f}" for method in order)
        say(f"| `{name}` | {order[0] if order else ''} | {listed} | {time.perf_counter() - began:.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["thresholds", "methods"])
    parser.add_argument("--quick", action="store_true", help="few sequences")
    parser.add_argument("--models", nargs="*", default=None)
    parser.add_argument("--sequences", type=int, default=None)
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.what == "thresholds":
        thresholds(options.sequences or (2 if options.quick else 20))
        return
    bundled = [c.name for c in list_models() if c.file and not is_long(c) and c.parameters <= MOST_PARAMETERS]
    methods(options.models or bundled, options.sequences or (2 if options.quick else 10))


if __name__ == "__main__":
    main()
