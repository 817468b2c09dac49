"""Results as text: one place for the files of the pages and the output of the command line.

Pages round, files do not: numbers carry enough digits to restore the float32 exactly. Every file begins with its
provenance: version, model, checksum of the weights, target, method and options.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Seq
from typing import TYPE_CHECKING, Any

from genoviz.models.card import ModelCard
from genoviz.models.weights import is_ready
from genoviz.sequences.sequence import BASES, Fitted, Sequence
from genoviz.sequences.tracks import Tracks
from genoviz.version import __version__

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genoviz.attribute.attribution import Attribution
    from genoviz.mutagenesis.saturation import Mutagenesis
    from genoviz.predict.expectation import Expectation

Row = Mapping[str, object]


def model_record(card: ModelCard) -> dict[str, Any]:
    """A model in `genoviz models --json`."""
    return {
        "name": card.name,
        "title": card.title,
        "family": card.family,
        "task": card.task,
        "length": card.length,
        "bundled": card.bundled,
        "ready": is_ready(card),
        "bytes": card.bytes,
        "parameters": card.parameters,
        "licence": card.licence,
        "sha256": card.sha256,
        "outputs": [{"output": o.name, "tracks": list(o.tracks), "unit": o.unit} for o in card.outputs],
        "held_out": [dict(row) for row in card.held_out],
    }


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
        outputs = [
            {"output": name, "track": track, "value": _value(tracks, i), "unit": tracks.unit}
            for name, tracks in prediction.items()
            for i, track in enumerate(tracks.names)
        ]
        record: dict[str, Any] = {"name": sequence.name, "length": len(sequence), "outputs": outputs}
        if fitted is not None and reading(f := fitted[len(records)]):
            record["read"] = {"first": f.start + 1, "last": f.end, "left_pad": f.left_pad, "right_pad": f.right_pad}
        records.append(record)
    return {**_identity(card), "records": records}


def attribution_record(
    card: ModelCard, prediction: Mapping[str, Tracks], result: Attribution, fitted: Fitted | None = None
) -> dict[str, Any]:
    """One explained sequence as in `genoviz attribute --json`; `scores` is 4 x L in base order A C G T."""
    return {
        **prediction_record(card, [result.sequence], [prediction], [fitted] if fitted else None),
        "method": result.method,
        "target": str(result.target.resolved(card)),
        "unit": result.unit,
        "baseline": result.baseline,
        "references": result.references,
        "seed": result.seed,
        "steps": result.steps,
        "options": dict(result.options),
        "value": _finite(result.value),
        "completeness_gap": _finite(result.gap),
        "completeness_gap_relative": _finite(result.relative_gap),
        "scores": _matrix(result.scores),
    }


def mutagenesis_record(
    card: ModelCard, prediction: Mapping[str, Tracks], result: Mutagenesis, fitted: Fitted | None = None
) -> dict[str, Any]:
    """One mutation map as in `genoviz mutate --json`: alternate minus reference, null where not computed."""
    record = {
        **prediction_record(card, [result.sequence], [prediction], [fitted] if fitted else None),
        "target": str(result.target.resolved(card)),
        "unit": result.unit,
        "value": _finite(result.value),
        "window": [result.window[0] + 1, result.window[1]],
        "complete": result.complete,
        "delta": _matrix(result.delta),
    }
    if result.deletions is not None and result.insertions is not None:
        record["deletions"] = [_finite(v) for v in result.deletions.tolist()]
        record["insertions"] = _matrix(result.insertions)
    return record


def sample_record(card: ModelCard, sequences: Seq[Sequence], seed: int) -> dict[str, Any]:
    """Drawn sequences as in `genoviz sample --json`."""
    records = [{"name": s.name, "length": len(s), "bases": s.bases} for s in sequences]
    return {**_identity(card), "seed": seed, "records": records}


def expectation_record(card: ModelCard, result: Expectation) -> dict[str, Any]:
    """Expected bases as in `genoviz expect --json`."""
    return {
        **_identity(card),
        "name": result.sequence.name,
        "length": len(result.sequence),
        "bases": result.sequence.bases,
        "probabilities": _matrix(result.probabilities),
        "entropy": [_finite(v) for v in result.entropy.tolist()],
        "surprise": [_finite(v) for v in result.surprise.tolist()],
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
        one["embedding"] = [_finite(v) for v in vector.tolist()]
    return record


def embedding_table(sequences: Seq[Sequence], vectors: NDArray[np.float32]) -> list[Row]:
    """Vectors as rows: name, then one column per dimension."""
    return [
        {"name": sequence.name} | {f"dimension_{i}": float(v) for i, v in enumerate(vector, start=1)}
        for sequence, vector in zip(sequences, vectors, strict=True)
    ]


def prediction_table(sequences: Seq[Sequence], predictions: Seq[Mapping[str, Tracks]]) -> list[Row]:
    """Predictions as rows: name, output, track, bin (from 1, for profiles), value, unit."""
    rows: list[Row] = []
    for sequence, prediction in zip(sequences, predictions, strict=True):
        for name, tracks in prediction.items():
            for i, track in enumerate(tracks.names):
                for b, value in enumerate(tracks.values[i]):
                    place = {"bin": b + 1} if tracks.values.shape[1] > 1 else {}
                    head = {"name": sequence.name, "output": name, "track": track}
                    rows.append({**head, **place, "value": float(value), "unit": tracks.unit})
    return rows


def attribution_table(result: Attribution) -> list[Row]:
    """Attribution as rows: position (from 1), base, score of the base, then the four rows of scores."""
    rows: list[Row] = []
    per_base = result.per_base
    for i, base in enumerate(result.sequence.bases):
        row: dict[str, object] = {"position": i + 1, "base": base, "score": float(per_base[i])}
        row |= {f"score_{b}": float(result.scores[r, i]) for r, b in enumerate(BASES)}
        if result.hypothetical is not None:
            row |= {f"hypothetical_{b}": float(result.hypothetical[r, i]) for r, b in enumerate(BASES)}
        rows.append(row)
    return rows


def mutagenesis_table(result: Mutagenesis) -> list[Row]:
    """Mutation map as rows: position (from 1), reference base, importance, alternate minus reference per base."""
    rows: list[Row] = []
    importance = result.importance
    for i, base in enumerate(result.sequence.bases):
        row: dict[str, object] = {"position": i + 1, "reference": base, "importance": float(importance[i])}
        row |= {f"delta_{b}": float(result.delta[r, i]) for r, b in enumerate(BASES)}
        if result.deletions is not None and result.insertions is not None:
            row["delta_deletion"] = float(result.deletions[i])
            row |= {f"delta_insert_{b}": float(result.insertions[r, i]) for r, b in enumerate(BASES)}
        rows.append(row)
    return rows


def provenance(card: ModelCard, **details: object) -> dict[str, object]:
    """What a file begins with: software, model, weights and the given details (None is left out)."""
    base = {"genoviz": __version__, "model": card.name, "weights_sha256": card.sha256 or "set by hand"}
    return base | {k: v for k, v in details.items() if v is not None}


def reading(fitted: Fitted | None) -> dict[str, object]:
    """Which bases of the given sequence were read and how positions correspond; empty where it was read whole."""
    if fitted is None or (fitted.numbering == "" and not fitted.right_pad and len(fitted.sequence) == fitted.end):
        return {}
    return {"read": " ".join([fitted.sentence, fitted.numbering]).strip()}


def attribution_provenance(card: ModelCard, result: Attribution) -> dict[str, object]:
    """Provenance of an attribution."""
    return provenance(
        card,
        sequence=result.sequence.name or None,
        locus=result.sequence.locus,
        target=result.target.resolved(card),
        unit=result.unit,
        method=result.method,
        baseline=result.baseline,
        references=result.references or None,
        seed=result.seed,
        steps=result.steps,
        **result.options,
        value=_text(result.value),
        completeness_gap=_text(result.gap) if result.gap is not None else None,
    )


def mutagenesis_provenance(card: ModelCard, result: Mutagenesis) -> dict[str, object]:
    """Provenance of a mutation map, with its convention."""
    return provenance(
        card,
        sequence=result.sequence.name or None,
        locus=result.sequence.locus,
        target=result.target.resolved(card),
        unit=result.unit,
        value=_text(result.value),
        window=f"{result.window[0] + 1}-{result.window[1]}",
        complete=result.complete,
        engine=result.engine,
        delta="alternate minus reference; nan where not computed",
        importance="minus the mean over the three alternatives",
    )


def tsv(rows: Iterable[Row], header: Mapping[str, object] | None = None) -> str:
    """Tab-separated text with `# key: value` lines first; tabs and line ends in names become spaces."""
    table = list(rows)
    columns = list(dict.fromkeys(key for row in table for key in row))
    lines = [f"# {k}: {_text(v)}" for k, v in (header or {}).items()]
    lines.append("\t".join(columns))
    for row in table:
        line = "\t".join(_text(row.get(c, "")) for c in columns)
        lines.append(f" {line}" if line.startswith("#") else line)  # a name, not a comment
    return "\n".join(lines) + "\n"


def _identity(card: ModelCard) -> dict[str, Any]:
    return {"model": card.name, "sha256": card.sha256, "version": __version__}


def _value(tracks: Tracks, i: int) -> float | list[float | None] | None:
    row = [_finite(float(v)) for v in tracks.values[i]]
    return row[0] if len(row) == 1 else row


def _matrix(values: Any) -> list[list[float | None]]:
    return [[_finite(v) for v in row] for row in values.tolist()]


def _finite(value: float | None) -> float | None:
    """JSON has no nan."""
    return value if value is not None and math.isfinite(value) else None


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.9g}"
    return " ".join(str(value).split())
