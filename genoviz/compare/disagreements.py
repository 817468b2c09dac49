"""The disagreement finder: where gradients and mutations, or two models, differ most, in a sequence or over a file."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.attribute.attribution import attribute
from genoviz.attribute.baselines import BASELINES
from genoviz.attribute.methods import METHODS, REFERENCES, default_method, offered
from genoviz.compare.comparison import assay_notes, on_axis, read_around, shared_baseline
from genoviz.compare.options import MOST_RECORDS
from genoviz.compare.similarity import Similarity, similarity
from genoviz.errors import AdapterFailed, BadInput, Cancelled, NotFinite, UnknownName
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence

GRADIENT, MUTATIONS = "inputxgradient", "ablation"  # what one model is asked with unless told otherwise


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two that are compared: a model, one of its numbers, a method."""

    model: Model
    target: Target
    method: str

    @property
    def label(self) -> str:
        """`tfbind.encode10 GABPA, Input x Gradient`."""
        tracks = ", ".join(self.target.tracks) or self.target.output
        return f"{self.model.card.name} {tracks}, {METHODS[self.method].title}"


@dataclass(frozen=True, eq=False)
class RecordDisagreement:
    """How far the two sides differ on one record.

    Attributes
    ----------
    number, sequence
        Place of the record in the file (from 0), and what was read of the file.
    first, second
        `(length,)` of the record: scores of the two sides; nan where a model does not read.
    values
        The numbers of both sides, each in its unit.
    similarity
        How alike the two rows are.
    """

    number: int
    sequence: Sequence
    first: NDArray[np.float32]
    second: NDArray[np.float32]
    values: tuple[float, float]
    similarity: Similarity

    @property
    def gap(self) -> float:
        """1 - correlation of the two rows: 0 for rows of one shape, 1 for unrelated, 2 for opposite ones; nan where a row has
        no shape."""
        return 1 - self.similarity.pearson

    def bases(self, n: int = 10) -> list[tuple[int, float]]:
        """The `n` positions (from 0) at which the rows, each divided by its root mean square, differ most: second minus first."""
        gain = gap_per_base(self.first, self.second)
        order = np.argsort(-np.abs(np.nan_to_num(gain)), kind="stable")[:n]
        return [(int(i), float(gain[i])) for i in order if np.nan_to_num(gain[i]) != 0]


@dataclass(frozen=True, eq=False)
class Disagreements:
    """Records from most to least different.

    Attributes
    ----------
    sides
        What was compared, in words.
    ranked
        Those of which both sides have a shape come first, the others last.
    notices
        Sentences to show beside the result.
    complete
        False if the run was stopped: records that were not reached are missing.
    """

    sides: tuple[str, str]
    units: tuple[str, str]
    ranked: tuple[RecordDisagreement, ...]
    notices: tuple[str, ...]
    complete: bool = True

    @property
    def ranks(self) -> NDArray[np.float64]:
        """`(records, 2)`, in the order of `ranked`: share of the records with a lower number, for each side; ties share their
        mean."""
        values = np.array([one.values for one in self.ranked])
        less = (values[None] < values[:, None]).sum(1) + 0.5 * ((values[None] == values[:, None]).sum(1) - 1)
        return np.asarray(less / max(1, len(values) - 1))

    @property
    def sentence(self) -> str:
        """The most different record, and the usual correlation."""
        shown = [one for one in self.ranked if one.gap == one.gap]
        if not shown:
            return "On none of these records do both sides have a shape to compare."
        top = shown[0]
        name = top.sequence.name or f"record {top.number + 1}"
        middle = float(np.median([one.similarity.pearson for one in shown]))
        where = top.bases(1)
        at = f", most of all at base {where[0][0] + 1} ({top.sequence.bases[where[0][0]]})" if where else ""
        both = f"{self.sides[0]} against {self.sides[1]}"
        if len(shown) == 1:
            differs = f", they differ most{at.removeprefix(', most of all')}" if at else ""
            return f"{name}: correlation {middle:.2f}{differs}. {both}."
        return (
            f"Median correlation over {len(shown):,} records {middle:.2f}; least alike: {name} "
            f"({top.similarity.pearson:.2f}){at}. {both}."
        )


def gap_per_base(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """`(length,)`: second minus first, each divided by its root mean square so that units don't count; nan where one is."""

    def even(row: NDArray[np.float32]) -> NDArray[np.float32]:
        scale = float(np.sqrt(np.nanmean(row.astype(np.float64) ** 2))) if np.isfinite(row).any() else 0.0
        return row / np.float32(scale) if scale > 0 else row

    return np.asarray(even(second) - even(first), dtype=np.float32)


def disagreements(
    models: Seq[Model],
    records: Seq[Sequence],
    targets: Seq[Target | None] | None = None,
    methods: Seq[str] | None = None,
    *,
    baseline: str | None = None,
    references: int = REFERENCES,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> Disagreements:
    """Rank records by how far two explanations of each differ.

    Parameters
    ----------
    models
        One, asked by two methods or for two targets; or two, asked by one method, or by one each.
    records
        1 to `MOST_RECORDS`. Each model reads the middle of a longer record; a shorter one is padded with N.
    targets
        One for each model; its first track where None.
    methods
        For one model gradient and mutations when None; for two models the usual method.
    baseline, references, seed
        The same for both sides.
    progress
        Called with the share done. Raising `Cancelled` in it stops; the records that are done are returned with
        `complete=False`.

    Raises
    ------
    BadInput
        If not exactly two sides come out of the choices, or there are no or too many records.
    UnknownName
        If a method or the baseline does not exist.
    NotFinite, AdapterFailed
        If no record can be answered; of some, these are left out with a notice.
    """
    first, second = sides(models, targets, methods)
    if not 1 <= len(records) <= MOST_RECORDS:
        raise BadInput(
            f"{len(records):,} records were given.", f"1 to {MOST_RECORDS:,} are compared.", "Draw a sample."
        )
    cards = (first.model.card, second.model.card)
    name = baseline or shared_baseline(cards)
    if name not in BASELINES:
        raise UnknownName.among("baseline", name, BASELINES)
    found: list[RecordDisagreement] = []
    complete = True
    notices = assay_notes(cards, (first.target, second.target))
    for number, record in enumerate(records):
        try:
            found.append(_record(number, record, first, second, name, references, seed))
        except (NotFinite, AdapterFailed) as error:
            notices.append(f"{record.name or f'record {number + 1}'} is left out: {error.read}")
            if number + 1 == len(records) and not found:
                raise
        try:
            if progress:
                progress((number + 1) / len(records))
        except Cancelled:
            if not found:
                raise
            complete = number + 1 == len(records)
            break
    ranked = sorted(found, key=lambda one: (one.gap != one.gap, -np.nan_to_num(one.gap), one.number))
    units = first.target.unit(cards[0]), second.target.unit(cards[1])
    return Disagreements((first.label, second.label), units, tuple(ranked), tuple(notices), complete)


def sides(
    models: Seq[Model], targets: Seq[Target | None] | None = None, methods: Seq[str] | None = None
) -> tuple[Side, Side]:
    """The two that are compared; `BadInput` if the choices give another number."""
    given = list(targets) if targets is not None else [None] * len(models)
    both = [*models] * 2 if len(models) == 1 and len(given) == 2 else list(models)  # two numbers of one model
    chosen = list(methods) if methods else usual_methods([model.card for model in both])
    for method in chosen:
        if method not in METHODS:
            raise UnknownName.among("method", method, METHODS)
    if len(both) == len(given) == 1 and len(chosen) == 2:
        both, given = both * 2, given * 2
    how = chosen * 2 if len(chosen) == 1 else chosen
    sizes = (len(both), len(given), len(how))
    if sizes != (2, 2, 2) or (both[0] is both[1] and given[0] == given[1] and how[0] == how[1]):
        raise BadInput(
            f"{len(models)} models, {len(given)} targets and {len(chosen)} methods were given.",
            "One model with two methods or two targets, or two models with one method or one each, are compared.",
            "For example one model with inputxgradient and ablation.",
        )
    a, b = (
        Side(model, target or Target.default(model.card), method)
        for model, target, method in zip(both, given, how, strict=True)
    )
    return a, b


def usual_methods(cards: Seq[ModelCard]) -> list[str]:
    """Gradient and mutations for one model; for two the first one's usual method where it fits both, else the gradient."""
    if len(cards) == 1:
        return [GRADIENT, MUTATIONS]
    usual = default_method(cards[0]) if cards else GRADIENT
    return [usual if all(usual in offered(card) for card in cards) else GRADIENT]


def _record(
    number: int, record: Sequence, first: Side, second: Side, baseline: str, references: int, seed: int
) -> RecordDisagreement:
    rows, values = [], []
    for side in (first, second):
        fitted = read_around(record, side.model.card.length)
        result = attribute(
            side.model,
            fitted.sequence,
            side.target,
            side.method,
            baseline=baseline if METHODS[side.method].baseline else None,
            references=references,
            seed=seed,
        )
        rows.append(on_axis(result.per_base, fitted, len(record)))
        values.append(result.value)
    return RecordDisagreement(number, record, rows[0], rows[1], (values[0], values[1]), similarity(rows[0], rows[1]))
