"""Maps and probes as rows, as JSON, and what their files begin with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from genoviz.files.tsv import Row
from genoviz.models.provenance import provenance, table_record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genoviz.embedding.map import EmbeddingMap
    from genoviz.embedding.probe import Probe


def map_table(found: EmbeddingMap, columns: Mapping[str, NDArray[Any]] | None = None) -> list[Row]:
    """One row per record: where it is drawn, its label, other numbers of `columns`, and its nearest neighbours."""
    rows: list[Row] = []
    for i, sequence in enumerate(found.data.sequences):
        near = found.neighbours(i)
        row: dict[str, object] = {"record": i + 1, "name": sequence.name, "label": found.data.labels[i]}
        row |= {"x": float(found.points[i, 0]), "y": float(found.points[i, 1])}
        row |= {name: float(values[i]) for name, values in (columns or {}).items()}
        row["nearest"] = ",".join(str(one.record + 1) for one in near)
        rows.append(row | {"distance": near[0].distance})
    return rows


def map_provenance(found: EmbeddingMap) -> dict[str, object]:
    """What was drawn, and how."""
    alike = found.alike
    return provenance(
        found.card,
        records=len(found.data.sequences),
        dimensions=found.vectors.shape[1],
        method=found.method,
        explained_x=found.explained[0] if found.explained else None,
        explained_y=found.explained[1] if found.explained else None,
        seed=found.seed if found.method == "umap" else None,
        nearest="records with the smallest Euclidean distance in all dimensions",
        nearest_is_alike=alike[0] if alike else None,
        nearest_is_alike_low=alike[1] if alike else None,
        nearest_is_alike_high=alike[2] if alike else None,
        nearest_is_alike_by_chance=found.chance if alike else None,
    )


def map_record(found: EmbeddingMap, columns: Mapping[str, NDArray[Any]] | None = None) -> dict[str, Any]:
    """A map as in `genoviz map --json`."""
    return table_record(found.card, map_provenance(found), map_table(found, columns), sentence=found.sentence)


def probe_table(found: Probe) -> list[Row]:
    """The learning curve: one row per number of training records."""
    rows: list[Row] = []
    for point in found.curve:
        row: dict[str, object] = {"training_records": point.size, "draws": len(point.embedding.values)}
        for name, spread in (("embedding", point.embedding), ("words", point.words)):
            low, high = spread.interval
            row |= {name: float(spread.mean), f"{name}_low": float(low), f"{name}_high": float(high)}
        rows.append(row)
    return rows


def probe_provenance(found: Probe) -> dict[str, object]:
    """What was learned, how the records were split, and the held-out scores."""
    said: dict[str, object] = {}
    for name, one in (("embedding", found.embedding), ("words", found.words), ("difference", found.difference)):
        said |= {f"held_out_{name}": one.score, f"held_out_{name}_low": one.low, f"held_out_{name}_high": one.high}
    return provenance(
        found.card,
        metric=found.metric,
        positive=found.positive or None,
        training_records=found.train,
        validation_records=found.validation,
        held_out_records=found.test,
        held_out_families=found.test_families,
        word=found.word,
        seed=found.seed,
        complete=None if found.complete else "no: the learning curve was stopped",
        **said,
    )


def probe_record(found: Probe) -> dict[str, Any]:
    """A probe as in `genoviz probe --json`; `held_out` has a row per held-out record."""
    record = table_record(found.card, probe_provenance(found), probe_table(found), sentence=found.sentence)
    record["held_out"] = [
        {"record": int(i) + 1, "embedding": float(a), "words": float(b)}
        for i, (a, b) in zip(found.tested, found.predicted, strict=True)
    ]
    return record
