"""Motifs that a variant gains and loses: matches over the variant that one allele has and the other has not.

Matches are those of `genoviz.motifs.scan` at its threshold, of which one is given for each place and family
(`genoviz.motifs.families`). Whether a score counts is decided by its p-value, which means the same for short and long
motifs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.motifs.collection import collection
from genoviz.motifs.families import one_per_family
from genoviz.motifs.motif import UNIFORM, Motif
from genoviz.motifs.p_value import STEP, MotifScan, motif_scan
from genoviz.motifs.scan import THRESHOLD, Hit, scan
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.variants.windows import AlleleWindows


@dataclass(frozen=True)
class MotifChange:
    """One match over a variant and what the other allele has in its place.

    Attributes
    ----------
    motif
        Whose match it is.
    allele, start, end, strand
        The allele that has the match (the reference, if both have), where it lies in that allele's window (0-based,
        half-open), and its strand relative to the window.
    locus
        Its place and strand in the genome; None for matches that need inserted bases or span a deletion.
    reference_score, alternate_score
        Log-odds in bits at the match and at its counterpart; nan where there is no counterpart.
    reference_p, alternate_p
        Probability of at least this score for a random word of the background; 1 where there is no counterpart.
    status
        `gained`, `lost`, or `changed` where both alleles match.
    attribution
        Sum of the allele's attribution over the match, where attributions were given.
    matching
        How many factors of its family have a match that changes here; this one stands for them.
    """

    motif: Motif
    allele: str
    start: int
    end: int
    strand: str
    locus: Locus | None
    reference_score: float
    alternate_score: float
    reference_p: float
    alternate_p: float
    status: str
    attribution: float | None = None
    matching: int = 1

    @property
    def p_value(self) -> float:
        """That of the match."""
        return self.reference_p if self.allele == "REF" else self.alternate_p

    @property
    def change(self) -> float:
        """`ALT - REF` of the score in bits."""
        return self.alternate_score - self.reference_score


def motif_changes(
    windows: AlleleWindows,
    motifs: Seq[Motif] | None = None,
    *,
    about: Collection[str] = (),
    threshold: float = THRESHOLD,
    background: Seq[float] = UNIFORM,
    reference_attribution: NDArray[np.floating] | None = None,
    alternate_attribution: NDArray[np.floating] | None = None,
) -> tuple[MotifChange, ...]:
    """Matches that overlap the variant in either allele and score differently in the other, one per place and family.

    The counterpart of a match begins or ends at the aligned bases of the other allele, whichever scores more.

    Parameters
    ----------
    windows
        Both alleles, see `genoviz.variants.windows`.
    motifs
        What to look for, on both strands; the whole bundled collection if None. The page takes
        `genoviz.models.factors.motifs_for` the model.
    about
        Factors that the explained track is about (`genoviz.models.factors.factors_of`): they are named where they tie.
    threshold
        Largest p-value of a match, as for `genoviz.motifs.scan.scan`.
    background
        Frequencies of A, C, G, T without a motif.
    reference_attribution, alternate_attribution
        Scores `(length,)` of the bases of each window, such as `Attribution.per_base`.

    Returns
    -------
    tuple of MotifChange
        Gained and lost ones first; those first for which most factors of the family speak, then by the size of the change.

    Raises
    ------
    BadInput
        If the threshold is out of range, or an attribution has another length than its window.
    """
    given = {"REF": reference_attribution, "ALT": alternate_attribution}
    for allele, scores in given.items():
        if scores is not None and scores.shape != (len(windows.reference),):
            raise BadInput(
                f"The attribution of {allele} has the shape {scores.shape}.",
                f"One number for each of the {len(windows.reference):,} bases.",
                "Give `Attribution.per_base` of that allele's window.",
            )
    motifs = collection() if motifs is None else tuple(motifs)
    every = _changes(windows, motifs, threshold, background, given)
    kept = one_per_family(every, lambda row: on_reference(row, windows), about)
    found = [replace(row, matching=matching) for row, matching in kept]
    found.sort(key=lambda row: (row.status == "changed", -row.matching, -abs(np.nan_to_num(row.change, nan=np.inf))))
    return tuple(found)


def on_reference(change: MotifChange, windows: AlleleWindows) -> tuple[int, int]:
    """Bases of the reference window under a match; those of the variant for a match of inserted bases alone."""
    if change.allele == "REF":
        return change.start, change.end
    bases = np.flatnonzero((windows.partners >= change.start) & (windows.partners < change.end))
    if not len(bases):
        start, end = windows.reference_span
        return start, max(end, start + 1)
    return int(bases[0]), int(bases[-1]) + 1


def _changes(
    windows: AlleleWindows,
    motifs: tuple[Motif, ...],
    threshold: float,
    background: Seq[float],
    attributions: dict[str, NDArray[np.floating] | None],
) -> Iterator[MotifChange]:
    """Changes of every motif; a pair of matches is given once, as the reference's."""
    partner = windows.partners
    inverse = np.full(len(partner), -1)
    inverse[partner[partner >= 0]] = np.flatnonzero(partner >= 0)
    paired: set[tuple[int, str, int]] = set()
    for allele, here, there, span, to in (
        ("REF", windows.reference, windows.alternate, windows.reference_span, partner),
        ("ALT", windows.alternate, windows.reference, windows.alternate_span, inverse),
    ):
        for hit in _hits_over(here.bases, span, motifs, threshold, background):
            start, width = hit.start, len(hit.motif)
            if allele == "ALT" and (id(hit.motif), hit.strand, start) in paired:
                continue
            turned = hit.motif if hit.strand == "+" else hit.motif.reverse_complement()
            scorer = motif_scan(turned, background)
            other = _counterpart(start, width, to, there.bases, scorer)
            score, other_score, other_p = round(hit.score / STEP), np.nan, 1.0
            if other is not None:
                other_score, other_p = other[1], scorer.p_value(other[1])
                if other_p <= threshold:
                    paired.add((id(hit.motif), hit.strand, other[0]))
                    if other[1] == score:
                        continue
            scores, ps = (hit.score, other_score * STEP), (hit.p_value, other_p)
            if allele == "ALT":
                scores, ps = scores[::-1], ps[::-1]
            status = "changed" if other_p <= threshold else "lost" if allele == "REF" else "gained"
            values = attributions[allele]
            total = None if values is None else float(np.nansum(values[start : start + width]))
            place = _locus(windows, start, width, hit.strand, None if allele == "REF" else inverse)
            yield MotifChange(hit.motif, allele, start, start + width, hit.strand, place, *scores, *ps, status, total)


def _hits_over(
    bases: str, span: tuple[int, int], motifs: tuple[Motif, ...], threshold: float, background: Seq[float]
) -> Iterator[Hit]:
    """Hits that overlap a stretch; only what the longest motif can reach is scanned."""
    reach = max(map(len, motifs), default=1) - 1
    first = max(0, span[0] - reach)
    for hit in scan(Sequence(bases[first : span[1] + reach]), motifs, threshold, background=background):
        if hit.start + first < span[1] and hit.end + first > span[0]:
            yield replace(hit, start=hit.start + first, end=hit.end + first)


def _counterpart(
    start: int, width: int, to: NDArray[np.int64], there: str, scorer: MotifScan
) -> tuple[int, int] | None:
    """Where the other allele has the match's place, and its score in steps: aligned at its first or at its last base."""
    first, last = int(to[start]), int(to[start + width - 1])
    places = [place for base, place in ((first, first), (last, last - width + 1)) if base >= 0]
    inside = [place for place in places if 0 <= place <= len(there) - width]
    scored = [(place, int(scorer.scores(there[place : place + width])[0])) for place in inside]
    return max(scored, key=lambda pair: pair[1], default=None)


def _locus(
    windows: AlleleWindows, start: int, width: int, strand: str, inverse: NDArray[np.int64] | None
) -> Locus | None:
    """Place of a match in the genome; for the alternate allele, where all its bases are those of the reference."""
    if inverse is not None:
        bases = inverse[start : start + width]
        if (bases < 0).any() or (np.diff(bases) != 1).any():
            return None
        start = int(bases[0])
    where = windows.locus
    plus = start if where.strand == "+" else len(windows.reference) - start - width
    low = where.start - windows.before + plus
    turned = strand if where.strand == "+" else "-" if strand == "+" else "+"
    return None if low < 0 else Locus(where.chrom, low, low + width, turned, where.assembly)
