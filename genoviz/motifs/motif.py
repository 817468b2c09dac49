"""Motif: base probabilities per position, and what they imply; `genoviz.motifs.files` reads and writes them.

Letters are always in the order A, C, G, T. Two numbers change every log-odds score, so both are stated: the
*background* (how often each letter occurs without the motif; uniform unless said) and the *pseudocount* (sites added
per position, shared out like the background, so that an unseen letter scores low but not minus infinity).
"""

from __future__ import annotations

import math
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace

import numpy as np

from genoviz.errors import BadMotif, BadSequence
from genoviz.sequences.bases import BASES, IUPAC
from genoviz.sequences.locus import clip
from genoviz.sequences.sequence import Sequence

UNIFORM = (0.25, 0.25, 0.25, 0.25)
SUM_TOLERANCE = 0.01
# MEME assumes 20 sites for a motif that does not say how many it was made from.
SITES_WHEN_UNKNOWN = 20
_CODES = {frozenset(bases): letter for letter, bases in IUPAC.items()}

Row = tuple[float, float, float, float]


def checked_background(background: Seq[float]) -> np.ndarray:
    """Frequencies of A, C, G and T, `(4,)`, scaled to sum to 1; `BadMotif` if one is not positive or the sum is off."""
    given = np.asarray(background, dtype=np.float64)
    if given.shape != (4,) or not np.all(given > 0) or abs(given.sum() - 1) > SUM_TOLERANCE:
        raise BadMotif(
            read=f"The background is {clip(str(tuple(background)))}.",
            accepted="A background is four positive numbers (A, C, G, T) that sum to 1.",
            fix="Use (0.25, 0.25, 0.25, 0.25) if in doubt.",
        )
    return np.asarray(given / given.sum())


@dataclass(frozen=True)
class Motif:
    """Base probabilities of a binding site (a PPM), one row per position.

    Parameters
    ----------
    name
        Such as the factor's name.
    probabilities
        One row (A, C, G, T) per position; each sums to 1 (within 0.01, then exactly).
    sites
        How many binding sites it was made from, if known.
    accession
        Such as `MA0139.1`.
    source
        Collection or file it came from.

    Raises
    ------
    BadMotif
        If there is no row, or one is not four numbers from 0 to 1 that sum to 1.

    Examples
    --------
    >>> counts = [[8, 0, 0, 0], [0, 0, 4, 4], [0, 0, 0, 8]]  # a row of A, C, G, T for each position
    >>> motif = Motif.from_counts("mine", counts, pseudocount=0)
    >>> motif.consensus, motif.information().tolist()
    ('AKT', [2.0, 1.0, 2.0])
    >>> motif.reverse_complement().consensus
    'AMT'
    >>> motif.score(Sequence("CCAGTC")).argmax().item()  # the base at which it fits best, counted from 0
    2
    """

    name: str
    probabilities: tuple[Row, ...]
    sites: int | None = None
    accession: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if len(self.probabilities) == 0:
            raise BadMotif(
                read=f"Motif {clip(self.name)} has no positions.",
                accepted="A motif has at least one position.",
                fix="Give one row of four probabilities per position.",
            )
        rows = []
        for i, row in enumerate(self.probabilities, start=1):
            values = tuple(float(p) for p in row)
            total = sum(values)
            legal = len(values) == 4 and all(0 <= p <= 1 + SUM_TOLERANCE for p in values)
            if not legal or not abs(total - 1) <= SUM_TOLERANCE:
                raise BadMotif(
                    read=f"Position {i} of motif {clip(self.name)} is {clip(str(values))}, sum {total:.4g}.",
                    accepted="A position is four probabilities (A, C, G, T) that sum to 1.",
                    fix="Use Motif.from_counts for counts.",
                )
            # Rows that are right to rounding stay as they are, so that reading what was written changes nothing.
            rows.append(values if abs(total - 1) < 1e-9 else tuple(p / total for p in values))
        object.__setattr__(self, "probabilities", tuple(rows))

    @classmethod
    def from_counts(
        cls,
        name: str,
        counts: Seq[Seq[float]] | np.ndarray,
        pseudocount: float = 0.1,
        background: Seq[float] = UNIFORM,
        *,
        accession: str = "",
        source: str = "",
    ) -> Motif:
        """Probabilities from counts of shape `(length, 4)`.

        `p = (count + pseudocount * background) / (row sum + pseudocount)`; the pseudocount is per position, not per
        letter. `sites` becomes the largest row sum, rounded.

        Raises
        ------
        BadMotif
            If a count is negative or not finite, or a row is all zero with no pseudocount.
        """
        table = np.asarray(counts, dtype=np.float64)
        if table.ndim != 2 or table.shape[1] != 4 or not np.all(np.isfinite(table)) or np.any(table < 0):
            raise BadMotif(
                read=f"The counts of motif {clip(name)} have the shape {table.shape} or hold a negative number.",
                accepted="Counts have the shape (positions, 4) and are 0 or more.",
                fix="Give one row (A, C, G, T) per position.",
            )
        totals = table.sum(axis=1, keepdims=True) + pseudocount
        if np.any(totals <= 0):
            raise BadMotif(
                read=f"Position {int(np.argmax(totals <= 0)) + 1} of motif {clip(name)} counts no site.",
                accepted="A position has at least one site, or a pseudocount above 0.",
                fix="Remove the position or give a pseudocount.",
            )
        table = (table + pseudocount * checked_background(background)) / totals
        sites = round(float(totals.max()) - pseudocount) or None
        return cls(
            name, tuple((float(a), float(c), float(g), float(t)) for a, c, g, t in table), sites, accession, source
        )

    def __len__(self) -> int:
        return len(self.probabilities)

    @property
    def matrix(self) -> np.ndarray:
        """Probabilities, shape `(length, 4)`."""
        return np.array(self.probabilities, dtype=np.float64)

    def log_odds(self, background: Seq[float] = UNIFORM, pseudocount: float = 0.1) -> np.ndarray:
        """log2 of probability over background, in bits, shape `(length, 4)` (a PWM).

        The probabilities are first softened to `(p * sites + pseudocount * background) / (sites + pseudocount)`, with
        20 sites where the number is not known, as MEME's FIMO does. A pseudocount of 0 gives minus infinity where
        p is 0.
        """
        expected = checked_background(background)
        if not 0 <= pseudocount < math.inf:
            raise BadMotif(f"The pseudocount is {pseudocount}.", "A pseudocount is 0 or more.", "Use 0.1 if in doubt.")
        sites = self.sites or SITES_WHEN_UNKNOWN
        softened = (self.matrix * sites + pseudocount * expected) / (sites + pseudocount)
        with np.errstate(divide="ignore"):
            return np.asarray(np.log2(softened / expected))

    def information(self, background: Seq[float] = UNIFORM) -> np.ndarray:
        """Bits per position, shape `(length,)`: relative entropy to the background; 0 to 2 when that is uniform.

        No small-sample correction and no pseudocount.
        """
        expected, p = checked_background(background), self.matrix
        ratio = np.divide(p, expected, out=np.ones_like(p), where=p > 0)
        return np.asarray((p * np.log2(ratio)).sum(axis=1))

    def heights(self, background: Seq[float] = UNIFORM) -> np.ndarray:
        """Letter heights of the information logo in bits, shape `(length, 4)`; rows sum to `information()`."""
        return np.asarray(self.matrix * self.information(background)[:, None])

    @property
    def consensus(self) -> str:
        """IUPAC consensus by Cavener's rules (1987).

        One letter if it is above 1/2 and at least twice the next; else two letters if they are above 3/4 together;
        else three if the fourth never occurs; else N.
        """
        letters = []
        for row in self.probabilities:
            ranked = sorted(zip(row, BASES, strict=True), key=lambda pair: -pair[0])
            if ranked[0][0] > 0.5 and ranked[0][0] >= 2 * ranked[1][0]:
                n = 1
            elif ranked[0][0] + ranked[1][0] > 0.75:
                n = 2
            else:
                n = 3 if ranked[3][0] == 0 else 4
            letters.append(_CODES[frozenset(base for _, base in ranked[:n])])
        return "".join(letters)

    def reverse_complement(self) -> Motif:
        """The motif as it reads on the other strand."""
        return replace(self, probabilities=tuple((t, g, c, a) for a, c, g, t in reversed(self.probabilities)))

    def trim(self, threshold: float = 0.25) -> Motif:
        """Without flanking positions of fewer than `threshold` bits (uniform background).

        Raises
        ------
        BadMotif
            If no position reaches the threshold.
        """
        keep = np.flatnonzero(self.information() >= threshold)
        if not len(keep):
            raise BadMotif(
                read=f"No position of motif {clip(self.name)} has {threshold:g} bits.",
                accepted=f"Its best position has {self.information().max():.2f}.",
                fix="Choose a lower threshold.",
            )
        return replace(self, probabilities=self.probabilities[keep[0] : keep[-1] + 1])

    def score(
        self,
        sequence: Sequence,
        background: Seq[float] = UNIFORM,
        pseudocount: float = 0.1,
        *,
        both_strands: bool = False,
    ) -> np.ndarray:
        """Log-odds (bits) of the motif starting at each base.

        An ambiguous letter scores the mean over the bases it allows, weighted by the background.

        Returns
        -------
        np.ndarray
            Shape `(bases - length + 1,)`. With `both_strands`, shape `(2, bases - length + 1)`: row 1 is the motif on
            the minus strand over the same bases as row 0.

        Raises
        ------
        BadSequence
            If the sequence is shorter than the motif.
        """
        if len(sequence) < len(self):
            raise BadSequence(
                read=f"The sequence has {len(sequence):,} bases.",
                accepted=f"Motif {clip(self.name)} needs at least {len(self):,}.",
                fix="Use a longer sequence.",
            )
        expected = checked_background(background)
        weights = np.array([[b in allowed for b in BASES] for allowed in IUPAC.values()], dtype=np.float64) * expected
        weights /= weights.sum(axis=1, keepdims=True)
        row_of = np.zeros(128, dtype=np.intp)
        row_of[[ord(letter) for letter in IUPAC]] = np.arange(len(IUPAC))
        letters = row_of[np.frombuffer(sequence.bases.encode("ascii"), dtype=np.uint8)]
        n = len(sequence) - len(self) + 1

        def scan(motif: Motif) -> np.ndarray:
            odds = motif.log_odds(background, pseudocount)
            # 0 * -inf is undefined, but a letter that is not allowed adds nothing.
            table = (weights[:, None, :] * np.where(weights[:, None, :] > 0, odds, 0)).sum(axis=2)  # (15, length)
            total = np.zeros(n)
            for j in range(len(motif)):
                total += table[letters[j : j + n], j]
            return total

        return np.stack([scan(self), scan(self.reverse_complement())]) if both_strands else scan(self)
