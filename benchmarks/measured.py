"""How well models predict measured effects of single changes: the tables of docs/measured.md.

    python benchmarks/measured.py FOLDER [--barcodes 10] [--out FILE] [--models NAME ...] [--no-deletions] [--methods]
    python benchmarks/measured.py FOLDER --no-deletions --numbers "enhancer.mpra-dragonn:HepG2 minP pooled"

FOLDER holds `effects.tsv.gz` of the saturation experiments (Kircher et al. 2019), in the form of any table that the page
Measured reads, with a column of builds. Models whose weights are on this computer are asked; `GENOVIZ_WEIGHTS` names a folder
of others. Each number of a model is computed once for each element, whatever the number of experiments on it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genoviz.measured.agreement import Agreement, agreement
from genoviz.measured.experiment import Change, Experiment
from genoviz.measured.predicted import methods_of, predict_effects, windows_over
from genoviz.measured.reading import experiment_of, look_into
from genoviz.measured.several import Asked, rows_of
from genoviz.models.base import Model
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.models.weights import at_hand, is_ready
from genoviz.predict.readout import read
from genoviz.sequences.sequence import Sequence

BUILD = "GRCh37"
METHODS_ON = (("enhancer.mpra-dragonn", "HepG2 minP pooled"),)
_SLOW = ("smoothgrad", "gradientshap", "ig", "captum-deepliftshap", "captum-deeplift", "deconvolution")


def experiments(path: Path, barcodes: float, deletions: bool) -> list[Experiment]:
    """Each experiment of the table, of one build."""
    found = look_into(path.read_bytes())
    names = [name for name in found.elements if name.endswith(BUILD)] or list(found.elements)
    return [experiment_of(found, name).kept(least_barcodes=barcodes, deletions=deletions) for name in sorted(names)]


def merged(measured: list[Experiment]) -> dict[str, Experiment]:
    """By the bases of the element: an experiment with the changes of all experiments on it."""
    changes: dict[str, dict[Change, None]] = {}
    for one in measured:
        changes.setdefault(one.sequence.bases, {}).update(dict.fromkeys(one.changes))
    sequences = {one.sequence.bases: one.sequence for one in measured}
    return {
        bases: Experiment(sequences[bases].name, sequences[bases], tuple(found), np.zeros(len(found)))
        for bases, found in changes.items()
    }


def by_track(
    model: Model, targets: list[Target], measured: list[Experiment], whole: dict[str, Experiment]
) -> list[list[Agreement]]:
    """Agreement of several numbers of a model with each experiment, by mutations: each changed window is predicted once,
    whole, for all of them; `predict_effects` gives the same numbers one after the other."""
    effects: dict[str, dict[Change, NDArray[np.float64]]] = {}
    for bases, one in whole.items():
        total: dict[Change, list[NDArray[np.float64]]] = {change: [] for change in one.changes}
        length = model.card.length
        for first in windows_over(len(bases), length):
            if len(bases) > length:
                fitted = one.sequence.fit(length, how="window", start=first)
            else:
                fitted = one.sequence.fit(length)
            inside = [c for c in one.changes if c.start >= fitted.start and c.start + max(len(c.ref), 1) <= fitted.end]
            shift = fitted.left_pad - fitted.start
            read_ = [fitted.sequence, *(changed(fitted.sequence, c, shift) for c in inside)]
            values = numbers(model, read_, targets)
            for change, row_ in zip(inside, values[1:] - values[0], strict=True):
                total[change].append(row_)
        nothing = np.full(len(targets), np.nan)
        effects[bases] = {c: np.mean(found, 0) if found else nothing for c, found in total.items()}
    rows = []
    for i in range(len(targets)):
        found = []
        for one in measured:
            predicted = np.array([effects[one.sequence.bases][change][i] for change in one.changes])
            found.append(agreement(predicted, one.effects, one.starts, draws=200))
        rows.append(found)
    return rows


def changed(window: Sequence, change: Change, shift: int) -> Sequence:
    """A window with one change; what is missing at its right end is N, what is too much falls off."""
    at = change.start + shift
    bases = window.bases[:at] + change.alt + window.bases[at + len(change.ref) :]
    return Sequence(bases[: len(window)].ljust(len(window), "N"))


def numbers(model: Model, sequences: list[Sequence], targets: list[Target]) -> NDArray[np.float64]:
    """`(sequences, targets)`."""
    parts = []
    for first in range(0, len(sequences), 256):
        said = read(model, sequences[first : first + 256])
        parts.append(np.stack([said.numbers(target) for target in targets], 1))
    return np.concatenate(parts)


def by_method(asked: Asked, measured: list[Experiment], whole: dict[str, Experiment]) -> list[Agreement]:
    """Agreement with each experiment of one number, by one method."""
    model = load_model(asked.card.name)
    effects: dict[str, dict[Change, float]] = {}
    for bases, one in whole.items():
        values = predict_effects(model, one, asked.target, asked.method).effects
        effects[bases] = dict(zip(one.changes, values.tolist(), strict=True))
    found = []
    for one in measured:
        predicted = np.array([effects[one.sequence.bases][change] for change in one.changes])
        found.append(agreement(predicted, one.effects, one.starts, draws=200))
    return found


def line(label: str, found: list[Agreement]) -> str:
    """Mean over the experiments, lowest, highest, and how many lie above chance."""
    r = np.array([one.pearson for one in found])
    s = np.array([one.spearman for one in found])
    above = sum(one.pearson_95[0] > 0 for one in found)
    below = sum(one.pearson_95[1] < 0 for one in found)
    return (
        f"| {label} | {np.nanmean(r):+.2f} | {np.nanmean(s):+.2f} | {np.nanmin(r):+.2f} to {np.nanmax(r):+.2f} | "
        f"{above} | {below} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--barcodes", type=float, default=10)
    parser.add_argument("--models", nargs="*", help="only these")
    parser.add_argument("--methods", action="store_true", help="methods of two models instead of all models")
    parser.add_argument("--numbers", nargs="*", default=[], help="MODEL:TRACK; only these, by the engine")
    parser.add_argument("--no-deletions", action="store_true", help="substitutions only")
    parser.add_argument("--out", type=Path, help="also write what is printed to this file")
    options = parser.parse_args()
    torch.set_num_threads(1)
    measured = experiments(options.folder / "effects.tsv.gz", options.barcodes, not options.no_deletions)
    whole = merged(measured)
    files = at_hand()
    cards = [get_card(name) for name in options.models] if options.models else [
        card for card in list_models() if is_ready(card, files)
    ]  # fmt: skip
    asked: list[Asked] = list(rows_of(cards))
    if options.methods:
        asked = [
            Asked(get_card(name), Target(get_card(name).outputs[0].name, (track,)), method)
            for name, track in METHODS_ON
            if is_ready(get_card(name), files)
            for method in methods_of(get_card(name))
            if method not in _SLOW
        ]
    if options.numbers:
        named = [text.split(":", 1) for text in options.numbers]
        asked = [Asked(card, Target(card.outputs[0].name, (t,))) for n, t in named for card in (get_card(n),)]
    printed: list[str] = []

    def say(text: str) -> None:
        print(text, flush=True)
        printed.append(text)
        if options.out is not None:
            options.out.write_text("\n".join(printed) + "\n", encoding="utf-8")

    say(
        f"{len(measured)} experiments, {sum(map(len, measured)):,} changes, {BUILD}, barcodes >= {options.barcodes:g}\n"
    )
    say(
        "| number | Pearson | Spearman | lowest to highest | above chance | below |\n| --- | --- | --- | --- | --- | --- |"
    )
    every: dict[str, list[Agreement]] = {}
    if options.methods or options.numbers:
        for one in asked:
            label = f"`{one.card.name}` {', '.join(one.target.tracks)}, {one.method}"
            every[label] = by_method(one, measured, whole)
            say(line(label, every[label]))
    else:
        for card in dict.fromkeys(one.card.name for one in asked):
            targets = [one.target for one in asked if one.card.name == card]
            rows = by_track(load_model(card), targets, measured, whole)
            for target, found in zip(targets, rows, strict=True):
                every[f"`{card}` {', '.join(target.tracks)}"] = found
                say(line(f"`{card}` {', '.join(target.tracks)}", found))
    say("\nEach experiment, Pearson (95 % interval):\n")
    best = sorted(every, key=lambda label: -float(np.nanmean([a.pearson for a in every[label]])))[:4]
    say("| experiment | changes | " + " | ".join(best) + " |\n| --- | --- |" + " --- |" * len(best))
    for i, exp in enumerate(measured):
        cells = [
            f"{a.pearson:+.2f} ({a.pearson_95[0]:+.2f} to {a.pearson_95[1]:+.2f})" for a in (every[b][i] for b in best)
        ]
        say(f"| {exp.name.removesuffix(f', {BUILD}')} | {len(exp):,} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
