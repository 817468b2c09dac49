"""Recipe of `splice.sites`: which GT and AG are splice donors and acceptors, in human and in Arabidopsis.

Data: sites of Splice2Deep (Albaradei et al. 2020, Gene 763S:100035) as used by EnsembleSplice (Akpokiro et al. 2022,
BMC Bioinformatics 23:413), each with a GT or AG in the middle, true and false sites in equal numbers.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np

from genoviz.networks.dilated import DilatedConfig, DilatedNet
from genoviz.training.floors import with_floors
from genoviz.training.loop import Schedule
from genoviz.training.scores import beside
from genoviz.training.supervised import Supervised
from genoviz.training.tables import Examples, Splits, carve, examples, join, read_table, without

FOLDER = "splice_sites_602bp"
STORED = 602  # bases in the tables
LENGTH = 402  # bases that the model reads, around the same middle
SETS = {
    "human donor": "human_donor",
    "human acceptor": "human_acceptor",
    "Arabidopsis donor": "arabidopsis_donor",
    "Arabidopsis acceptor": "arabidopsis_acceptor",
}
CONFIG = DilatedConfig(length=LENGTH, outputs=len(SETS))


def read(folder: Path) -> Splits:
    """The authors' test files; a twentieth of the training sequences decides when to stop."""
    parts: dict[str, list[Examples]] = {"train": [], "test": []}
    for track, stem in enumerate(SETS.values()):
        for part, found in parts.items():
            rows = read_table(folder / f"{stem}.{part}.tsv.gz", columns=["label"], sequence="seq", length=STORED)
            values = np.full((len(rows), len(SETS)), np.nan, dtype=np.float32)
            values[:, track] = [float(row["label"]) for row in rows]
            edge = (STORED - LENGTH) // 2
            whole = examples(rows, "seq", values)
            found.append(Examples(np.ascontiguousarray(whole.bases[:, edge : edge + LENGTH]), values))
    test = join(parts["test"])
    train, validation = carve(without(join(parts["train"]), test), 0.05)
    return Splits(train, validation, test)


RECIPE = Supervised(
    name="splice.sites",
    folder=FOLDER,
    read=read,
    make=lambda: DilatedNet(CONFIG),
    config=asdict(CONFIG),
    classes=True,
    metrics=("accuracy", "auroc", "auprc"),
    sets={"true sites": 1, "false sites": 0},
    published=with_floors(
        "splice.sites",
        {
            track: (
                beside("accuracy", accuracy, "EnsembleSplice, its abstract: its own test", same_test=False),
                beside("auroc", area, "published MMSplice module, this test", same_test=True),
            )
            for track, accuracy, area in (("human donor", 0.9597, 0.980), ("human acceptor", 0.9416, 0.971))
        },
    ),
    schedule=Schedule(epochs=6, patience=3, learning_rate=3e-3, weight_decay=5e-3),
    members=3,
    batch=128,
)
