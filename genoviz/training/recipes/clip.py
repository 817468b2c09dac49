"""Recipe of `rbp.clip8`: where eight RNA-binding proteins cross-link.

Data: CLIP sites of eight of the 31 sets of Strazar et al. 2016 (Bioinformatics 32:1527), 101 nt around the cross-linked
nucleotide against other positions in genes, one to four. Sequences are in RNA sense, written as DNA.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from genoviz.networks.danq import DanQ, DanQConfig
from genoviz.training.families import neighbours
from genoviz.training.floors import with_floors
from genoviz.training.loop import Schedule
from genoviz.training.supervised import Supervised
from genoviz.training.tables import Examples, Splits, carve, examples, join, read_table, without

FOLDER = "rbp_clip"
LENGTH = 101
SAME_GENE = 10_000  # bases; windows of one protein that lie closer on one strand mostly lie in one gene
PROTEINS = ("ELAVL1", "HNRNPC", "PUM2", "QKI", "SRSF1", "TDP43", "TIA1", "U2AF65")
CONFIG = DanQConfig(outputs=len(PROTEINS), motifs=96, width=11, pool=4, units=40)


def read(folder: Path) -> Splits:
    """All proteins as tracks of one model; a twentieth of the training sequences decides when to stop."""
    parts: dict[str, list[Examples]] = {"train": [], "test": []}
    for track, protein in enumerate(PROTEINS):
        for part, found in parts.items():
            columns = ["label", "chrom", "strand", "start", "end"]
            rows = read_table(folder / f"{protein}.{part}.tsv.gz", columns=columns, sequence="seq", length=LENGTH)
            values = np.full((len(rows), len(PROTEINS)), np.nan, dtype=np.float32)
            values[:, track] = [float(row["label"]) for row in rows]
            places = [(f"{row['chrom']}{row['strand']}", int(row["start"]), int(row["end"])) for row in rows]
            loci = np.array([f"{protein} {number}" for number in neighbours(places, SAME_GENE)])
            found.append(replace(examples(rows, "seq", values), loci=loci))
    test = join(parts["test"])
    train, validation = carve(without(join(parts["train"]), test), 0.05)
    return Splits(train, validation, test)


RECIPE = Supervised(
    name="rbp.clip8",
    folder=FOLDER,
    read=read,
    make=lambda: DanQ(CONFIG),
    config=asdict(CONFIG),
    classes=True,
    metrics=("auroc", "auprc"),
    sets={"bound": 1, "other": 0},
    published=with_floors("rbp.clip8"),
    schedule=Schedule(epochs=5, patience=3, learning_rate=3e-3, weight_decay=5e-3),
    members=2,
    batch=256,
)
