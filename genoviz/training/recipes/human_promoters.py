"""Recipes of `promoter.human-core` and `promoter.human-tata300`: human promoters against look-alikes.

Data: the promoter tasks of the GUE benchmark (Zhou et al. 2023, arXiv:2306.15006; promoters from EPDnew). Its `dev`
files are the test here, and a tenth of the training sequences decides when to stop. The start site has a fixed place
(base 35 of 70, base 250 of 300), so the networks keep positions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np

from genoviz.networks.convnet import ConvNet, ConvNetConfig
from genoviz.training.loop import Schedule
from genoviz.training.supervised import Supervised
from genoviz.training.tables import Examples, Splits, carve, examples, join, read_table, without

FOLDER = "promoters_gue"


def read_tasks(folder: Path, tasks: Mapping[str, str], length: int) -> Splits:
    """Files `<task>.train.csv.gz` and `<task>.dev.csv.gz` of several tasks as the tracks of one model.

    A sequence has the label of its own task; the other tracks are NaN.
    """
    parts: dict[str, list[Examples]] = {"train": [], "dev": []}
    for track, task in enumerate(tasks.values()):
        for part, found in parts.items():
            rows = read_table(folder / f"{task}.{part}.csv.gz", columns=["label"], sequence="sequence", length=length)
            values = np.full((len(rows), len(tasks)), np.nan, dtype=np.float32)
            values[:, track] = [float(row["label"]) for row in rows]
            found.append(examples(rows, "sequence", values))
    test = join(parts["dev"])
    train, validation = carve(without(join(parts["train"]), test), 0.1)
    return Splits(train, validation, test)


def _published(dnabert2: float, cnn: float) -> tuple[dict[str, object], ...]:
    return (
        {"metric": "mcc", "value": dnabert2, "source": "DNABERT-2 fine-tuned on GUE, its test file (Zhou et al. 2023)"},
        {"metric": "mcc", "value": cnn, "source": "untuned two-layer CNN, this test"},
    )


CORE_TASKS = {"TATA": "core_promoter_tata", "no TATA": "core_promoter_notata"}
CORE_CONFIG = ConvNetConfig(
    length=70, outputs=2, channels=(128, 128), widths=(11, 7), pools=(1, 2), hidden=128, dropout=0.4
)
CORE = Supervised(
    name="promoter.human-core",
    folder=FOLDER,
    read=lambda folder: read_tasks(folder, CORE_TASKS, 70),
    make=lambda: ConvNet(CORE_CONFIG),
    config=asdict(CORE_CONFIG),
    classes=True,
    metrics=("mcc", "auroc", "auprc"),
    sets={"promoter": 1, "other": 0},
    published={"TATA": _published(0.74, 0.80), "no TATA": _published(0.68, 0.70)},
    schedule=Schedule(epochs=10, patience=4, learning_rate=2e-3, weight_decay=1e-2),
    batch=128,
)

TATA300_CONFIG = ConvNetConfig(
    length=300, outputs=1, channels=(96, 64), widths=(13, 7), pools=(3, 3), hidden=64, dropout=0.5
)
TATA300 = Supervised(
    name="promoter.human-tata300",
    folder=FOLDER,
    read=lambda folder: read_tasks(folder, {"TATA": "promoter300_tata"}, 300),
    make=lambda: ConvNet(TATA300_CONFIG),
    config=asdict(TATA300_CONFIG),
    classes=True,
    metrics=("mcc", "auroc", "auprc"),
    sets={"promoter": 1, "other": 0},
    published={"TATA": _published(0.72, 0.80)},
    schedule=Schedule(epochs=20, patience=6, learning_rate=2e-3, weight_decay=1e-2),
    members=3,
    batch=64,
)
