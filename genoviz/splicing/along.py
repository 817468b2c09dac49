"""Splice sites along a gene or any other stretch of a genome, and how they agree with annotated exons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput, Cancelled
from genoviz.genes.transcripts import Transcript
from genoviz.genomes.genome import Reference
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.notices import origin_notices
from genoviz.predict.values_along import STRETCH
from genoviz.sequences.bases import base_count
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.splicing.alleles import annotated_sites, blanked, check_scan
from genoviz.splicing.context import context_notices
from genoviz.splicing.effect import SITES, site_outputs, site_probabilities

THRESHOLD = 0.5
LONGEST = 3_000_000  # bases; the longest human genes have 2.5 million


@dataclass(frozen=True)
class SpliceSite:
    """A predicted site, an annotated one, or both.

    Attributes
    ----------
    site
        `acceptor` or `donor`.
    position
        1-based coordinate of the exon's base next to the intron.
    probability
        The model's; nan where a stopped run did not come.
    exon
        Number of the transcript's exon that begins or ends here; 0 where none does.
    predicted
        Whether the probability reaches the threshold.
    """

    site: str
    position: int
    probability: float
    exon: int
    predicted: bool

    @property
    def annotated(self) -> bool:
        """Whether an exon of the transcript begins or ends here."""
        return self.exon > 0


@dataclass(frozen=True, eq=False)
class SpliceAlong:
    """Site probabilities along a stretch.

    Attributes
    ----------
    locus
        What was read, on the strand that was read.
    values
        `(bases, 2)`, columns `SITES`, 5' to 3'; nan where a stopped run did not come.
    sites
        All predicted and all annotated sites, 5' to 3'.
    threshold
        Lowest probability of a predicted site.
    transcript
        The transcript that the sites are compared with; None where none was given.
    read_outside
        Whether bases outside of the transcript were read as well.
    complete
        False if the run was stopped.
    notices
        Sentences to show beside the result.
    """

    locus: Locus
    values: NDArray[np.float64]
    sites: tuple[SpliceSite, ...]
    threshold: float
    transcript: Transcript | None
    read_outside: bool
    complete: bool
    notices: tuple[str, ...]

    def at(self, threshold: float) -> SpliceAlong:
        """The same probabilities with the sites of another threshold."""
        sites = _sites(self.locus, self.values, threshold, self.transcript)
        return replace(self, sites=sites, threshold=threshold)

    @property
    def found(self) -> tuple[SpliceSite, ...]:
        """Annotated sites that are predicted."""
        return tuple(site for site in self.sites if site.annotated and site.predicted)

    @property
    def missed(self) -> tuple[SpliceSite, ...]:
        """Annotated sites below the threshold."""
        return tuple(site for site in self.sites if site.annotated and not site.predicted)

    @property
    def others(self) -> tuple[SpliceSite, ...]:
        """Predicted sites at which no exon of the transcript begins or ends."""
        return tuple(site for site in self.sites if not site.annotated)

    @property
    def sentence(self) -> str:
        """How many sites there are and how they agree with the annotation."""
        span = f"{self.locus}, {base_count(len(self.locus))}"
        if self.transcript is None or not self.transcript.exons:
            return f"{_count(len(self.others), 'site')} at {self.threshold:g} or above in {span}."
        annotated = len(self.found) + len(self.missed)
        beside = _count(len(self.others), "other site")
        if not annotated:
            return f"No splice site of {self.transcript.identifier} lies in {span}. {beside} at {self.threshold:g} or above."
        return (
            f"{len(self.found)} of {_count(annotated, 'annotated splice site')} of {self.transcript.identifier} "
            f"at {self.threshold:g} or above, and {beside} ({span})."
        )


def splice_along(
    model: Model,
    reference: Reference,
    locus: Locus,
    strand: str,
    *,
    transcript: Transcript | None = None,
    threshold: float = THRESHOLD,
    organism: str = "human",
    read_outside: bool = False,
    progress: Callable[[float], None] | None = None,
) -> SpliceAlong:
    """Probability of an acceptor and of a donor at each base of a stretch.

    Parameters
    ----------
    model
        See `genoviz.splicing.effect.site_probabilities`.
    reference
        The genome. Bases that it does not have are read as N.
    locus
        Up to `LONGEST` bases; its own strand does not count.
    strand
        Of the transcripts: `"+"` or `"-"`. Sites of the other strand are others.
    transcript
        What to compare with: exons but the first begin at an acceptor, exons but the last end at a donor. A model with
        values along the sequence reads N outside of it, as `genoviz.splicing.effect.splice_effect` does.
    threshold
        Lowest probability of a predicted site, above 0.
    organism
        Whose sites, for models that know several.
    read_outside
        Read the genome outside of the transcript all the same.
    progress
        Called with the share done. What was done is kept when it raises `Cancelled`.

    Raises
    ------
    BadInput
        If the model predicts no splice sites, the strand is neither or not the transcript's, the transcript lies
        elsewhere, the stretch is too long, or the threshold is out of range.
    BadLocus
        If the chromosome is unknown or the assemblies differ.
    """
    check_scan(strand, 0, False, transcript)
    if not 0 < threshold <= 1:
        raise BadInput(
            f"A threshold of {threshold:g} was asked for.",
            "Probabilities above 0 and up to 1 are accepted.",
            "0.5 is usual.",
        )
    if len(locus) > LONGEST:
        raise BadInput(
            f"{locus} has {base_count(len(locus))}.",
            f"Up to {LONGEST:,} are read at a time.",
            "Choose a part of it, such as one gene.",
        )
    place = replace(locus, chrom=reference.resolve(locus.chrom), strand=strand)
    if transcript is not None and not transcript.locus.overlaps(place):
        raise BadInput(
            f"{transcript.identifier} lies at {transcript.locus}, and not in {place}.",
            "Sites are compared with a transcript that shares bases with the stretch.",
            "Choose the transcript's own stretch, or no transcript.",
        )
    found = site_outputs(model.card, organism)
    inside = None
    if transcript is not None and found is not None and found[0].bins > 1 and not read_outside:
        inside = transcript.locus
    sequence, first = _read(reference, place, model.card.length, inside)
    values = np.full((len(place), len(SITES)), np.nan)
    complete = True
    try:
        for start in range(0, len(place), STRETCH):
            end = min(start + STRETCH, len(place))
            values[start:end] = site_probabilities(
                model,
                sequence,
                range(first + start, first + end),
                organism=organism,
                progress=_part(progress, start, end, len(place)),
            )
    except Cancelled:
        complete = False
    return SpliceAlong(
        place,
        values,
        _sites(place, values, threshold, transcript),
        threshold,
        transcript,
        inside is None,
        complete,
        tuple(_notices(model.card, organism, reference.assembly)),
    )


def _read(reference: Reference, place: Locus, edge: int, inside: Locus | None) -> tuple[Sequence, int]:
    """The stretch with up to `edge` bases on either side, N outside of `inside`, and the index of its first base."""
    wide = replace(place, start=max(0, place.start - edge), end=place.end + edge)
    sequence = reference.fetch(wide, pad=True)
    first = place.start - wide.start if place.strand == "+" else wide.end - place.end
    if inside is not None:
        sequence = blanked(sequence, inside.start - wide.start, wide.end - inside.end, place.strand)
    return sequence, first


def _sites(
    place: Locus, values: NDArray[np.float64], threshold: float, transcript: Transcript | None
) -> tuple[SpliceSite, ...]:
    exons = annotated_sites(transcript) if transcript is not None else {}
    known = {
        (place.to_relative(position - 1), SITES.index(site)): exon
        for (site, position), exon in exons.items()
        if place.contains(position - 1)
    }
    above = {(int(row), int(column)) for row, column in np.argwhere(values >= threshold)}
    return tuple(
        SpliceSite(
            SITES[column],
            place.to_genomic(row) + 1,
            float(values[row, column]),
            known.get((row, column), 0),
            (row, column) in above,
        )
        for row, column in sorted(above | known.keys())
    )


def _part(progress: Callable[[float], None] | None, start: int, end: int, total: int) -> Callable[[float], None] | None:
    """The progress of a part as that of the whole."""
    if progress is None:
        return None
    return lambda share: progress((start + share * (end - start)) / total)


def _notices(card: ModelCard, organism: str, assembly: str) -> list[str]:
    notices = [*origin_notices(card, assembly), *context_notices(card)]
    found = site_outputs(card, organism)
    if found is not None and found[0].bins == 1:
        notices.append(
            "This model was trained on as many false sites as true ones, all with GT or AG. Along a gene false ones are far "
            "more common: many sites above the threshold are none."
        )
    return notices


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
