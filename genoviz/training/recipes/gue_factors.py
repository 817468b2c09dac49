"""Recipe of `tfbind.gue`: nine transcription factors of the GUE benchmark, five human and four mouse.

Data: ChIP-seq peaks against background of 101 bp (Zhou et al. 2023, arXiv:2306.15006). The benchmark does not name the
factors. Its `dev` files, on which the human sets are far harder, and its official test are scored at the end.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import nn

from genoviz.models.metrics import mcc
from genoviz.models.onehot import encode_codes
from genoviz.networks.kmer import count_words
from genoviz.networks.set_by_set import SetBySet, SetBySetConfig
from genoviz.training.loop import Schedule
from genoviz.training.recipes.human_promoters import official, read_tasks
from genoviz.training.ridge import fit_ridge
from genoviz.training.scores import Row, beside
from genoviz.training.supervised import Supervised
from genoviz.training.tables import Splits

log = logging.getLogger("genoviz.training")

FOLDER = "tf_chip_gue"
LENGTH = 101
TASKS = {
    **{f"human {i}": f"human_tf_{i}" for i in range(5)},
    **{f"mouse {i}": f"mouse_tf_{i}" for i in (0, 2, 3, 4)},
}
# MCC on the official test: DNABERT-2, and an untuned CNN.
PUBLISHED = {
    "human 0": (0.72, 0.65),
    "human 1": (0.76, 0.69),
    "human 2": (0.67, 0.74),
    "human 3": (0.59, 0.47),
    "human 4": (0.77, 0.76),
}
# MCC on the official test by `gue_floors`: counts of 6-base words, then the motif that tells the training peaks best and its scan.
FLOORS = {
    "human 0": (0.631, "ELK3 MA0759.3", 0.231),
    "human 1": (0.705, "OVOL2 MA1545.2", 0.307),
    "human 2": (0.663, "PAX8 MA2094.1", 0.497),
    "human 3": (0.507, "MEIS1 MA0498.3", 0.165),
    "human 4": (0.766, "HIF1A MA1106.2", 0.372),
    "mouse 0": (0.601, "FOXJ2::ELF1 MA1952.2", 0.212),
    "mouse 2": (0.765, "KLF6 MA1517.2", 0.250),
    "mouse 3": (0.700, "Mafg MA0659.4", 0.687),
    "mouse 4": (0.434, "ETV6 MA0645.2", 0.117),
}
CONFIG = SetBySetConfig(outputs=len(TASKS), dropout=0.25, word=6)
SHARES = (0.0, 2.0, 4.0, 8.0, 12.0)  # ln odds for a word count's margin of 1; one for all sets


def read(folder: Path) -> Splits:
    """All tasks as tracks of one model, see `read_tasks`."""
    return read_tasks(folder, TASKS, LENGTH)


def beside_it(track: str) -> tuple[Row, ...]:
    """Figures of others and floors of one set, all on its official test."""
    words, motif, scan = FLOORS[track]
    found = [
        ("6-base word counts, this test", words),
        (f"scan with {motif}, this test", scan),
    ]
    if track in PUBLISHED:
        dnabert2, cnn = PUBLISHED[track]
        found[:0] = [
            ("DNABERT-2 fine-tuned on GUE (Zhou et al. 2023), this test", dnabert2),
            ("untuned CNN, this test", cnn),
        ]
    return tuple(beside("mcc", value, source, same_test=True) for source, value in found)


def add_word_counts(net: nn.Module, splits: Splits) -> None:
    """Ridge regressions of the labels on word counts, added with the share that is best on the validation sequences."""
    if not isinstance(net, SetBySet) or net.counts is None:
        raise TypeError("Word counts are added to a network that counts them.")
    fitted, scores = [], np.zeros((len(TASKS), len(SHARES)))
    for i, part in enumerate(net.parts):
        train, validation = splits.train.track(i), splits.validation.track(i)
        counts = [
            count_words(rows.bases, CONFIG.word, both_strands=True).double().numpy() for rows in (train, validation)
        ]
        labels = [rows.values[:, 0].astype(np.float64) for rows in (train, validation)]
        ridge = fit_ridge(counts[0], labels[0], counts[1], labels[1])
        margins = ridge.predict(counts[1]) - 0.5
        with torch.no_grad():
            deep = torch.cat([part(X)[:, 0] for X in encode_codes(validation.bases).split(500)]).double().numpy()
        scores[i] = [mcc(deep + share * margins, validation.values[:, 0] > 0) for share in SHARES]
        fitted.append(ridge)
    share = SHARES[int(np.argmax(scores.mean(0)))]
    log.info("validation MCC with shares of word counts %s: %s", SHARES, scores.mean(0).round(4).tolist())
    with torch.no_grad():
        net.wide.weight.copy_(torch.from_numpy(np.stack([ridge.weights for ridge in fitted]) * share))
        net.wide.bias.copy_(torch.tensor([(ridge.intercept - 0.5) * share for ridge in fitted]))


RECIPE = Supervised(
    name="tfbind.gue",
    folder=FOLDER,
    read=read,
    make=lambda: SetBySet(CONFIG),
    config=asdict(CONFIG),
    classes=True,
    metrics=("mcc", "auroc", "auprc"),
    sets={"bound": 1, "other": 0},
    official=official(TASKS, LENGTH),
    published={track: beside_it(track) for track in TASKS},
    schedule=Schedule(epochs=8, patience=60, learning_rate=2e-3, weight_decay=1e-2),
    batch=64,
    both_strands=True,
    apart=True,
    least_steps=1_500,
    half_precision=True,
    complete=add_word_counts,
)
