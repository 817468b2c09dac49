"""Results as text: one place for the files of the pages and the output of the command line.

Pages round, files do not: numbers carry enough digits to restore the float32 exactly. Every file begins with its
provenance: version, model, checksum of the weights, target, method and options.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Seq
from typing import TYPE_CHECKING, Any

from genoviz.files.tsv import Row, finite, matrix
from genoviz.models.calibration import calibration, log_odds
from genoviz.models.card import ModelCard
from genoviz.models.provenance import identity
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Fitted, Sequence
from genoviz.sequences.tracks import Tracks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genoviz.predict.expectation import Expectation


def prediction_record(
    card: ModelCard,
    sequences: Seq[Sequence],
    predictions: Seq[Mapping[str, Tracks]],
    fitted: Seq[Fitted] | None = None,
) -> dict[str, Any]:
    """Predictions as in `genoviz predict --json`; profile outputs have a list of bins as `value`.

    With `fitted`, a record whose length was changed also says which bases (`first` to `last`, from 1) were read.
    """
    records: list[dict[str, Any]] = []
    for sequence, prediction in zip(sequences, predictions, strict=True):
        outputs: list[dict[str, Any]] = [
            {"output": name, "track": track, "value": _value(tracks, i), "unit": tracks.unit}
            | _calibrated(card, name, track, tracks, i)
            for name, tracks in prediction.items()
            for i, track in enumerate(tracks.names)
        ]
        record: dict[str, Any] = {"name": sequence.name, "length": len(sequence), "outputs": outputs}
        records.append(record | (read_record(fitted[len(records)]) if fitted is not None else {}))
    return {**identity(card), "records": records}


def sample_record(card: ModelCard, sequences: Seq[Sequence], seed: int) -> dict[str, Any]:
    """Drawn sequences as in `genoviz sample --json`."""
    records = [{"name": s.name, "length": len(s), "bases": s.bases} for s in sequences]
    return {**identity(card), "seed": seed, "records": records}


def expectation_record(card: ModelCard, result: Expectation) -> dict[str, Any]:
    """Expected bases as in `genoviz expect --json`."""
    return {
        **identity(card),
        "name": result.sequence.name,
        "length": len(result.sequence),
        "bases": result.sequence.bases,
        "probabilities": matrix(result.probabilities),
        "entropy": [finite(v) for v in result.entropy.tolist()],
        "surprise": [finite(v) for v in result.surprise.tolist()],
    }


def expectation_table(result: Expectation) -> list[Row]:
    """Expected bases as rows: position (from 1), base, probability of each base, entropy and surprise in bits."""
    rows: list[Row] = []
    for i, base in enumerate(result.sequence.bases):
        row: dict[str, object] = {"position": i + 1, "base": base}
        row |= {f"p_{b}": float(result.probabilities[r, i]) for r, b in enumerate(BASES)}
        rows.append(row | {"entropy": float(result.entropy[i]), "surprise": float(result.surprise[i])})
    return rows


def embedding_record(
    card: ModelCard, sequences: Seq[Sequence], vectors: NDArray[np.float32], fitted: Seq[Fitted] | None = None
) -> dict[str, Any]:
    """Vectors `(sequences, dimensions)` as in `genoviz embed --json`; `fitted` as in `prediction_record`."""
    record = prediction_record(card, sequences, [{}] * len(sequences), fitted)
    for one, vector in zip(record["records"], vectors, strict=True):
        del one["outputs"]
        one["embedding"] = [finite(v) for v in vector.tolist()]
    return record


def embedding_table(sequences: Seq[Sequence], vectors: NDArray[np.float32]) -> list[Row]:
    """Vectors as rows: name, then one column per dimension."""
    return [
        {"name": sequence.name} | {f"dimension_{i}": float(v) for i, v in enumerate(vector, start=1)}
        for sequence, vector in zip(sequences, vectors, strict=True)
    ]


def prediction_table(
    sequences: Seq[Sequence], predictions: Seq[Mapping[str, Tracks]], card: ModelCard | None = None
) -> list[Row]:
    """Predictions as rows: name, output, track, bin (from 1, for profiles), value, unit.

    With the model's card also the calibrated probability, for classifiers whose test on the card tells
    (`genoviz.models.calibration`).
    """
    rows: list[Row] = []
    for sequence, prediction in zip(sequences, predictions, strict=True):
        for name, tracks in prediction.items():
            for i, track in enumerate(tracks.names):
                for b, value in enumerate(tracks.values[i]):
                    place = {"bin": b + 1} if tracks.values.shape[1] > 1 else {}
                    head = {"name": sequence.name, "output": name, "track": track}
                    row = {**head, **place, "value": float(value), "unit": tracks.unit}
                    rows.append(row | (_calibrated(card, name, track, tracks, i) if card is not None else {}))
    return rows


def _calibrated(card: ModelCard, output: str, track: str, tracks: Tracks, i: int) -> dict[str, float]:
    """How often sequences with this number are positive on the model's test; empty where the card does not tell."""
    first = card.outputs[0]
    known = calibration(card, track) if output == first.name and tracks.values.shape[1] == 1 else None
    if known is None:
        return {}
    value = float(tracks.values[i, 0])
    if tracks.unit == first.unit:
        value = log_odds(value)
    return {"calibrated": known.probability(value)}


def reading(fitted: Fitted | None) -> dict[str, object]:
    """Which bases of the given sequence were read and how positions correspond; empty where it was read whole."""
    if fitted is None or (fitted.numbering == "" and not fitted.right_pad and len(fitted.sequence) == fitted.end):
        return {}
    return {"read": " ".join([fitted.sentence, fitted.numbering]).strip()}


def read_record(fitted: Fitted) -> dict[str, Any]:
    """`reading` as JSON: which bases (from 1, both included) were read, under `read`; empty where it was read whole."""
    if not reading(fitted):
        return {}
    f = fitted
    return {"read": {"first": f.start + 1, "last": f.end, "left_pad": f.left_pad, "right_pad": f.right_pad}}


def _value(tracks: Tracks, i: int) -> float | list[float | None] | None:
    row = [finite(float(v)) for v in tracks.values[i]]
    return row[0] if len(row) == 1 else row
