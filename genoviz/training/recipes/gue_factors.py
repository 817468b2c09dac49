"""Recipe of `tfbind.gue`: nine transcription factors of the GUE benchmark, five human and four mouse.

Data: ChIP-seq peaks against background of 101 bp (Zhou et al. 2023, arXiv:2306.15006). The benchmark does not name the
factors. Its `dev` files, on which the human sets are far harder, and its official test are scored at the end.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from genoviz.networks.danq import DanQ, DanQConfig
from genoviz.training.loop import Schedule
from genoviz.training.recipes.human_promoters import official, read_tasks
from genoviz.training.scores import beside
from genoviz.training.supervised import Supervised
from genoviz.training.tables import Splits

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
CONFIG = DanQConfig(outputs=len(TASKS), motifs=160, width=15, pool=4, units=48, hidden=96, dropout=0.2)


def read(folder: Path) -> Splits:
    """All tasks as tracks of one model, see `read_tasks`."""
    return read_tasks(folder, TASKS, LENGTH)


RECIPE = Supervised(
    name="tfbind.gue",
    folder=FOLDER,
    read=read,
    make=lambda: DanQ(CONFIG),
    config=asdict(CONFIG),
    classes=True,
    metrics=("mcc", "auroc", "auprc"),
    sets={"bound": 1, "other": 0},
    official=official(TASKS, LENGTH),
    published={
        track: (
            beside("mcc", dnabert2, "DNABERT-2 fine-tuned on GUE (Zhou et al. 2023), this test", same_test=True),
            beside("mcc", cnn, "untuned CNN, this test", same_test=True),
        )
        for track, (dnabert2, cnn) in PUBLISHED.items()
    },
    schedule=Schedule(epochs=12, patience=5, learning_rate=2e-3, weight_decay=1e-3),
    batch=64,
    both_strands=True,
)
