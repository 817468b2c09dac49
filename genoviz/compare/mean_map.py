"""Mean maps of sets: the explanations of many sequences, aligned by a place in each, averaged by label."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from genoviz.attribute.methods import REFERENCES
from genoviz.compare.many import explain_many
from genoviz.compare.options import MOST_LABELS, MOST_RECORDS
from genoviz.errors import BadInput
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.target import Target
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

NORMAL = 1.96  # standard errors on each side of a mean that hold it in 95 of 100 samples
ALL = "all"  # the label of records without one


@dataclass(frozen=True, eq=False)
class GroupMean:
    """What one label's records have in common.

    Attributes
    ----------
    label, records
        The label and how many records have it.
    mean, low, high
        `(length,)`: mean score at each place and its 95 % interval (1.96 standard errors over the records with a base
        there); nan where fewer than two have one.
    size
        `(length,)`: mean |score|, which tells where something stands even if it works either way.
    by_letter
        `(4, length)`: the mean split by the base that stands there, rows A C G T; adds up to `mean`.
    value
        Mean of the target's number, with its interval.
    """

    label: str
    records: int
    mean: NDArray[np.float32]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    size: NDArray[np.float32]
    by_letter: NDArray[np.float32]
    value: tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class MeanMap:
    """Aligned explanations of a set.

    Attributes
    ----------
    records
        As the model read them: cropped, or padded with N, so that all have their place at `at`.
    labels
        One for each record.
    scores
        `(records, length)`; nan at N.
    values
        `(records,)`: the target's number.
    at
        Place of the alignment in what the model reads (from 0).
    target, unit, method, baseline
        What was explained and how.
    notices
        Which records were left out, and why.
    complete
        False if the run was cancelled: the records are a sample of those given, drawn by chance.
    """

    records: tuple[Sequence, ...]
    labels: tuple[str, ...]
    scores: NDArray[np.float32]
    values: NDArray[np.float64]
    at: int
    target: Target
    unit: str
    method: str
    baseline: str
    notices: tuple[str, ...]
    complete: bool = True

    @cached_property
    def groups(self) -> tuple[GroupMean, ...]:
        """One for each label, in the order in which they first appear."""
        codes = np.array([[BASES.find(base) for base in record.bases] for record in self.records])
        found = []
        for label in dict.fromkeys(self.labels):
            which = np.array([one == label for one in self.labels])
            found.append(_group(label, self.scores[which], codes[which], self.values[which]))
        return tuple(found)

    def group(self, label: str) -> GroupMean:
        """The mean of one label."""
        for one in self.groups:
            if one.label == label:
                return one
        raise BadInput(
            f"No record is labelled `{label[:50]}`.",
            f"Labels are {', '.join(dict.fromkeys(self.labels))}.",
            "Choose one.",
        )

    def difference(
        self, first: str, second: str
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Mean of `second` minus mean of `first` `(length,)`, and the lower and upper end of its 95 % interval."""
        a, b = self.group(first), self.group(second)
        error = np.sqrt(((a.high - a.low) / 2) ** 2 + ((b.high - b.low) / 2) ** 2)
        gain = b.mean - a.mean
        return gain, gain - error, gain + error

    def offset(self, position: int) -> str:
        """A position (from 0) as a distance to the alignment: `+12`, `-3`, `0`."""
        return f"{position - self.at:+d}" if position != self.at else "0"

    @property
    def sentence(self) -> str:
        """How many records, and where the mean of each label is largest."""
        said = []
        for group in self.groups:
            strong = np.abs(np.nan_to_num(group.mean))
            if not strong.any():
                said.append(f"{group.label} ({group.records}): no score")
                continue
            top = int(strong.argmax())
            mean, low, high = (float(row[top]) for row in (group.mean, group.low, group.high))
            said.append(
                f"{group.label} ({group.records}): {mean:+.2g} at {self.offset(top)} (95 % interval {low:+.2g} to {high:+.2g})"
            )
        return f"Strongest mean score of a place, in {self.unit}. {'; '.join(said)}.{self._apart()}"

    def _apart(self) -> str:
        """Where two labels differ most; empty for another number of labels."""
        if len(self.groups) != 2:
            return ""
        first, second = (group.label for group in self.groups)
        gain, low, high = self.difference(first, second)
        size = np.where(np.isfinite(low), np.abs(np.nan_to_num(gain)), 0)
        if not size.any():
            return ""
        top = int(size.argmax())
        return (
            f" They differ most at {self.offset(top)}: {second} minus {first} {float(gain[top]):+.2g} "
            f"(95 % interval {float(low[top]):+.2g} to {float(high[top]):+.2g})."
        )


def mean_map(
    model: Model,
    records: Seq[Sequence],
    target: Target | None = None,
    method: str | None = None,
    *,
    places: Seq[int] | None = None,
    labels: Seq[str] | None = None,
    references: int = REFERENCES,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> MeanMap:
    """Explain a set of sequences and average the explanations around a place in each.

    Parameters
    ----------
    model, target
        What is explained; the model's first track when None.
    records
        2 to `MOST_RECORDS`, of any lengths.
    method
        Key of `METHODS`; DeepLIFT with one reference for all when None, see `genoviz.compare.many`.
    places
        Summit or transcription start of each record (from 0); its middle when None. It comes to lie where the model expects
        transcription to start, for models that expect it somewhere, else in the middle of what is read.
    labels
        A word for each record, at most `MOST_LABELS` different ones; all alike when None.
    references, seed
        For methods that draw shuffles; records are explained in an order drawn by `seed`.
    progress
        Called with the share done. Raising `Cancelled` in it ends the run; those done are averaged.

    Raises
    ------
    BadInput
        If there are too few or many records or labels, or a place lies outside its record.
    GenovizError
        What `explain_many` raises.
    """
    if not 2 <= len(records) <= MOST_RECORDS:
        raise BadInput(
            f"{len(records):,} records were given.",
            f"2 to {MOST_RECORDS:,} are averaged.",
            "Give more, or draw a sample.",
        )
    given = list(labels) if labels is not None else [ALL] * len(records)
    where = list(places) if places is not None else [len(record) // 2 for record in records]
    if len(given) != len(records) or len(where) != len(records) or len(set(given)) > MOST_LABELS:
        raise BadInput(
            f"{len(records):,} records came with {len(where):,} places and {len(given):,} labels, {len(set(given))} of them "
            "different.",
            f"Each record has one of each, and there are up to {MOST_LABELS} labels.",
            "Give as many as records.",
        )
    for record, place in zip(records, where, strict=True):
        if not 0 <= place < len(record):
            raise BadInput(
                f"The place {place + 1:,} was given for `{record.name or 'a record'}` of {len(record):,} bases.",
                "A place lies inside its record.",
                "Check the column of places; they count from 1 in files.",
            )
    card = model.card
    target, at = target or Target.default(card), anchor_of(card)
    read = [aligned(record, place, card.length, at) for record, place in zip(records, where, strict=True)]
    order = np.random.default_rng(seed).permutation(len(read))  # a stopped run then has something of each label
    found = explain_many(
        model, [read[i] for i in order], target, method, references=references, seed=seed, least=2, progress=progress
    )
    back = np.argsort(order)
    scores, values, usable = found.scores[back], found.values[back], found.usable[back]
    asked = back < found.done
    kept = np.flatnonzero(usable).tolist()
    left = [records[i].name or f"record {i + 1}" for i in np.flatnonzero(asked & ~usable).tolist()]
    notices = (
        [
            f"{len(left):,} records are left out, as the model has no finite number for them: {', '.join(left[:5])}"
            + (" ..." if len(left) > 5 else ".")
        ]
        if left
        else []
    )
    if not found.complete:
        notices.append(f"Stopped: {found.done:,} of {len(read):,} records were explained, drawn by chance.")
    return MeanMap(
        tuple(read[i] for i in kept),
        tuple(given[i] for i in kept),
        scores[kept],
        values[kept],
        at,
        target,
        target.unit(card),
        found.method,
        found.baseline,
        tuple(notices),
        found.complete,
    )


def anchor_of(card: ModelCard) -> int:
    """Where the place of the alignment comes to lie in what a model reads (from 0)."""
    return card.tss if card.tss is not None else card.length // 2


def aligned(record: Sequence, place: int, length: int, at: int) -> Sequence:
    """`length` bases of a record, with its base `place` at `at`; N where it has none."""
    start = place - at
    left, right = max(0, -start), max(0, start + length - len(record))
    return Sequence("N" * left + record.bases[max(0, start) : start + length] + "N" * right, record.name)


def label_in(name: str) -> str:
    """The label that the name of a record carries as `label=WORD`; empty where it carries none."""
    _, found, rest = name.partition("label=")
    return rest.replace("|", " ").replace(";", " ").split()[0] if found and rest.strip() else ""


def _group(label: str, scores: NDArray[np.float32], codes: NDArray[np.int64], values: NDArray[np.float64]) -> GroupMean:
    known = np.isfinite(scores)
    n = known.sum(0)
    filled = np.where(known, scores, 0).astype(np.float64)
    many = np.maximum(n, 1)
    mean = filled.sum(0) / many
    spread = np.where(known, (filled - mean) ** 2, 0).sum(0) / np.maximum(n - 1, 1)
    error = NORMAL * np.sqrt(spread / many)
    few = n < 2
    mean_or_nan, error = np.where(n == 0, np.nan, mean), np.where(few, np.nan, error)
    letters = np.stack([np.where(codes == row, filled, 0).sum(0) / many for row in range(4)])
    half = NORMAL * float(values.std(ddof=1)) / np.sqrt(len(values)) if len(values) > 1 else float("nan")
    middle = float(values.mean())
    return GroupMean(
        label,
        len(scores),
        np.asarray(mean_or_nan, dtype=np.float32),
        np.asarray(mean_or_nan - error, dtype=np.float32),
        np.asarray(mean_or_nan + error, dtype=np.float32),
        np.asarray(np.where(n == 0, np.nan, np.abs(filled).sum(0) / many), dtype=np.float32),
        np.asarray(letters, dtype=np.float32),
        (middle, middle - half, middle + half),
    )
