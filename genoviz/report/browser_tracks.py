"""Explanations as tracks for genome browsers: scores of bases, and what mutating each base does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.genomes.browser_files import bedgraph, bigwig
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.models.card import ModelCard
    from genoviz.mutagenesis.saturation import Mutagenesis

BIGWIG, BEDGRAPH = (".bw", ".bigwig"), (".bedgraph", ".bg")  # endings of names


@dataclass(frozen=True, eq=False)
class BrowserTrack:
    """One number per base of a place in a genome.

    Attributes
    ----------
    name, description
        What browsers write beside it.
    locus
        Where it lies.
    values
        `(length,)`, 5' to 3' along the locus; nan where there is none.
    about
        What the numbers were made from.
    """

    name: str
    description: str
    locus: Locus
    values: NDArray[np.floating]
    about: Mapping[str, object]

    def bedgraph(self) -> str:
        """As bedGraph, see `genoviz.genomes.browser_files.bedgraph`."""
        return bedgraph(self.values, self.locus, self.name, self.description, self.about)

    def bigwig(self) -> bytes:
        """As bigWig, see `genoviz.genomes.browser_files.bigwig`."""
        return bigwig(self.values, self.locus)

    def written_as(self, name: str) -> bytes:
        """The content of a file, by the ending of its name: `.bw` or `.bigWig`, `.bedGraph` or `.bg`."""
        if name.lower().endswith(BIGWIG):
            return self.bigwig()
        if name.lower().endswith(BEDGRAPH):
            return self.bedgraph().encode()
        raise BadInput(
            f"The track was to be written to `{name[:100]}`.",
            "The ending tells the format: .bw or .bigWig, .bedGraph or .bg.",
            "Give the file one of these endings.",
        )


def attribution_track(card: ModelCard, result: Attribution) -> BrowserTrack:
    """The score of each base; `BadInput` where the sequence has no place in a genome."""
    from genoviz.attribute.tables import attribution_provenance

    target = result.target.label(card)
    what = f"{result.method} of {target} by {card.name}, in {result.unit} per base"
    locus = place_of(result.sequence)
    return BrowserTrack(f"{target} {result.method}", what, locus, result.per_base, attribution_provenance(card, result))


def mutation_track(card: ModelCard, result: Mutagenesis) -> BrowserTrack:
    """What each base holds up: minus the mean effect of its three substitutions; `BadInput` as in `attribution_track`."""
    from genoviz.mutagenesis.tables import mutagenesis_provenance

    target = result.target.label(card)
    what = f"minus the mean effect of the three substitutions on {target} by {card.name}, in {result.unit}"
    locus = place_of(result.sequence)
    return BrowserTrack(f"{target} mutations", what, locus, result.importance, mutagenesis_provenance(card, result))


def place_of(sequence: Sequence) -> Locus:
    """Where a sequence lies; `BadInput` where that is not known."""
    if sequence.locus is None:
        raise BadInput(
            f"`{sequence.name[:60] or 'The sequence'}` has no place in a genome.",
            "A browser's track needs one: that of an opened place, or of a header such as `>chr8:140,300,616-140,300,716`.",
            "Open the place in a genome, or name it in the header.",
        )
    return sequence.locus
