"""Light 3: does the explanation fall apart when the network's weights are mixed up?

An explanation that stays the same shows the sequence, not what the network learned (Adebayo et al. 2018, NeurIPS 31). Layers
are randomised from the top: the numbers of each weight tensor are put into a random order, so that their sizes stay.
"""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import nn

from genoviz.attribute.attribution import Attribution
from genoviz.errors import BadModel, NotFinite
from genoviz.models.base import Model
from genoviz.models.ensemble import members_of
from genoviz.trust.again import Parts, Progress, again
from genoviz.trust.light import Light, Threshold
from genoviz.trust.likeness import is_flat, likeness

THRESHOLD = Threshold(0.5, 0.8, small_is_good=True)
TITLE = "Needs the trained weights"
STAGES = 3  # a third of the layers, two thirds, all
DRAWS = 3  # random orders of all layers


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
        Figure: what is left of the map when all layers are randomised, from 0 to 1: its pattern (|likeness|), or its size
        (tallest letter against the tallest before) where more is left of that; the mean over `DRAWS`. 1 where the map is
        flat. None for models that have no weights of their own.
    """
    if not isinstance(model, nn.Module) or not layers_of(model)[0]:
        return _light(None, "This model shows no weights that could be mixed up.", ())
    if is_flat(result.per_base):
        return _light(1.0, "All bases have the same score, whatever the weights are.", ())
    plan = [(stage, 0) for stage in range(1, STAGES)] + [(STAGES, draw) for draw in range(DRAWS)]
    rows: list[dict[str, object]] = []
    left: list[float] = []
    parts = Parts(progress, len(plan))
    for stage, draw in plan:
        mixed = randomised(model, stage / STAGES, seed=result.seed + draw)
        try:
            scores = again(mixed, result).per_base
        except (NotFinite, BadModel):  # no map is left
            scores = np.zeros_like(result.per_base)
        pattern, size = abs(likeness(result.per_base, scores)), _size(scores) / _size(result.per_base)
        rows.append({"layers_randomised": stage / STAGES, "draw": draw + 1, "pattern_left": pattern, "size_left": size})
        if stage == STAGES:
            left.append(max(pattern, min(1.0, size)))
        parts.next()
    figure = float(np.mean(left))
    patterns = [float(str(row["pattern_left"])) for row in rows]
    falls = ", ".join(f"{p:.2f}" for p in [*patterns[: STAGES - 1], float(np.mean(patterns[STAGES - 1 :]))])
    sentence = (
        f"With the top third, two thirds and all of the layers randomised, the likeness to this map is {falls}; "
        f"{100 * figure:.0f} % of pattern or size is left."
    )
    return _light(figure, sentence, tuple(rows))


def layers_of(model: nn.Module) -> list[list[nn.Module]]:
    """Modules with weights of their own, from the input to the output, of each member of the model."""
    members = members_of(model) if isinstance(model, Model) else [model]
    return [
        [module for module in member.modules() if any(p is not None and p.numel() > 1 for p in module._parameters.values())]
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
    """
    mixed = copy.deepcopy(model)
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for layers in layers_of(mixed):
            for module in layers[len(layers) - round(share * len(layers)) :]:
                for weight in module._parameters.values():
                    if weight is not None:
                        weight.copy_(weight.flatten()[torch.randperm(weight.numel(), generator=draw)].view_as(weight))
    if not isinstance(mixed, Model):
        raise BadModel(f"`{type(model).__name__}` is no model.", "A class with `card` and `logits` is needed.")
    return mixed


def _size(scores: np.ndarray[tuple[int], np.dtype[np.float32]]) -> float:
    return float(np.abs(np.nan_to_num(scores)).max())


def _light(figure: float | None, sentence: str, rows: tuple[dict[str, object], ...]) -> Light:
    good = figure is None or THRESHOLD.colour(figure) == "green"
    advice = (
        ""
        if good
        else "Do not take the picture for what the model learned: a network with mixed-up weights draws one much like it. "
        "Compare with the mutation map."
    )
    return Light("randomisation", TITLE, figure, THRESHOLD, sentence, advice, rows)
