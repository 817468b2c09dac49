"""Places in a set of sequences that always map back to the sequence, and to the genome, that they come from."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass

from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence


@dataclass(frozen=True)
class RecordSite:
    """A stretch of one of several sequences.

    Attributes
    ----------
    record
        Number of the sequence, from 0.
    start, end
        Its bases, 0-based and half-open, on the sequence as given.
    strand
        Strand of the sequence on which it is read.
    bases
        What stands there, 5' to 3' on that strand.
    value
        Activation, sum of contributions, or whatever ranks such sites.
    """

    record: int
    start: int
    end: int
    strand: str
    bases: str
    value: float

    def locus(self, sequence: Sequence) -> Locus | None:
        """Its place in the genome, on the strand on which it is read; None where the sequence has no place."""
        where = sequence.locus
        if where is None:
            return None
        first, last = where.to_genomic(self.start), where.to_genomic(self.end - 1)
        strand = where.strand if self.strand == "+" else {"+": "-", "-": "+"}[where.strand]
        return Locus(where.chrom, min(first, last), max(first, last) + 1, strand, where.assembly)


def site_at(sequences: Seq[Sequence], record: int, start: int, end: int, strand: str, value: float) -> RecordSite:
    """The site with its bases."""
    shown = Sequence(sequences[record].bases[start:end])
    bases = shown.bases if strand == "+" else shown.reverse_complement().bases
    return RecordSite(record, start, end, strand, bases, value)
