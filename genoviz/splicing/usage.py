"""Splice sites used more and less: Pangolin's score of a variant, per tissue and over tissues.

As in the released tool of Zeng and Li (2022, Genome Biol 23:103): bases are scanned on either side of the reference
allele, indels are aligned as `genoviz.splicing.alleles` says, at each base the gain is the largest change of all tissues and
the loss the smallest one, and the score is the base with the most of each. Of equal changes the leftmost counts. Gains are
0 or above and losses 0 or below. The tool rounds to two digits; here nothing is rounded. It scores a variant as it is written
and leaves out some spellings; here it is left-aligned first, and all are scored. Unlike SpliceAI's, its sites are not told
apart into acceptors and donors, and the genome is read outside of the gene as well.

Masked scores, which the tool gives unless told otherwise: at the ends of the transcript's exons gains count as 0, and at all
other bases losses do.
"""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.genes.transcripts import Transcript
from genoviz.genomes.genome import Reference
from genoviz.models.base import Model
from genoviz.models.card import ModelCard, Output
from genoviz.models.notices import model_notices
from genoviz.predict.values_along import values_along
from genoviz.sequences.sequence import Sequence
from genoviz.splicing.alleles import DISTANCE, ScannedAlleles, check_inside, check_scan, exon_ends
from genoviz.splicing.context import context_notices
from genoviz.splicing.destroyed import destroyed_notices, destroyed_sites
from genoviz.splicing.placed import (
    PlacedScores,
    ScannedPlacement,
    placed_windows,
    placement_notices,
    placements_differ,
    scan_placements,
)
from genoviz.variants.variant import Variant
from genoviz.variants.windows import AlleleWindows

OUTPUT = "splicing"  # name of the output of models that this verb reads
ALL = "all tissues"


@dataclass(frozen=True)
class UsageScore:
    """A change at one base: `gain` or `loss`, of a tissue or of `ALL`; `value` is above 0 for gains, below for losses."""

    tissue: str
    change: str
    value: float
    distance: int

    def __str__(self) -> str:
        where = "" if self.tissue == ALL else f" in {self.tissue}"
        return f"{self.change} {self.value:+.2f} at {self.distance:+d} bp{where}"


@dataclass(frozen=True, eq=False)
class SpliceUsageEffect:
    """How strongly bases near a variant are used as splice sites with either allele.

    Attributes
    ----------
    windows
        The variant as scored, and the sequences that were scanned, 5' to 3' on the transcript's strand.
    tissues
        Tracks of the model.
    distances
        The scanned bases `(n,)`, 5' to 3' on the transcript: plus-strand coordinate minus the variant's.
    reference, alternate
        Probabilities `(n, tissues)` at these bases; the alternate is aligned, see `genoviz.splicing.alleles`.
    scores
        Gain and loss over all tissues, then gain and loss of each tissue; masked if that was asked for.
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
    tissues: tuple[str, ...]
    distances: NDArray[np.int64]
    reference: NDArray[np.float64]
    alternate: NDArray[np.float64]
    scores: tuple[UsageScore, ...]
    notices: tuple[str, ...]
    transcript: Transcript | None
    masked: bool
    raw_scores: tuple[UsageScore, ...]
    masked_scores: tuple[UsageScore, ...] | None
    placements: tuple[PlacedScores[UsageScore], ...] = ()

    @property
    def placements_differ(self) -> bool:
        """Whether scores depend on where the change is written, by `genoviz.splicing.alleles.MATTERS` or more."""
        return placements_differ(self.placements)

    @property
    def strand(self) -> str:
        """Strand of the transcript."""
        return self.windows.locus.strand

    @property
    def largest(self) -> UsageScore:
        """The larger of gain and loss over all tissues."""
        return max(self.scores[:2], key=lambda score: abs(score.value))

    @property
    def sentence(self) -> str:
        """The largest change in words, with the tissue it is largest in and the coordinate of the site."""
        top, variant = self.largest, self.windows.variant
        if not top.value:
            return f"{variant} changes no splice site that counts ({self.strand} strand)."
        tissue = next(s.tissue for s in self.scores[2:] if (s.change, s.value) == (top.change, top.value))
        place = variant.pos + top.distance
        return f"{variant}: largest change is a {top}, in {tissue} ({variant.chrom}:{place:,}; {self.strand} strand)."


def usage_output(card: ModelCard) -> Output | None:
    """The output of a model that says in which tissues a base is used as a splice site; None where there is none."""
    return next((o for o in card.outputs if o.name == OUTPUT and o.bins > 1 and o.resolution == 1), None)


def splice_usage_effect(
    model: Model,
    variant: Variant,
    reference: Reference,
    strand: str,
    *,
    distance: int = DISTANCE,
    transcript: Transcript | None = None,
    masked: bool = False,
) -> SpliceUsageEffect:
    """Compare how bases near a variant are used as splice sites with either allele.

    Parameters
    ----------
    model
        With an output `splicing`, such as `splice.pangolin`; see `usage_output`.
    variant, reference
        The genome's bases must be the variant's reference allele. Scores are those of the left-aligned variant; see
        `SpliceUsageEffect.placements` for those of the variant as given.
    strand
        Of the transcript, `"+"` or `"-"`.
    distance
        Bases to scan on either side of the reference allele.
    transcript
        The transcript whose exons say which sites are annotated; it covers the variant.
    masked
        Whether `SpliceUsageEffect.scores` are masked; needs a transcript with exons.

    Raises
    ------
    RefMismatch, BadVariant, BadLocus
        See `genoviz.variants.windows.allele_windows`.
    BadInput
        If the model has no such output, the strand is neither or not the transcript's, the distance is out of range, the
        variant lies outside the transcript, or masked scores lack a transcript with exons.
    """
    check_scan(strand, distance, masked, transcript)
    output = usage_output(model.card)
    if output is None:
        raise BadInput(
            f"`{model.card.name}` does not say in which tissues sites are used.",
            f"Such a model has an output `{OUTPUT}` with a value for each base.",
            "Choose `splice.pangolin`.",
        )
    windows, places = placed_windows(variant, reference, distance + model.card.length, strand)
    if transcript is not None:
        check_inside(windows.variant, transcript)
    rows = range(len(output.tracks))

    def span(one: Variant) -> tuple[int, int]:
        return distance, distance + len(one.ref) - 1

    def values(sequence: Sequence, positions: Seq[int]) -> NDArray[np.float64]:
        return values_along(model, output, rows, sequence, positions)

    scans = scan_placements(windows, places, transcript, None, span, values)
    first, scored = scans[0], tuple(_placed(one, output.tracks, transcript) for one in scans)
    raw, hidden = scored[0].raw_scores, scored[0].masked_scores
    notices = [*usage_notices(model.card, windows.locus.assembly), *placement_notices(scored, places)]
    if transcript is not None:
        sites = destroyed_sites([one.windows for one in scans], transcript)
        notices += destroyed_notices(sites, first.windows, first.scan, dict.fromkeys(("acceptor", "donor"), rows))
    return SpliceUsageEffect(
        first.windows,
        output.tracks,
        first.scan.distances,
        first.scan.reference,
        first.scan.alternate,
        hidden if masked and hidden is not None else raw,
        tuple(notices),
        transcript,
        masked,
        raw,
        hidden,
        scored,
    )


def usage_notices(card: ModelCard, assembly: str) -> list[str]:
    """What to mind about all scores of a model on a genome of this assembly."""
    return [*model_notices(card, assembly), *context_notices(card)]


def _placed(one: ScannedPlacement, tissues: tuple[str, ...], transcript: Transcript | None) -> PlacedScores[UsageScore]:
    """The scores of a placement in both forms."""
    scan, variant = one.scan, one.placement.variant
    hidden = None
    if transcript is not None and transcript.exons:
        annotated = np.isin(scan.distances, np.array(exon_ends(transcript)) - variant.pos)[:, None]
        gain = np.where(annotated, np.minimum(scan.change, 0), scan.change)
        loss = np.where(annotated, scan.change, np.maximum(scan.change, 0))
        hidden = _scores(scan, tissues, gain, loss)
    return PlacedScores(one.placement, _scores(scan, tissues, scan.change, scan.change), hidden)


def _scores(
    scan: ScannedAlleles, tissues: tuple[str, ...], gain: NDArray[np.float64], loss: NDArray[np.float64]
) -> tuple[UsageScore, ...]:
    """Gain and loss over all tissues, then of each; changes are `(n, tissues)`."""
    columns = [(ALL, gain.max(1), loss.min(1)), *zip(tissues, gain.T, loss.T, strict=True)]
    scores = []
    for tissue, up, down in columns:
        for name, sign, values in (("gain", 1, up), ("loss", -1, down)):
            value, distance = scan.largest(sign * values)
            scores.append(UsageScore(tissue, name, sign * value if value > 0 else 0.0, distance if value > 0 else 0))
    return tuple(scores)
