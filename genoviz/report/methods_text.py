"""Results in words: sentences that pages, reports and screen readers share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from genoviz.models.card import ModelCard, Output
from genoviz.models.metrics import METRICS, main_metric
from genoviz.sequences.sequence import BASES, Fitted

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.mutagenesis.saturation import Mutagenesis


def rounded(value: float, unit: str) -> str:
    """Three digits for the page; a probability is never rounded to 0 or 1."""
    if unit == "probability" and value > 0.9995:
        return "above 0.999"
    if unit == "probability" and 0 < value < 0.0005:
        return "below 0.001"
    return f"{value:.3f}" if unit == "probability" else f"{value:.3g}"


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
    return f"Higher than {' and '.join(parts)} test sequences." if parts else ""


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
        known = ", ".join(f"{k} {v}" for k, v in row.items() if k not in ("track", "n"))
        return f"On held-out sequences this output has {known}."
    low, high = row[f"{metric}_95"]
    return (
        f"On {row['n']:,} held-out sequences{about} this output has {METRICS[metric].title} {row[metric]:.3f} "
        f"(95 % interval {low:.3f} to {high:.3f})."
    )


def completeness_sentence(result: Attribution) -> str:
    """Whether the scores add up to what they explain; empty where the question has no meaning."""
    if result.gap is None or result.relative_gap is None:
        return ""
    verdict = {
        "green": "the scores add up to what they explain",
        "amber": "the scores nearly add up",
        "red": "the scores do not add up to what they explain",
    }[result.light or "red"]
    share = 100 * result.relative_gap
    shown = "below 0.01" if share < 0.01 else f"{share:.2g}"
    return f"Completeness gap {shown} % ({result.gap:.2g} {result.unit}): {verdict}."


def strongest_block(result: Attribution, width: int = 8) -> tuple[int, int]:
    """Positions (0-based, half-open) of the `width` neighbours with the largest sum of |score|."""
    scores = np.abs(np.nan_to_num(result.per_base))
    width = min(width, len(scores))
    start = int(np.convolve(scores, np.ones(width), "valid").argmax())
    return start, start + width


def attribution_sentence(result: Attribution) -> str:
    """What an attribution picture shows, in words."""
    start, end = strongest_block(result)
    part = np.nan_to_num(result.per_base)
    if not np.abs(part).sum() > 0:
        return "No base has a score."
    share = np.abs(part[start:end]).sum() / np.abs(part).sum()
    sign = "raises" if part[start:end].sum() >= 0 else "lowers"
    return (
        f"The strongest block, bases {start + 1}-{end} ({result.sequence.bases[start:end]}), holds "
        f"{100 * share:.0f} % of all attribution and {sign} the output."
    )


def strongest_mutations(result: Mutagenesis, n: int = 10) -> list[tuple[str, float]]:
    """The `n` substitutions with the largest |effect|, as (`A57G`, alternate minus reference)."""
    size = np.abs(np.nan_to_num(result.delta))
    order = np.argsort(-size, axis=None, kind="stable")[:n]
    found = []
    for flat in order:
        row, position = np.unravel_index(flat, size.shape)
        if size[row, position] > 0:
            name = f"{result.sequence.bases[position]}{position + 1}{BASES[row]}"
            found.append((name, float(result.delta[row, position])))
    return found


def mutation_sentence(result: Mutagenesis) -> str:
    """What a mutation map shows, in words."""
    computed = int(np.isfinite(result.delta).any(0).sum())
    if not computed:
        return "No substitution was computed."
    top = strongest_mutations(result, 1)
    if not top:
        return f"No substitution at the {computed} computed positions changes the output."
    name, effect = top[0]
    word = "raises" if effect > 0 else "lowers"
    return (
        f"The strongest of the substitutions at {computed} positions, {name}, {word} the output by "
        f"{abs(effect):.3g} {result.unit} (from {result.value:.3g} to {result.value + effect:.3g})."
    )


def methods_paragraph(
    card: ModelCard,
    result: Attribution | None,
    mutations: Mutagenesis | None,
    version: str,
    fitted: Fitted | None = None,
) -> str:
    """A methods paragraph with settings and citations."""
    from genoviz.attribute.methods import METHODS

    parts = [
        f"Predictions were made with genoviz {version}, model {card.name} "
        f"({card.title}; weights sha256 {card.sha256[:16] or 'set by hand'})."
    ]
    if result is not None:
        row = METHODS[result.method]
        text = f"Bases were scored with {row.title} ({row.citation}) for the target {result.target} ({result.unit})"
        if result.baseline:
            text += (
                f", compared with {result.references} reference(s) of the kind '{result.baseline}' (seed {result.seed})"
            )
        if result.relative_gap is not None:
            text += f"; completeness gap {100 * result.relative_gap:.2g} %"
        parts.append(text + ".")
    if fitted is not None and fitted.numbering:
        parts.append(f"{fitted.sentence} {fitted.numbering}")
    if mutations is not None:
        parts.append(
            f"In-silico saturation mutagenesis covered positions {mutations.window[0] + 1}-{mutations.window[1]}; "
            "effects are alternate minus reference."
        )
    parts += [card.citation, f"Training data: {card.data}", f"Licence of the weights: {card.licence}."]
    return " ".join(parts)
