"""Recipes of `promoter.human-core` and `promoter.human-tata300`: human promoters against look-alikes.

Data: the promoter tasks of the GUE benchmark (Zhou et al. 2023, arXiv:2306.15006; promoters from EPDnew). A tenth of the
training sequences decides when to stop; the benchmark's `dev` files and its official test are scored at the end. The start
site has a fixed place (base 35 of 70, base 250 of 300), so the networks keep positions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np

from genoviz.models.base import Model
from genoviz.networks.convnet import ConvNet, ConvNetConfig
from genoviz.training.floors import with_floors
from genoviz.training.loop import Schedule
from genoviz.training.recipes import saturation
from genoviz.training.recipes.saturation import effects_of_changes
from genoviz.training.scores import Row, beside
from genoviz.training.supervised import Official, Supervised
from genoviz.training.tables import Examples, Splits, carve, examples, join, read_table, without

FOLDER = "promoters_gue"


def read_tasks(folder: Path, tasks: Mapping[str, str], length: int) -> Splits:
    """Files `<task>.train.csv.gz` and `<task>.dev.csv.gz` of several tasks as the tracks of one model.

    A sequence has the label of its own task; the other tracks are NaN.
    """
    test = _part(folder, tasks, length, "dev")
    train, validation = carve(without(_part(folder, tasks, length, "train"), test), 0.1)
    return Splits(train, validation, test)


def official(tasks: Mapping[str, str], length: int) -> Official:
    """The benchmark's official test, files `<task>.test.csv.gz`."""
    return Official("official GUE test", "GUE dev", lambda folder: _part(folder, tasks, length, "test"))


def _part(folder: Path, tasks: Mapping[str, str], length: int, part: str) -> Examples:
    found = []
    for track, task in enumerate(tasks.values()):
        rows = read_table(folder / f"{task}.{part}.csv.gz", columns=["label"], sequence="sequence", length=length)
        values = np.full((len(rows), len(tasks)), np.nan, dtype=np.float32)
        values[:, track] = [float(row["label"]) for row in rows]
        found.append(examples(rows, "sequence", values))
    return join(found)


def _published(dnabert2: float) -> tuple[Row, ...]:
    return (beside("mcc", dnabert2, "DNABERT-2 fine-tuned on GUE (Zhou et al. 2023), this test", same_test=True),)


def further(model: Model, folder: Path) -> list[Row]:
    """Effects of single-base changes, where the saturation experiments lie beside the promoters."""
    return effects_of_changes(model, folder.parent / saturation.FOLDER)


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
    sets={"promoters": 1, "other": 0},
    official=official(CORE_TASKS, 70),
    further=further,
    published=with_floors("promoter.human-core", {"TATA": _published(0.74), "no TATA": _published(0.68)}),
    schedule=Schedule(epochs=10, patience=4, learning_rate=2e-3, weight_decay=1e-2),
    batch=128,
)

TATA300_TASKS = {"TATA": "promoter300_tata"}
TATA300_CONFIG = ConvNetConfig(
    length=300, outputs=1, channels=(96, 64), widths=(13, 7), pools=(3, 3), hidden=64, dropout=0.5
)
TATA300 = Supervised(
    name="promoter.human-tata300",
    folder=FOLDER,
    read=lambda folder: read_tasks(folder, TATA300_TASKS, 300),
    make=lambda: ConvNet(TATA300_CONFIG),
    config=asdict(TATA300_CONFIG),
    classes=True,
    metrics=("mcc", "auroc", "auprc"),
    sets={"promoters": 1, "other": 0},
    official=official(TATA300_TASKS, 300),
    further=further,
    published=with_floors("promoter.human-tata300", {"TATA": _published(0.72)}),
    schedule=Schedule(epochs=20, patience=6, learning_rate=2e-3, weight_decay=1e-2),
    members=3,
    batch=64,
)
