"""Recipe of `utr5.mrl`: how many ribosomes a human 5'UTR loads onto its messenger RNA.

Data: polysome profiling of 50-nt ends of human 5'UTRs and their variants (Sample et al. 2019, Nat Biotechnol 37:803,
GEO GSE114002), split by families of sequences that share either half.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genoviz.networks.convgru import ConvGRU, ConvGRUConfig
from genoviz.training.families import related
from genoviz.training.floors import with_floors
from genoviz.training.loop import Schedule
from genoviz.training.scores import beside
from genoviz.training.supervised import Supervised
from genoviz.training.tables import Examples, Splits, carve_families, examples, read_table, without

FOLDER = "utr5_mrl_human"
LENGTH = 50
COLUMN = "mean_ribosome_load"
CONFIG = ConvGRUConfig(length=LENGTH, outputs=1)


def read(folder: Path) -> Splits:
    """The given test file; a tenth of the training families (sharing the first or last 25 nt) for validation."""
    test = _read(folder / "test.tsv.gz")
    everything = without(_read(folder / "train.tsv.gz"), test)
    half = LENGTH // 2
    keys = [{text[:half], text[half:]} for text in everything.texts()]
    train, validation = carve_families(everything, keys, 0.1)
    return Splits(train, validation, test)


def families(rows: Examples) -> NDArray[np.int64]:
    """Families `(n,)` of a UTR end with its variants, and of ends that overlap: 20 bases in a row are shared."""
    return related(rows.bases, shared=20)


def _read(path: Path) -> Examples:
    rows = read_table(path, columns=[COLUMN], sequence="seq", length=LENGTH)
    return examples(rows, "seq", np.array([[float(row[COLUMN])] for row in rows], dtype=np.float32))


RECIPE = Supervised(
    name="utr5.mrl",
    folder=FOLDER,
    read=read,
    make=lambda: ConvGRU(CONFIG),
    config=asdict(CONFIG),
    classes=False,
    metrics=("r2", "pearson", "spearman"),
    sets={"held-out": None},
    families=families,
    published=with_floors(
        "utr5.mrl",
        {
            "ribosome load": (
                beside(
                    "r2",
                    0.776,
                    "Optimus 5-prime, trained on 280,000 random UTRs and this library, same test",
                    same_test=True,
                ),
                beside("r2", 0.704, "Framepool, same test", same_test=True),
                beside("r2", 0.657, "untuned CNN, same data, its test is not recorded", same_test=False),
            )
        },
    ),
    schedule=Schedule(epochs=10, patience=5, learning_rate=2e-3, weight_decay=3e-3),
    members=3,
    batch=128,
)
