"""What a model predicts and how well it does, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from genoviz.models.card import ModelCard, Output
from genoviz.models.metrics import METRICS, main_metric


def rounded(value: float, unit: str) -> str:
    """Three digits for the page; a probability is never rounded to 0 or 1."""
    if unit == "probability" and value > 0.9995:
        return "above 0.999"
    if unit == "probability" and 0 < value < 0.0005:
        return "below 0.001"
    return f"{value:.3f}" if unit == "probability" else f"{value:.3g}"


def per_base(unit: str) -> str:
    """The unit of what each base has of a score: `logit per base`; of a score that is a rate itself `reads per base, each base`."""
    return f"{unit}, each base" if " per " in unit else f"{unit} per base"


def prediction_sentence(output: Output, track: str, value: float) -> str:
    """What is predicted, with its unit: `probability 0.970 that the sequence is a GABPA peak ...`."""
    article = "an" if track[:1] in "AEIOaeio" else "a"
    quantity = output.quantity.replace("a {track}", f"{article} {{track}}").format(track=track)
    if quantity.startswith(f"{output.unit} "):
        return f"{output.unit} {rounded(value, output.unit)} {quantity.removeprefix(output.unit).strip()}"
    return f"{quantity} {rounded(value, output.unit)} ({output.unit})"


def percentiles(card: ModelCard, track: str, logit: float) -> dict[str, float]:
    """Share (0 to 100) of each background set of held-out sequences that scores below `logit`."""
    shares = {}
    for name, quantiles in card.background.get(track, {}).items():
        q = np.asarray(quantiles, dtype=float)
        shares[name] = float(np.interp(logit, q, np.linspace(0, 100, len(q))))
    return shares


def background_sentence(card: ModelCard, track: str, logit: float) -> str:
    """Where the prediction stands among held-out sequences; empty without a background."""
    parts = []
    for name, share in percentiles(card, track, logit).items():
        shown = "more than 99 %" if share > 99.5 else "almost none" if share < 0.5 else f"{share:.0f} %"
        parts.append(f"{shown} of the {name}")
    test = f"sequences of {card.training['background']}" if card.training.get("background") else "test sequences"
    return f"Higher than {' and '.join(parts)} {test}." if parts else ""


def held_out_sentence(card: ModelCard, track: str) -> str:
    """How well this output does on held-out sequences; says so where nothing was measured."""
    row, about = card.scores(track), ""
    if row is None and card.held_out and all(card.scores(t) is None for o in card.outputs for t in o.tracks):
        row = card.held_out[0]  # scored on sets of sequences, as language models are, and not track by track
        about = f" ({row['track']})"
    if row is None:
        return (
            "The card has no held-out score for it." if card.trained else "Not trained, so there is no held-out score."
        )
    metric = main_metric(row)
    if metric is None:
        known = ", ".join(f"{k} {v}" for k, v in row.items() if k not in ("track", "test", "n"))
        return f"On held-out sequences this output has {known}."
    others = [r for r in card.held_out if r["track"] == row["track"] and r is not row and metric in r]
    said = [f"On {_counted(row, 'held-out sequences')}{about} this output has {_measured(row, metric)}"]
    return "; ".join([*said, *(f"on {_counted(r, 'others')} {_measured(r, metric)}" for r in others)]) + "."


def byline(card: ModelCard) -> str:
    """Whose work a model is: `Kelley et al. 2016`, or `after Quang and Xie 2016` for weights of this project."""
    if card.origin is None:
        return ""
    return card.origin.sentence if card.files or not card.trained else f"after {card.origin.sentence}"


def first_sentence(text: str) -> str:
    """The first sentence of a text; an abbreviation such as `E. coli` ends none."""
    return re.split(r"(?<=[a-z0-9)\]]{2}[.])\s", text, maxsplit=1)[0]


def short_licence(card: ModelCard) -> str:
    """The name of the licence, without its terms: `MIT`, `CC BY 4.0`."""
    return re.split(r"[:;,(]| for | as ", card.licence, maxsplit=1)[0].strip()


def first_rows(card: ModelCard) -> list[Mapping[str, Any]]:
    """Held-out rows of the card's first test: scores of different tests are never averaged."""
    return [row for row in card.held_out if row.get("test", "") == card.held_out[0].get("test", "")]


def relatives(row: Mapping[str, Any]) -> str:
    """In how many families the test items of a row fall, ` in 36 families`; empty where no two are related."""
    return f" in {row['families']:,} families" if row.get("families", row["n"]) < row["n"] else ""


def _counted(row: Mapping[str, Any], noun: str) -> str:
    test = f" ({row['test']})" if row.get("test") else ""
    return f"{row['n']:,} {noun}{relatives(row)}{test}"


def _measured(row: Mapping[str, Any], metric: str) -> str:
    low, high = row[f"{metric}_95"]
    return f"{METRICS[metric].title} {row[metric]:.3f} (95 % interval {low:.3f} to {high:.3f})"
