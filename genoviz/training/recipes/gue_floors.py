"""Floors of `tfbind.gue`: what simple models reach on the same split, so that its card can say what a network adds.

Run `python -m genoviz.training.recipes.gue_floors DIR` with the folder of the data sets. Everything is chosen on the training
sequences: the penalty of the word counts on the validation set, motif and threshold of the scan on training sequences.
"""

from __future__ import annotations

import sys
from pathlib import Path

from genoviz.models.metrics import mcc
from genoviz.motifs.collection import collection
from genoviz.training.floor_models import motif_scan, word_counts
from genoviz.training.recipes.gue_factors import FOLDER, RECIPE, TASKS, read
from genoviz.training.tables import find_folder


def main(data: Path) -> None:
    """Print a line for each set: MCC on the official test and on dev."""
    splits, motifs = read(find_folder(data, FOLDER)), collection(("vertebrates",))
    official = RECIPE.official
    tests = (splits.test,) if official is None else (official.read(find_folder(data, FOLDER)), splits.test)
    for i, track in enumerate(TASKS):
        train, validation, *own = (rows.track(i) for rows in (splits.train, splits.validation, *tests))
        bound = [rows.values[:, 0] > 0 for rows in own]
        words = [word_counts(train, validation, rows, classes=True, both_strands=True) for rows in own]
        scans = [motif_scan(train, rows, motifs, classes=True, metric="mcc") for rows in own]
        motif = scans[0][0]  # chosen in training, so the same for every test
        for name, margins in (
            ("word counts", words),
            (f"scan with {motif.name} {motif.accession}", [scan for _, scan in scans]),
        ):
            scores = [f"{mcc(margin, y):.3f}" for margin, y in zip(margins, bound, strict=True)]
            sys.stdout.write("\t".join((track, name, *scores)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
