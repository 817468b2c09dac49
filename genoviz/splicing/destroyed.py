"""Annotated splice sites whose two intron bases a variant takes away, and what to say where their loss is scored low.

Nearly all introns begin with GT and end in AG. A variant that changes these destroys the site as a rule, so that a low
score then says more of the network than of the variant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.genes.transcripts import Transcript
from genoviz.splicing.alleles import ScannedAlleles, annotated_sites
from genoviz.variants.windows import AlleleWindows

LOW = 0.2  # the lowest threshold in use for splice scores (Jaganathan et al. 2019)
_KNOWN = {"donor": ("GT", "GC", "AT"), "acceptor": ("AG", "AC")}  # the usual one first


@dataclass(frozen=True)
class DestroyedSite:
    """A site that a variant takes away.

    Attributes
    ----------
    site
        `acceptor` or `donor`.
    position
        1-based coordinate of the exon's base next to the intron.
    exon
        Its number in the transcript.
    before, after
        The intron's two bases next to the exon with either allele; `after` is empty where they are not both kept
        beside each other.
    """

    site: str
    position: int
    exon: int
    before: str
    after: str

    @property
    def sentence(self) -> str:
        """What happens, in words."""
        if self.site == "donor":
            where = f"the {self.before} that begins the intron behind exon {self.exon}"
        else:
            where = f"the {self.before} that ends the intron before exon {self.exon}"
        return f"changes {where} to {self.after}" if self.after else f"takes {where} apart"


def destroyed_sites(placed: Iterable[AlleleWindows], transcript: Transcript) -> tuple[DestroyedSite, ...]:
    """Sites of a transcript that no placement of the variant leaves whole, left to right.

    Parameters
    ----------
    placed
        Windows of each placement of the variant (`genoviz.variants.placements`), on the transcript's strand.
    """
    lost: list[dict[tuple[str, int], DestroyedSite]] = []
    for windows in placed:
        here = {}
        for (site, position), exon in annotated_sites(transcript).items():
            if (found := _destroyed(windows, site, position, exon)) is not None:
                here[site, position] = found
        lost.append(here)
    if not lost:
        return ()
    everywhere = set(lost[0]).intersection(*lost[1:])
    return tuple(lost[0][key] for key in sorted(everywhere, key=lambda key: key[1]))


def destroyed_notices(
    sites: Iterable[DestroyedSite], windows: AlleleWindows, scan: ScannedAlleles, columns: Mapping[str, Seq[int]]
) -> list[str]:
    """Sentences on the sites whose loss is scored below `LOW`.

    Parameters
    ----------
    windows, scan
        Of the placement that the headline is of.
    columns
        Columns of the scan that tell of each kind of site; of several the one that loses most counts.
    """
    said = []
    variant = windows.variant
    for one in sites:
        row = np.flatnonzero(scan.distances == one.position - variant.pos)
        begin = (
            f"{variant} {one.sentence}, which as a rule destroys the {one.site} at {variant.chrom}:{one.position:,}, "
        )
        if not len(row):
            said.append(f"{begin}but that base is not among those that were scanned: choose a larger distance.")
            continue
        before, after = _largest_loss(scan, int(row[0]), list(columns[one.site]))
        if before - after >= LOW:
            continue
        why = (
            "The network does not see this site well, so that a low score does not say that splicing stays as it is."
            if before < 0.5
            else "The network still sees a site there, which is unusual."
        )
        said.append(
            f"{begin}but its loss is scored {max(0.0, before - after):.2f} only (probability {before:.2f} with the "
            f"reference allele, {after:.2f} with the alternate one). {why}"
        )
    return said


def _largest_loss(scan: ScannedAlleles, row: int, columns: list[int]) -> tuple[float, float]:
    """Reference and alternate value of the column that loses most at a base."""
    before: NDArray[np.float64] = scan.reference[row, columns]
    after: NDArray[np.float64] = scan.alternate[row, columns]
    best = int(np.argmax(before - after))
    return float(before[best]), float(after[best])


def _destroyed(windows: AlleleWindows, site: str, position: int, exon: int) -> DestroyedSite | None:
    """The site, if this placement takes its two intron bases away."""
    base = windows.index(position)
    first, last = (base + 1, base + 2) if site == "donor" else (base - 2, base - 1)
    reference, alternate = windows.reference.bases, windows.alternate.bases
    touched = windows.reference_span
    if first < 0 or last >= len(reference) or last < touched[0] - 1 or first > touched[1]:
        return None
    before, known = reference[first : last + 1], _KNOWN[site]
    if before not in known:
        return None
    one, two = (int(windows.partners[i]) for i in (first, last))
    after = alternate[one : two + 1] if one >= 0 and two == one + 1 else ""
    beside = int(windows.partners[base])
    if beside >= 0:  # the exon's base may have got another pair of the kind beside it
        new = beside + 1 if site == "donor" else beside - 2
        if alternate[max(0, new) : new + 2] == known[0]:
            return None
    if after in (before, known[0]):
        return None
    return DestroyedSite(site, position, exon, before, after)
