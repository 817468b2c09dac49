"""Recipes of the DNA language models `maskedlm.yeast-ecoli` and `grulm.yeast-ecoli`; `convlm.yeast-ecoli` has its own beside them.

Data: the genomes of S. cerevisiae (sacCer3) and E. coli K-12 (U00096.2), without labels. Whole chromosomes and blocks are
held out. Test scores are bits per base beside Markov models counted on the same training sequences.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from genoviz.models.base import Model
from genoviz.models.language import LanguageNet, NetLanguageModel
from genoviz.models.onehot import encode_codes, reverse_complement
from genoviz.networks.cloze import Cloze, ClozeConfig
from genoviz.networks.recurrent_lm import RecurrentConfig, RecurrentLM
from genoviz.sequences.shuffle import shuffle_rows
from genoviz.training.genomes import Stretches, ecoli, yeast
from genoviz.training.loop import History, Schedule, fit
from genoviz.training.markov import Markov
from genoviz.training.save import save_checkpoint, written_card
from genoviz.training.scores import Row, beside, quantiles, score_row
from genoviz.trust.out_of_distribution import input_profile

LENGTH = 200
TRACK = "log-likelihood"
YEAST_SHARE = 0.75  # of the training windows; the rest are E. coli
PROMOTER_SHARE = 0.4  # of the windows lie in front of genes, where most factors bind
BLANKED = 0.03  # of the bases are hidden from the network, so that it knows N
ORDERS = (5, 6, 7, 8)
NATS = math.log(2)
Species = Mapping[str, tuple[Stretches, Stretches, Stretches]]  # training, validation and test of each genome


@dataclass(frozen=True)
class Language:
    """A recipe: which network to train, on how many windows, and the loss of a batch.

    Attributes
    ----------
    name
        The model.
    make
        Builds the untrained network.
    loss
        Network and complete one-hot bases `(batch, 4, length)`, as read and as they are -> nats per base.
    config
        Sizes that the card's builder needs.
    schedule
        An epoch is `steps` batches of random windows.
    batch, steps
        Windows per step, and steps per epoch.
    half_precision
        Multiply matrices in bfloat16, twice as fast on processors that have it.
    yeast_share, promoter_share
        Share of the training windows that are yeast, and share that lie in front of genes.
    """

    name: str
    make: Callable[[], LanguageNet]
    loss: Callable[[Any, Tensor, Tensor], Tensor]
    config: Mapping[str, Any]
    schedule: Schedule
    batch: int
    steps: int = 100
    half_precision: bool = False
    yeast_share: float = YEAST_SHARE
    promoter_share: float = PROMOTER_SHARE

    def train(
        self,
        data: Path,
        out: Path,
        *,
        seed: int = 0,
        epochs: int | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Path:
        """Train on the training stretches, score on the test stretches, write weights, card and log."""
        species = {"yeast": yeast(data), "E. coli": ecoli(data)}
        schedule = replace(self.schedule, seed=seed, epochs=self.schedule.epochs if epochs is None else epochs)
        torch.manual_seed(seed)
        net, history = self.fitted(species, out, schedule, progress)
        card = written_card(
            self.name,
            net,
            config=self.config,
            training={
                "seed": seed,
                "epochs": len(history.rows),
                "windows": len(history.rows) * self.steps * self.batch,
                "validation_bits_per_base": round(-history.best, 4),
                "seconds": round(history.seconds),
            },
        )
        model = NetLanguageModel(net, card).eval()
        drawn = np.random.default_rng(seed)
        profiled = np.concatenate(
            [species["yeast"][0].drawn(3_750, LENGTH, drawn), species["E. coli"][0].drawn(1_250, LENGTH, drawn)]
        )
        sides = {name: (train, test) for name, (train, _, test) in species.items()}
        return save_checkpoint(
            out,
            card,
            net,
            held_out=held_out_rows(model, {name: test for name, (_, test) in sides.items()}, markov=sides),
            background={TRACK: _background(model, species["yeast"][2], species["E. coli"][2])},
            inputs=input_profile([row.tobytes().decode("ascii") for row in profiled]),
            epochs=history.rows,
        )

    def fitted(
        self, species: Species, out: Path, schedule: Schedule, progress: Callable[[float], None] | None
    ) -> tuple[LanguageNet, History]:
        """The trained network, and how its training went."""
        net = self.make()
        return net, self.fit(net, species, out, schedule, progress)

    def fit(
        self,
        net: LanguageNet,
        species: Species,
        out: Path,
        schedule: Schedule,
        progress: Callable[[float], None] | None,
    ) -> History:
        """Train a network on random windows of both strands; the validation stretches say which epoch is kept."""
        held = np.random.default_rng(0)
        shown = [species["yeast"][1].drawn(400, LENGTH, held), species["E. coli"][1].drawn(130, LENGTH, held)]
        validation = encode_codes(np.concatenate(shown))

        def batches(epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
            draw = np.random.default_rng([schedule.seed, epoch])
            for _ in range(self.steps):
                n = int(draw.binomial(self.batch, self.yeast_share))
                rows = [
                    species["yeast"][0].drawn(n, LENGTH, draw, promoters=self.promoter_share),
                    species["E. coli"][0].drawn(self.batch - n, LENGTH, draw, promoters=self.promoter_share),
                ]
                X = encode_codes(np.concatenate(rows))
                turn = torch.from_numpy(draw.random(self.batch) < 0.5)
                X = torch.where(turn[:, None, None], reverse_complement(X), X)
                kept = torch.from_numpy(draw.random((self.batch, 1, LENGTH)) >= BLANKED).float()
                yield X * kept, X

        def loss(module: LanguageNet, read: Tensor, bases: Tensor) -> Tensor:
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.half_precision):
                return self.loss(module, read, bases)

        def validate(module: nn.Module) -> float:
            """Minus bits per base."""
            total = sum(float(module(validation[i : i + 100]).sum()) for i in range(0, len(validation), 100))
            return total / (len(validation) * LENGTH * NATS)

        shares = f"{self.yeast_share} {self.promoter_share} {BLANKED}"
        facts = f"{dict(self.config)} {self.batch} {shares} {self.half_precision}"
        return fit(
            net,
            batches,
            loss,
            validate,
            steps_per_epoch=self.steps,
            schedule=schedule,
            out=out,
            fingerprint=sha256(facts.encode()).hexdigest(),
            progress=progress,
        )

    def evaluate(self, model: Model, data: Path, *, sample: int | None = None) -> list[Row]:
        """The card's held-out rows, on all test windows or on `sample` random ones of each genome."""
        tests = {"yeast": yeast(data)[2], "E. coli": ecoli(data)[2]}
        return held_out_rows(model, tests, sample=sample)


def bits_per_base(model: Model, rows: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Minus log2 of the probability of each row `(n, length)`, per base."""
    parts = []
    with torch.no_grad():
        for i in range(0, len(rows), 100):
            parts.append(model.logits(encode_codes(rows[i : i + 100]))[model.card.outputs[0].name].flatten())
    return -torch.cat(parts).double().numpy() / (rows.shape[1] * NATS)


def held_out_rows(
    model: Model,
    tests: Mapping[str, Stretches],
    *,
    markov: Mapping[str, tuple[Stretches, Stretches]] | None = None,
    sample: int | None = None,
) -> list[Row]:
    """A row for all windows of each genome's test side and one for its promoters, beside Markov models of `markov`."""
    rows = []
    for name, test in tests.items():
        tables = {}
        if markov is not None:
            tables = {order: Markov(markov[name][0].bases, order) for order in ORDERS}
        for kind, promoters in (("", False), (" promoters", True)):
            windows, loci = test.placed(LENGTH, promoters=promoters)
            if sample is not None:
                chosen = np.random.default_rng(0).permutation(len(windows))[:sample]
                windows, loci = windows[chosen], loci[chosen]
            found = bits_per_base(model, windows)
            rows.append(
                score_row(
                    f"{name}{kind}",
                    found,
                    np.zeros(len(found), dtype=np.float32),
                    ("bits",),
                    classes=False,
                    published=_markov_bits(tables, windows),
                    families=loci,
                )
            )
    return rows


def _markov_bits(tables: Mapping[int, Markov], windows: NDArray[np.uint8]) -> list[dict[str, Any]]:
    """Bits per base of the best order, reading one side of a base and reading both."""
    found: list[dict[str, Any]] = []
    for two_sided, title in ((False, "Markov model"), (True, "two-sided Markov model")):
        bits = {order: float(table.bits(windows, two_sided=two_sided).mean()) for order, table in tables.items()}
        if bits:
            best = min(bits, key=lambda order: bits[order])
            source = f"best {title}, order {best}, same training sequences, this test"
            found.append(beside("bits", round(bits[best], 4), source, same_test=True))
    return found


def _background(model: Model, yeast_test: Stretches, ecoli_test: Stretches) -> dict[str, list[float]]:
    """Quantiles of the log-likelihood (nats) of held-out windows."""
    draw = np.random.default_rng(0)
    yeast_rows = draw.permutation(yeast_test.side_by_side(LENGTH))[:1_000]
    sets = {
        "yeast": yeast_rows,
        "yeast promoters": draw.permutation(yeast_test.promoters(LENGTH))[:1_000],
        "E. coli": draw.permutation(ecoli_test.side_by_side(LENGTH))[:1_000],
        "shuffled yeast": shuffle_rows(yeast_rows[:500], draw),
    }
    return {name: quantiles(-bits_per_base(model, rows) * LENGTH * NATS) for name, rows in sets.items()}


def both_sides_loss(net: LanguageNet, read: Tensor, bases: Tensor) -> Tensor:
    """Nats per base of a network that predicts each base from both sides."""
    return -(bases * net.log_probabilities(read)).sum(1).mean()


def _recurrent_loss(net: RecurrentLM, read: Tensor, bases: Tensor) -> Tensor:
    return -(bases * net.strand(read)).sum(1).mean()


_CLOZE = ClozeConfig(length=LENGTH)
MASKED = Language(
    name="maskedlm.yeast-ecoli",
    make=lambda: Cloze(_CLOZE),
    loss=both_sides_loss,
    config=asdict(_CLOZE),
    schedule=Schedule(epochs=24, patience=24, learning_rate=3e-3, weight_decay=1e-2),
    batch=48,
    half_precision=True,
)
_RECURRENT = RecurrentConfig(length=LENGTH)
AUTOREGRESSIVE = Language(
    name="grulm.yeast-ecoli",
    make=lambda: RecurrentLM(_RECURRENT),
    loss=_recurrent_loss,
    config=asdict(_RECURRENT),
    schedule=Schedule(epochs=14, patience=14, learning_rate=4e-3, weight_decay=1e-3),
    batch=64,
)
