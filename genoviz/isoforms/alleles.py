"""The stretch of a transcript with either allele of a variant, 5' to 3' on its strand, and where each base lies.

Alleles are paired from their left end on the plus strand, as in `genoviz.variants.windows`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from genoviz.errors import BadVariant
from genoviz.genes.transcripts import Transcript
from genoviz.sequences.locus import clip
from genoviz.variants.variant import Variant

if TYPE_CHECKING:
    from genoviz.genomes.genome import Reference

_TURN = str.maketrans("ACGTN", "TGCAN")


@dataclass(frozen=True)
class TranscriptAllele:
    """One allele of a transcript's stretch.

    Attributes
    ----------
    transcript
        Its transcript.
    bases
        Introns too, 5' to 3' on the transcript's strand.
    at, gone, added
        Where the plus strand is changed (bases from the left end of the stretch), and how many bases are replaced by how
        many; 0, 0, 0 for the reference allele.
    """

    transcript: Transcript
    bases: str
    at: int = 0
    gone: int = 0
    added: int = 0

    def index(self, place: int) -> int | None:
        """Index of a base of the genome (1-based) in `bases`; None if the variant took it away."""
        i = place - 1 - self.transcript.locus.start
        if i >= self.at + self.gone:
            i += self.added - self.gone
        elif i >= self.at + min(self.gone, self.added):
            return None
        return i if self.transcript.strand == "+" else len(self.bases) - 1 - i

    def place(self, index: int) -> int | None:
        """The base of the genome (1-based) at an index; None if the variant added it."""
        i = index if self.transcript.strand == "+" else len(self.bases) - 1 - index
        if i >= self.at + self.added:
            i -= self.added - self.gone
        elif i >= self.at + min(self.gone, self.added):
            return None
        return self.transcript.locus.start + 1 + i

    def inserted(self, number: int) -> int:
        """Index of the bases that the variant adds, by their number 5' to 3' (from 0)."""
        kept = min(self.gone, self.added)
        if self.transcript.strand == "+":
            return self.at + kept + number
        return len(self.bases) - (self.at + self.added) + number

    def near(self, place: int, step: int) -> int | None:
        """Index of a base of the genome; if it is gone, of the next one that is left: `step` 1 to the 3' side, -1 to the 5' side."""
        move = step if self.transcript.strand == "+" else -step
        locus = self.transcript.locus
        while locus.start < place <= locus.end:
            found = self.index(place)
            if found is not None:
                return found
            place += move
        return None


def stretch_of(transcript: Transcript, reference: Reference) -> str:
    """All bases of a transcript's stretch on the plus strand; BadLocus if the genome has not got them."""
    return reference.bases(transcript.locus.chrom, transcript.locus.start, transcript.locus.end)


def transcript_alleles(
    variant: Variant, transcript: Transcript, reference: Reference, stretch: str = ""
) -> tuple[TranscriptAllele, TranscriptAllele]:
    """Both alleles of a transcript.

    Parameters
    ----------
    variant
        In normal form (left-aligned); its reference allele must be right.
    stretch
        See `stretch_of`, where it was read already.

    Raises
    ------
    BadVariant
        If the variant is not all inside the transcript.
    BadLocus
        If the genome has not got the bases of the transcript.
    """
    locus = transcript.locus
    if not locus.contains(replace(variant.locus, chrom=locus.chrom, assembly=locus.assembly)):
        raise BadVariant(
            f"{clip(str(variant))} is not all inside {transcript.identifier} ({locus}).",
            "What a transcript becomes is told of changes inside of it.",
            "Choose another transcript.",
        )
    plus = stretch or stretch_of(transcript, reference)
    at = variant.pos - 1 - locus.start
    changed = plus[:at] + variant.alt + plus[at + len(variant.ref) :]
    one, two = (bases if locus.strand == "+" else bases.translate(_TURN)[::-1] for bases in (plus, changed))
    return TranscriptAllele(transcript, one), TranscriptAllele(transcript, two, at, len(variant.ref), len(variant.alt))
