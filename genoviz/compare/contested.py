"""Bases that some explanations hold to be among the strongest and others do not, with a likely reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.attribute.methods import METHODS, PREDICTIONS_ONLY
from genoviz.compare.comparison import Comparison, Row, assay
from genoviz.compare.similarity import top_decile

WEAK = 0.5  # quantile of |score| below which a row holds a base to be weak

REASONS: dict[str, str] = {
    "strand": "A model gives this base another rank when it reads the other strand.",
    "saturation": "The gradient is small although the base matters: small changes do nothing where the output is "
    "already as high or low as it gets.",
    "redundancy": "Changing this base alone does little although it contributes: other bases make up for it.",
    "steepness": "The gradient is large although replacing the base does little: a gradient speaks of a tiny step.",
    "method": "The methods ask different questions of the same model, and no more special reason was found.",
    "assay": "The models were trained on different measurements.",
    "model": "The models were trained on the same kind of measurement and differ; no more special reason was found.",
}


@dataclass(frozen=True)
class ContestedBase:
    """One base on which explanations disagree.

    Attributes
    ----------
    position
        From 0, on the axis of the comparison.
    base
        Its letter.
    strong, against
        Numbers of the rows that have it in their top decile; and of those that hold it to be weak, or to work the other
        way.
    opposite
        Whether rows with it in their top decile have different signs.
    reason
        Key of `REASONS`: likely, not proven.
    """

    position: int
    base: str
    strong: tuple[int, ...]
    against: tuple[int, ...]
    opposite: bool
    reason: str

    @property
    def sentence(self) -> str:
        """The reason in words."""
        return f"Base {self.position + 1} ({self.base}): {REASONS[self.reason]}"


def contested(comparison: Comparison) -> tuple[ContestedBase, ...]:
    """Bases in the top decile of at least one row that another row holds to be weak, or to work the other way.

    Weak is a |score| below the median of the row. What lies between is not contested: ranks near the border change easily.
    Most evenly split first.
    """
    size = np.abs(comparison.values)
    top = np.stack([top_decile(row) for row in comparison.values])
    middle = np.nanquantile(np.where(np.isfinite(size).any(1, keepdims=True), size, 0), WEAK, axis=1)[:, None]
    with np.errstate(invalid="ignore"):
        weak = (size <= middle) & ~top  # nan, where a model does not read, is neither
    found = []
    for i in np.flatnonzero(top.any(0)):
        strong = np.flatnonzero(top[:, i])
        lead = strong[np.argmax(np.abs(comparison.values[strong, i]) / np.nanmax(size[strong], axis=1))]
        other = [int(r) for r in strong if comparison.values[r, i] * comparison.values[lead, i] < 0]
        against = tuple(sorted([*np.flatnonzero(weak[:, i]).tolist(), *other]))
        if against:
            kept = tuple(int(r) for r in strong if r not in other)
            reason = _reason(comparison.rows, int(i), kept, against)
            found.append(ContestedBase(int(i), comparison.sequence.bases[i], kept, against, bool(other), reason))
    return tuple(sorted(found, key=lambda c: (-min(len(c.strong), len(c.against)), c.position)))


def _reason(rows: tuple[Row, ...], i: int, strong: tuple[int, ...], against: tuple[int, ...]) -> str:
    """The first reason that fits: within one model if the split is there, else between the models."""
    within = [(a, b) for a in strong for b in against if _same_number(rows[a], rows[b])]
    if not within:
        if any(_moves_with_strand(rows[r], i) for r in (*strong, *against)):
            return "strand"
        kinds = [{assay(rows[r].card, rows[r].attribution.target) for r in side} for side in (strong, against)]
        return "model" if kinds[0] & kinds[1] else "assay"
    high = {rows[a].attribution.method for a, _ in within}
    low = {rows[b].attribution.method for _, b in within}
    if all(map(is_local, low)) and not any(map(is_local, high)):
        return "saturation"
    if all(method in PREDICTIONS_ONLY for method in low):
        return "steepness" if all(map(is_local, high)) else "redundancy"
    return "steepness" if all(map(is_local, high)) and not any(map(is_local, low)) else "method"


def is_local(method: str) -> bool:
    """Whether a method looks at the gradient at the sequence only, and not at a whole step away from it."""
    return not METHODS[method].contribution or method == "inputxgradient"


def _same_number(a: Row, b: Row) -> bool:
    same = a.card.name == b.card.name and a.card.sha256 == b.card.sha256
    return same and a.attribution.target == b.attribution.target


def _moves_with_strand(row: Row, i: int) -> bool:
    """Whether the base is in the top decile of one strand's scores and below the median of the other's."""
    if row.flipped is None or not np.isfinite(row.values[i]):
        return False
    pair: tuple[NDArray[np.float32], ...] = (row.values, row.flipped)
    top = [bool(top_decile(one)[i]) for one in pair]
    weak = [bool(abs(one[i]) <= np.nanquantile(np.abs(one), WEAK)) for one in pair]
    return (top[0] and weak[1] and not top[1]) or (top[1] and weak[0] and not top[0])
