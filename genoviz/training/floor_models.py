"""Simple models on a model's own split, so that its card can say what its network adds.

Three for every recipe that learns values from sequences: a ridge regression on counts of 6-base words, a plain CNN of two
convolutions, and, where the bundled collection has motifs of such organisms, a scan with the one motif that tells the training
sequences best. All is chosen on training and validation sequences; the test is scored once.

Run `python -m genoviz.training.floor_models DIR OUT MODEL...` to measure them; they are kept in `floors.json`, from which recipes put them
on cards (`floors`).
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from genoviz.errors import BadInput
from genoviz.models.metrics import METRICS, auroc, pearson
from genoviz.models.onehot import encode_codes, reverse_complement
from genoviz.motifs.collection import collection
from genoviz.motifs.motif import Motif
from genoviz.networks.convnet import ConvNet, ConvNetConfig
from genoviz.networks.kmer import count_words
from genoviz.training import recipe_of
from genoviz.training.floors import FILE, Floor, recorded
from genoviz.training.loop import Schedule
from genoviz.training.ridge import fit_ridge
from genoviz.training.save import written_card
from genoviz.training.supervised import Supervised
from genoviz.training.tables import Examples, Splits, find_folder

WORD = 6
TRIED = 1_000  # training sequences on which the motif is chosen
SCHEDULE = Schedule(epochs=8, patience=4, learning_rate=2e-3, weight_decay=1e-2)
WORDS, PLAIN, SCAN = "6-base word counts", "plain CNN, one network", "scan with"
# Where the motifs of a model's scan come from. No bundled motif is of a bacterium, of a protein that binds RNA, or of splicing.
TAXA = {
    "promoter.human-core": "vertebrates",
    "promoter.human-tata300": "vertebrates",
    "enhancer.crx": "vertebrates",
    "promoter.yeast": "fungi",
}
Values = NDArray[np.float64]


def word_counts(train: Examples, validation: Examples, test: Examples, *, classes: bool, both_strands: bool) -> Values:
    """What a ridge regression on counts of `WORD`-base words says of each test sequence `(n,)`; above 0: positive.

    The examples are those of one track, see `Examples.track`; the penalty is chosen on the validation sequences.
    """
    counts = [
        count_words(rows.bases, WORD, both_strands=both_strands).double().numpy() for rows in (train, validation, test)
    ]
    measured = [rows.values[:, 0].astype(np.float64) for rows in (train, validation)]
    return fit_ridge(counts[0], measured[0], counts[1], measured[1]).predict(counts[2]) - 0.5 * classes


def plain_config(splits: Splits, *, both_strands: bool) -> ConvNetConfig:
    """Sizes of the plain CNN; where sequences are read on either strand, sites may lie anywhere and positions are pooled."""
    _, length = splits.train.bases.shape
    head = "pool" if both_strands else "flatten"
    return ConvNetConfig(
        length=length,
        outputs=splits.train.values.shape[1],
        channels=(64, 64),
        widths=(13, 7),
        pools=(3, 3),
        dropout=0.3,
        head=head,
    )


def plain_cnn(recipe: Supervised, splits: Splits, out: Path) -> nn.Module:
    """A plain CNN for all tracks, trained on the recipe's sequences with its loss, for `SCHEDULE` and from one seed."""
    config = plain_config(splits, both_strands=recipe.both_strands)
    plain = replace(
        recipe, make=lambda: ConvNet(config), config=vars(config), members=1, shift=0, apart=False, complete=None
    )
    net, _ = Supervised._member(
        plain, splits, SCHEDULE, out, lambda done: None
    )  # not a way of its own that the recipe has
    return net.eval()


def said(net: nn.Module, rows: Examples) -> Values:
    """Outputs of a network `(n, tracks)`."""
    with torch.no_grad():
        parts = [net(encode_codes(rows.bases[i : i + 250])) for i in range(0, len(rows), 250)]
    return torch.cat(parts).double().numpy()


def best_match(rows: Examples, motif: Motif) -> Values:
    """The best log-odds score (bits) of a motif in each sequence `(n,)`, on either strand."""
    odds = torch.from_numpy(motif.log_odds(pseudocount=0.01).T.copy()).float()[None]
    X = encode_codes(rows.bases)
    found = [nn.functional.conv1d(strand, odds).amax((1, 2)) for strand in (X, reverse_complement(X))]
    return torch.maximum(*found).double().numpy()


def motif_scan(
    train: Examples, test: Examples, motifs: Seq[Motif], *, classes: bool, metric: str
) -> tuple[Motif, Values]:
    """The motif whose best match tells training sequences best, and what its scan says of each test sequence `(n,)`.

    For labels the threshold is taken where the metric is highest in training; measured values may also fall with the score.
    """
    tried = train.take(np.sort(np.random.default_rng(0).permutation(len(train))[:TRIED]))
    measured = tried.values[:, 0]
    tells: Callable[[Values], float] = (
        (lambda scores: auroc(scores, measured > 0)) if classes else lambda scores: abs(pearson(scores, measured))
    )
    motif = max(motifs, key=lambda one: tells(best_match(tried, one)))
    scores, found = best_match(train, motif), best_match(test, motif)
    if not classes:
        return motif, np.sign(pearson(scores, train.values[:, 0])) * found
    thresholds = np.quantile(scores, np.linspace(0.02, 0.98, 49))
    score = METRICS[metric].score
    return motif, found - max(thresholds, key=lambda at: score(scores - at, train.values[:, 0] > 0))


def floors_of(recipe: Supervised, data: Path, out: Path) -> dict[str, list[Floor]]:
    """Floors of each track, in the recipe's first metric, on the test that figures of others stand beside.

    Parameters
    ----------
    recipe
        How the model was made: its split, loss, strands and metric are used.
    data
        Folder of the data sets.
    out
        Folder in which an interrupted training of the plain CNN goes on.
    """
    folder, metric = find_folder(data, recipe.folder), recipe.metrics[0]
    splits = recipe.read(folder)
    test = recipe.official.read(folder) if recipe.official else splits.test
    tracks = written_card(recipe.name, nn.Identity(), config={}, training={}).outputs[0].tracks
    plain = said(plain_cnn(recipe, splits, out / f"{recipe.name}-plain"), test)
    motifs = collection((TAXA[recipe.name],)) if recipe.name in TAXA else ()
    found: dict[str, list[Floor]] = {}
    for i, track in enumerate(tracks):
        train, validation, own = (rows.track(i) for rows in (splits.train, splits.validation, test))
        there = np.isfinite(test.values[:, i])
        measured = own.values[:, 0] > 0 if recipe.classes else own.values[:, 0].astype(np.float64)
        given = {
            PLAIN: plain[there, i],
            WORDS: word_counts(train, validation, own, classes=recipe.classes, both_strands=recipe.both_strands),
        }
        if motifs:
            motif, scanned = motif_scan(train, own, motifs, classes=recipe.classes, metric=metric)
            given[f"{SCAN} {motif.name} {motif.accession}"] = scanned
        found[track] = [
            (source, metric, round(METRICS[metric].score(values, measured), 3)) for source, values in given.items()
        ]
    return found


def main(data: Path, out: Path, names: Seq[str]) -> None:
    """Measure the floors of models and keep them in `floors.json`."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for name in names:
        recipe = recipe_of(name)
        if not isinstance(recipe, Supervised):
            raise BadInput(
                f"The recipe of `{name}` keeps a split of its own kind.",
                "Floors are measured for recipes that learn values from sequences.",
                "Choose another model.",
            )
        found = {**recorded(), name: floors_of(recipe, data, out)}
        FILE.write_text(json.dumps(dict(sorted(found.items())), indent=1) + "\n", encoding="utf-8")
        recorded.cache_clear()
        sys.stdout.write(f"{name}\t{found[name]}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
