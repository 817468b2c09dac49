"""Which attribution method finds the planted bases again: each is scored against where the sites were written."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.attribute.attribution import attribute
from genoviz.attribute.methods import METHODS, REFERENCES
from genoviz.errors import BadInput, Cancelled, UnknownName
from genoviz.models.base import NetModel
from genoviz.models.metrics import auprc, auroc
from genoviz.models.target import Target
from genoviz.sandbox.planted import Planted
from genoviz.sandbox.train import Trained

USUAL = ("deepliftshap", "deeplift", "ig", "inputxgradient", "saliency", "ablation", "occlusion", "guidedbackprop")
SEQUENCES, MOST_SEQUENCES = 20, 100
RESAMPLES = 1_000
TARGET = Target("planted")


@dataclass(frozen=True, eq=False)
class MethodRecovery:
    """How well one method finds planted bases.

    Attributes
    ----------
    method
        Key of `METHODS`.
    scores
        `(sequences, length)`: the scores, for the same sequences in each method.
    auroc, auprc
        `(sequences,)`: of each, planted bases against all others, the highest score first.
    auroc_95, auprc_95
        Interval of the mean, by resampling the sequences.
    """

    method: str
    scores: NDArray[np.float32]
    auroc: NDArray[np.float64]
    auprc: NDArray[np.float64]
    auroc_95: tuple[float, float]
    auprc_95: tuple[float, float]

    @property
    def title(self) -> str:
        """The name of the method on pages."""
        return METHODS[self.method].title


@dataclass(frozen=True, eq=False)
class Recovery:
    """What the methods found, the best first.

    Attributes
    ----------
    methods
        A row for each.
    sequences
        The unseen positive sequences that were explained.
    chance
        Share of planted bases: what guessing reaches in AUPRC; in AUROC it is 0.5.
    complete
        False if it was stopped; the methods done are there.
    """

    methods: tuple[MethodRecovery, ...]
    sequences: tuple[Planted, ...]
    chance: float
    complete: bool

    @property
    def sentence(self) -> str:
        """The best and the worst method, in words."""
        best, worst = self.methods[0], self.methods[-1]
        text = (
            f"{best.title} finds the planted bases of {len(self.sequences)} unseen sequences best: AUPRC "
            f"{best.auprc.mean():.2f}, where guessing gives {self.chance:.2f}."
        )
        if len(self.methods) > 1:
            text += f" {worst.title} finds them least well: {worst.auprc.mean():.2f}."
        return text


def recover(
    trained: Trained,
    methods: Seq[str] = USUAL,
    *,
    sequences: int = SEQUENCES,
    references: int = REFERENCES,
    model: NetModel | None = None,
    progress: Callable[[float], None] | None = None,
) -> Recovery:
    """Explain unseen positive sequences by each method, and hold the scores against the truth.

    Scores keep their sign: a planted base must raise the answer. Bases inside of a site at which any letter would do count
    neither as right nor as wrong.

    Parameters
    ----------
    trained
        A network of `genoviz.sandbox.train.train`.
    methods
        Keys of `METHODS`.
    sequences
        How many to explain.
    references
        Shuffled references of the methods that use them.
    model
        Another network for the same sequences, such as an untrained one.
    progress
        Called with the share done; raising `Cancelled` in it stops, and the methods that are done are kept.

    Raises
    ------
    UnknownName, BadInput
        If a method does not exist, or a number is not accepted.
    """
    for method in methods:
        if method not in METHODS:
            raise UnknownName.among("method", method, METHODS)
    if not methods or not 2 <= sequences <= MOST_SEQUENCES:
        raise BadInput(
            f"{len(methods)} methods and {sequences} sequences were asked for.",
            f"At least one method, and 2 to {MOST_SEQUENCES} sequences.",
            f"{SEQUENCES} sequences are usual.",
        )
    explained = [one for one in trained.test if one.positive][:sequences]
    found: list[MethodRecovery] = []
    complete = True
    try:
        for number, method in enumerate(dict.fromkeys(methods)):
            rows = []
            for i, one in enumerate(explained):
                result = attribute(
                    model or trained.model,
                    one.sequence,
                    TARGET,
                    method,
                    references=references,
                    seed=trained.plan.seed,
                    progress=None,
                )
                rows.append(result.per_base)
                if progress:
                    progress((number + (i + 1) / len(explained)) / len(methods))
            found.append(_scored(method, np.stack(rows), explained))
    except Cancelled:
        if not found:
            raise
        complete = False
    found.sort(key=lambda row: -float(row.auprc.mean()))
    chance = float(np.mean([one.truth.sum() / one.scored.sum() for one in explained]))
    return Recovery(tuple(found), tuple(explained), chance, complete)


def _scored(method: str, scores: NDArray[np.float32], explained: Seq[Planted]) -> MethodRecovery:
    pairs = [(row[one.scored], one.truth[one.scored]) for row, one in zip(scores, explained, strict=True)]
    roc = np.array([auroc(values, truth) for values, truth in pairs])
    precision = np.array([auprc(values, truth) for values, truth in pairs])
    return MethodRecovery(method, scores, roc, precision, _interval(roc), _interval(precision))


def _interval(values: NDArray[np.float64]) -> tuple[float, float]:
    drawn = np.random.default_rng(0).choice(values, (RESAMPLES, len(values))).mean(1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(low), float(high)


def roc_curve(row: MethodRecovery, explained: Seq[Planted]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """False and true positive rates of one method over the bases of all sequences, each scaled by its largest score."""
    values, truths = [], []
    for scores, one in zip(row.scores, explained, strict=True):
        values.append(scores[one.scored] / max(float(np.abs(scores).max()), 1e-12))
        truths.append(one.truth[one.scored])
    order = np.argsort(-np.concatenate(values), kind="stable")
    truth = np.concatenate(truths)[order]
    false, true = (~truth).cumsum() / (~truth).sum(), truth.cumsum() / truth.sum()
    return np.append(0.0, false), np.append(0.0, true)
