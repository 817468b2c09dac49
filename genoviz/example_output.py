"""The example on the card of a published model, computed once with its weights."""

from __future__ import annotations

from typing import Any

from genoviz.models.base import Model
from genoviz.mutagenesis import saturate
from genoviz.predict import predict, target_value
from genoviz.sequence import Sequence
from genoviz.target import Target


def example_output(
    model: Model, sequence: Sequence, target: Target, title: str, window: tuple[int, int]
) -> dict[str, Any]:
    """Prediction and importance of each base of `window` (0-based, half-open), rounded, for `ModelCard.example`."""
    output = model.card.output(target.output)
    (track,) = target.tracks
    row = output.index(track)
    start, end = target.bins or (0, 1)
    value = predict(model, sequence)[0][target.output].values[row, start:end].mean()
    found = saturate(model, sequence, target, window=window)
    return {
        "title": title,
        "bases": sequence.bases[window[0] : window[1]],
        "track": track,
        "unit": output.unit,
        "value": round(float(value), 4),
        "effect_unit": found.unit,
        "importance": [round(float(v), 4) for v in found.importance[window[0] : window[1]]],
        "logit": round(target_value(model, sequence, target), 4),
    }
