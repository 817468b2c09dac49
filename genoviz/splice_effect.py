"""Splice sites gained and lost: the largest changes of site probabilities near a variant.

Scores follow Jaganathan et al. (2019, Cell 176:535). A site is named by the base of the exon next to the intron: the
last base of an exon for donors, its first base for acceptors. Where a site is said as a distance, it is its coordinate
minus the variant's, on the plus strand whatever the strand of the transcript: negative is to the left.
"""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from genoviz.allele_windows import AlleleWindows, allele_windows
from genoviz.effect_notices import origin_notices
from genoviz.errors import BadInput
from genoviz.genome import Reference
from genoviz.models.base import Model, activate, lock_of
from genoviz.models.card import ModelCard, Output
from genoviz.onehot import encode
from genoviz.sequence import Sequence
from genoviz.variant import Variant

SITES = ("acceptor", "donor")  # columns of all site probabilities
DISTANCE = 50
MOST_DISTANCE = 10_000
_INTRON = {"acceptor": "AG", "donor": "GT"}  # bases of the intron at its ends
_BATCH = 64


@dataclass(frozen=True)
class SpliceScore:
    """A site gained or lost: `acceptor` or `donor`, `gain` or `loss`, size from 0 to 1, and distance in bases."""

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
        Acceptor gain and loss, donor gain and loss.
    notices
        Sentences to show beside the result.
    """

    windows: AlleleWindows
    distances: NDArray[np.int64]
    reference: NDArray[np.float64]
    alternate: NDArray[np.float64]
    inserted: NDArray[np.float64]
    scores: tuple[SpliceScore, ...]
    notices: tuple[str, ...]

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
            return f"{variant} changes no splice site of the model ({span})."
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
    model: Model, sequence: Sequence, positions: Seq[int], *, organism: str = "human"
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
    length, columns = model.card.length, [tracks[site] for site in SITES]
    padded = "N" * length + sequence.bases + "N" * length
    if output.bins == 1:
        return _site_by_site(model, output, columns, padded, [length + p for p in positions])
    return _along(model, output, columns, padded, [length + p for p in positions])


def splice_effect(
    model: Model,
    variant: Variant,
    reference: Reference,
    strand: str,
    *,
    distance: int = DISTANCE,
    organism: str = "human",
) -> SpliceEffect:
    """Compare the splice sites near a variant with either allele.

    Parameters
    ----------
    model
        See `site_probabilities`.
    variant, reference
        The genome's bases must be the variant's reference allele; the variant is left-aligned first.
    strand
        Of the transcript, `"+"` or `"-"`: sites of the other strand are others.
    distance
        Bases to scan on either side of the reference allele.
    organism
        Whose sites, for models that know several.

    Raises
    ------
    RefMismatch, BadVariant, BadLocus
        See `genoviz.allele_windows.allele_windows`.
    BadInput
        If the model predicts no splice sites, the strand is neither, or the distance is out of range.
    """
    if strand not in ("+", "-"):
        raise BadInput(
            f"The strand of the transcript is `{strand}`.",
            "`+` and `-` are accepted.",
            "Look it up in the gene models.",
        )
    if not 0 <= distance <= MOST_DISTANCE:
        raise BadInput(
            f"A distance of {distance:,} bases was asked for.", f"0 to {MOST_DISTANCE:,} are accepted.", "50 is usual."
        )
    alleles = len(variant.ref) + len(variant.alt)
    windows = allele_windows(variant, reference, 2 * (distance + model.card.length + alleles) + 1, strand=strand)
    start, end = windows.reference_span
    scanned = np.arange(start - distance, end + distance)
    here = site_probabilities(model, windows.reference, scanned.tolist(), organism=organism)
    partner = windows.partners[scanned]
    kept = np.flatnonzero(partner >= 0)
    added = list(range(*windows.inserted))
    found = site_probabilities(model, windows.alternate, [*partner[kept].tolist(), *added], organism=organism)
    inserted = found[len(kept) :]
    there = np.zeros_like(here)
    there[kept] = found[: len(kept)]
    if added:
        # Attached to the paired base on their left on the plus strand, the anchor of an insertion.
        anchor = int(np.flatnonzero(partner == (added[0] - 1 if strand == "+" else added[-1] + 1))[0])
        there[anchor] = np.maximum(there[anchor], inserted.max(0))
    offsets = scanned - start
    distances = offsets if strand == "+" else (end - 1 - scanned)
    return SpliceEffect(
        windows,
        distances,
        here,
        there,
        inserted,
        _scores(distances, there - here),
        tuple(_notices(model.card, windows, organism)),
    )


def _scores(distances: NDArray[np.int64], change: NDArray[np.float64]) -> tuple[SpliceScore, ...]:
    """The four scores of changes `(n, 2)`; of equal changes the one nearest to the variant."""
    order = np.argsort(np.abs(distances), kind="stable")
    scores = []
    for column, site in enumerate(SITES):
        for name, sign in (("gain", 1), ("loss", -1)):
            best = order[int(np.argmax(sign * change[order, column]))]
            value = max(0.0, float(sign * change[best, column]))
            scores.append(SpliceScore(site, name, value, int(distances[best]) if value else 0))
    return tuple(scores)


def _notices(card: ModelCard, windows: AlleleWindows, organism: str) -> list[str]:
    notices = origin_notices(card, windows.locus.assembly)
    found = site_outputs(card, organism)
    if found is not None and found[0].bins == 1:
        notices.append(
            "This model was trained on as many false sites as true ones, all with GT or AG: its probabilities rank sites, "
            "and only sites with GT or AG count."
        )
    return notices


def _site_by_site(
    model: Model, output: Output, columns: list[int], padded: str, positions: list[int]
) -> NDArray[np.float64]:
    """Windows with the intron's two bases in the middle, only where these are GT or AG."""
    length = model.card.length
    middle = (length - 2) // 2
    values = np.zeros((len(positions), len(SITES)))
    texts, cells = [], []
    for row, position in enumerate(positions):
        for column, site in enumerate(SITES):
            intron = position - 2 if site == "acceptor" else position + 1
            if padded[intron : intron + 2] == _INTRON[site]:
                texts.append(padded[intron - middle : intron - middle + length])
                cells.append((row, column))
    for first in range(0, len(texts), _BATCH):
        with lock_of(model), torch.no_grad():
            logits = model.logits(encode(texts[first : first + _BATCH]))[output.name]
            found = activate(logits, output.activation)[:, columns, 0].numpy()
        for (row, column), pair in zip(cells[first : first + _BATCH], found, strict=True):
            values[row, column] = pair[column]
    return values


def _along(model: Model, output: Output, columns: list[int], padded: str, positions: list[int]) -> NDArray[np.float64]:
    """Values along the sequence, from windows whose middle parts follow each other."""
    length, bins = model.card.length, output.bins
    edge = (length - bins) // 2  # networks crop their edges evenly
    values = np.zeros((len(positions), len(SITES)))
    tiles: dict[int, list[int]] = {}
    for row, position in enumerate(positions):
        tiles.setdefault((position - positions[0]) // bins, []).append(row)
    for tile, rows in tiles.items():
        start = positions[0] + tile * bins
        # Bases past the padding are N as well; the window must still be whole.
        text = padded[start - edge : start - edge + length].ljust(length, "N")
        with lock_of(model), torch.no_grad():
            logits = model.logits(encode(text))[output.name]
            found = activate(logits, output.activation)[0, columns].numpy()
        values[rows] = found[:, [positions[row] - start for row in rows]].T
    return values
