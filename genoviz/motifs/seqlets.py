"""Seqlets: short stretches whose bases matter together, called on any row of importance scores.

The rule is that of the recursive seqlets of tangermeme (Schreiber 2025), written again in numpy because that package
needs seconds to import and to compile: scores are binned, positions are taken as independent draws from the
histogram of the whole row, and a span is a seqlet if it and every span inside it, down to the shortest one
allowed, has a smaller p-value than the threshold. Longer spans are taken first.

These p-values rank spans within one row. They are no error rates: neighbouring scores are correlated, and the
row holds the signal as well as the noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.sequences.locus import Locus

THRESHOLD, SHORTEST, LONGEST = 0.01, 4, 25
BINS = 250
GAP = 2  # bases between the halves of a site that belong together


@dataclass(frozen=True)
class Seqlet:
    """A stretch of one sequence.

    Attributes
    ----------
    start, end
        Bases of the sequence that was scored, 0-based and half-open.
    total
        Sum of its scores; negative where the bases lower the output.
    p_value
        Probability that as many independent draws from the row's scores have such a sum.
    """

    start: int
    end: int
    total: float
    p_value: float

    def __len__(self) -> int:
        return self.end - self.start

    @property
    def sign(self) -> int:
        """1 where its bases raise the output, -1 where they lower it."""
        return 1 if self.total >= 0 else -1

    def locus(self, where: Locus) -> Locus:
        """Its place in the genome, on the strand of `where`, the locus that the scored sequence was read from.

        Raises
        ------
        BadLocus
            If it does not lie inside `where`.
        """
        first, last = where.to_genomic(self.start), where.to_genomic(self.end - 1)
        return Locus(where.chrom, min(first, last), max(first, last) + 1, where.strand, where.assembly)


def call_seqlets(
    scores: NDArray[np.floating],
    *,
    threshold: float = THRESHOLD,
    shortest: int = SHORTEST,
    longest: int = LONGEST,
    bins: int = BINS,
    negative: bool = True,
) -> tuple[Seqlet, ...]:
    """Call seqlets on one score per base.

    Parameters
    ----------
    scores
        `(length,)`, such as `Attribution.per_base` or `Mutagenesis.importance`. nan where there is none; no seqlet
        covers such a base.
    threshold
        Largest p-value of a seqlet and of each span inside it.
    shortest, longest
        Bases of a seqlet.
    bins
        Into how many steps the range of scores is divided.
    negative
        Also call stretches of negative scores, on the negated row. Those that overlap a positive one are left out.

    Returns
    -------
    tuple of Seqlet
        From left to right; no two overlap.

    Raises
    ------
    BadInput
        If an option or the shape of the scores is outside what is accepted.
    """
    row = np.asarray(scores, dtype=np.float64)
    if row.ndim != 1 or np.isinf(row).any():
        raise BadInput(
            f"The scores have the shape {row.shape}" + (" and are not all finite." if np.isinf(row).any() else "."),
            "One number for each base; nan where there is none.",
            "Give `Attribution.per_base` or `Mutagenesis.importance`.",
        )
    if not 0 < threshold < 1:
        raise BadInput(f"The threshold is {threshold}.", "A p-value above 0 and below 1.", f"{THRESHOLD:g} is usual.")
    if not 1 <= shortest <= longest or bins < 2:
        raise BadInput(
            f"Seqlets of {shortest} to {longest} bases with {bins} bins were asked for.",
            "The shortest has at least 1 base and no more than the longest; there are at least 2 bins.",
            f"{SHORTEST} to {LONGEST} bases with {BINS} bins are usual.",
        )
    found = _positive(row, threshold, shortest, longest, bins)
    if negative:
        covered = np.zeros(len(row), dtype=bool)
        for start, end, _ in found:
            covered[start:end] = True
        below = _positive(-row, threshold, shortest, longest, bins)
        found += [span for span in below if not covered[span[0] : span[1]].any()]
    return tuple(Seqlet(start, end, float(row[start:end].sum()), p) for start, end, p in sorted(found))


def joined(
    seqlets: tuple[Seqlet, ...], scores: NDArray[np.floating], *, gap: int = GAP, longest: int = LONGEST
) -> tuple[Seqlet, ...]:
    """Seqlets of one sign that lie at most `gap` bases apart, as one; for motifs with a middle that matters less.

    Parameters
    ----------
    seqlets, scores
        From `call_seqlets`, from left to right, and what it was given.
    gap
        Most bases between two of them.
    longest
        Most bases of what they are joined to.

    Returns
    -------
    tuple of Seqlet
        A joined one has the smallest p-value of its parts.
    """
    row = np.asarray(scores, dtype=np.float64)
    found: list[Seqlet] = []
    for seqlet in seqlets:
        last = found[-1] if found else None
        near = last is not None and last.sign == seqlet.sign and seqlet.start - last.end <= gap
        if last is not None and near and seqlet.end - last.start <= longest:
            total = float(np.nansum(row[last.start : seqlet.end]))
            found[-1] = Seqlet(last.start, seqlet.end, total, min(last.p_value, seqlet.p_value))
        else:
            found.append(seqlet)
    return tuple(found)


def _positive(
    row: NDArray[np.float64], threshold: float, shortest: int, longest: int, bins: int
) -> list[tuple[int, int, float]]:
    """Spans of high scores: start, end and p-value."""
    known = np.isfinite(row)
    if not known.any() or row[known].max() == row[known].min():
        return []
    low = row[known].min()
    width = (row[known].max() - low) / (bins - 1)
    step = np.zeros(len(row), dtype=np.int64)
    step[known] = np.clip(np.floor((row[known] - low) / width), 0, bins - 1).astype(np.int64)
    share = np.bincount(step[known], minlength=bins) / known.sum()
    sums = np.concatenate([[0], np.cumsum(step)])
    unknown = np.concatenate([[0], np.cumsum(~known)])

    chance = np.ones(1)  # of each sum of n draws
    # Of the spans of one length at each start: the largest p-value of those that begin there, and of all inside.
    prefix, inside = np.zeros(len(row) + 1), np.zeros(len(row) + 1)
    candidates = []
    for n in range(1, min(longest, len(row)) + 1):
        chance = np.convolve(chance, share)
        if n < shortest:
            continue
        tail = np.minimum(1.0, chance[::-1].cumsum()[::-1])
        starts = np.arange(len(row) - n + 1)
        p = np.where(unknown[n:] > unknown[:-n], 1.0, tail[sums[n:] - sums[:-n]])
        prefix = np.maximum(p, prefix[: len(p)])
        inside = np.maximum(prefix, inside[1 : len(p) + 1])
        passing = starts[inside < threshold]
        order = np.argsort(prefix[passing], kind="stable")
        candidates.append([(int(k), n, float(p[k])) for k in passing[order]])

    taken = np.zeros(len(row), dtype=bool)
    found = []
    for spans in reversed(candidates):
        for start, n, p_value in spans:
            if not taken[start : start + n].any():
                taken[start : start + n] = True
                found.append((start, start + n, p_value))
    return found
