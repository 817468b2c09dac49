"""What the tallest letters reach where nothing is written: scores of dinucleotide-shuffled sequences.

A method gives every base some score, and the largest of them looks like signal whatever the sequence is. So each bundled
card holds, for every track, how tall the tallest letter and the strongest mutation of shuffled sequences are. What stays
below that band could as well be chance.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genoviz.attribute.attribution import attribute
from genoviz.attribute.methods import METHODS, default_method
from genoviz.errors import BadInput
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.shuffle import dinucleotide_shuffle
from genoviz.trust.out_of_distribution import KMER

SHUFFLES = 100
QUANTILE = 0.95
DIGITS = 4  # kept on a card


@dataclass(frozen=True)
class NullBand:
    """Heights that 95 of 100 shuffled sequences stay below everywhere.

    Attributes
    ----------
    letters
        Largest |score| of a base by `method`; None where the method is another or failed.
    cells
        Largest |effect| of the substitutions that lower the output, and of those that raise it: one change can complete a
        site of chance, but a site that is not there can't be lost. None without a map.
    means
        Largest |importance| of a base: the mean effect of its three substitutions.
    method, baseline
        Attribution method and baseline of `letters`; None where no letters were scored.
    shuffles
        Shuffled sequences that were scored, at least.
    unit
        Unit of the heights.
    """

    letters: float | None
    cells: tuple[float, float] | None
    means: float | None
    method: str | None
    baseline: str | None
    shuffles: int
    unit: str

    @property
    def sentence(self) -> str:
        """What the band is, in words."""
        of_letters = of_cells = ""
        if self.letters and self.method:
            of_letters = f"letters of {METHODS[self.method].title} below {self.letters:.3g}"
        if self.cells:
            of_cells = "mutations between " + " and ".join(f"{v:+.3g}" for v in (-self.cells[0], self.cells[1]))
        both = " and ".join(filter(None, (of_letters, of_cells)))
        if not both:
            return "There is no null band."
        return (
            f"Null band: {both} {self.unit} are faded. In {100 * QUANTILE:.0f} % of shuffled sequences nothing lies beyond, "
            "so what is faded could be chance."
        )


def null_sequences(card: ModelCard, n: int = SHUFFLES, *, seed: int = 0) -> list[Sequence]:
    """Sequences like those that a model learned from, but with nothing written in them.

    Drawn base by base with the training sequences' mean use of three-letter words, as the card tells it (all words alike
    where it does not), then shuffled, which keeps the dinucleotides only.

    Parameters
    ----------
    card
        Its `inputs` say what the training sequences are like.
    n
        How many.
    seed
        Same seed, same sequences.
    """
    rng = np.random.default_rng(seed)
    words = np.asarray(card.inputs.get("mean") or np.full(4**KMER, 1.0), dtype=np.float64) + 1e-9
    chances = words.reshape(-1, 4) / words.reshape(-1, 4).sum(1, keepdims=True)  # of a base after the two before it
    pairs = words.reshape(-1, 4).sum(1)
    context = rng.choice(len(pairs), n, p=pairs / pairs.sum())
    columns = [context // 4, context % 4]
    for _ in range(card.length - 2):
        drawn = (rng.random((n, 1)) > chances[context].cumsum(1)).sum(1).clip(0, 3)
        columns.append(drawn)
        context = context % 4 * 4 + drawn
    letters = np.array(list(BASES))[np.stack(columns, 1)[:, : card.length]]
    return [Sequence(dinucleotide_shuffle("".join(row), 1, seed=seed + i)[0]) for i, row in enumerate(letters)]


def null_band(
    model: Model,
    target: Target,
    sequences: Seq[Sequence],
    *,
    method: str | None = None,
    baseline: str | None = None,
    letters: bool = True,
    cells: bool = True,
    progress: Callable[[float], None] | None = None,
) -> NullBand:
    """Score shuffled sequences and keep what the tallest reach.

    Parameters
    ----------
    model, target
        What is explained.
    sequences
        Shuffled sequences: of a card (`null_sequences`), or of one sequence (`dinucleotide_shuffle`).
    method, baseline
        Attribution method, the page's usual one for None, and its baseline.
    letters, cells
        What is wanted: scores of bases, effects of substitutions.
    progress
        Called with the share done; raising `Cancelled` in it stops.

    Raises
    ------
    BadInput
        If there are no sequences.
    GenovizError
        What `attribute` and `saturate` raise.
    """
    if not sequences:
        raise BadInput("No shuffled sequences were given.", "At least one is needed.", "Make some by `null_sequences`.")
    method = method or default_method(model.card)
    tallest: dict[str, list[float]] = {"letters": [], "lower": [], "higher": [], "means": []}
    for i, sequence in enumerate(sequences):
        if letters:
            found = attribute(model, sequence, target, method, baseline=baseline, seed=i)
            tallest["letters"].append(_largest(found.per_base))
        if cells:
            mutations = saturate(model, sequence, target)
            tallest["lower"].append(_largest(np.minimum(mutations.delta, 0)))
            tallest["higher"].append(_largest(np.maximum(mutations.delta, 0)))
            tallest["means"].append(_largest(mutations.importance))
        if progress is not None:
            progress((i + 1) / len(sequences))
    reach = {name: float(np.quantile(v, QUANTILE)) if v else None for name, v in tallest.items()}
    lower, higher = reach["lower"], reach["higher"]
    both = None if lower is None or higher is None else (lower, higher)
    unit = target.unit(model.card)
    return NullBand(reach["letters"], both, reach["means"], method, baseline, len(sequences), unit)


def band_rows(
    model: Model, *, n: int = SHUFFLES, seed: int = 0, progress: Callable[[float], None] | None = None
) -> dict[str, Any]:
    """The field `null_band` of a card: every track of every output, on the scale before the activation.

    Parameters
    ----------
    model
        A model whose card tells what its training sequences are like.
    n, seed
        As in `null_sequences`.
    progress
        Called with the share done.

    Raises
    ------
    BadInput
        If `n` is below 1.
    """
    card = model.card
    if n < 1:
        raise BadInput(f"{n} shuffled sequences were asked for.", "At least 1 is needed; 100 are usual.")
    sequences = null_sequences(card, n, seed=seed)
    targets = [(o.name, track) for o in card.outputs for track in o.tracks]
    rows: dict[str, list[float | None]] = {}
    for k, (output, track) in enumerate(targets):

        def part(share: float, done: int = k) -> None:
            if progress is not None:
                progress((done + share) / len(targets))

        band = null_band(model, Target(output, (track,)), sequences, progress=part)
        rows[f"{output}:{track}"] = [_short(value) for value in (band.letters, *(band.cells or ()), band.means)]
    return {"method": default_method(card), "shuffles": n, "seed": seed, **rows}


def band_table(card: ModelCard) -> list[dict[str, object]]:
    """The bands of a card as rows for a file, one per track."""
    columns = ("tallest_letter", "strongest_lowering", "strongest_raising", "tallest_mean")
    rows: list[dict[str, object]] = []
    for output in card.outputs:
        unit = output.logit_unit or output.unit
        for track in output.tracks:
            reached = card.null_band.get(f"{output.name}:{track}", ())
            rows.append(
                {"output": output.name, "track": track, "unit": unit} | dict(zip(columns, reached, strict=False))
            )
    return rows


def stored_band(card: ModelCard, target: Target, method: str | None, baseline: str | None) -> NullBand | None:
    """The band on the card for a target of one track; None where the card has none on this scale.

    Its `letters` are None for another method or baseline than the one that the card was made with.
    """
    row = card.null_band.get(f"{target.output}:{target.tracks[0]}") if len(target.tracks) == 1 else None
    plain = target.scale == "logit" or card.output(target.output).activation == "identity"
    if row is None or not plain or target.bins or target.reduction:
        return None
    letters, lower, higher, means = row
    same = method is not None and method == card.null_band["method"] and baseline in (None, METHODS[method].baseline)
    unit = target.unit(card)
    return NullBand(
        letters if same else None, (lower, higher), means, method, baseline, card.null_band["shuffles"], unit
    )


def _largest(values: NDArray[np.float32]) -> float:
    return float(np.abs(np.nan_to_num(values)).max())


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{DIGITS}g}")
