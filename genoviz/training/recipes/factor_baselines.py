"""Recipes of `kmer.encode10` and `pwm.encode10`: the baselines beside `tfbind.encode10`, on the same data and tests.

`kmer.encode10` is logistic regression on the counts of all 6-base words on both strands, trained on the same peaks and
negatives as the network. `pwm.encode10` learns nothing here: it scans with one published motif per factor, chosen by
name before any score was seen.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch

from genoviz.errors import BadInput
from genoviz.models.base import Model
from genoviz.motifs.files import read_motifs
from genoviz.motifs.motif import Motif
from genoviz.networks.kmer import KmerNet, KmerNetConfig, count_words
from genoviz.networks.pwm import PwmScan, PwmScanConfig
from genoviz.training.loop import Schedule
from genoviz.training.recipes.tfbind import FOLDER, PUBLISHED, evaluate, facts, fit_factors, read_all, save_factors
from genoviz.training.scores import Row
from genoviz.training.tables import find_folder

MOTIFS = "motifs"
HOCOMOCO, JASPAR = "HOCOMOCO_v12_CORE.meme.gz", "JASPAR2018_CORE_vertebrates.meme.gz"
# The first motif of each factor; HOCOMOCO v12 CORE has none for ARID3A.
NAMES = {
    "ARID3A": (JASPAR, "Arid3a_MA0151.1"),
    "CTCFL": (HOCOMOCO, "CTCFL.H12CORE.0.P.B"),
    "ELK1": (HOCOMOCO, "ELK1.H12CORE.0.PSM.A"),
    "FOXA1": (HOCOMOCO, "FOXA1.H12CORE.0.P.B"),
    "GABPA": (HOCOMOCO, "GABPA.H12CORE.0.PSM.A"),
    "MYC": (HOCOMOCO, "MYC.H12CORE.0.P.B"),
    "REST": (HOCOMOCO, "REST.H12CORE.0.P.B"),
    "SP1": (HOCOMOCO, "SP1.H12CORE.0.P.B"),
    "USF1": (HOCOMOCO, "USF1.H12CORE.0.PSM.A"),
    "ZBTB7A": (HOCOMOCO, "ZBT7A.H12CORE.0.P.B"),
}


@dataclass(frozen=True)
class WordCounts:
    """Recipe of `kmer.encode10`; `schedule` has its seed replaced."""

    config: KmerNetConfig
    schedule: Schedule

    def train(
        self,
        data: Path,
        out: Path,
        *,
        seed: int = 0,
        epochs: int | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Path:
        """Train on the peaks and shuffles of `tfbind.encode10`; see `Recipe.train`."""
        factors = read_all(find_folder(data, FOLDER))
        torch.manual_seed(seed)
        net = KmerNet(self.config)
        torch.nn.init.zeros_(net.out.weight)  # linear in the counts: nothing has to be broken by chance
        schedule = replace(self.schedule, seed=seed, epochs=self.schedule.epochs if epochs is None else epochs)
        history = fit_factors(
            net,
            factors,
            schedule,
            out,
            sizes=self.config,
            # The same counts as the network's own, many times faster.
            read=lambda codes: count_words(codes, self.config.k, both_strands=True),
            forward=lambda module, counts: module.score(counts),  # type: ignore[operator]
            progress=progress,
        )
        return save_factors(
            "kmer.encode10",
            net,
            factors,
            out,
            config=asdict(self.config),
            training={"seed": seed, **facts(history)},
            epochs=history.rows,
        )

    def evaluate(self, model: Model, data: Path, *, sample: int | None = None) -> list[Row]:
        """See `Recipe.evaluate`."""
        return evaluate(model, data, sample=sample)


class PwmTable:
    """Recipe of `pwm.encode10`: nothing is trained, so seed and epochs change nothing."""

    def train(
        self,
        data: Path,
        out: Path,
        *,
        seed: int = 0,
        epochs: int | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Path:
        """Read the motifs and score the scan; see `Recipe.train`."""
        motifs = read_chosen(find_folder(data, MOTIFS))
        net = PwmScan.of(motifs)
        path = save_factors(
            "pwm.encode10",
            net,
            read_all(find_folder(data, FOLDER)),
            out,
            config=asdict(PwmScanConfig(net.widths)),
            training={"motifs": {factor: name for factor, (_, name) in NAMES.items()}},
            epochs=[
                {
                    "track": i,
                    "positions": len(motif),
                    "sites": motif.sites or 0,
                    "bits": float(motif.information().sum()),
                }
                for i, motif in enumerate(motifs, start=1)
            ],
        )
        if progress:
            progress(1.0)
        return path

    def evaluate(self, model: Model, data: Path, *, sample: int | None = None) -> list[Row]:
        """See `Recipe.evaluate`."""
        return evaluate(model, data, sample=sample)


def read_chosen(folder: Path) -> list[Motif]:
    """The motifs of `NAMES`, in alphabetical order of the factors.

    Raises
    ------
    BadInput
        If a file can't be read or lacks a motif.
    """
    known: dict[str, dict[str, Motif]] = {}
    for file in (HOCOMOCO, JASPAR):
        try:
            text = gzip.decompress((folder / file).read_bytes()).decode("ascii")
        except OSError as error:
            raise BadInput(
                f"`{folder / file}` can't be read ({error}).", "The motif collections are needed.", "Check --data."
            ) from error
        known[file] = {motif.name: motif for motif in read_motifs(text, source=file)}
    for file, name in NAMES.values():
        if name not in known[file]:
            raise BadInput(
                f"`{file}` has no motif `{name}`.", "The release named in the card is needed.", "Check --data."
            )
    return [known[NAMES[factor][0]][NAMES[factor][1]] for factor in sorted(PUBLISHED)]


KMER = WordCounts(
    KmerNetConfig(k=6, outputs=len(PUBLISHED), dropout=0.2, both_strands=True),
    Schedule(epochs=10, patience=4, learning_rate=3e-3, weight_decay=0.1),
)
PWM = PwmTable()
