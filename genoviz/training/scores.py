"""What a card says about a model on held-out data: scores, backgrounds, scatter."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Seq
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from genoviz.models.base import Model
from genoviz.models.metrics import METRICS, bootstrap_interval
from genoviz.models.onehot import encode_codes
from genoviz.sequences.shuffle import shuffle_rows
from genoviz.training.tables import Examples

Row = dict[str, Any]
SHUFFLES = 500  # of test sequences, for the background
SCATTER = 300  # points per track


def logits_of(model: Model, examples: Examples, output: str | None = None, *, batch: int = 250) -> NDArray[np.float64]:
    """Logits `(n, tracks)` of one output (None: the first), averaged over its bins."""
    name = model.card.output(output).name
    parts = []
    with torch.no_grad():
        for i in range(0, len(examples), batch):
            parts.append(model.logits(encode_codes(examples.bases[i : i + batch]))[name].mean(2))
    return torch.cat(parts).double().numpy()


def score_row(
    track: str,
    predicted: NDArray[np.float64],
    measured: NDArray[np.float32],
    metrics: Seq[str],
    *,
    classes: bool,
    published: Seq[Mapping[str, Any]] = (),
    families: NDArray[np.int64] | None = None,
    test: str = "",
) -> Row:
    """Scores of one track on its measured items, each with a 95 % bootstrap interval over families.

    Parameters
    ----------
    track
        Name.
    predicted, measured
        `(n,)`; items whose measured value is NaN are left out.
    metrics
        Names in `METRICS`.
    classes
        Whether the values are labels 0 and 1.
    published
        Scores of others or of baselines, see `beside`.
    families
        Label `(n,)` of each item, see `families`; None: no two are related. The row says how many there are.
    test
        Name of the test set, where a card has several.
    """
    there = np.isfinite(measured)
    x, y = predicted[there], measured[there].astype(bool) if classes else measured[there].astype(np.float64)
    row: Row = {"track": track, **({"test": test} if test else {}), "n": len(y)}
    own = None if families is None else families[there]
    if own is not None:
        row["families"] = len(np.unique(own))
    if classes:
        row["positives"] = int(y.sum())
    for name in metrics:
        score = METRICS[name].score
        row[name] = round(score(x, y), 4)
        row[f"{name}_95"] = [round(v, 4) for v in bootstrap_interval(score, x, y, families=own)]
    if published:
        row["published"] = [dict(p) for p in published]
    return row


def beside(metric: str, value: float, source: str, *, same_test: bool) -> Row:
    """A score of others or of a baseline, for `published`.

    `same_test` says whether it was measured on the very sequences of the row that it stands beside. Where it was not, or
    where nobody knows, it is no comparison: pages show it apart.
    """
    return {"metric": metric, "value": value, "source": source, "same_test": same_test}


def background(
    model: Model, tracks: Seq[str], test: Examples, predicted: NDArray[np.float64], *, sets: Mapping[str, int | None]
) -> dict[str, dict[str, list[float]]]:
    """Quantiles (0, 1, ... 100 %) of each track's logit over named sets of test sequences and over shuffles of them.

    `sets` names the label of each set, for example `{"promoters": 1, "other": 0}`; None stands for all items.
    """
    rng = np.random.default_rng(0)
    rows: dict[str, dict[str, list[float]]] = {}
    for i, track in enumerate(tracks):
        measured = test.values[:, i]
        there = np.flatnonzero(np.isfinite(measured))
        rows[track] = {}
        for name, label in sets.items():
            chosen = there if label is None else there[measured[there] == label]
            rows[track][name] = quantiles(predicted[chosen, i])
        drawn = test.take(rng.permutation(there)[:SHUFFLES])
        shuffled = Examples(shuffle_rows(drawn.bases, rng), drawn.values)
        rows[track]["shuffled"] = quantiles(logits_of(model, shuffled)[:, i])
    return rows


def quantiles(values: NDArray[np.float64]) -> list[float]:
    """The 101 quantiles 0, 1, ... 100 %."""
    return [round(float(v), 4) for v in np.quantile(values, np.linspace(0, 1, 101))]


def scatter(
    tracks: Seq[str], predicted: NDArray[np.float64], measured: NDArray[np.float32]
) -> dict[str, list[list[float]]]:
    """Up to `SCATTER` random test items of each track as `[predicted, measured]`."""
    rng = np.random.default_rng(0)
    points: dict[str, list[list[float]]] = {}
    for i, track in enumerate(tracks):
        there = np.flatnonzero(np.isfinite(measured[:, i]))
        chosen = np.sort(rng.permutation(there)[:SCATTER])
        points[track] = [[round(float(predicted[j, i]), 4), round(float(measured[j, i]), 4)] for j in chosen]
    return points
