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

from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.genes.transcripts import Transcript
from genoviz.genomes.genome import Reference
from genoviz.models.answers import ask, check_finite
from genoviz.models.base import Model, activate, lock_of
from genoviz.models.card import ModelCard, Output
from genoviz.models.notices import model_notices
from genoviz.models.onehot import encode
from genoviz.models.steady import steadily
from genoviz.predict.values_along import values_along
from genoviz.sequences.sequence import Sequence
from genoviz.splicing.alleles import (
    DISTANCE,
    ScannedAlleles,
    check_inside,
    check_scan,
    exon_ends,
    scan_alleles,
)
from genoviz.splicing.context import context, context_notices
from genoviz.splicing.destroyed import destroyed_notices, destroyed_sites
from genoviz.splicing.ends import end_notices, masked_end_notices, near_ends
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

SITES = ("acceptor", "donor")  # columns of all site probabilities
_INTRON = {"acceptor": "AG", "donor": "GT"}  # bases of the intron at its ends
_BATCH = 64


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


def site_outputs(card: ModelCard, organism: str = "human") -> tuple[Output, dict[str, int]] | None:
    """The output of a model that holds both kinds of `SITES`, and the track of each; None where there is none.

    Tracks are known by the end of their names. Where there are several of a kind, that of `organism` is taken, else
    the first.
    """
    for output in card.outputs:
        found = {}
        for site in SITES:
            tracks = [track for track in output.tracks if track.lower().endswith(site)]
            tracks.sort(key=lambda track: not track.lower().startswith(organism.lower()))
            if tracks:
                found[site] = output.index(tracks[0])
        if len(found) == len(SITES):
            return output, found
    return None


def site_probabilities(
    model: Model,
    sequence: Sequence,
    positions: Seq[int],
    *,
    organism: str = "human",
    progress: Callable[[float], None] | None = None,
) -> NDArray[np.float64]:
    """Probability that a base is the exon's end at a splice site.

    A model with one number per sequence has the first two bases of the intron (donor) or its last two (acceptor) in
    the middle of what it reads; it was shown only GT and AG there, so that any other two bases have 0. A model with
    values along the sequence has one at each base.

    Parameters
    ----------
    model
        See `site_outputs`.
    sequence
        Of any length, 5' to 3' on the transcript's strand. What the model reads beyond its ends is N.
    positions
        Bases of the sequence (0-based).
    progress
        Called with the share done.

    Returns
    -------
    ndarray
        `(positions, 2)`, columns `SITES`.

    Raises
    ------
    BadInput
        If the model predicts no splice sites.
    """
    found = site_outputs(model.card, organism)
    if found is None:
        raise BadInput(
            f"`{model.card.name}` predicts no splice sites.",
            "A splice model has tracks whose names end in acceptor and donor.",
            "Choose a splice model, such as `splice.sites`.",
        )
    output, tracks = found
    columns = [tracks[site] for site in SITES]
    if output.bins == 1:
        return _site_by_site(model, output, columns, sequence, positions, progress)
    return values_along(model, output, columns, sequence, positions, progress=progress)


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
    check_scan(strand, distance, masked, transcript)
    windows, places = placed_windows(variant, reference, distance + model.card.length, strand)
    output = site_outputs(model.card, organism)
    if transcript is not None:
        check_inside(windows.variant, transcript)
    along = output is not None and output[0].bins > 1
    inside = transcript.locus if transcript is not None and along and not read_outside else None

    def values(sequence: Sequence, positions: Seq[int]) -> NDArray[np.float64]:
        return site_probabilities(model, sequence, positions, organism=organism)

    scans = scan_placements(windows, places, transcript, inside, lambda _: (distance, distance), values)
    first, scored = scans[0], tuple(_placed(one, transcript) for one in scans)
    raw, hidden = scored[0].raw_scores, scored[0].masked_scores
    notices = [*splice_notices(model.card, windows.locus.assembly, organism), *placement_notices(scored, places)]
    if transcript is not None:
        sites = destroyed_sites([one.windows for one in scans], transcript)
        columns = {site: (column,) for column, site in enumerate(SITES)}
        notices += destroyed_notices(sites, first.windows, first.scan, columns)
        mask = partial(_masked_at, raw, windows.variant)
        notices += masked_end_notices(windows.variant, transcript, raw, mask) if hidden is not None else []
    if inside is not None and transcript is not None:
        ends = near_ends(windows, transcript, distance + context(model.card) // 2)
        read = partial(_read_scores, windows, distance, values)
        notices += end_notices(ends, transcript, raw, read)
    return SpliceEffect(
        first.windows,
        first.scan.distances,
        first.scan.reference,
        first.scan.alternate,
        first.scan.inserted,
        hidden if masked and hidden is not None else raw,
        tuple(notices),
        transcript,
        masked,
        raw,
        hidden,
        scored,
    )


def _placed(one: ScannedPlacement, transcript: Transcript | None) -> PlacedScores[SpliceScore]:
    """The scores of a placement in both forms."""
    raw = _scores(one.scan)
    known = transcript is not None and transcript.exons
    hidden = _masked(raw, one.placement.variant, transcript) if transcript is not None and known else None
    return PlacedScores(one.placement, raw, hidden)


def _read_scores(
    windows: AlleleWindows, distance: int, values: Callable[[Sequence, Seq[int]], NDArray[np.float64]]
) -> tuple[SpliceScore, ...]:
    """Unmasked scores with the genome's bases outside of the transcript."""
    return _scores(scan_alleles(windows, distance, distance, values))


def _scores(scan: ScannedAlleles) -> tuple[SpliceScore, ...]:
    """The four scores."""
    scores = []
    for column, site in enumerate(SITES):
        for name, sign in (("gain", 1), ("loss", -1)):
            value, distance = scan.largest(sign * scan.change[:, column])
            scores.append(SpliceScore(site, name, max(0.0, value), distance if value > 0 else 0))
    return tuple(scores)


def _masked(scores: tuple[SpliceScore, ...], variant: Variant, transcript: Transcript) -> tuple[SpliceScore, ...]:
    """Gains at the nearest end of an exon and losses elsewhere set to 0."""
    return _masked_at(scores, variant, exon_ends(transcript))


def _masked_at(scores: tuple[SpliceScore, ...], variant: Variant, ends: Seq[int]) -> tuple[SpliceScore, ...]:
    """The same, given sorted 1-based coordinates."""
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


def _site_by_site(
    model: Model,
    output: Output,
    columns: list[int],
    sequence: Sequence,
    positions: Seq[int],
    progress: Callable[[float], None] | None,
) -> NDArray[np.float64]:
    """Windows with the intron's two bases in the middle, only where these are GT or AG."""
    length = model.card.length
    padded = "N" * length + sequence.bases + "N" * length
    middle = (length - 2) // 2
    values = np.zeros((len(positions), len(SITES)))
    texts, cells = [], []
    for row, position in enumerate(positions):
        for column, site in enumerate(SITES):
            intron = length + position + (-2 if site == "acceptor" else 1)
            if padded[intron : intron + 2] == _INTRON[site]:
                texts.append(padded[intron - middle : intron - middle + length])
                cells.append((row, column))
    for first in range(0, len(texts), _BATCH):
        X = encode(texts[first : first + _BATCH])
        with lock_of(model), torch.no_grad():
            logits = steadily(model, lambda part: ask(model, part)[output.name], X)
            probabilities = activate(logits, output.activation)[:, columns, 0].detach()
        check_finite(model.card, probabilities, X)
        found = probabilities.numpy()
        for (row, column), pair in zip(cells[first : first + _BATCH], found, strict=True):
            values[row, column] = pair[column]
        if progress:
            progress(min(1.0, (first + _BATCH) / len(texts)))
    return values
