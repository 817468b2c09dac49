"""Alleles of variants as edits of a strand, and the stretches of it that are read for them.

Places on a strand are counted 5' to 3': on the minus strand they are the negative of those of the genome. The letters of a
stretch are put together from the windows of its alleles, so that they are what a network reads of each of them, with N where
those have N.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace

import numpy as np
import torch

from genoviz.predict.stretch.batch import Cut, widest
from genoviz.predict.stretch.reference import UNKNOWN, Stretch, codes
from genoviz.sequences.locus import Locus
from genoviz.splicing.alleles import Scan


@dataclass(frozen=True, eq=False)
class Allele:
    """A sequence at some of whose bases values are asked for.

    Attributes
    ----------
    bases
        The sequence.
    strand
        What its letters are taken from: alleles of one strand are parts of one text.
    origin
        Where the reference's window begins on the strand.
    window
        The reference's letters there.
    cut
        The edit, with the wanted outputs; for the reference itself one that changes nothing.
    place
        Where the edit lies in `bases`. On the minus strand a change of length moves what is left of it.
    """

    bases: str
    strand: Hashable
    origin: int
    window: str
    cut: Cut
    place: int

    @property
    def edited(self) -> bool:
        """Whether it is not the reference."""
        return bool(self.cut.removed or self.cut.letters)

    @property
    def first(self) -> int:
        """The first wanted base of `bases`."""
        return self.place + self.cut.low

    def needs(self, context: int) -> tuple[int, int]:
        """The part of the strand (half-open) that either allele's values depend on."""
        return self.cut.seen(self.cut.low, self.cut.high, context)

    def read(self, context: int) -> str:
        """What a network reads for the wanted outputs, N beyond the sequence."""
        first = self.first - context
        last = first + self.cut.high - self.cut.low + 2 * context
        return ("N" * max(0, -first) + self.bases[max(0, first) : max(0, last)]).ljust(last - first, "N")

    def with_outputs(self, low: int, high: int) -> Allele:
        """The same with further outputs."""
        return replace(self, cut=replace(self.cut, low=min(low, self.cut.low), high=max(high, self.cut.high)))


def alleles_of(scans: Iterable[tuple[Scan, Hashable]]) -> dict[str, Allele]:
    """The alleles that scans of one genome read, each once, by their bases.

    With each scan comes what else the letters depend on, such as outside of what N is read.
    """
    found: dict[str, Allele] = {}
    for scan, kind in scans:
        windows = scan.windows
        locus, length = windows.locus, len(windows.reference)
        first = locus.start - windows.before
        origin = first if locus.strand == "+" else -(first + length)
        strand = strand_key(locus, kind)
        for sequence, positions in scan.asked():
            if not len(positions):
                continue
            low, high = min(positions), max(positions) + 1
            known = found.get(sequence.bases)
            if known is not None:  # of another placement: the edit may be written elsewhere, the bases are the same
                found[sequence.bases] = known.with_outputs(low - known.place, high - known.place)
                continue
            cut, place = Cut(origin, 0, (), low, high), 0
            if sequence.bases != windows.reference.bases:
                cut, place = _cut(scan, origin, low, high)
            found[sequence.bases] = Allele(sequence.bases, strand, origin, windows.reference.bases, cut, place)
    return found


def strand_key(locus: Locus, kind: Hashable) -> Hashable:
    """What the letters of a stretch are taken from: the strand of a chromosome, and what else they depend on."""
    return locus.assembly, locus.chrom, locus.strand, kind


def _cut(scan: Scan, origin: int, low: int, high: int) -> tuple[Cut, int]:
    """The edit between two windows, without what the alleles share at their ends, and its place in the alternate one.

    Wanted are bases `low` to `high` of that.
    """
    windows = scan.windows
    start, end = windows.reference_span
    other_start, other_end = windows.alternate_span
    gone, new = windows.reference.bases[start:end], windows.alternate.bases[other_start:other_end]
    while gone and new and gone[-1] == new[-1]:
        gone, new = gone[:-1], new[:-1]
    shared = 0
    while shared < min(len(gone), len(new)) and gone[shared] == new[shared]:
        shared += 1
    place = other_start + shared
    letters = tuple(int(code) for code in codes(new[shared:]))
    return Cut(origin + start + shared, len(gone) - shared, letters, low - place, high - place), place


def stretches(alleles: Iterable[Allele], context: int, longest: int, gap: int) -> Iterator[list[Allele]]:
    """Neighbours, while all that they need fits into `longest` bases and no `gap` lies between that none needs."""
    by_strand: dict[Hashable, list[Allele]] = {}
    for allele in alleles:
        by_strand.setdefault(allele.strand, []).append(allele)
    for together in by_strand.values():
        together.sort(key=lambda allele: allele.needs(context)[0])
        group: list[Allele] = []
        start = end = 0
        for allele in together:
            first, last = allele.needs(context)
            if group and (max(end, last) - start > longest or first > end + gap):
                yield group
                group = []
            start, end = (min(start, first), max(end, last)) if group else (first, last)
            group.append(allele)
        if group:
            yield group


def stretch_of(alleles: Seq[Allele], context: int, margin: int = 0) -> Stretch:
    """The stretch of some alleles, with `margin` bases more on either side for variants to come."""
    edited = [allele.cut for allele in alleles if allele.edited]
    needs = [allele.needs(context) for allele in alleles]
    if edited:  # a batch computes the widest outputs for each edit
        low, high = widest(edited)
        needs += [cut.seen(low, high, context) for cut in edited]
    start, end = min(first for first, _ in needs) - margin, max(last for _, last in needs) + margin
    letters = np.full(end - start, UNKNOWN, dtype=np.int64)
    covered = start
    for allele in sorted(alleles, key=lambda allele: allele.origin):
        first, last = max(covered, allele.origin), min(end, allele.origin + len(allele.window))
        if last > first:
            letters[first - start : last - start] = codes(allele.window[first - allele.origin : last - allele.origin])
            covered = last
    return Stretch(alleles[0].strand, start, torch.from_numpy(letters))
