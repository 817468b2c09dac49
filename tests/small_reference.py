"""A reference held in memory, for tests: chromosomes as strings, or pieces of them with an offset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from genoviz.errors import BadLocus
from genoviz.genomes.chromosome_names import ChromosomeNames
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence


class InMemory:
    """What opens and closes without doing anything."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """There is nothing to close."""

    def close(self) -> None:
        """There is nothing to close."""


@dataclass
class SmallReference(InMemory):
    """`pieces` gives for each chromosome its bases; `offsets` how many bases of the chromosome lie before them."""

    pieces: Mapping[str, str]
    assembly: str = "GRCh38"
    title: str = "small genome"
    offsets: Mapping[str, int] = field(default_factory=dict)

    @property
    def chromosomes(self) -> dict[str, int]:
        return {name: self.offsets.get(name, 0) + len(bases) for name, bases in self.pieces.items()}

    @property
    def stored(self) -> tuple[Locus, ...]:
        offsets = {name: self.offsets.get(name, 0) for name in self.pieces}
        return tuple(
            Locus(name, offsets[name], offsets[name] + len(bases), "+", self.assembly)
            for name, bases in self.pieces.items()
        )

    @property
    def whole(self) -> frozenset[str]:
        return frozenset(name for name in self.pieces if name not in self.offsets)

    def resolve(self, chrom: str) -> str:
        return ChromosomeNames(self.chromosomes, self.assembly, self.title).resolve(chrom)

    def bases(self, chrom: str, start: int, end: int) -> str:
        return self.fetch(Locus(chrom, start, end)).bases if end > start else ""

    def fetch(self, locus: Locus, *, pad: bool = False) -> Sequence:
        chrom = self.resolve(locus.chrom)
        offset, piece = self.offsets.get(chrom, 0), self.pieces[chrom]
        inside = offset <= locus.start and locus.end <= offset + len(piece)
        if not inside and not pad:
            raise BadLocus(f"{locus} reaches outside.", "", "")
        letters = (
            piece[i - offset] if offset <= i < offset + len(piece) else "N" for i in range(locus.start, locus.end)
        )
        plus = Sequence("".join(letters), "", Locus(chrom, locus.start, locus.end, "+", self.assembly))
        return plus.reverse_complement() if locus.strand == "-" else plus


# What the table in docs/variants.md is read on; 12,345 is the first A after GACGTC.
PIECE = "GCTAGCTTGACGTCAGATTTTTCCAGCAGCAGTGACCTAGGTTAACGCTA"
SPELLING_GENOME = SmallReference(
    {
        "chr1": "C" * 12_330 + PIECE + "C" * 7_620,
        "chr2": "ACGTN" * 20,
        "chrX": "GTCACCTGA" * 10,
        "chrM": "A" * 16_569,
    }
)
