"""Recipes of `promoter.ecoli`, `mlp.ecoli` and `kmer.ecoli`: which 150-bp pieces of E. coli start transcription.

Data: genome-integrated reporter assay of 17,767 native promoters (Urtecho et al. 2023, doi:10.1101/2020.01.04.894907,
GEO GSE144621), split by genome block as by the authors. The start site lies at base 121 of every sequence, so the
convolutional network keeps positions. The two models on word counts know no places: they are the baselines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from genoviz.networks.convnet import ConvNet, ConvNetConfig
from genoviz.networks.kmer import KmerNet, KmerNetConfig
from genoviz.training.floors import with_floors
from genoviz.training.loop import Schedule
from genoviz.training.scores import beside
from genoviz.training.supervised import Supervised
from genoviz.training.tables import Examples, Splits, examples, read_table, without

FOLDER = "promoter_mpra_ecoli"
LENGTH = 150
CONFIG = ConvNetConfig(
    length=LENGTH, outputs=1, channels=(96, 64), widths=(13, 7), pools=(3, 3), hidden=64, dropout=0.5
)


def read(
    folder: Path, column: str = "activity", value: Callable[[str], float] = lambda text: text == "active"
) -> Splits:
    """Authors' blocks; a tenth of the training sequences, in stretches of the genome, decides when to stop.

    Neighbouring start sites overlap, so validation takes whole stretches of 50 kb and not single rows. The one track is
    `value` of the text in `column`: whether the authors call the sequence active.
    """

    def made(rows: list[dict[str, str]]) -> Examples:
        return examples(rows, "seq", np.array([[value(row[column])] for row in rows], dtype=np.float32))

    rows = read_table(folder / "train.tsv.gz", columns=[column, "start"], sequence="seq", length=LENGTH)
    test = made(read_table(folder / "test.tsv.gz", columns=[column], sequence="seq", length=LENGTH))
    stretch = np.array([int(float(row["start"] or -1)) // 50_000 for row in rows])
    aside = stretch % 10 == 3
    everything = made(rows)
    validation = without(everything.take(aside), test)
    return Splits(without(without(everything.take(~aside), test), validation), validation, test)


_SVM = "authors' gapped-k-mer SVM, both held-out blocks; the test here is the first"
_WORDS = "5-base word counts (kmer.ecoli), this test"
PUBLISHED = (beside("auroc", 0.829, _SVM, same_test=False), beside("auprc", 0.433, _SVM, same_test=False))
RECIPE = Supervised(
    name="promoter.ecoli",
    folder=FOLDER,
    read=read,
    make=lambda: ConvNet(CONFIG),
    config=asdict(CONFIG),
    classes=True,
    metrics=("auroc", "auprc"),
    sets={"active": 1, "inactive": 0},
    published=with_floors(
        "promoter.ecoli",
        {
            "active": (
                *PUBLISHED,
                beside("auroc", 0.8455, _WORDS, same_test=True),
                beside("auprc", 0.4534, _WORDS, same_test=True),
            )
        },
    ),
    schedule=Schedule(epochs=16, patience=6, learning_rate=2e-3, weight_decay=1e-2),
    members=3,
    batch=128,
    shift=2,
)


def _on_words(name: str, config: KmerNetConfig, schedule: Schedule) -> Supervised:
    return replace(
        RECIPE,
        name=name,
        published={"active": PUBLISHED},
        make=lambda: KmerNet(config),
        config=asdict(config),
        schedule=schedule,
        members=1,
        shift=0,
    )


KMER = _on_words("kmer.ecoli", KmerNetConfig(k=5, outputs=1), Schedule(epochs=15, learning_rate=1e-3, weight_decay=0.3))
MLP = _on_words(
    "mlp.ecoli",
    KmerNetConfig(k=4, outputs=1, hidden=64, dropout=0.4),
    Schedule(epochs=20, learning_rate=2e-3, weight_decay=5e-2),
)
