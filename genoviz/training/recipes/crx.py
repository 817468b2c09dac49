"""Recipe of `enhancer.crx`: photoreceptor enhancers and silencers in mouse retinas.

Data: reporter assay of 164-bp elements around CRX-bound sites, as they are and with their CRX motifs destroyed
(Friedman et al. 2021, eLife 10:e67403, GEO GSE165812). All versions of one element lie on the same side of each split.

The network learns from all versions of an element at once, their levels and the differences between them: from levels alone, a
network learns next to nothing of what a few changed bases do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from genoviz.errors import BadInput
from genoviz.models.base import Model
from genoviz.models.metrics import pearson
from genoviz.networks.kmer import KmerNet, KmerNetConfig, count_words
from genoviz.training.floors import with_floors
from genoviz.training.loop import History, Schedule, fit
from genoviz.training.scores import Row, beside, logits_of, score_row
from genoviz.training.supervised import Supervised, by_shared_bases
from genoviz.training.tables import Examples, Splits, examples, read_table, without

FOLDER = "enhancer_mpra_crx"
LENGTH = 164
FLOOR = -5.0  # log2; 206 elements have no expression at all, written as log2 of 0.001 in the table
VALIDATION = ("chr3", "chr8")
DESTROYED = "MUT-allCrxSites"
CONFIG = KmerNetConfig(k=5, outputs=1, hidden=64, dropout=0.4, both_strands=True)
STEADY = 0.3  # added to the spread of a word's count, so that rare words do not weigh most


def read(folder: Path) -> Splits:
    """Split by chromosome: the test rows of the table (chr2 and chr7), `VALIDATION`, and the rest."""
    rows = rows_of(folder)
    everything = _examples(rows)
    test = np.array([row["split"] == "test" for row in rows])
    aside = np.array([row["chrom"] in VALIDATION for row in rows]) & ~test
    held = everything.take(test)
    validation = without(everything.take(aside), held)
    return Splits(without(without(everything.take(~test & ~aside), held), validation), validation, held)


def rows_of(folder: Path) -> list[dict[str, str]]:
    """Rows of the table with a measured activity."""
    columns = ["label", "chrom", "variant", "group_name", "expression_log2", "split"]
    rows = read_table(folder / "activity.tsv.gz", columns=columns, sequence="seq", length=LENGTH)
    return [row for row in rows if row["expression_log2"] not in ("", "nan")]


def _examples(rows: list[dict[str, str]]) -> Examples:
    measured = np.array([[float(row["expression_log2"])] for row in rows], dtype=np.float32)
    return replace(examples(rows, "seq", measured.clip(FLOOR)), loci=np.array([element_of(row) for row in rows]))


def element_of(row: dict[str, str]) -> str:
    """Name of the element that a row is a version of."""
    return row["label"].rpartition("_")[0]


def further(model: Model, folder: Path) -> list[Row]:
    """What destroying all CRX sites of an element changes, and strong enhancers against silencers, on the test side."""
    rows = [row for row in rows_of(folder) if row["split"] == "test"]
    measured = _examples(rows)
    predicted = logits_of(model, measured)[:, 0]
    element = [element_of(row) for row in rows]
    native = {name: i for i, name in enumerate(element) if rows[i]["variant"] == "WT"}
    pairs = [
        (native[element[i]], i) for i, row in enumerate(rows) if row["variant"] == DESTROYED and element[i] in native
    ]
    before, after = np.array(pairs).T
    family = by_shared_bases(measured)
    changed = (measured.values[after] - measured.values[before])[:, 0]
    rule = "the rule: the higher the predicted wild type, the larger the fall; this test"
    found = [
        score_row(
            "change when CRX sites are destroyed",
            predicted[after] - predicted[before],
            changed,
            ("pearson", "spearman"),
            classes=False,
            families=family[before],
            published=[beside("pearson", round(pearson(-predicted[before], changed), 4), rule, same_test=True)],
        )
    ]
    kinds = [row["group_name"] if row["variant"] == "WT" else "" for row in rows]
    chosen = np.array([kind in ("Strong enhancer", "Silencer") for kind in kinds])
    strong = np.array([kind == "Strong enhancer" for kind in kinds], dtype=np.float32)
    title = "strong enhancer, not silencer"
    scored = score_row(
        title, predicted[chosen], strong[chosen], ("auroc", "auprc"), classes=True, families=family[chosen]
    )
    return [*found, scored]


@dataclass(frozen=True)
class OnVersions(Supervised):
    """A recipe for a `KmerNet` that learns the versions of an element together: `batch` elements a step, see `Examples.loci`.

    The loss is the squared error of the levels, in units of their spread, plus that of the differences between versions of one
    element, in units of theirs. Dropout leaves out the same words and units in all versions of an element, else its noise would
    swamp their difference. Training scores are the mean of both correlations.
    """

    def _member(
        self, splits: Splits, schedule: Schedule, out: Path, progress: Callable[[float], None]
    ) -> tuple[nn.Module, History]:
        train, seed, k, dropout = splits.train, schedule.seed, int(self.config["k"]), float(self.config["dropout"])
        torch.manual_seed(seed)
        net = self.make()
        if not isinstance(net, KmerNet) or not isinstance(net.hidden, nn.Sequential) or train.loci is None:
            raise BadInput(
                f"The recipe of `{self.name}` got another network, or rows without elements.",
                "It trains a `KmerNet` with hidden units on elements that have names.",
                "Use `Supervised` for others.",
            )
        dense: nn.Linear = net.hidden[0]  # type: ignore[assignment]
        versions = _by_locus(train)
        a, b = (torch.from_numpy(side) for side in _pairs(train))
        measured = torch.from_numpy(train.values[:, 0])
        spread, of_changes = measured.std(), (measured[b] - measured[a]).std()
        counts = count_words(train.bases, k, both_strands=True)
        centre, scale = counts.mean(0), counts.std(0) + STEADY
        with torch.no_grad():
            net.out.bias.fill_(measured.mean())

        def batches(epoch: int) -> Iterator[tuple[Tensor, ...]]:
            order = np.random.default_rng([seed, epoch]).permutation(len(versions))
            for i in range(0, len(order), self.batch):
                chosen = [versions[j] for j in order[i : i + self.batch]]
                rows = np.concatenate(chosen)
                element = torch.from_numpy(np.repeat(np.arange(len(chosen)), [len(one) for one in chosen]))
                yield (counts[rows] - centre) / scale, measured[rows], element

        def kept(units: int, element: Tensor) -> Tensor:
            left = torch.rand(int(element.max()) + 1, units) >= dropout
            return left[element] / (1 - dropout)

        def loss(module: KmerNet, words: Tensor, y: Tensor, element: Tensor) -> Tensor:
            h = torch.relu(dense(words * kept(words.shape[1], element))) * kept(dense.out_features, element)
            z = module.out(h)[:, 0]
            one, other = (element[:, None] == element).triu(1).nonzero().T
            changes = (z[other] - z[one]) - (y[other] - y[one])
            return ((z - y) / spread).square().mean() + (changes / of_changes).square().mean()

        held = (count_words(splits.validation.bases, k, both_strands=True) - centre) / scale
        first, second = _pairs(splits.validation)

        def validate(module: nn.Module) -> float:
            z, y = module.score(held)[:, 0].double().numpy(), splits.validation.values[:, 0]  # type: ignore[operator]
            return (pearson(z, y) + pearson(z[second] - z[first], y[second] - y[first])) / 2

        history = fit(
            net,
            batches,
            loss,
            validate,
            steps_per_epoch=-(-len(versions) // self.batch),
            schedule=schedule,
            out=out,
            fingerprint=self._fingerprint(train),
            progress=progress,
        )
        with torch.no_grad():  # the network reads plain counts
            dense.weight.div_(scale)
            dense.bias.sub_(dense.weight @ centre)
        return net, history


def _by_locus(rows: Examples) -> list[NDArray[np.int64]]:
    """Rows of each element."""
    _, number = np.unique(np.asarray(rows.loci), return_inverse=True)
    order = np.argsort(number, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(number[order])) + 1)


def _pairs(rows: Examples) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every two versions of one element, the earlier row first."""
    found = [pair for versions in _by_locus(rows) for pair in combinations(versions.tolist(), 2)]
    first, second = np.array(found, dtype=np.int64).T
    return first, second


RECIPE = OnVersions(
    name="enhancer.crx",
    folder=FOLDER,
    read=read,
    make=lambda: KmerNet(CONFIG),
    config=asdict(CONFIG),
    classes=False,
    metrics=("pearson", "spearman"),
    sets={"held-out": None},
    published=with_floors("enhancer.crx"),
    schedule=Schedule(epochs=12, patience=6, learning_rate=1e-3, weight_decay=0.1),
    members=3,
    batch=32,
    both_strands=True,
    further=further,
)
