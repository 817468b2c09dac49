"""Values along both alleles of a variant, on the bases of the reference; shared by the splice verbs.

The alignment is that of SpliceAI (Jaganathan et al. 2019, Cell 176:535): a deleted base has 0 in the alternate, and the
base that inserted bases are attached to, on their left on the plus strand, has the largest of their values and its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.genes.transcripts import Transcript
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.variants.variant import Variant
from genoviz.variants.windows import AlleleWindows

DISTANCE = 50
MOST_DISTANCE = 10_000
MATTERS = 0.05  # scores that differ by as much are told apart in words; numbers are always given

Values = Callable[[Sequence, Seq[int]], NDArray[np.float64]]  # sequence, n positions -> (n, tracks)


@dataclass(frozen=True, eq=False)
class ScannedAlleles:
    """Values `(n, tracks)` of both alleles at `distances` `(n,)`, and `inserted` `(added, tracks)`; see `scan_alleles`."""

    distances: NDArray[np.int64]
    reference: NDArray[np.float64]
    alternate: NDArray[np.float64]
    inserted: NDArray[np.float64]

    @property
    def change(self) -> NDArray[np.float64]:
        """Alternate minus reference `(n, tracks)`."""
        return self.alternate - self.reference

    def largest(self, column: NDArray[np.float64]) -> tuple[float, int]:
        """The largest of `(n,)` values, and its distance; of equal ones the leftmost on the plus strand."""
        order = np.argsort(self.distances, kind="stable")
        best = int(order[int(np.argmax(column[order]))])
        return float(column[best]), int(self.distances[best])


@dataclass(frozen=True, eq=False)
class Scan:
    """What is to be scanned: both alleles, from `left` bases before the variant's position to `right` bases behind it."""

    windows: AlleleWindows
    left: int
    right: int

    def run(self, values: Values) -> ScannedAlleles:
        """See `scan_alleles`."""
        return scan_alleles(self.windows, self.left, self.right, values)

    def asked(self) -> Iterator[tuple[Sequence, Seq[int]]]:
        """The bases of either allele whose values are read, the reference first."""
        asked: list[tuple[Sequence, Seq[int]]] = []

        def note(sequence: Sequence, positions: Seq[int]) -> NDArray[np.float64]:
            asked.append((sequence, positions))
            return np.zeros((len(positions), 1))

        self.run(note)
        yield from asked


def scan_alleles(windows: AlleleWindows, left: int, right: int, values: Values) -> ScannedAlleles:
    """Values of both alleles from `left` bases before the variant's position to `right` bases behind it (plus strand).

    Distances are plus-strand coordinates minus the variant's, in 5' to 3' order of the windows' strand. `inserted` are
    the values at the bases that the variant adds, 5' to 3'.
    """
    start, end = windows.reference_span
    minus = windows.locus.strand == "-"
    place = end - 1 if minus else start  # of the variant's position in the reference window
    scanned = np.arange(place - right, place + left + 1) if minus else np.arange(place - left, place + right + 1)
    here = values(windows.reference, scanned.tolist())
    partner = windows.partners[scanned]
    kept = np.flatnonzero(partner >= 0)
    added = list(range(*windows.inserted))
    found = values(windows.alternate, [*partner[kept].tolist(), *added])
    inserted = found[len(kept) :]
    there = np.zeros_like(here)
    there[kept] = found[: len(kept)]
    if added:
        anchor = np.flatnonzero(partner == (added[-1] + 1 if minus else added[0] - 1))
        there[anchor] = np.maximum(there[anchor], inserted.max(0))
    return ScannedAlleles((place - scanned) if minus else (scanned - place), here, there, inserted)


def shared(values: Values, asked: Iterable[tuple[Sequence, Seq[int]]]) -> Values:
    """`values`, computed once for each sequence at all bases that are asked for, and looked up from then on."""
    wanted: dict[str, tuple[Sequence, set[int]]] = {}
    for sequence, positions in asked:
        wanted.setdefault(sequence.bases, (sequence, set()))[1].update(positions)
    found = {}
    for bases, (sequence, places) in wanted.items():
        ordered = sorted(places)
        found[bases] = (np.array(ordered), values(sequence, ordered))

    def look_up(sequence: Sequence, positions: Seq[int]) -> NDArray[np.float64]:
        places, rows = found[sequence.bases]
        return rows[np.searchsorted(places, np.asarray(positions, dtype=np.int64))]

    return look_up


def n_outside(windows: AlleleWindows, inside: Locus) -> AlleleWindows:
    """The windows with N at the bases outside a locus."""
    length, change = len(windows.reference), windows.variant.length_change
    origin = windows.locus.start - windows.before  # of the windows on the plus strand
    first, last = inside.start - origin, inside.end - origin
    behind = windows.variant.locus.start - origin + len(windows.variant.alt)  # of the alternate allele

    def covered(sequence: Sequence, end: int) -> Sequence:
        return blanked(sequence, first, length - end, windows.locus.strand)

    return replace(
        windows,
        reference=covered(windows.reference, last),
        alternate=covered(windows.alternate, max(last + change, behind)),
    )


def blanked(sequence: Sequence, left: int, right: int, strand: str) -> Sequence:
    """N at the first `left` and the last `right` bases, as they lie on the plus strand; numbers below 0 are none."""
    length = len(sequence)
    left, right = (min(max(0, n), length) for n in ((left, right) if strand == "+" else (right, left)))
    middle = sequence.bases[left : length - right]
    return replace(sequence, bases="N" * left + middle + "N" * (length - left - len(middle)))


def exon_ends(transcript: Transcript) -> tuple[int, ...]:
    """First and last bases of the exons as 1-based coordinates, sorted; both ends of the transcript are among them."""
    return tuple(sorted({place for exon in transcript.exons for place in (exon.start + 1, exon.end)}))


def annotated_sites(transcript: Transcript) -> dict[tuple[str, int], int]:
    """Number of the exon by kind of site and 1-based coordinate of its base next to the intron."""
    found, plus = {}, transcript.strand == "+"
    for number, exon in enumerate(transcript.exons, start=1):
        begins, ends = (exon.start + 1, exon.end) if plus else (exon.end, exon.start + 1)
        if number > 1:
            found["acceptor", begins] = number
        if number < len(transcript.exons):
            found["donor", ends] = number
    return found


def check_scan(strand: str, distance: int, masked: bool, transcript: Transcript | None) -> None:
    """Raise `BadInput` unless the choices of a splice verb fit together."""
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
    if transcript is not None and transcript.strand != strand:
        raise BadInput(
            f"The strand `{strand}` was asked for, but {transcript.identifier} is on `{transcript.strand}`.",
            "Sites are read on the strand of the transcript.",
            "Give the transcript's strand, or another transcript.",
        )
    if masked and not (transcript is not None and transcript.exons):
        raise BadInput(
            "Masked scores were asked for"
            + (
                " without a transcript."
                if transcript is None
                else f", but the exons of {transcript.identifier} are not known."
            ),
            "Masking needs to know which splice sites are annotated: the ends of a transcript's exons.",
            "Give a transcript with exons, or take unmasked scores.",
        )


def is_inside(variant: Variant, transcript: Transcript) -> bool:
    """Whether a variant's position lies in the transcript."""
    return transcript.locus.start < variant.pos <= transcript.locus.end


def check_inside(variant: Variant, transcript: Transcript) -> None:
    """Raise `BadInput` if the variant's position lies outside the transcript."""
    if not is_inside(variant, transcript):
        raise BadInput(
            f"{variant} lies outside {transcript.identifier} ({transcript.locus}).",
            "The scores are those of a transcript that covers the variant.",
            "Choose another transcript, or none.",
        )
