"""Splice sites gained and lost: the largest changes of site probabilities near a variant.

Scores follow Jaganathan et al. (2019, Cell 176:535) and the programs that score variants as they do, SpliceAI and
OpenSpliceAI (Chao et al. 2025, eLife 14:RP107454). A site is named by the base of the exon next to the intron: the last
base of an exon for donors, its first base for acceptors. Where a site is said as a distance, it is its coordinate minus
the variant's, on the plus strand whatever the strand of the transcript: negative is to the left.

Bases are scanned on either side of the variant's position; `genoviz.splicing.alleles` says how indels are aligned. Of equal
changes the leftmost counts. Those programs round to two digits; here nothing is rounded. They score a variant as it is
written and leave out those in which both alleles have several bases; here it is left-aligned first, and these are scored
too. An insertion or deletion in a repeat is scored at its right-most place and as it was written as well
(`genoviz.splicing.placed`). A deletion longer than the distance is aligned here as any other; theirs loses bases to its left
as well.

Masked scores are for the interpretation of variants: a gain at an annotated site and a loss at one that is not annotated
count as 0. As in those programs, it is asked of the largest change only, and the annotated site is the one end of an
exon that is nearest to the variant, acceptor or donor; of two at the same distance the left one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import GenovizError
from genoviz.genes.transcripts import Transcript
from genoviz.genomes.genome import Reference
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.notices import model_notices
from genoviz.sequences.sequence import Sequence
from genoviz.splicing.alleles import DISTANCE, Scan, ScannedAlleles, Values, check_inside, check_scan, exon_ends
from genoviz.splicing.context import context, context_notices
from genoviz.splicing.destroyed import destroyed_notices, destroyed_sites
from genoviz.splicing.ends import NearEnd, end_notices, masked_end_notices, near_ends
from genoviz.splicing.placed import (
    PlacedScan,
    PlacedScores,
    ScannedPlacement,
    placed_scans,
    placed_windows,
    placement_notices,
    placements_differ,
    scan_placements,
)
from genoviz.splicing.sites import SITES, needed_outputs, site_outputs, site_probabilities
from genoviz.splicing.together import values_of_scans
from genoviz.variants.placements import Placements
from genoviz.variants.variant import Variant
from genoviz.variants.windows import AlleleWindows

__all__ = [
    "SITES",
    "SpliceEffect",
    "SpliceScore",
    "site_outputs",
    "site_probabilities",
    "splice_effect",
    "splice_effects",
    "splice_notices",
]


@dataclass(frozen=True)
class SpliceScore:
    """A site gained or lost: `acceptor` or `donor`, `gain` or `loss`, size from 0 to 1, and distance in bases.

    Where the size is 0 because the score is masked, the distance is that of the change that does not count.
    """

    site: str
    change: str
    value: float
    distance: int

    def __str__(self) -> str:
        return f"{self.site} {self.change} {self.value:.2f} at {self.distance:+d} bp"


@dataclass(frozen=True, eq=False)
class SpliceEffect:
    """Site probabilities near a variant with either allele.

    Attributes
    ----------
    windows
        The variant as scored, and the sequences that were scanned, 5' to 3' on the transcript's strand.
    distances
        The scanned bases `(n,)`, 5' to 3' on the transcript: plus-strand coordinate minus the variant's.
    reference, alternate
        Probabilities `(n, 2)` at these bases, columns `SITES`. The alternate is aligned: a deleted base has 0, and the
        base that inserted bases are attached to has the largest of their values and its own.
    inserted
        Probabilities `(added, 2)` at the bases that the variant adds, 5' to 3'.
    scores
        Acceptor gain and loss, donor gain and loss: masked if that was asked for.
    notices
        Sentences to show beside the result.
    transcript
        The transcript that was given.
    masked
        Whether `scores` are masked.
    raw_scores, masked_scores
        The scores in both forms; masked ones need a transcript with exons, else None.
    placements
        Both forms for each place at which the change can be written, the left-most first: that of all else here.
    """

    windows: AlleleWindows
    distances: NDArray[np.int64]
    reference: NDArray[np.float64]
    alternate: NDArray[np.float64]
    inserted: NDArray[np.float64]
    scores: tuple[SpliceScore, ...]
    notices: tuple[str, ...]
    transcript: Transcript | None = None
    masked: bool = False
    raw_scores: tuple[SpliceScore, ...] = ()
    masked_scores: tuple[SpliceScore, ...] | None = None
    placements: tuple[PlacedScores[SpliceScore], ...] = ()

    @property
    def placements_differ(self) -> bool:
        """Whether scores depend on where the change is written, by `genoviz.splicing.alleles.MATTERS` or more."""
        return placements_differ(self.placements)

    @property
    def strand(self) -> str:
        """Strand of the transcript."""
        return self.windows.locus.strand

    @property
    def largest(self) -> SpliceScore:
        """The largest of the four scores."""
        return max(self.scores, key=lambda score: score.value)

    @property
    def sentence(self) -> str:
        """The largest change in words, with the coordinate of the site."""
        top, variant = self.largest, self.windows.variant
        span = f"within {-int(self.distances.min()):,} bases, {self.strand} strand"
        if not top.value:
            what = "creates or weakens no splice site that counts" if self.masked else "changes no splice site"
            return f"{variant} {what}{'' if self.masked else ' of the model'} ({span})."
        place, article = variant.pos + top.distance, "an" if top.site == "acceptor" else "a"
        return f"{variant}: largest change is {article} {top} ({variant.chrom}:{place:,}; {span})."


def splice_effect(
    model: Model,
    variant: Variant,
    reference: Reference,
    strand: str,
    *,
    distance: int = DISTANCE,
    organism: str = "human",
    transcript: Transcript | None = None,
    masked: bool = False,
    read_outside: bool = False,
) -> SpliceEffect:
    """Compare the splice sites near a variant with either allele.

    Parameters
    ----------
    model
        See `site_probabilities`.
    variant, reference
        The genome's bases must be the variant's reference allele. Scores are those of the left-aligned variant; see
        `SpliceEffect.placements` for those of the variant as given.
    strand
        Of the transcript, `"+"` or `"-"`: sites of the other strand are others.
    distance
        Bases to scan on either side of the variant's position.
    organism
        Whose sites, for models that know several.
    transcript
        The transcript that the sites are of; it covers the variant. A model with values along the sequence then reads N
        outside of it, as in training and as the programs named above do.
    masked
        Whether `SpliceEffect.scores` are masked; needs a transcript with exons.
    read_outside
        Read the genome outside of the transcript all the same.

    Raises
    ------
    RefMismatch, BadVariant, BadLocus
        See `genoviz.variants.windows.allele_windows`.
    BadInput
        If the model predicts no splice sites, the strand is neither or not the transcript's, the distance is out of
        range, the variant lies outside the transcript, or masked scores lack a transcript with exons.
    """
    found = splice_effects(
        model,
        [variant],
        reference,
        strand,
        distance=distance,
        organism=organism,
        transcript=transcript,
        masked=masked,
        read_outside=read_outside,
    )[0]
    if isinstance(found, GenovizError):
        raise found
    return found


def splice_effects(
    model: Model,
    variants: Seq[Variant],
    reference: Reference,
    strand: str,
    *,
    distance: int = DISTANCE,
    organism: str = "human",
    transcript: Transcript | None = None,
    masked: bool = False,
    read_outside: bool = False,
    progress: Callable[[float], None] | None = None,
) -> list[SpliceEffect | GenovizError]:
    """`splice_effect` of many variants of one transcript, or of one strand.

    Parameters
    ----------
    model, reference, strand, distance, organism, transcript, masked, read_outside
        See `splice_effect`.
    variants
        In any order.
    progress
        Called with the share done; may raise to cancel.

    Returns
    -------
    list
        For each variant, in the order given, its effect or the error that `splice_effect` raises.

    Raises
    ------
    BadInput
        If the model predicts no splice sites, the strand is neither or not the transcript's, the distance is out of
        range, or masked scores lack a transcript with exons.
    """
    check_scan(strand, distance, masked, transcript)
    output, tracks = needed_outputs(model.card, organism)

    def plain(sequence: Sequence, positions: Seq[int]) -> NDArray[np.float64]:
        return site_probabilities(model, sequence, positions, organism=organism)

    reading = _Reading(model.card, reference, strand, distance, organism, transcript, masked, read_outside)
    asked: list[_Asked | GenovizError] = []
    for variant in variants:
        try:
            asked.append(_asked(variant, reading))
        except GenovizError as error:
            asked.append(error)
    scans = [scan for one in asked if isinstance(one, _Asked) for scan in one.scans(reading)]
    values = values_of_scans(model, output, [tracks[site] for site in SITES], scans, plain, progress=progress)
    found: list[SpliceEffect | GenovizError] = []
    for done, one in enumerate(asked, start=1):
        try:
            found.append(one.effect(reading, values) if isinstance(one, _Asked) else one)
        except GenovizError as error:
            found.append(error)
        if progress and values is plain:
            progress(done / len(asked))
    return found


@dataclass(frozen=True, eq=False)
class _Reading:
    """How variants are read; see `splice_effect`."""

    card: ModelCard
    reference: Reference
    strand: str
    distance: int
    organism: str
    transcript: Transcript | None
    masked: bool
    read_outside: bool

    @cached_property
    def inside(self) -> Transcript | None:
        """The transcript that N is read outside of."""
        output = site_outputs(self.card, self.organism)
        return self.transcript if output is not None and output[0].bins > 1 and not self.read_outside else None

    @cached_property
    def notices(self) -> list[str]:
        """What to mind about all variants."""
        return splice_notices(self.card, self.reference.assembly, self.organism)


@dataclass(frozen=True, eq=False)
class _Asked:
    """What is to be read of a variant: of each placement, and with the genome's bases where `ends` of the transcript are
    near."""

    windows: AlleleWindows
    places: Placements
    placed: list[PlacedScan]
    ends: tuple[NearEnd, ...]
    outside: Scan

    def scans(self, reading: _Reading) -> Iterator[tuple[Scan, Hashable]]:
        """What the model is to read, and outside of which transcript it reads N."""
        for one in self.placed:
            yield one.scan, reading.inside.locus if reading.inside is not None else None
        if self.ends:
            yield self.outside, None

    def effect(self, reading: _Reading, values: Values) -> SpliceEffect:
        """The effect, given the model's values."""
        transcript = reading.transcript
        scans = scan_placements(self.placed, values)
        first, scored = scans[0], tuple(_placed(one, transcript) for one in scans)
        raw, hidden = scored[0].raw_scores, scored[0].masked_scores
        notices = [*reading.notices, *placement_notices(scored, self.places)]
        if transcript is not None:
            sites = destroyed_sites([one.windows for one in scans], transcript)
            columns = {site: (column,) for column, site in enumerate(SITES)}
            notices += destroyed_notices(sites, first.windows, first.scan, columns)
            mask = partial(_masked_at, raw, self.windows.variant)
            notices += masked_end_notices(self.windows.variant, transcript, raw, mask) if hidden is not None else []
            notices += end_notices(self.ends, transcript, raw, lambda: _scores(self.outside.run(values)))
        return SpliceEffect(
            first.windows,
            first.scan.distances,
            first.scan.reference,
            first.scan.alternate,
            first.scan.inserted,
            hidden if reading.masked and hidden is not None else raw,
            tuple(notices),
            transcript,
            reading.masked,
            raw,
            hidden,
            scored,
        )


def _asked(variant: Variant, reading: _Reading) -> _Asked:
    """What is to be read of a variant.

    Raises
    ------
    RefMismatch, BadVariant, BadLocus, BadInput
        See `splice_effect`.
    """
    distance, transcript, inside = reading.distance, reading.transcript, reading.inside
    windows, places = placed_windows(variant, reading.reference, distance + reading.card.length, reading.strand)
    if transcript is not None:
        check_inside(windows.variant, transcript)
    locus = inside.locus if inside is not None else None
    placed = placed_scans(windows, places, transcript, locus, lambda _: (distance, distance))
    ends = near_ends(windows, inside, distance + context(reading.card) // 2) if inside is not None else ()
    return _Asked(windows, places, placed, ends, Scan(windows, distance, distance))


def _placed(one: ScannedPlacement, transcript: Transcript | None) -> PlacedScores[SpliceScore]:
    """The scores of a placement in both forms."""
    raw, ends = _scores(one.scan), exon_ends(transcript) if transcript is not None else ()
    hidden = _masked_at(raw, one.placement.variant, ends) if ends else None
    return PlacedScores(one.placement, raw, hidden)


def _scores(scan: ScannedAlleles) -> tuple[SpliceScore, ...]:
    """The four scores."""
    scores = []
    for column, site in enumerate(SITES):
        for name, sign in (("gain", 1), ("loss", -1)):
            value, distance = scan.largest(sign * scan.change[:, column])
            scores.append(SpliceScore(site, name, max(0.0, value), distance if value > 0 else 0))
    return tuple(scores)


def _masked_at(scores: tuple[SpliceScore, ...], variant: Variant, ends: Seq[int]) -> tuple[SpliceScore, ...]:
    """Gains at the nearest of the sorted 1-based coordinates and losses elsewhere set to 0."""
    nearest = min((place - variant.pos for place in ends), key=abs)
    return tuple(
        replace(score, value=0.0) if (score.distance == nearest) == (score.change == "gain") else score
        for score in scores
    )


def splice_notices(card: ModelCard, assembly: str, organism: str = "human") -> list[str]:
    """What to mind about all scores of a model on a genome of this assembly."""
    notices = [*model_notices(card, assembly), *context_notices(card)]
    found = site_outputs(card, organism)
    if found is not None and found[0].bins == 1:
        notices.append(
            "This model was trained on as many false sites as true ones, all with GT or AG: its probabilities rank sites, "
            "and only sites with GT or AG count."
        )
    return notices
