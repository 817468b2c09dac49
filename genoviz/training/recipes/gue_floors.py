"""Floors of `tfbind.gue`: what simple models reach on the same split, so that its card can say what a network adds.

Run `python -m genoviz.training.recipes.gue_floors DIR` with the folder of the data sets. Everything is chosen on the training
sequences: the penalty of the word counts on the validation set, motif and threshold of the scan on training sequences.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from genoviz.models.metrics import auroc, mcc
from genoviz.models.onehot import encode_codes, reverse_complement
from genoviz.motifs.collection import collection
from genoviz.motifs.motif import Motif
from genoviz.networks.kmer import count_words
from genoviz.training.recipes.gue_factors import FOLDER, RECIPE, TASKS, read
from genoviz.training.ridge import fit_ridge
from genoviz.training.tables import Examples, find_folder

WORD = 6
TRIED = 1_000  # training sequences on which the motif is chosen


def word_counts(train: Examples, validation: Examples, tests: tuple[Examples, ...]) -> list[NDArray[np.float64]]:
    """Margin `(n,)` of each test sequence: a ridge regression of the label on counts of 6-base words on both strands."""
    counts = [count_words(rows.bases, WORD, both_strands=True).double().numpy() for rows in (train, validation, *tests)]
    labels = [rows.values[:, 0].astype(np.float64) for rows in (train, validation)]
    fitted = fit_ridge(counts[0], labels[0], counts[1], labels[1])
    return [fitted.predict(features) - 0.5 for features in counts[2:]]


def motif_scan(train: Examples, tests: tuple[Examples, ...]) -> tuple[Motif, list[NDArray[np.float64]]]:
    """The vertebrate JASPAR motif whose best match tells training peaks best, and the margin `(n,)` of each test sequence."""
    motifs = collection(("vertebrates",))
    tried = train.take(np.sort(np.random.default_rng(0).permutation(len(train))[:TRIED]))
    told = [auroc(best_match(tried, motif), tried.values[:, 0] > 0) for motif in motifs]
    motif = motifs[int(np.argmax(told))]
    scores, bound = best_match(train, motif), train.values[:, 0] > 0
    thresholds = np.quantile(scores, np.linspace(0.02, 0.98, 49))
    threshold = max(thresholds, key=lambda at: mcc(scores - at, bound))
    return motif, [best_match(rows, motif) - threshold for rows in tests]


def best_match(rows: Examples, motif: Motif) -> NDArray[np.float64]:
    """The best log-odds score (bits) of a motif in each sequence `(n,)`, on either strand."""
    odds = torch.from_numpy(motif.log_odds(pseudocount=0.01).T.copy()).float()[None]
    X = encode_codes(rows.bases)
    found = [torch.nn.functional.conv1d(strand, odds).amax((1, 2)) for strand in (X, reverse_complement(X))]
    return torch.maximum(*found).double().numpy()


def main(data: Path) -> None:
    """Print a line for each set: MCC on the official test and on dev."""
    splits = read(find_folder(data, FOLDER))
    official = RECIPE.official
    tests = (splits.test,) if official is None else (official.read(find_folder(data, FOLDER)), splits.test)
    for i, track in enumerate(TASKS):
        train, validation, *own = (rows.track(i) for rows in (splits.train, splits.validation, *tests))
        bound = [rows.values[:, 0] > 0 for rows in own]
        motif, scanned = motif_scan(train, tuple(own))
        for name, margins in (
            ("word counts", word_counts(train, validation, tuple(own))),
            (f"scan with {motif.name} {motif.accession}", scanned),
        ):
            scores = [f"{mcc(margin, y):.3f}" for margin, y in zip(margins, bound, strict=True)]
            sys.stdout.write("\t".join((track, name, *scores)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
