"""Recipe of `vae.ecoli-promoters`: an autoencoder of native E. coli promoters.

Data: the 17,767 native promoters of Urtecho et al. 2023 (doi:10.1101/2020.01.04.894907, GEO GSE144621), aligned to their
start site, with the split by genome block of `promoter.ecoli`. Native sequences hold something to compress; of the
yeast promoters at hand seven of eight are random or designed, and random bases can't be compressed.

The latent point must also predict the measured expression, linearly: activity is a small part of what distinguishes
promoters, and the latent space keeps more of it when asked (the study in the card). How much it holds is measured
afterwards, by ridge regression on the latent mean.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from genoviz.errors import BadModel
from genoviz.models.base import Model
from genoviz.models.metrics import METRICS, bootstrap_interval
from genoviz.models.onehot import encode_codes
from genoviz.networks.kmer import count_words
from genoviz.networks.vae import VAE, Autoencoder, VAEConfig
from genoviz.sequences.shuffle import shuffle_rows
from genoviz.training.loop import Schedule, fit
from genoviz.training.markov import Markov
from genoviz.training.recipes import ecoli
from genoviz.training.ridge import fit_ridge
from genoviz.training.save import save_checkpoint, written_card
from genoviz.training.scores import Row, background, beside, logits_of, score_row
from genoviz.training.supervised import PROFILED, by_shared_bases
from genoviz.training.tables import Examples, Splits, find_folder
from genoviz.trust.out_of_distribution import input_profile

log = logging.getLogger("genoviz.training")

ORDERS = range(9)  # of the Markov models that the reconstruction stands beside
WORD = 5  # of the word counts that the latent regression stands beside
HIDDEN = 0.1  # share of bases that are turned into N, to be filled in again


@dataclass(frozen=True)
class Autoencoding:
    """A recipe that learns to reconstruct sequences.

    Attributes
    ----------
    name
        The model; `cards/<name>.json` is the part of its card that people wrote.
    folder
        Name of the data folder inside `--data`.
    read
        Folder -> `Splits`; the one value is what the latent regression asks for.
    config
        Sizes of the network.
    schedule
        See `Schedule`; its seed is replaced by the recipe's.
    beta
        Weight of the latent information (Higgins et al. 2017, ICLR): the loss is minus the log-likelihood plus `beta`
        times the divergence from the standard normal. At 1 it is the bound of Kingma and Welling; short sequences with
        independent bases given the latent point then leave the latent space empty.
    head
        Weight, in nats, of half the squared error (in units of the training spread) of a linear prediction of the
        measured value from the latent point; 0 learns from sequences alone. The prediction is not kept.
    noise
        Share of bases turned into N in training, so that the network learns to fill in and not to copy.
    batch
        Sequences per step.
    """

    name: str
    folder: str
    read: Callable[[Path], Splits]
    config: VAEConfig
    schedule: Schedule
    beta: float
    head: float = 0.0
    noise: float = 0.1
    batch: int = 128

    def train(
        self,
        data: Path,
        out: Path,
        *,
        seed: int = 0,
        epochs: int | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Path:
        """See `Recipe.train`."""
        splits = self.read(find_folder(data, self.folder))
        train = splits.train
        schedule = replace(self.schedule, seed=seed, epochs=self.schedule.epochs if epochs is None else epochs)
        torch.manual_seed(seed)
        net = VAE(self.config)
        learner = Learner(net, train.values[:, 0])

        def batches(epoch: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
            draw = np.random.default_rng([seed, epoch])
            order = draw.permutation(len(train))
            for i in range(0, len(order), self.batch):
                rows = np.sort(order[i : i + self.batch])
                X = encode_codes(train.bases[rows])
                seen = torch.from_numpy(draw.random((len(X), 1, X.shape[2])) >= self.noise)
                yield X, X * seen, torch.from_numpy(train.values[rows, 0])

        def loss(module: nn.Module, X: Tensor, seen: Tensor, value: Tensor) -> Tensor:
            return -self._objective(learner, X, seen, value, None).mean()

        def validate(module: nn.Module) -> float:
            generator = torch.Generator().manual_seed(0)  # the same draws after each epoch
            parts = []
            for i in range(0, len(splits.validation), 250):
                X = encode_codes(splits.validation.bases[i : i + 250])
                value = torch.from_numpy(splits.validation.values[i : i + 250, 0])
                parts.append(self._objective(learner, X, X, value, generator))
            return float(torch.cat(parts).mean())

        facts = f"{self.config} {self.beta} {self.head} {self.noise} {self.batch}"
        history = fit(
            learner,
            batches,
            loss,
            validate,
            steps_per_epoch=-(-len(train) // self.batch),
            schedule=schedule,
            out=out,
            fingerprint=sha256(facts.encode() + train.bases.tobytes() + train.values.tobytes()).hexdigest(),
            progress=progress,
        )
        training = {
            "seed": seed,
            "beta": self.beta,
            "head": self.head,
            "noise": self.noise,
            "epochs": len(history.rows),
            "best_epoch": history.best_epoch,
            "validation_objective": round(history.best, 4),
            "sequences": {"train": len(train), "validation": len(splits.validation), "test": len(splits.test)},
            "seconds": round(history.seconds),
        }
        card = written_card(self.name, net, config=asdict(self.config), training=training)
        model = Autoencoder(net, card).eval()
        track = card.outputs[0].tracks[0]
        drawn = np.random.default_rng(seed).permutation(len(train))[:PROFILED]
        return save_checkpoint(
            out,
            card,
            net,
            held_out=held_out_rows(model, splits),
            background=background(model, [track], splits.test, logits_of(model, splits.test), sets={"promoters": None}),
            inputs=input_profile(train.take(drawn).texts()),
            epochs=history.rows,
        )

    def evaluate(self, model: Model, data: Path, *, sample: int | None = None) -> list[Row]:
        """See `Recipe.evaluate`."""
        if not isinstance(model, Autoencoder):
            raise BadModel(f"`{model.card.name}` is no autoencoder.", "The model of this recipe is scored.", "")
        splits = self.read(find_folder(data, self.folder))
        if sample is not None:
            chosen = np.sort(np.random.default_rng(0).permutation(len(splits.test))[:sample])
            splits = replace(splits, test=splits.test.take(chosen))
        return held_out_rows(model, splits)

    def _objective(
        self, learner: Learner, X: Tensor, seen: Tensor, value: Tensor, generator: torch.Generator | None
    ) -> Tensor:
        """Per sequence `(batch,)`, in nats per base: what training makes large."""
        mean, log_variance = learner.net.encode(seen)
        z = mean + torch.randn(mean.shape, generator=generator) * (log_variance / 2).exp()
        reconstruction = (X * learner.net.log_probabilities(z)).sum((1, 2))
        gain = reconstruction - self.beta * divergence(mean, log_variance)
        return (gain - self.head * 0.5 * learner.error(z, value).square()) / X.shape[2]


class Learner(nn.Module):
    """The network in training, with a linear prediction of the measured value from the latent point.

    Parameters
    ----------
    net
        The network.
    measured
        Training values `(n,)`, for their mean and spread.
    """

    def __init__(self, net: VAE, measured: NDArray[np.float32]) -> None:
        super().__init__()
        self.net = net
        self.value = nn.Linear(net.mean.out_features, 1)
        self.centre, self.spread = float(measured.mean()), float(measured.std())

    def error(self, z: Tensor, measured: Tensor) -> Tensor:
        """Errors `(batch,)` in units of the training spread."""
        return self.value(z)[:, 0] - (measured - self.centre) / self.spread


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Kullback-Leibler divergence `(batch,)` in nats of normal distributions `(batch, latent)` from the standard normal."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1)


def held_out_rows(model: Autoencoder, splits: Splits) -> list[Row]:
    """Reconstruction of the test sequences, and regression of their measured value on the latent mean.

    The first row has

    - `log_likelihood`: nats per base at the encoder's mean, beside models that were told nothing about the sequence;
    - `recovered`: share of bases that are the likeliest of the decoder; `recovered_hidden`: of bases that were N;
    - `information`: nats per sequence that the latent point carries; `bound`: nats per base when they are paid for, a
      lower bound on the log-likelihood of the sequences and as such comparable with the Markov model's;
    - `auroc`, `auprc`: reconstruction log-likelihood of test sequences against a dinucleotide shuffle of each.
    """
    train, test = splits.train, splits.test
    track = model.card.outputs[0].tracks[0]
    likelihood = logits_of(model, test)[:, 0]
    shuffled = Examples(shuffle_rows(test.bases, np.random.default_rng(0)), test.values)
    families = by_shared_bases(test)
    both = np.concatenate([likelihood, logits_of(model, shuffled)[:, 0]])
    against_shuffles = score_row(
        track,
        both,
        np.repeat([1, 0], len(test)).astype(np.float32),
        ("auroc", "auprc"),
        classes=True,
        families=np.concatenate([families, families]),  # a shuffle is of the sequence that it was made from
    )
    per_base, read = log_probabilities(model, test.bases), letters(test.bases)
    called = per_base.argmax(1)
    observed = np.take_along_axis(per_base, read[:, None], 1)[:, 0]
    row = {key: against_shuffles[key] for key in ("track", "n", "families", "positives")}
    for name, predicted in (("recovered", called), ("log_likelihood", observed)):
        score = METRICS[name].score
        row[name] = round(score(predicted, read), 4)
        row[f"{name}_95"] = [round(v, 4) for v in bootstrap_interval(score, predicted, read, families=families)]
    hidden = np.random.default_rng(0).random(test.bases.shape) < HIDDEN
    filled = log_probabilities(model, np.where(hidden, ord("N"), test.bases).astype(np.uint8)).argmax(1)
    row["recovered_hidden"] = round(float((filled == read)[hidden].mean()), 4)
    row |= against_shuffles | latent_information(model, test)
    row["published"] = baselines(splits)
    features = [latent_means(model, part) for part in (train, splits.validation, test)]
    words = [count_words(part.bases, WORD).double().numpy() for part in (train, splits.validation, test)]
    measured = [part.values[:, 0].astype(np.float64) for part in (train, splits.validation, test)]
    latent, counted = (fit_ridge(f[0], measured[0], f[1], measured[1]).predict(f[2]) for f in (features, words))
    value = score_row(
        "expression from the latent mean",
        latent,
        test.values[:, 0],
        ("pearson", "spearman"),
        classes=False,
        families=families,
    )
    source = f"ridge regression on counts of {WORD}-base words, this test"
    value["published"] = [
        beside(name, round(METRICS[name].score(counted, test.values[:, 0]), 4), source, same_test=True)
        for name in ("pearson", "spearman")
    ]
    return [row, value]


def baselines(splits: Splits) -> list[dict[str, object]]:
    """Log-likelihood per base of models that read no latent point, on the same test sequences.

    Base frequencies, base frequencies at each position, and the Markov model (position-independent, both strands) of
    the order that does best on the validation sequences.
    """
    train, test = letters(splits.train.bases), letters(splits.test.bases)
    total = np.bincount(train.ravel(), minlength=4) + 1.0
    overall = total / total.sum()
    counts = np.stack([(train == base).sum(0) for base in range(4)]) + 1.0
    placed = counts / counts.sum(0)
    # One piece, an N between neighbours: no word reaches from one sequence into the next.
    joined = np.pad(splits.train.bases, ((0, 0), (0, 1)), constant_values=ord("N")).ravel()
    chains = [Markov([joined], order) for order in ORDERS]
    best = min(ORDERS, key=lambda order: chains[order].bits(splits.validation.bases).mean())
    found = {
        "base frequencies": float(np.log(overall)[test].mean()),
        "base frequencies at each position": float(np.log(placed[test, np.arange(test.shape[1])]).mean()),
        f"Markov model of order {best}": float(-np.log(2) * chains[best].bits(splits.test.bases).mean()),
    }
    shares = {
        "likeliest base": float((test == overall.argmax()).mean()),
        "likeliest base at each position": float((placed.argmax(0) == test).mean()),
    }
    return [
        beside(metric, round(value, 4), name, same_test=True)
        for metric, values in (("log_likelihood", found), ("recovered", shares))
        for name, value in values.items()
    ]


def latent_information(model: Autoencoder, rows: Examples) -> dict[str, float]:
    """`information` (nats per sequence) and `bound` (nats per base), see `held_out_rows`; one latent draw per sequence."""
    generator = torch.Generator().manual_seed(0)
    carried, explained = [], []
    with torch.no_grad():
        for i in range(0, len(rows), 250):
            X = encode_codes(rows.bases[i : i + 250])
            mean, log_variance = model.encode(X)
            z = mean + torch.randn(mean.shape, generator=generator) * (log_variance / 2).exp()
            carried.append(divergence(mean, log_variance))
            explained.append((X * model.decode(z).log()).sum((1, 2)))
    information, likelihood = float(torch.cat(carried).mean()), float(torch.cat(explained).mean())
    return {
        "information": round(information, 2),
        "bound": round((likelihood - information) / rows.bases.shape[1], 4),
    }


def latent_means(model: Autoencoder, rows: Examples) -> NDArray[np.float64]:
    """Latent means `(n, latent)`."""
    with torch.no_grad():
        parts = [model.embed(encode_codes(rows.bases[i : i + 250])) for i in range(0, len(rows), 250)]
    return torch.cat(parts).double().numpy()


def log_probabilities(model: Autoencoder, codes: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Log base probabilities `(n, 4, length)` after a way through the latent space, from ASCII codes `(n, length)`."""
    with torch.no_grad():
        parts = [model.denoise(encode_codes(codes[i : i + 250])).double().log() for i in range(0, len(codes), 250)]
    return torch.cat(parts).numpy()


def letters(codes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Numbers 0 to 3 of the letters A C G T `(n, length)`."""
    return np.searchsorted(np.frombuffer(b"ACGT", dtype=np.uint8), codes)


def log_expression(text: str) -> float:
    """log2 of RNA per DNA plus 1; background-corrected values below 0 count as 0."""
    return float(np.log2(max(float(text), 0.0) + 1))


RECIPE = Autoencoding(
    name="vae.ecoli-promoters",
    folder=ecoli.FOLDER,
    read=lambda folder: ecoli.read(folder, "expression", log_expression),
    config=VAEConfig(length=ecoli.LENGTH),
    schedule=Schedule(epochs=12, patience=4, learning_rate=2e-3, weight_decay=1e-3),
    beta=0.03,
    head=10.0,
)
