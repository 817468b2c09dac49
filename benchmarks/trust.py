"""Where the thresholds of the trust panel come from, and which method explains which model best.

    python benchmarks/trust.py thresholds
    python benchmarks/trust.py thresholds --quick
    python benchmarks/trust.py methods --models tfbind.encode10 promoter.yeast
    python benchmarks/trust.py methods

`thresholds` explains sequences whose right answer is known because it was written into them, by networks set by hand and
by a trained one, and does the same where the explanation can't be right: without a site, with random weights, with scores
moved to other places, and by gradients of a saturated network. A threshold lies between the two. `methods` scores every
method on every model by its deletion and insertion curves; the winner is the one to offer first. Tables are Markdown.

Both take hours for all models: with `--keep FILE` each part that is done is written to it (a line of JSON), and is not done
again. One sequence of every model comes before the second of any, so that a run that was stopped says something of all.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genoviz.attribute.attribution import Attribution, attribute
from genoviz.attribute.methods import METHODS, default_method, offered
from genoviz.errors import GenovizError
from genoviz.grammar.mean_interval import Spread
from genoviz.lessons.examples import EXAMPLES
from genoviz.models.base import Model, NetModel
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.load import load_model
from genoviz.models.onehot import encode, reverse_complement
from genoviz.models.size import is_long
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence
from genoviz.trust.faithfulness import curves_of
from genoviz.trust.likeness import is_flat
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


def scenarios(seed: int) -> Iterator[tuple[str, Model, Attribution]]:
    """What is known of an explanation, the model, and the explanation."""
    trained, simple, activity = load_model(TRAINED), hand_set(), Target("activity")
    if not isinstance(trained, nn.Module):
        raise TypeError(f"{TRAINED} has no weights to mix up")
    saturated = hand_set(least=9.0, gain=3.0, cap=1.0)
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


class Done:
    """Parts of a study that are done, by name, in a file of JSON lines; None keeps them only for this run."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        lines = path.read_text().splitlines() if path is not None and path.exists() else []
        self.parts: dict[str, Any] = dict(json.loads(line) for line in lines)

    def part(self, name: str, work: Callable[[], Any]) -> Any:
        """The result of a part, which is computed where it is not known."""
        if name not in self.parts:
            self.parts[name] = work()
            if self._path is not None:
                with self._path.open("a") as file:
                    file.write(json.dumps([name, self.parts[name]]) + "\n")
        return self.parts[name]


def thresholds(n: int, done: Done) -> None:
    """A table per check: quantiles of its figure, and how many are green, amber and red, by what is known."""
    figures: dict[tuple[str, str], list[float]] = {}
    colours: dict[tuple[str, str], list[str]] = {}
    known: list[str] = []
    for seed in range(n):
        for name, check, figure, colour in done.part(f"seed {seed}", partial(lights, seed)):
            if name not in known:
                known.append(name)
            figures.setdefault((check, name), []).append(figure)
            colours.setdefault((check, name), []).append(colour)
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


def lights(seed: int) -> list[tuple[str, str, float, str]]:
    """What is known of an explanation, check, figure and colour, of all explanations of a seed."""
    return [
        (name, light.check, light.figure, light.colour)
        for name, model, result in scenarios(seed)
        for light in assess_explanation(model, result).lights
        if light.figure is not None and light.colour is not None
    ]


def sequences_of(model: Model, n: int) -> list[Sequence]:
    """Examples of the model, then sequences like those it learned from."""
    card = model.card
    examples = [e.sequence.fit(card.length).sequence for e in EXAMPLES if e.model == card.name]
    return [*examples, *null_sequences(card, n, seed=1)][:n]


def gains(name: str, number: int) -> dict[str, float | None]:
    """The gain of the curves of every method on one sequence of a model; None where it gives no answer."""
    model = load_model(name)
    target, sequence = Target.default(model.card), sequences_of(model, number + 1)[number]
    found: dict[str, float | None] = {}
    for method in offered(model.card):
        if METHODS[method].teaching_only or METHODS[method].hooks:
            continue
        try:
            result = attribute(model, sequence, target, method)
            found[method] = 0.0 if is_flat(result.per_base) else float(curves_of(model, result).gain.mean)
        except GenovizError as error:
            print(f"{name} {method}: {error.read}", file=sys.stderr)
            found[method] = None
    return found


def methods(names: list[str], n: int, done: Done) -> None:
    """Mean gain of every method on every model, best first, and the paired difference of the first to the page's usual."""
    rows: dict[str, list[dict[str, float | None]]] = {name: [] for name in names}
    for number in range(n):
        for name in names:
            rows[name].append(done.part(f"{name} {number}", partial(gains, name, number)))
    print("| model | sequences | first | before the usual by | gain of each method |\n| --- | --- | --- | --- | --- |")
    for name, found in rows.items():
        means = {
            method: float(np.mean([v for row in found if (v := row.get(method)) is not None] or [np.nan]))
            for method in found[0]
        }
        order = sorted((m for m in means if np.isfinite(means[m])), key=lambda method: -means[method])
        usual = default_method(get_card(name))
        pairs = [(row.get(order[0]), row.get(usual)) for row in found]
        lead = Spread(np.array([a - b for a, b in pairs if a is not None and b is not None]))
        low, high = lead.interval
        listed = ", ".join(f"{method} {means[method]:.3f}" for method in order)
        print(f"| `{name}` | {len(found)} | {order[0]} | {lead.mean:.3f} ({low:.3f} to {high:.3f}) | {listed} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["thresholds", "methods"])
    parser.add_argument("--quick", action="store_true", help="few sequences")
    parser.add_argument("--models", nargs="*", default=None)
    parser.add_argument("--sequences", type=int, default=None)
    parser.add_argument("--keep", type=Path, default=None, help="file for what is done, from which a run goes on")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.what == "thresholds":
        thresholds(options.sequences or (2 if options.quick else 20), Done(options.keep))
        return
    bundled = [c.name for c in list_models() if c.file and not is_long(c) and c.parameters <= MOST_PARAMETERS]
    methods(options.models or bundled, options.sequences or (2 if options.quick else 10), Done(options.keep))


if __name__ == "__main__":
    main()
