"""Recipes that learn measured values from sequences: one class, one row of facts per model."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.errors import BadInput
from genoviz.models.base import Model, NetModel
from genoviz.models.ensemble import Ensemble
from genoviz.models.metrics import METRICS
from genoviz.models.onehot import encode_codes, reverse_complement
from genoviz.training.families import related, relatives
from genoviz.training.loop import History, Schedule, fit
from genoviz.training.save import save_checkpoint, written_card
from genoviz.training.scores import Row, background, logits_of, scatter, score_row
from genoviz.training.tables import Examples, Splits, find_folder, same_sequence
from genoviz.trust.out_of_distribution import input_profile

log = logging.getLogger("genoviz.training")

PROFILED = 5_000  # training sequences that the input profile is taken from


@dataclass(frozen=True)
class Official:
    """The official test of a benchmark, where the recipe's own test is another part of it.

    The two need not be equally hard, so each has rows of its own on the card, and figures that others published stand beside
    the official test only. It is scored once, when everything is chosen; calls are at probability 0.5 on either.

    Attributes
    ----------
    name, own
        What the official test and the recipe's own test are called on the card.
    read
        Folder -> its examples.
    """

    name: str
    own: str
    read: Callable[[Path], Examples]


def by_shared_bases(rows: Examples) -> NDArray[np.int64]:
    """Families `(n,)` of sequences that overlap or repeat one another, see `related`, or lie at one locus."""
    return related(rows.bases, keys=None if rows.loci is None else rows.loci.tolist())


@dataclass(frozen=True)
class Supervised:
    """A recipe: what to read, what to build, how to train and how to score.

    Attributes
    ----------
    name
        The model, for example `promoter.ecoli`; `cards/<name>.json` is the part of its card that people wrote.
    folder
        Name of the data folder inside `--data`.
    read
        Folder -> `Splits`; values are `(n, tracks)` in the order of the card's tracks.
    make
        Builds one untrained network `(batch, 4, length)` -> `(batch, tracks)`; its last layer is named `out`.
    config
        Sizes that the card's builder needs to make the same network.
    classes
        Labels 0 and 1 (binary cross-entropy) or measured values (squared error in units of the training spread).
    metrics
        Names in `METRICS`; the first, averaged over tracks, decides on the validation split when to stop.
    sets
        Named backgrounds and their labels (None: all items), see `scores.background`.
    published
        Per track, scores of others and of baselines, see `beside`.
    families
        Examples -> label `(n,)` of each; intervals are drawn over families. By default sequences that share 32 bases in a
        row, on either strand, or lie at one locus are of one.
    official
        The official test, where `read` gives another part of the benchmark as the test.
    schedule
        See `Schedule`; its seed is replaced by the recipe's.
    members
        Networks trained with seeds `seed, seed + 1, ...` and averaged.
    batch
        Sequences per step.
    both_strands
        Augmentation: read the reverse complement half of the time. Only where the label has no strand.
    shift
        Augmentation: move each sequence by up to this many bases, edges filled with N.
    apart
        Train the `parts` of the network, one for each track, each on the sequences of its own track: what a track learns and
        when it stops depends on no other.
    least_steps
        With `apart`, small sets are read more often, until there are so many steps.
    half_precision
        Multiply matrices in bfloat16, faster on processors that have it.
    complete
        Adds to a trained network what is fitted in one go, on training and validation sequences.
    start
        What `make` begins with, for the card: `model` and `sha256` of the weights it copies; empty: nothing learned.
    further
        Model and data folder -> more held-out rows, for questions that single sequences do not answer, such as the
        effects of variants.
    """

    name: str
    folder: str
    read: Callable[[Path], Splits]
    make: Callable[[], nn.Module]
    config: Mapping[str, Any]
    classes: bool
    metrics: tuple[str, ...]
    sets: Mapping[str, int | None]
    schedule: Schedule
    published: Mapping[str, Seq[Mapping[str, Any]]] = field(default_factory=dict)
    families: Callable[[Examples], NDArray[np.int64]] = by_shared_bases
    official: Official | None = None
    members: int = 1
    batch: int = 128
    both_strands: bool = False
    shift: int = 0
    apart: bool = False
    least_steps: int = 0
    half_precision: bool = False
    complete: Callable[[nn.Module, Splits], None] | None = None
    start: Mapping[str, str] = field(default_factory=dict)
    further: Callable[[Model, Path], list[Row]] | None = None

    def train(
        self,
        data: Path,
        out: Path,
        *,
        seed: int = 0,
        epochs: int | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Path:
        """Train all members, score them together on the test split, write weights and card; returns the weights file."""
        splits = self.read(find_folder(data, self.folder))
        log.info(
            "%s: %d training, %d validation, %d test sequences",
            self.name,
            len(splits.train),
            len(splits.validation),
            len(splits.test),
        )
        schedule = replace(self.schedule, epochs=self.schedule.epochs if epochs is None else epochs)
        nets, logs, best, seconds = [], [], [], 0.0
        for member in range(self.members):

            def share(done: float, member: int = member) -> None:
                if progress:
                    progress((member + done) / self.members)

            net, history = self._member(splits, replace(schedule, seed=seed + member), out / f"member-{member}", share)
            if self.complete:
                self.complete(net, splits)
            nets.append(net)
            logs += [{"member": member, **row} for row in history.rows]
            best.append(round(history.best, 4))
            seconds += history.seconds
        net = nets[0] if self.members == 1 else Ensemble(nets)
        net.eval()
        training = {
            "seed": seed,
            "members": self.members,
            "epochs": 1 + max(int(row["epoch"]) for row in logs),
            f"validation_{self.metrics[0]}": best,
            "sequences": {"train": len(splits.train), "validation": len(splits.validation), "test": len(splits.test)},
            "seconds": round(seconds),
            **({"start": dict(self.start)} if self.start else {}),
            **({"background": self.official.own} if self.official else {}),
        }
        card = written_card(self.name, net, config=self.config, training=training)
        model = NetModel(net, card).eval()
        predicted = logits_of(model, splits.test)
        tracks = card.outputs[0].tracks
        drawn = np.random.default_rng(seed).permutation(len(splits.train))[:PROFILED]
        return save_checkpoint(
            out,
            card,
            net,
            held_out=self._table(model, splits, predicted, data) + self._further(model, data),
            background=background(model, tracks, splits.test, predicted, sets=self.sets),
            scatter={} if self.classes else scatter(tracks, predicted, splits.test.values),
            inputs=input_profile(splits.train.take(drawn).texts()),
            epochs=logs,
        )

    def evaluate(self, model: Model, data: Path, *, sample: int | None = None) -> list[Row]:
        """Held-out table of a model on the test split, or on `sample` random items of each test."""
        splits = self.read(find_folder(data, self.folder))
        splits = replace(splits, test=_sampled(splits.test, sample))
        rows = self._table(model, splits, logits_of(model, splits.test), data, sample)
        return rows + (self._further(model, data) if sample is None else [])

    def _further(self, model: Model, data: Path) -> list[Row]:
        return self.further(model, find_folder(data, self.folder)) if self.further else []

    def _table(
        self, model: Model, splits: Splits, predicted: NDArray[np.float64], data: Path, sample: int | None = None
    ) -> list[Row]:
        """Rows of the official test, if there is one, then of `splits.test`; published figures stand beside the first."""
        tracks = model.card.outputs[0].tracks
        if self.official is None:
            return self._rows(tracks, predicted, splits.test, published=self.published)
        learned = np.concatenate([splits.train.bases, splits.validation.bases])
        test = _sampled(self.official.read(find_folder(data, self.folder)), sample)
        first = self._rows(
            tracks, logits_of(model, test), test, self.official.name, published=self.published, learned=learned
        )
        return first + self._rows(tracks, predicted, splits.test, self.official.own, learned=learned)

    def _rows(
        self,
        tracks: Seq[str],
        predicted: NDArray[np.float64],
        test: Examples,
        name: str = "",
        *,
        published: Mapping[str, Seq[Mapping[str, Any]]] | None = None,
        learned: NDArray[np.uint8] | None = None,
    ) -> list[Row]:
        """A row for each track; with the bases `learned` from, each says how it does on sequences unlike them."""
        families = self.families(test)
        known = copied = np.zeros(len(test), dtype=bool)
        if learned is not None:
            known, copied = relatives(test.bases, learned), same_sequence(test, learned)
        rows = []
        for i, track in enumerate(tracks):

            def scored(measured: NDArray[np.float32], i: int = i, track: str = track, **more: Any) -> Row:
                return score_row(
                    track, predicted[:, i], measured, self.metrics, classes=self.classes, families=families, **more
                )

            row = scored(test.values[:, i], published=(published or {}).get(track, ()), test=name)
            if learned is not None:
                row["in_training"] = int(copied[np.isfinite(test.values[:, i])].sum())
                row["unlike_training"] = scored(np.where(known, np.nan, test.values[:, i]).astype(np.float32))
            rows.append(row)
        return rows

    def _member(
        self, splits: Splits, schedule: Schedule, out: Path, progress: Callable[[float], None]
    ) -> tuple[nn.Module, History]:
        torch.manual_seed(schedule.seed)
        net = self.make()
        if not self.apart:
            return net, self._fitted(net, splits, schedule, out, progress)
        parts: list[nn.Module] = list(net.parts)  # type: ignore[arg-type]
        whole, best = History(), []
        for i, part in enumerate(parts):

            def share(done: float, i: int = i) -> None:
                progress((i + done) / len(parts))

            own = Splits(splits.train.track(i), splits.validation.track(i), splits.test.track(i))
            epochs = max(schedule.epochs, self.least_steps // -(-len(own.train) // self.batch))
            history = self._fitted(part, own, replace(schedule, epochs=epochs), out / f"track-{i}", share)
            whole.rows += [{"track": i, **row} for row in history.rows]
            whole.seconds += history.seconds
            best.append(history.best)
        whole.best = float(np.mean(best))
        net.eval()
        return net, whole

    def _fitted(
        self, net: nn.Module, splits: Splits, schedule: Schedule, out: Path, progress: Callable[[float], None]
    ) -> History:
        """Train a network in place on all tracks that it has."""
        train, seed = splits.train, schedule.seed
        centre, spread = np.nanmean(train.values, 0), np.nanstd(train.values, 0)
        if not np.isfinite(centre).all() or (spread == 0).any():
            raise BadInput(
                f"The training data of `{self.name}` hold a track without values, or with one value only.",
                "Every track needs different values.",
                "Check the data folder.",
            )
        scale = torch.from_numpy(spread.astype(np.float32))
        start = np.log(centre / (1 - centre)) if self.classes else centre
        with torch.no_grad():  # start from the training mean, so that the first steps are not spent on it
            net.out.bias.copy_(torch.from_numpy(start.astype(np.float32)))  # type: ignore[union-attr,operator]

        def batches(epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
            draw = np.random.default_rng([seed, epoch])
            order = draw.permutation(len(train))
            for i in range(0, len(order), self.batch):
                rows = np.sort(order[i : i + self.batch])
                X = encode_codes(train.bases[rows])
                yield self._augmented(X, draw), torch.from_numpy(train.values[rows])

        def loss(module: nn.Module, X: Tensor, y: Tensor) -> Tensor:
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.half_precision):
                predicted = module(X).float()
            there = ~torch.isnan(y)
            if self.classes:
                return F.binary_cross_entropy_with_logits(predicted[there], y[there])
            error = (predicted - torch.nan_to_num(y)) / scale
            return error[there].square().mean()

        def validate(module: nn.Module) -> float:
            rows, score = splits.validation, METRICS[self.metrics[0]].score
            parts = [module(encode_codes(rows.bases[i : i + 250])).double() for i in range(0, len(rows), 250)]
            predicted = torch.cat(parts).numpy()
            scores = []
            for i in range(rows.values.shape[1]):
                there = np.isfinite(rows.values[:, i])
                measured = rows.values[there, i]
                scores.append(score(predicted[there, i], measured.astype(bool) if self.classes else measured))
            return float(np.mean(scores))

        return fit(
            net,
            batches,
            loss,
            validate,
            steps_per_epoch=-(-len(train) // self.batch),
            schedule=schedule,
            out=out,
            fingerprint=self._fingerprint(train),
            progress=progress,
        )

    def _augmented(self, X: Tensor, draw: np.random.Generator) -> Tensor:
        if self.both_strands:
            turn = torch.from_numpy(draw.random(len(X)) < 0.5)
            X = torch.where(turn[:, None, None], reverse_complement(X), X)
        if self.shift:
            by = int(draw.integers(-self.shift, self.shift + 1))
            X = F.pad(X, (self.shift + by, self.shift - by))[:, :, self.shift : self.shift + X.shape[2]]
        return X

    def _fingerprint(self, train: Examples) -> str:
        facts = f"{dict(self.config)} {self.batch} {self.both_strands} {self.shift} {self.metrics[0]} {self.classes}"
        facts += "".join(f" {fact}" for fact in self.start.values())
        return sha256(facts.encode() + train.bases.tobytes() + train.values.tobytes()).hexdigest()


def _sampled(test: Examples, sample: int | None) -> Examples:
    return test if sample is None else test.take(np.sort(np.random.default_rng(0).permutation(len(test))[:sample]))
