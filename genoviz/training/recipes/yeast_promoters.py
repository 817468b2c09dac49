"""Recipe of `promoter.yeast`: expression that an 80-bp promoter insert drives in yeast.

Data: reporter assays with random, native and evolved inserts between constant ends (de Boer et al. 2020, Nat Biotechnol
38:56; Vaishnav et al. 2022, Nature 603:455; DREAM 2022 challenge, Rafi et al. 2024). The experiments have different
scales, so each source is standardised, and each kind of insert is a track of its own.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.models.base import Model
from genoviz.networks.legnet import LegNet, LegNetConfig
from genoviz.training.families import connected
from genoviz.training.floors import with_floors
from genoviz.training.loop import Schedule
from genoviz.training.scores import Row, beside, logits_of, score_row
from genoviz.training.supervised import Supervised
from genoviz.training.tables import Examples, Splits, carve_families, examples, read_table, without

FOLDER = "promoter_mpra_yeast"
LENGTH = 110
SHARED_KMER = 26  # two 80-bp inserts with up to two differences have such a stretch in common
TRACKS = {
    "random": ("random_glu2020", "dream2022_demo"),
    "native": ("native",),
    "evolved": ("sswm", "drift", "designed"),
}
NOISY = "dream2022_demo"  # single reads: good for training, no yardstick
CONFIG = LegNetConfig(outputs=len(TRACKS))


def read(folder: Path) -> Splits:
    """A sixth of the families for the test, a tenth of the rest for validation.

    A family is all sequences connected by shared 26-mers of their inserts.
    """
    rows = read_table(folder / "promoters.tsv.gz", columns=["source", "expression"], sequence="seq")
    values = np.full((len(rows), len(TRACKS) + 1), np.nan, dtype=np.float32)
    source = np.array([row["source"] for row in rows])
    measured = np.array([float(row["expression"]) for row in rows])
    for track, sources in enumerate(TRACKS.values()):
        for name in sources:
            own = source == name
            if not own.any():
                raise BadInput(
                    f"The table has no rows of the source `{name}`.",
                    f"It needs {', '.join(s for group in TRACKS.values() for s in group)}.",
                    "Check --data.",
                )
            values[own, track] = (measured[own] - measured[own].mean()) / measured[own].std()
    values[:, -1] = source == NOISY
    keys = [kmers(row["seq"]) for row in rows]
    for row in rows:
        row["seq"] = row["seq"].ljust(LENGTH, "N")[:LENGTH]
    everything = examples(rows, "seq", values)
    rest, test = carve_families(everything, keys, 1 / 6)
    train, validation = carve_families(without(rest, test), [kmers(t) for t in without(rest, test).texts()], 0.1)
    return Splits(_tracks(train), _tracks(_clean(validation)), _tracks(_clean(test)))


def kmers(text: str) -> set[str]:
    """Stretches of the insert that relatives have in common: `SHARED_KMER` bases each, without the constant ends of all."""
    insert = text[17:97]
    return {insert[i : i + SHARED_KMER] for i in range(len(insert) - SHARED_KMER + 1)}


def families(rows: Examples) -> NDArray[np.int64]:
    """Families `(n,)` as in the split: native fragments that overlap, evolved inserts of one ancestor."""
    return connected([kmers(text) for text in rows.texts()])


def _clean(rows: Examples) -> Examples:
    return rows.take(rows.values[:, -1] == 0)


def _tracks(rows: Examples) -> Examples:
    return Examples(rows.bases, rows.values[:, :-1])


def further(model: Model, folder: Path) -> list[Row]:
    """How well the output of random inserts tells native fragments: whether these need an output of their own."""
    test = read(folder).test
    return [by_random(logits_of(model, test), test)]


def by_random(predicted: NDArray[np.float64], test: Examples) -> Row:
    """Row of native fragments by the output `random`, from predictions `(n, tracks)` of the test."""
    random, native = (list(TRACKS).index(track) for track in ("random", "native"))
    return score_row(
        "native, by the output random",
        predicted[:, random],
        test.values[:, native],
        ("pearson", "spearman"),
        classes=False,
        families=families(test),
    )


RECIPE = Supervised(
    name="promoter.yeast",
    folder=FOLDER,
    read=read,
    make=lambda: LegNet(CONFIG),
    config=asdict(CONFIG),
    classes=False,
    metrics=("pearson", "spearman"),
    sets={"held-out": None},
    families=families,
    further=further,
    published=with_floors(
        "promoter.yeast",
        {
            track: (beside("pearson", value, "untuned CNN, split by rows and not by families", same_test=False),)
            for track, value in (("random", 0.82), ("native", 0.69))
        },
    ),
    schedule=Schedule(epochs=7, patience=4, learning_rate=4e-3, weight_decay=1e-2),
    members=3,
    batch=128,
)
