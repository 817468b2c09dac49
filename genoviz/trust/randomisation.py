"""Light 3: does the explanation fall apart when the network's weights are mixed up?

An explanation that stays the same shows the sequence, not what the network learned (Adebayo et al. 2018, NeurIPS 31). Layers
are randomised from the top: the numbers of each weight tensor are put into a random order, so that their sizes stay.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from genoviz.attribute.attribution import Attribution
from genoviz.attribute.baselines import make_references
from genoviz.errors import BadModel, NotFinite
from genoviz.models.base import Model, lock_of
from genoviz.models.ensemble import members_of
from genoviz.models.onehot import encode
from genoviz.predict.prediction import evaluate
from genoviz.trust.again import Parts, Progress, again
from genoviz.trust.light import Light, Threshold
from genoviz.trust.likeness import is_flat, likeness

THRESHOLD = Threshold(0.35, 0.5, small_is_good=True)
TITLE = "Needs the trained weights"
STAGES = 3  # a third of the layers, two thirds, all
DRAWS = 3  # random orders of all layers
SHUFFLES = 20  # of the sequence, with which its output is compared


def randomisation(model: Model, result: Attribution, *, progress: Progress | None = None) -> Light:
    """Explain copies of the model whose layers are randomised from the top.

    Parameters
    ----------
    model, result
        The model, and its explanation. The model itself is not changed.
    progress
        Called with the share done; raising `Cancelled` in it stops.

    Returns
    -------
    Light
        Figure: what is left when all layers are randomised, from 0 to 1, the mean over `DRAWS`: of the map's pattern
        (|likeness|), or of its strength where more is left of that. Strength is the tallest letter, or how far the output
        lies from that of shuffles (in their standard deviations), whichever falls more. 1 where the map is flat. None for
        models that have no weights of their own.
    """
    if is_flat(result.per_base):
        return _light(1.0, "All bases have the same score, whatever the weights are.", ())
    if not isinstance(model, nn.Module) or not any(layers_of(model)):
        return _light(None, "This model shows no weights that could be mixed up.", ())
    plan = [(stage, 0) for stage in range(1, STAGES)] + [(STAGES, draw) for draw in range(DRAWS)]
    tallest, unusual = _tallest(result.per_base), _unusual(model, result)
    rows: list[dict[str, float]] = []
    parts = Parts(progress, len(plan))
    for stage, draw in plan:
        mixed = randomised(model, stage / STAGES, seed=result.seed + draw)
        row = {"layers_randomised": stage / STAGES, "draw": draw + 1.0}
        try:
            found = again(mixed, result)
            scores = found.per_base
            row |= {
                "pattern_left": abs(likeness(result.per_base, scores)),
                "height_left": _left(_tallest(scores), tallest),
                "unusual_left": _left(_unusual(mixed, found), unusual),
            }
        except (NotFinite, BadModel):  # mixed-up weights can give infinite numbers: nothing is left
            row |= {"pattern_left": 0.0, "height_left": 0.0, "unusual_left": 0.0}
        rows.append(row)
        parts.next()
    whole = rows[STAGES - 1 :]
    pattern, height, distance = (
        float(np.mean([row[name] for row in whole])) for name in ("pattern_left", "height_left", "unusual_left")
    )
    falls = ", ".join(f"{p:.2f}" for p in [*(row["pattern_left"] for row in rows[: STAGES - 1]), pattern])
    strength = min(height, distance)
    sentence = (
        f"With the top third, two thirds and all of the layers randomised, the likeness to this map is {falls}; "
        f"{100 * strength:.0f} % of its strength is left."
    )
    return _light(max(pattern, strength), sentence, tuple(rows))


def layers_of(model: nn.Module) -> list[list[nn.Module]]:
    """Modules with weights of their own, from the input to the output, of each member of the model."""
    members = members_of(model) if isinstance(model, Model) else [model]
    return [
        [
            module
            for module in member.modules()
            if any(p is not None and p.numel() > 1 for p in module._parameters.values())
        ]
        for member in members
        if isinstance(member, nn.Module)
    ]


def randomised(model: nn.Module, share: float, *, seed: int = 0) -> Model:
    """A copy of a model, the numbers of each weight tensor of its top layers in a random order.

    Parameters
    ----------
    model
        A `Model` that is an `nn.Module`.
    share
        Of the layers, from the output on; 1 randomises all.
    seed
        Same seed, same weights.

    Raises
    ------
    BadModel
        If it is none, or can't be copied.
    """
    if not isinstance(model, Model):
        raise BadModel(f"`{type(model).__name__}` is no model.", "A class with `card` and `logits` is needed.")
    try:
        with lock_of(model):  # nobody's hooks are on it then
            mixed = copy.deepcopy(model, {id(model.card): model.card})
    except Exception as error:  # what a model of the user's holds may refuse
        raise BadModel(f"`{model.card.name}` can't be copied, so its weights can't be mixed up ({error}).") from error
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for layers in layers_of(mixed):
            for module in layers[len(layers) - round(share * len(layers)) :]:
                for weight in module._parameters.values():
                    if weight is not None:
                        weight.copy_(weight.flatten()[torch.randperm(weight.numel(), generator=draw)].view_as(weight))
    return mixed


def _tallest(scores: NDArray[np.float32]) -> float:
    return float(np.abs(np.nan_to_num(scores)).max())


def _unusual(model: Model, result: Attribution) -> float:
    """How many standard deviations the output of a sequence lies from those of its shuffles, infinitely many where only it
    differs; 0 where all are the same."""
    if (
        result.baseline == "dinucleotide"
        and result.references == SHUFFLES
        and "shuffled_sequence" not in result.options
    ):
        values = torch.tensor([result.value, *result.reference_values], dtype=torch.float64)  # asked already
    else:
        shuffles = make_references("dinucleotide", result.sequence, n=SHUFFLES, seed=result.seed)
        X = torch.cat([encode(result.sequence), shuffles])
        values = evaluate(result.target.of(model), model, X).double()
    spread = float(values[1:].std())
    distance = abs(float(values[0] - values[1:].mean()))
    return distance / spread if spread > 0 else math.inf if distance > 0 else 0.0


def _left(now: float, before: float) -> float:
    if before == 0 or (math.isinf(now) and math.isinf(before)):
        return 1.0
    return min(1.0, now / before)


def _light(figure: float | None, sentence: str, rows: tuple[Mapping[str, object], ...]) -> Light:
    good = figure is None or THRESHOLD.colour(figure) == "green"
    advice = (
        ""
        if good
        else "Do not take the picture for what the model learned: a network with mixed-up weights draws one much like it. "
        "Compare with the mutation map."
    )
    return Light("randomisation", TITLE, figure, THRESHOLD, sentence, advice, rows)
