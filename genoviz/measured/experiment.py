"""Measured effects of changes of one element: the noun that all questions of this folder start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.sequences.bases import BASES, base_count
from genoviz.sequences.sequence import Sequence

DELETED = len(BASES)  # row of deletions in a map of effects
_COMPLEMENT = str.maketrans("ACGTN", "TGCAN")


@dataclass(frozen=True)
class Change:
    """One change of the element.

    Attributes
    ----------
    start
        First base that is replaced (from 0), or before which bases are inserted.
    ref, alt
        Bases that go and that come; empty where there are none. They share no end.
    """

    start: int
    ref: str
    alt: str

    @property
    def is_substitution(self) -> bool:
        """One base for another."""
        return len(self.ref) == len(self.alt) == 1

    @property
    def name(self) -> str:
        """`A57G`, `57delA`, `57_58insT`, counted from 1 in the element."""
        at = self.start + 1
        if self.ref and self.alt:
            return f"{self.ref}{at}{self.alt}"
        if self.ref:
            return f"{at}del{self.ref}" if len(self.ref) == 1 else f"{at}_{at + len(self.ref) - 1}del{self.ref}"
        return f"{at - 1}_{at}ins{self.alt}"

    def turned(self, length: int) -> Change:
        """The same change on the other strand of an element of so many bases."""
        start = length - self.start - len(self.ref)
        return Change(start, self.ref.translate(_COMPLEMENT)[::-1], self.alt.translate(_COMPLEMENT)[::-1])


@dataclass(frozen=True, eq=False)
class Experiment:
    """Measured effects on one element.

    Attributes
    ----------
    name
        Of the element or experiment.
    sequence
        Reference of the element, with its place where that is known.
    changes
        What was changed.
    effects
        `(changes,)`: what was measured, as the table has it.
    unit
        Name of the column of effects.
    replicates
        `(replicates, changes)`: effect in each replicate, nan where it is missing; no rows where there are none.
    barcodes
        `(changes,)`: barcodes, or reads, behind each effect; None where the table has none.
    p_values
        `(changes,)`; None where the table has none.
    notices
        Sentences to show beside it: what was taken for what, and what was left out.
    """

    name: str
    sequence: Sequence
    changes: tuple[Change, ...]
    effects: NDArray[np.float64]
    unit: str = "effect"
    replicates: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    barcodes: NDArray[np.float64] | None = None
    p_values: NDArray[np.float64] | None = None
    notices: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.changes)

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """`(changes,)`: where each change begins, from 0."""
        return np.array([change.start for change in self.changes], dtype=np.int64)

    @cached_property
    def substitutions(self) -> NDArray[np.bool_]:
        """`(changes,)`: which changes put one base for another."""
        return np.array([change.is_substitution for change in self.changes], dtype=bool)

    def kept(
        self,
        *,
        least_barcodes: float = 0,
        largest_p: float = 1,
        deletions: bool = True,
        window: tuple[int, int] | None = None,
    ) -> Experiment:
        """The experiment with some of its changes only.

        Parameters
        ----------
        least_barcodes
            Changes with fewer, or with no number, are left out; 0 keeps all.
        largest_p
            Changes with a larger p-value, or none, are left out; 1 keeps all.
        deletions
            Keep changes other than substitutions.
        window
            Only changes that begin in this stretch (0-based, half-open).

        Raises
        ------
        BadInput
            If a filter needs a column that the table lacks, or nothing is left.
        """
        good = np.ones(len(self), dtype=bool)
        for what, values, wanted in (
            ("barcodes", self.barcodes, least_barcodes > 0),
            ("p-values", self.p_values, largest_p < 1),
        ):
            if wanted and values is None:
                raise BadInput(
                    f"The table has no {what}.", f"A filter on {what} needs a column of them.", "Leave the filter out."
                )
        with np.errstate(invalid="ignore"):
            if least_barcodes > 0 and self.barcodes is not None:
                good &= self.barcodes >= least_barcodes
            if largest_p < 1 and self.p_values is not None:
                good &= self.p_values <= largest_p
        if not deletions:
            good &= self.substitutions
        if window is not None:
            good &= (self.starts >= window[0]) & (self.starts < window[1])
        if not good.any():
            raise BadInput(
                f"No change of {self.name} passes the filters.", f"It has {len(self):,} changes.", "Loosen the filters."
            )
        return self.picked(good)

    def picked(self, good: NDArray[np.bool_]) -> Experiment:
        """The experiment with the changes of a mask `(changes,)` only."""
        return replace(
            self,
            changes=tuple(change for change, keep in zip(self.changes, good, strict=True) if keep),
            effects=self.effects[good],
            replicates=self.replicates[:, good] if len(self.replicates) else self.replicates,
            barcodes=None if self.barcodes is None else self.barcodes[good],
            p_values=None if self.p_values is None else self.p_values[good],
        )

    def turned(self) -> Experiment:
        """The same element read from its other strand: an effect stays what it is, its base is its complement."""
        length = len(self.sequence)
        return replace(
            self,
            sequence=self.sequence.reverse_complement(),
            changes=tuple(change.turned(length) for change in self.changes),
            notices=(*self.notices, "Read from the other strand: bases are the complement of those in the table."),
        )

    def map_of(self, values: NDArray[np.float64]) -> NDArray[np.float32]:
        """Values of the changes `(changes,)` as a map `(5, length)`: A, C, G, T, and the deletion of each base.

        nan where nothing was measured; longer changes have no cell.
        """
        found = np.full((DELETED + 1, len(self.sequence)), np.nan, dtype=np.float32)
        for change, value in zip(self.changes, values, strict=True):
            if change.is_substitution:
                found[BASES.index(change.alt), change.start] = value
            elif len(change.ref) == 1 and not change.alt:
                found[DELETED, change.start] = value
        return found

    def along(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean over the changes that begin at each base: `(length,)`, nan where there are none."""
        total, count = np.zeros(len(self.sequence)), np.zeros(len(self.sequence))
        known = np.isfinite(values) & (self.starts < len(self.sequence))
        np.add.at(total, self.starts[known], values[known])
        np.add.at(count, self.starts[known], 1)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    @property
    def about(self) -> Mapping[str, int]:
        """Numbers of what there is: changes, substitutions, bases that were changed."""
        return {
            "changes": len(self),
            "substitutions": int(self.substitutions.sum()),
            "bases": len(set(self.starts.tolist())),
        }

    @property
    def sentence(self) -> str:
        """What was measured, in words."""
        said = self.about
        others = said["changes"] - said["substitutions"]
        more = f" and {others:,} deletions or other changes" if others else ""
        where = f" at {self.sequence.locus}" if self.sequence.locus else ""
        return (
            f"{self.name}{where}: {base_count(len(self.sequence))}, of which {said['bases']:,} were changed; "
            f"{said['substitutions']:,} substitutions{more} were measured."
        )
