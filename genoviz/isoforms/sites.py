"""Predicted splice sites with either allele: what the forms of a transcript are made from."""

from __future__ import annotations

from dataclasses import dataclass

ACCEPTOR, DONOR = "acceptor", "donor"


@dataclass(frozen=True)
class PredictedSite:
    """A base that a model looked at.

    Attributes
    ----------
    site
        `acceptor` or `donor`.
    position
        1-based coordinate of the exon's base next to the intron; of a base that the variant adds, of the base that it is
        attached to.
    reference, alternate
        Probability with either allele; 0 where the base is not there.
    exon
        Number of the exon that begins or ends there in the transcript; 0 where none does.
    inserted
        Number of the base among those that the variant adds, 5' to 3' from 0; None for bases of the genome.
    """

    site: str
    position: int
    reference: float
    alternate: float
    exon: int = 0
    inserted: int | None = None

    @property
    def change(self) -> float:
        """Alternate minus reference."""
        return self.alternate - self.reference
