"""Light 4: do the bases with high scores move the output as the scores say?

Deletion and insertion curves (Petsiuk et al. 2018, arXiv:1806.07421): bases are replaced by those of a shuffled sequence, or
put into it, the highest score first. Where scores are right, the output leaves its old number sooner than in a random order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.attribute.attribution import Attribution
from genoviz.attribute.baselines import make_references
from genoviz.grammar.mean_interval import Spread
from genoviz.models.base import Model
from genoviz.models.onehot import encode
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.prediction import evaluate
from genoviz.trust.again import Progress
from genoviz.trust.light import Light, Threshold
from genoviz.trust.likeness import is_flat, rank_likeness

THRESHOLD = Threshold(0.10, 0.02)
TITLE = "High scores matter"
REFERENCES = 6  # shuffled sequences; of each one random order, and one of the scores moved to other places
STEPS = 12
ORDERS = ("scores", "random order", "scores moved")
MAP_SHARE = 0.3  # of the work that the mutation map is, for the progress


@dataclass(frozen=True, eq=False)
class Curves:
    """Deletion and insertion curves.

    Attributes
    ----------
    bases
        `(steps,)`: how many bases were replaced or put in, from 0 to all.
    deletion, insertion
        `(references, orders, steps)`: the target's number, in the orders of `ORDERS`.
    """

    bases: NDArray[np.int64]
    deletion: NDArray[np.float64]
    insertion: NDArray[np.float64]

    @property
    def areas(self) -> NDArray[np.float64]:
        """`(references, orders)`: mean height of the insertion curve minus that of the deletion curve, as a share of the
        range of all curves of the reference; 0 where they are flat."""
        both = np.concatenate([self.deletion, self.insertion], axis=1)
        span = np.ptp(both.reshape(len(both), -1), axis=1)
        found = (self.insertion - self.deletion).mean(2) / np.where(span > 0, span, 1)[:, None]
        return np.asarray(found, dtype=np.float64)

    @property
    def gain(self) -> Spread:
        """Per reference, half the area by the scores minus the better of the two controls, from about -1 to 1."""
        areas = self.areas / 2
        return Spread(areas[:, 0] - areas[:, 1:].max(1))

    def rows(self) -> tuple[dict[str, object], ...]:
        """Mean over references, a row for each number of bases and order."""
        return tuple(
            {
                "order": order,
                "bases": int(n),
                "deletion": float(self.deletion[:, k, i].mean()),
                "insertion": float(self.insertion[:, k, i].mean()),
            }
            for k, order in enumerate(ORDERS)
            for i, n in enumerate(self.bases)
        )


def faithfulness(model: Model, result: Attribution, *, progress: Progress | None = None) -> Light:
    """Hold the curves of an explanation against two controls, and its ranks against the mutation map.

    Parameters
    ----------
    model, result
        The model, and its explanation.
    progress
        Called with the share done; raising `Cancelled` in it stops.

    Returns
    -------
    Light
        Figure: mean over references of `Curves.gain`. 0 where the scores or the output are flat.
    """
    if is_flat(result.per_base):
        return _light(0.0, "All bases have the same score: no order can be made of them.", ())
    curves = curves_of(model, result, progress=progress and (lambda share: progress((1 - MAP_SHARE) * share)))
    found = saturate(
        model,
        result.sequence,
        result.target,
        progress=progress and (lambda share: progress(1 - MAP_SHARE + MAP_SHARE * share)),
    )
    ranks = rank_likeness(result.per_base, found.importance)
    gain = curves.gain
    figure, (low, high) = float(gain.mean), (float(end) for end in gain.interval)
    sentence = (
        f"Replacing or adding bases in the order of their scores beats random order and moved scores by {figure:.2f} of the "
        f"output's range (95 % interval {low:.2f} to {high:.2f}); rank correlation with the mutation map {ranks:.2f}."
    )
    return _light(
        figure, sentence, (*curves.rows(), {"order": "rank correlation with the mutation map", "value": ranks})
    )


def curves_of(model: Model, result: Attribution, *, progress: Progress | None = None) -> Curves:
    """Deletion and insertion curves of an explanation and of its controls.

    Parameters
    ----------
    model, result, progress
        As in `faithfulness`.
    """
    x = encode(result.sequence)[0]
    references = make_references("dinucleotide", result.sequence, n=REFERENCES, seed=result.seed)
    scores = np.nan_to_num(result.per_base)
    known = np.flatnonzero(np.isfinite(result.per_base))
    bases = np.unique(np.linspace(0, len(known), STEPS).round().astype(np.int64))
    rng = np.random.default_rng(result.seed)
    rows: list[Tensor] = [x, *references]  # both ends of every curve
    for reference in references:
        moved = np.roll(scores[known], int(rng.integers(1, max(2, len(known)))))
        orders = (
            known[np.argsort(-scores[known], kind="stable")],
            rng.permutation(known),
            known[np.argsort(-moved, kind="stable")],
        )
        for order in orders:
            for n in bases[1:-1]:
                chosen = torch.zeros(x.shape[1], dtype=torch.bool)
                chosen[torch.from_numpy(order[:n])] = True
                rows += [torch.where(chosen, reference, x), torch.where(chosen, x, reference)]
    values = evaluate(result.target.of(model), model, torch.stack(rows), progress=progress)
    numbers = values.numpy().astype(np.float64)
    ends, between = numbers[: 1 + len(references)], numbers[1 + len(references) :]
    shaped = between.reshape(len(references), len(ORDERS), len(bases) - 2, 2)
    given, replaced = (np.broadcast_to(v, shaped.shape[:2])[..., None] for v in (ends[0], ends[1:, None]))
    return Curves(
        bases,
        np.concatenate([given, shaped[..., 0], replaced], axis=2),
        np.concatenate([replaced, shaped[..., 1], given], axis=2),
    )


def _light(figure: float, sentence: str, rows: tuple[dict[str, object], ...]) -> Light:
    advice = (
        ""
        if THRESHOLD.colour(figure) == "green"
        else "Do not rank bases by these scores. Look at the mutation map, or try another method."
    )
    return Light("faithfulness", TITLE, figure, THRESHOLD, sentence, advice, rows)
