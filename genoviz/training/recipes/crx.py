"""Recipe of `enhancer.crx`: photoreceptor enhancers and silencers in mouse retinas.

Data: reporter assay of 164-bp elements around CRX-bound sites, as they are and with their CRX motifs destroyed
(Friedman et al. 2021, eLife 10:e67403, GEO GSE165812). All versions of one element lie on the same side of each split.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np

from genoviz.models.base import Model
from genoviz.networks.convnet import ConvNet, ConvNetConfig
from genoviz.training.floors import with_floors
from genoviz.training.loop import Schedule
from genoviz.training.scores import Row, logits_of, score_row
from genoviz.training.supervised import Supervised, by_shared_bases
from genoviz.training.tables import Examples, Splits, examples, read_table, without

FOLDER = "enhancer_mpra_crx"
LENGTH = 164
FLOOR = -5.0  # log2; 206 elements have no expression at all, written as log2 of 0.001 in the table
VALIDATION = ("chr3", "chr8")
DESTROYED = "MUT-allCrxSites"
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
    columns = ["label", "chrom", "variant", "group_name", "expression_log2", "split"]
    rows = read_table(folder / "activity.tsv.gz", columns=columns, sequence="seq", length=LENGTH)
    return [row for row in rows if row["expression_log2"] not in ("", "nan")]


def _examples(rows: list[dict[str, str]]) -> Examples:
    measured = np.array([[float(row["expression_log2"])] for row in rows], dtype=np.float32)
    return examples(rows, "seq", measured.clip(FLOOR))


def further(model: Model, folder: Path) -> list[Row]:
    """What destroying all CRX sites of an element changes, and strong enhancers against silencers, on the test side."""
    rows = [row for row in rows_of(folder) if row["split"] == "test"]
    measured = _examples(rows)
    predicted = logits_of(model, measured)[:, 0]
    element = [row["label"].rpartition("_")[0] for row in rows]
    native = {name: i for i, name in enumerate(element) if rows[i]["variant"] == "WT"}
    pairs = [
        (native[element[i]], i) for i, row in enumerate(rows) if row["variant"] == DESTROYED and element[i] in native
    ]
    before, after = np.array(pairs).T
    family = by_shared_bases(measured)
    found = [
        score_row(
            "change when CRX sites are destroyed",
            predicted[after] - predicted[before],
            (measured.values[after] - measured.values[before])[:, 0],
            ("pearson", "spearman"),
            classes=False,
            families=family[before],
        )
    ]
    kinds = [row["group_name"] if row["variant"] == "WT" else "" for row in rows]
    chosen = np.array([kind in ("Strong enhancer", "Silencer") for kind in kinds])
    strong = np.array([kind == "Strong enhancer" for kind in kinds], dtype=np.float32)
    title = "strong enhancer, not silencer"
    scored = score_row(
        title, predicted[chosen], strong[chosen], ("auroc", "auprc"), classes=True, families=family[chosen]
    )
    return [*found, scored]


RECIPE = Supervised(
    name="enhancer.crx",
    folder=FOLDER,
    read=read,
    make=lambda: ConvNet(CONFIG),
    config=asdict(CONFIG),
    classes=False,
    metrics=("pearson", "spearman"),
    sets={"held-out": None},
    published=with_floors("enhancer.crx"),
    schedule=Schedule(epochs=20, patience=6, learning_rate=2e-3, weight_decay=1e-2),
    members=3,
    batch=64,
    both_strands=True,
    further=further,
)
