"""A linear probe: how well a straight line through a model's numbers tells labels apart, beside counts of short words.

The probe is a ridge regression on the embedding (Alain and Bengio 2016, arXiv:1610.01644, on the idea). A model whose numbers hold
no more about the labels than the counts of a sequence's words has learned nothing that this question needs; so both are fitted
on the same records and scored on the same held-out ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.embedding.records import Labelled
from genoviz.errors import BadInput, Cancelled
from genoviz.grammar.mean_interval import Spread
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.metrics import METRICS, Score, bootstrap_interval
from genoviz.models.onehot import letter_codes
from genoviz.networks.kmer import count_words
from genoviz.training.ridge import Ridge, fit_ridge

WORD = 4  # bases of the words that are counted
LONGEST_WORD = 5
TEST, VALIDATION = 0.3, 0.2  # share of the families; the second of those that are left
FEWEST = 40  # records
FEWEST_OF_A_CLASS = 3  # in each part of the split
STEPS, REPEATS = 6, 5  # sizes of the learning curve, and draws of training records at each
SMALLEST = 20  # training records of its first point

Watch = Callable[["tuple[CurvePoint, ...]"], None]
_Features = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CurvePoint:
    """Scores on the held-out records after training on `size` records; over draws of these records."""

    size: int
    embedding: Spread
    words: Spread


@dataclass(frozen=True)
class HeldOut:
    """A score on the held-out records with its 95 % interval over families."""

    score: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.score:.3f} (95 % interval {self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True, eq=False)
class Probe:
    """What a linear probe learned.

    Attributes
    ----------
    card
        Of the model that embedded the records.
    metric
        Key in `METRICS`: `auroc` for classes, `pearson` for numbers.
    positive
        The label that is told from the rest; empty for numbers.
    train, validation, test
        Records of each part; no family is in two of them.
    test_families
        How many independent families are held out.
    curve
        The learning curve, fewest records first.
    embedding, words
        Held-out scores after training on all training records.
    difference
        The first minus the second, on the same draws of held-out families.
    word
        Bases of the words.
    predicted
        `(test, 2)`: what the probe on the embedding and the one on words say of each held-out record.
    tested
        `(test,)`: numbers of the held-out records.
    seed
        Of the split and the draws.
    complete
        False if the curve was stopped; the final scores are there all the same.
    """

    card: ModelCard
    metric: str
    positive: str
    train: int
    validation: int
    test: int
    test_families: int
    curve: tuple[CurvePoint, ...]
    embedding: HeldOut
    words: HeldOut
    difference: HeldOut
    word: int
    predicted: NDArray[np.float64]
    tested: NDArray[np.int64]
    seed: int
    complete: bool = True

    @property
    def verdict(self) -> str:
        """What the difference says."""
        if self.difference.low > 0:
            return "the model's numbers hold more about the labels than these counts"
        if self.difference.high < 0:
            return "the counts hold more about the labels than the model's numbers"
        return "no difference that these records can show"

    @property
    def sentence(self) -> str:
        """Both scores, their difference and what it means."""
        what = f"`{self.positive}` against the rest" if self.positive else "the measured number"
        return (
            f"{METRICS[self.metric].title} for {what} on {self.test:,} held-out records ({self.test_families:,} families): "
            f"{self.embedding} for a linear probe on `{self.card.name}`, {self.words} for one on counts of {self.word}-base words. "
            f"The difference is {self.difference.score:+.3f} ({self.difference.low:+.3f} to {self.difference.high:+.3f}): "
            f"{self.verdict}."
        )


def probe(
    model: Model,
    data: Labelled,
    vectors: NDArray[np.floating],
    *,
    positive: str = "",
    word: int = WORD,
    steps: int = STEPS,
    repeats: int = REPEATS,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
    watch: Watch | None = None,
) -> Probe:
    """Train linear probes on more and more records, and score each on the same held-out ones.

    Parameters
    ----------
    model
        What embedded the records.
    data
        Records with labels: classes, or numbers.
    vectors
        `(records, dimensions)`: of `genoviz.predict.embed.embed`.
    positive
        The label that is told from all others; empty takes the first. Ignored where labels are numbers.
    word
        Bases of the words of the baseline: 1 to 5.
    steps, repeats
        Points of the learning curve, and draws of training records at each.
    seed
        Of the split and the draws.
    progress
        Called with the share done. `Cancelled` in it ends the curve early.
    watch
        Called with the learning curve so far, whenever it grew.

    Raises
    ------
    BadInput
        If there are too few records or classes, the label is not among them, or an option is out of range.
    """
    y, metric, name = _target(data, positive)
    _check(data, vectors, word, steps, repeats)
    parts = _split(data.families, y, seed)
    counts = count_words(letter_codes([one.bases for one in data.sequences]), word).double().numpy()
    features = (np.asarray(vectors, dtype=np.float64), counts)
    train, validation, test = parts
    fits = _Fits(features, y.astype(np.float64), validation, test, METRICS[metric].score, y)
    curve: tuple[CurvePoint, ...] = ()
    complete, rng = True, np.random.default_rng(seed)
    sizes = np.unique(np.geomspace(min(SMALLEST, len(train)), len(train), steps).round().astype(int)).tolist()
    try:
        for number, size in enumerate(sizes):
            curve = (*curve, _point(fits, train, size, repeats if size < len(train) else 1, rng))
            if watch:
                watch(curve)
            if progress:
                progress((number + 1) / len(sizes))
    except Cancelled:
        complete = False
    predicted = np.stack([ridge.predict(f[test]) for ridge, f in zip(fits.fit(train), features, strict=True)], axis=1)
    families, truth, score = data.families[test], y[test], fits.score
    return Probe(
        model.card,
        metric,
        name,
        len(train),
        len(validation),
        len(test),
        len(np.unique(families)),
        curve,
        _held_out(lambda p, m: score(p[:, 0], m), predicted, truth, families),
        _held_out(lambda p, m: score(p[:, 1], m), predicted, truth, families),
        _held_out(lambda p, m: score(p[:, 0], m) - score(p[:, 1], m), predicted, truth, families),
        word,
        predicted,
        test,
        seed,
        complete,
    )


@dataclass(frozen=True, eq=False)
class _Fits:
    """Both probes on the same records."""

    features: tuple[_Features, _Features]
    values: NDArray[np.float64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]
    score: Score
    truth: NDArray[np.generic]

    def fit(self, rows: NDArray[np.int64]) -> list[Ridge]:
        held = self.validation
        return [fit_ridge(f[rows], self.values[rows], f[held], self.values[held]) for f in self.features]

    def scores(self, rows: NDArray[np.int64]) -> list[float]:
        found = zip(self.fit(rows), self.features, strict=True)
        return [self.score(ridge.predict(f[self.test]), self.truth[self.test]) for ridge, f in found]


def _point(fits: _Fits, train: NDArray[np.int64], size: int, repeats: int, rng: np.random.Generator) -> CurvePoint:
    drawn = [train if size == len(train) else rng.choice(train, size, replace=False) for _ in range(repeats)]
    scores = np.array([fits.scores(rows) for rows in drawn])
    return CurvePoint(size, Spread(scores[:, 0]), Spread(scores[:, 1]))


def _held_out(
    score: Score, predicted: NDArray[np.float64], truth: NDArray[np.generic], families: NDArray[np.int64]
) -> HeldOut:
    return HeldOut(score(predicted, truth), *bootstrap_interval(score, predicted, truth, families=families))


def _target(data: Labelled, positive: str) -> tuple[NDArray[np.generic], str, str]:
    """What is learned `(records,)`, its metric, and the name of the class."""
    numbers = data.numbers
    if numbers is not None:
        return numbers, "pearson", ""
    if not data.has_labels:
        raise BadInput(
            "All records have the same label, or none.",
            "A probe learns to tell labels apart: `>name label=WORD`, numbers as `label=1.7`, or one file for each label.",
            "Give labels, or let the records be told from their shuffles.",
        )
    chosen = positive or data.classes[0]
    if chosen not in data.classes:
        raise BadInput(
            f"No record is labelled `{positive[:50]}`.", f"Labels are {', '.join(data.classes[:20])}.", "Choose one."
        )
    return np.array([label == chosen for label in data.labels]), "auroc", chosen


def _split(families: NDArray[np.int64], y: NDArray[np.generic], seed: int) -> list[NDArray[np.int64]]:
    """Training, validation and test records; whole families are drawn."""
    _, family = np.unique(families, return_inverse=True)
    order = np.random.default_rng(seed).permutation(family.max() + 1)
    held, first = round(TEST * len(order)), 0
    parts = []
    for count in (held, round(VALIDATION * (len(order) - held)), len(order)):
        parts.append(np.flatnonzero(np.isin(family, order[first : first + count])))
        first += count
    test, validation, train = parts
    for name, rows in (("training", train), ("validation", validation), ("held-out", test)):
        positives = int(y[rows].sum()) if y.dtype == bool else len(rows)
        fewest = min(positives, len(rows) - positives) if y.dtype == bool else len(rows)
        if fewest < FEWEST_OF_A_CLASS:
            raise BadInput(
                f"The {name} part has {len(rows):,} records, {fewest} of the rarer class.",
                f"At least {FEWEST_OF_A_CLASS} of each class are needed in each part, and relatives stay together.",
                "Give more records, or another label.",
            )
    return [train, validation, test]


def _check(data: Labelled, vectors: NDArray[np.floating], word: int, steps: int, repeats: int) -> None:
    n = len(data.sequences)
    if n < FEWEST or len(vectors) != n:
        raise BadInput(
            f"{n:,} records and {len(vectors):,} vectors were given.",
            f"A probe needs at least {FEWEST} records, with a vector each.",
            "Give more records.",
        )
    for what, number, high in (
        ("Bases of a word", word, LONGEST_WORD),
        ("Steps", steps, 30),
        ("Repeats", repeats, 100),
    ):
        if not 1 <= number <= high:
            raise BadInput(f"{what}: {number}.", f"1 to {high} are accepted.", "Choose a number inside.")
