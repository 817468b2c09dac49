"""Recipe of `tfbind.encode10`: ten ENCODE transcription factors, DeepBind-style.

Data: the ChIP-seq peaks of Alipanahi et al. 2015 (Nat Biotechnol 33:831, supplementary software), one folder with
`<TF>_<cell>.train_positives.tsv.gz` and `<TF>_<cell>.test.tsv.gz`, 101-bp sequences. Training negatives are
dinucleotide shuffles of the training peaks, drawn anew in each epoch, and with a small weight the sequences of the
other factors; the test files bring their own shuffles.

One network learns ten factors, so a peak of one factor may overlap a test peak of another. Training peaks that share
a 24-mer with any test or validation peak, on either strand, are therefore left out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Sequence as Seq
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.errors import BadInput
from genoviz.models.base import Model
from genoviz.models.catalogue import get_card
from genoviz.models.ensemble import Ensemble
from genoviz.models.metrics import auroc
from genoviz.models.onehot import encode, encode_codes, letter_codes
from genoviz.networks.tfbind import TFBind, TFBindConfig, untied_state
from genoviz.sequences.shuffle import shuffle_rows
from genoviz.training.families import related
from genoviz.training.loop import History, Schedule, fit
from genoviz.training.save import save_checkpoint, written_card
from genoviz.training.scores import Row, beside, quantiles, score_row
from genoviz.training.tables import find_folder, read_table
from genoviz.trust.out_of_distribution import input_profile

log = logging.getLogger("genoviz.training")

NAME = "tfbind.encode10"
MEMBERS = 3
FOLDER = "tf_chip_deepbind10"
LENGTH = 101
SHARED_KMER = 24
PEAKS_PER_EPOCH = 8_000  # per factor; larger sets are sampled, so that no factor rules the loss
BATCH = 256
# A peak of one factor counts a little as "not bound" for the nine others. Without it every output learns "looks like
# any peak" and answers to the sites of all factors; much more of it would punish factors that do share sites.
OTHER_FACTORS = 0.2

BASELINES = ("kmer.encode10", "pwm.encode10")  # see `factor_baselines`

# AUROC of the published DeepBind weights on the same test files (whole sequence, maximum over both strands).
PUBLISHED = {
    "ARID3A": ("D00736.002", 0.8848),
    "CTCFL": ("D00753.001", 0.9865),
    "ELK1": ("D00360.007", 0.9526),
    "FOXA1": ("D00761.001", 0.9815),
    "GABPA": ("D00409.004", 0.9794),
    "MYC": ("D00785.001", 0.9281),
    "REST": ("D00799.001", 0.9993),
    "SP1": ("D00650.007", 0.9018),
    "USF1": ("D00700.006", 0.9930),
    "ZBTB7A": ("D00714.004", 0.8729),
}


@dataclass(frozen=True)
class FactorData:
    """Peaks of one factor: training and validation peaks, test sequences with labels (all 101 bp) and the peak each is of."""

    factor: str
    cell: str
    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]
    labels: tuple[int, ...]
    parents: tuple[str, ...]


def read_factor(folder: Path, stem: str) -> FactorData:
    """Read both files of one factor. Validation peaks are 200 of the 500 strongest that are not test peaks."""
    factor, cell = stem.split("_", 1)
    peaks = _read(folder / f"{stem}.train_positives.tsv.gz")
    held = [i < 500 and i % 5 < 2 for i in range(len(peaks))]  # files are sorted by peak strength
    test = _read(folder / f"{stem}.test.tsv.gz")
    return FactorData(
        factor,
        cell,
        tuple(row["seq"].upper() for row, h in zip(peaks, held, strict=True) if not h),
        tuple(row["seq"].upper() for row, h in zip(peaks, held, strict=True) if h),
        tuple(row["seq"].upper() for row in test),
        tuple(int(row["label"]) for row in test),
        tuple(row["event"].rpartition("_")[0] or row["event"] for row in test),  # seq_00002_peak and seq_00002_shuf
    )


def read_factors(folder: Path) -> list[FactorData]:
    """All ten factors in alphabetical order, as they are in the files."""
    stems = sorted(p.name.removesuffix(".test.tsv.gz") for p in folder.glob("*.test.tsv.gz"))
    found = [stem.split("_", 1)[0] for stem in stems]
    if found != sorted(PUBLISHED):
        raise BadInput(
            f"`{folder}` holds test files (*.test.tsv.gz) of {', '.join(found) or 'no factor'}.",
            f"The folder of the ten ENCODE sets is needed: {', '.join(sorted(PUBLISHED))}.",
            "Pass it with --data.",
        )
    return [read_factor(folder, stem) for stem in stems]


def read_all(folder: Path) -> list[FactorData]:
    """All ten factors, training peaks that share sequence with held-out peaks removed."""
    factors = read_factors(folder)
    held_out = _kmers(s for f in factors for s, y in zip(f.test, f.labels, strict=True) if y)
    held_out |= _kmers(s for f in factors for s in f.validation)
    kept = []
    for f in factors:
        train = tuple(s for s in f.train if not any(k in held_out for k in _windows(s)))
        log.info(
            "%s: %d of %d training peaks share no %d-mer with held-out peaks",
            f.factor,
            len(train),
            len(f.train),
            SHARED_KMER,
        )
        kept.append(replace(f, train=train))
    return kept


def train(
    data: Path,
    out: Path,
    *,
    seed: int = 0,
    epochs: int = 14,
    progress: Callable[[float], None] | None = None,
) -> Path:
    """Train, score on the test files, and write `<out>/tfbind.encode10.safetensors` with its card.

    Returns
    -------
    Path
        The weights file.
    """
    factors = read_all(find_folder(data, FOLDER))
    config = TFBindConfig(outputs=len(factors))
    nets, rows, histories = [], [], []
    for member in range(MEMBERS):

        def share(done: float, member: int = member) -> None:
            if progress:
                progress((member + done) / MEMBERS)

        torch.manual_seed(seed + member)
        net = TFBind(config, tied=True)
        schedule = Schedule(epochs=epochs, patience=6, learning_rate=2e-3, weight_decay=5e-3, seed=seed + member)
        history = fit_factors(net, factors, schedule, out / f"member-{member}", sizes=config, progress=share)
        plain = TFBind(config)
        plain.load_state_dict(untied_state(net))
        nets.append(plain)
        histories.append(history)
        rows += [{"member": member, **row} for row in history.rows]
    return save_factors(
        NAME,
        Ensemble(nets),
        factors,
        out,
        config=asdict(config),
        training={
            "seed": seed,
            "members": MEMBERS,
            "epochs": [len(history.rows) for history in histories],
            "validation_auroc": [round(history.best, 4) for history in histories],
        },
        models=BASELINES,
        epochs=rows,
    )


def fit_factors(
    net: nn.Module,
    factors: list[FactorData],
    schedule: Schedule,
    out: Path,
    *,
    sizes: object,
    read: Callable[[NDArray[np.uint8]], Tensor] = encode_codes,
    forward: Callable[[nn.Module, Tensor], Tensor] = lambda module, X: module(X),
    progress: Callable[[float], None] | None = None,
) -> History:
    """Train one network on all factors and leave its best state in it.

    Parameters
    ----------
    net
        Trained in place.
    factors
        See `read_all`.
    schedule, out, progress
        See `fit`.
    sizes
        Whatever else the run depends on, as text.
    read, forward
        From ASCII codes `(batch, 101)` to what `forward(net, X)` turns into logits `(batch, factors)`. A network whose
        first step is fixed and slow may have it done in `read`.
    """
    seed = schedule.seed
    peaks = [letter_codes(f.train) for f in factors]
    rng = np.random.default_rng(seed)
    validation = [
        (read(np.concatenate([codes, shuffle_rows(codes, rng)])), np.repeat([True, False], len(codes)))
        for codes in (letter_codes(f.validation) for f in factors)
    ]
    per_epoch = [min(len(p), PEAKS_PER_EPOCH) for p in peaks]

    def batches(epoch: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        draw = np.random.default_rng([seed, epoch])
        rows, factor, label = [], [], []
        for index, (codes, n) in enumerate(zip(peaks, per_epoch, strict=True)):
            chosen = codes[draw.permutation(len(codes))[:n]]
            rows += [chosen, shuffle_rows(chosen, draw)]
            factor.append(np.full(2 * n, index))
            label.append(np.repeat([1.0, 0.0], n))
        all_rows, all_factors, all_labels = np.concatenate(rows), np.concatenate(factor), np.concatenate(label)
        order = draw.permutation(len(all_rows))
        for i in range(0, len(order), BATCH):
            take = order[i : i + BATCH]
            yield (
                read(all_rows[take]),
                torch.from_numpy(all_factors[take]),
                torch.from_numpy(all_labels[take]).float(),
            )

    def loss(module: nn.Module, X: Tensor, factor: Tensor, label: Tensor) -> Tensor:
        logits = forward(module, X)
        own = F.one_hot(factor, logits.shape[1]).bool()
        others = F.softplus(logits).masked_fill(own, 0).sum(1).mean() / (logits.shape[1] - 1)
        return F.binary_cross_entropy_with_logits(logits[own], label) + OTHER_FACTORS * others

    def validate(module: nn.Module) -> float:
        return float(np.mean([auroc(forward(module, X)[:, i].numpy(), y) for i, (X, y) in enumerate(validation)]))

    everything = (sizes, PEAKS_PER_EPOCH, BATCH, OTHER_FACTORS)
    return fit(
        net,
        batches,
        loss,
        validate,
        steps_per_epoch=-(-2 * sum(per_epoch) // BATCH),
        schedule=schedule,
        out=out,
        fingerprint=sha256(f"{everything} {[f.train for f in factors]}".encode()).hexdigest(),
        progress=progress,
    )


def facts(history: History) -> dict[str, Any]:
    """What a card says about a training."""
    return {
        "epochs": len(history.rows),
        "best_epoch": history.best_epoch,
        "validation_auroc": round(history.best, 4),
    }


def save_factors(
    name: str,
    net: nn.Module,
    factors: list[FactorData],
    out: Path,
    *,
    config: Mapping[str, Any],
    training: Mapping[str, Any],
    epochs: Seq[Mapping[str, float]],
    models: Seq[str] = (),
) -> Path:
    """Score a network in eval mode on the test files and write it with its card; returns the weights file."""
    net.eval()
    sequences = {f.factor: [len(f.train), len(f.validation), len(f.test)] for f in factors}
    return save_checkpoint(
        out,
        written_card(name, net, config=config, training={**training, "sequences": sequences}),
        net,
        held_out=held_out_table(net, factors, models=models),
        background=background(net, factors),
        inputs=inputs(factors),
        epochs=epochs,
    )


def inputs(factors: list[FactorData]) -> dict[str, Any]:
    """Input profile of 500 random training peaks per factor."""
    rng = np.random.default_rng(0)
    return input_profile([f.train[i] for f in factors for i in rng.permutation(len(f.train))[:500]])


def evaluate(model: Model, data: Path, *, sample: int | None = None) -> list[Row]:
    """Held-out table of a model on the test files, or on `sample` random sequences of each."""
    factors = read_factors(find_folder(data, FOLDER))
    models = BASELINES if model.card.name == NAME else ()
    return held_out_table(lambda X: model.logits(X)["binding"][:, :, 0], factors, sample, models=models)


def published(factor: str, models: Seq[str] = ()) -> list[dict[str, Any]]:
    """AUROC of the published DeepBind weights, then of bundled models, as their cards say, all on the same test."""
    accession, value = PUBLISHED[factor]
    found = [beside("auroc", value, f"DeepBind {accession}, this test", same_test=True)]
    for name in models:
        card = get_card(name)
        scores = card.scores(factor) or {}
        found.append(beside("auroc", scores["auroc"], f"{card.title} ({name}), this test", same_test=True))
    return found


def held_out_table(
    net: Callable[[Tensor], Tensor], factors: list[FactorData], sample: int | None = None, *, models: Seq[str] = ()
) -> list[Row]:
    """AUROC and AUPRC per factor on its test file, with 95 % intervals, and beside them `published`.

    A peak, its shuffle and the peaks that overlap it are drawn together.

    `auroc_other_factors` asks another question: does the output rank its own test peaks above those of the nine others?
    """
    table: list[Row] = []
    rng = np.random.default_rng(0)
    if sample is not None:
        factors = [_sampled(f, np.sort(rng.permutation(len(f.test))[:sample])) for f in factors]
    logits = [_logits(net, f.test) for f in factors]
    bound = [rows[np.asarray(f.labels, dtype=bool)] for rows, f in zip(logits, factors, strict=True)]
    for index, f in enumerate(factors):
        others = np.concatenate([rows[:, index] for i, rows in enumerate(bound) if i != index])
        own = bound[index][:, index]
        row = score_row(
            f.factor,
            logits[index][:, index],
            np.asarray(f.labels, dtype=np.float32),
            ("auroc", "auprc"),
            classes=True,
            published=published(f.factor, models),
            families=related(letter_codes(f.test), keys=f.parents),
        )
        row["auroc_other_factors"] = round(
            auroc(np.concatenate([own, others]), np.repeat([True, False], [len(own), len(others)])), 4
        )
        table.append(row)
    return table


def background(net: Callable[[Tensor], Tensor], factors: list[FactorData]) -> dict[str, dict[str, object]]:
    """Quantiles (0, 1, ... 100 %) of the logit over each factor's test peaks and test shuffles."""
    rows: dict[str, dict[str, object]] = {}
    for index, f in enumerate(factors):
        scores, labels = _logits(net, f.test)[:, index], np.asarray(f.labels, dtype=bool)
        rows[f.factor] = {
            "bound": quantiles(scores[labels]),
            "shuffled": quantiles(scores[~labels]),
        }
    return rows


def _logits(net: Callable[[Tensor], Tensor], sequences: tuple[str, ...]) -> NDArray[np.float64]:
    with torch.no_grad():
        return torch.cat([net(encode(sequences[i : i + 250])) for i in range(0, len(sequences), 250)]).double().numpy()


def _sampled(f: FactorData, rows: NDArray[np.int64]) -> FactorData:
    test, labels, parents = (tuple(column[i] for i in rows) for column in (f.test, f.labels, f.parents))
    return replace(f, test=test, labels=labels, parents=parents)


def _read(path: Path) -> list[dict[str, str]]:
    return read_table(path, columns=["event", "label"], sequence="seq", length=LENGTH)


def _windows(sequence: str) -> Iterator[str]:
    return (sequence[i : i + SHARED_KMER] for i in range(len(sequence) - SHARED_KMER + 1))


def _kmers(sequences: Iterable[str]) -> set[str]:
    complement = str.maketrans("ACGT", "TGCA")
    return {k for s in sequences for strand in (s, s.translate(complement)[::-1]) for k in _windows(strand)}
