"""Recipe of `enhancer.crx`: photoreceptor enhancers and silencers in mouse retinas.

Data: reporter assay of 164-bp elements around CRX-bound sites, as they are and with their CRX motifs destroyed
(Friedman et al. 2021, eLife 10:e67403, GEO GSE165812). All versions of one element lie on the same side of each split.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np

from genoviz.models.convnet import ConvNet, ConvNetConfig
from genoviz.training.loop import Schedule
from genoviz.training.supervised import Supervised
from genoviz.training.tables import Examples, Splits, examples, read_table, without

FOLDER = "enhancer_mpra_crx"
LENGTH = 164
FLOOR = -5.0  # log2; 206 elements have no expression at all, written as log2 of 0.001 in the table
VALIDATION = ("chr3", "chr8")
CONFIG = ConvNetConfig(
    length=LENGTH, outputs=1, channels=(64, 64), widths=(11, 7), pools=(4, 2), hidden=32, dropout=0.2, head="pool"
)


def read(folder: Path) -> Splits:
    """Split by chromosome: the test rows of the table (chr2 and chr7), `VALIDATION`, and the rest."""
    rows = rows_of(folder)
    everything = _examples(rows)
    test = np.array([row["split"] == "test" for row in rows])
    aside = np.array([row["chrom"] in VALIDATION for row in rows]) & ~test
    held = everything.take(test)
    validation = without(everything.take(aside), held)
    return Splits(without(without(everything.take(~test & ~aside), held), validation), validation, held)


def rows_of(folder: Path) -> list[dict[str, str]]:
    """Rows of the table with a measured activity."""
    columns = ["label", "chrom", "variant", "expression_log2", "split"]
    rows = read_table(folder / "activity.tsv.gz", columns=columns, sequence="seq", length=LENGTH)
    return [row for row in rows if row["expression_log2"] not in ("", "nan")]


def _examples(rows: list[dict[str, str]]) -> Examples:
    measured = np.array([[float(row["expression_log2"])] for row in rows], dtype=np.float32)
    return examples(rows, "seq", measured.clip(FLOOR))


RECIPE = Supervised(
    name="enhancer.crx",
    folder=FOLDER,
    read=read,
    make=lambda: ConvNet(CONFIG),
    config=asdict(CONFIG),
    classes=False,
    metrics=("pearson", "spearman"),
    sets={"held-out": None},
    schedule=Schedule(epochs=20, patience=6, learning_rate=2e-3, weight_decay=1e-2),
    members=3,
    batch=64,
    both_strands=True,
)
