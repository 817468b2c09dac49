"""Motifs that a variant gains and loses: matches over the variant that one allele has and the other has not.

Whether a score counts as a match is decided by its p-value, which means the same for short and long motifs.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.motifs.motif import UNIFORM, Motif, Row
from genoviz.motifs.p_value import STEP, MotifScan, motif_scan
from genoviz.motifs.sites import SITES, KnownSite
from genoviz.sequences.bases import BASES, IUPAC
from genoviz.sequences.locus import Locus
from genoviz.variants.windows import AlleleWindows

THRESHOLD = 3e-4  # a perfect match of six bases has 2.4e-4
SCANNED = "pwm.encode10"  # bundled model whose weights are motifs
_SOURCE = "MacIsaac et al. 2006, BMC Bioinformatics 7:113"
YEAST_SITES = tuple(
    KnownSite(f"yeast {factor}", consensus, factor, _SOURCE)
    for factor, consensus in (
        ("Abf1", "ATCAYTNTNNACG"),
        ("Cbf1", "GTCACGTG"),
        ("Fkh1", "GTAAACAA"),
        ("Gal4", "CGGNNNNNNNNNNNCCG"),
        ("Gcn4", "TGACTCA"),
        ("Hsf1", "GAANNTTCTAGAA"),
        ("Mbp1", "ACGCGT"),
        ("Mcm1", "TTTCCNNWTTRGGAAA"),
        ("Rap1", "ACCCANACAY"),
        ("Reb1", "TTACCCG"),
        ("Swi4", "CRCGAAA"),
        ("Ume6", "TAGCCGCCGA"),
    )
)


@dataclass(frozen=True)
class MotifChange:
    """One match over a variant and what the other allele has in its place.

    Attributes
    ----------
    motif
        Whose match it is.
    allele, start, end, strand
        The allele that has the match (the reference, if both have), where it lies in that allele's window (0-based,
        half-open), and its strand relative to the window.
    locus
        Its place and strand in the genome; None for matches that need inserted bases or span a deletion.
    reference_score, alternate_score
        Log-odds in bits at the match and at its counterpart; nan where there is no counterpart.
    reference_p, alternate_p
        Probability of at least this score for a random word of the background; 1 where there is no counterpart.
    status
        `gained`, `lost`, or `changed` where both alleles match.
    attribution
        Sum of the allele's attribution over the match, where attributions were given.
    """

    motif: Motif
    allele: str
    start: int
    end: int
    strand: str
    locus: Locus | None
    reference_score: float
    alternate_score: float
    reference_p: float
    alternate_p: float
    status: str
    attribution: float | None = None

    @property
    def change(self) -> float:
        """`ALT - REF` of the score in bits."""
        return self.alternate_score - self.reference_score


def motif_changes(
    windows: AlleleWindows,
    motifs: Seq[Motif] | None = None,
    *,
    threshold: float = THRESHOLD,
    background: Seq[float] = UNIFORM,
    reference_attribution: NDArray[np.floating] | None = None,
    alternate_attribution: NDArray[np.floating] | None = None,
) -> tuple[MotifChange, ...]:
    """Matches that overlap the variant in either allele and score differently in the other.

    The counterpart of a match begins or ends at the aligned bases of the other allele, whichever scores more.

    Parameters
    ----------
    windows
        Both alleles, see `genoviz.variants.windows`.
    motifs
        What to look for, on both strands; `known_motifs()` if None.
    threshold
        Largest p-value of a match.
    background
        Frequencies of A, C, G, T without a motif.
    reference_attribution, alternate_attribution
        Scores `(length,)` of the bases of each window, such as `Attribution.per_base`.

    Returns
    -------
    tuple of MotifChange
        Gained and lost ones first, each by the size of the change.

    Raises
    ------
    BadInput
        If the threshold is not between 0 and 1, or an attribution has another length than its window.
    """
    if not 0 < threshold < 1:
        raise BadInput(f"The threshold is {threshold}.", "A p-value above 0 and below 1.", f"{THRESHOLD:g} is usual.")
    given = {"REF": reference_attribution, "ALT": alternate_attribution}
    for allele, scores in given.items():
        if scores is not None and scores.shape != (len(windows.reference),):
            raise BadInput(
                f"The attribution of {allele} has the shape {scores.shape}.",
                f"One number for each of the {len(windows.reference):,} bases.",
                "Give `Attribution.per_base` of that allele's window.",
            )
    found = [
        change
        for motif in (known_motifs() if motifs is None else motifs)
        for strand, turned in (("+", motif), ("-", motif.reverse_complement()))
        for change in _on_strand(windows, motif, strand, motif_scan(turned, background), threshold, given)
    ]
    found.sort(key=lambda row: (row.status == "changed", -abs(np.nan_to_num(row.change, nan=np.inf))))
    return tuple(found)


def change_table(changes: Seq[MotifChange]) -> list[dict[str, object]]:
    """Changes as rows for tables and files; the place is 1-based and both ends are included."""
    return [
        {
            "motif": row.motif.name,
            "status": row.status,
            "allele": row.allele,
            "place": str(row.locus) if row.locus else f"base {row.start + 1}-{row.end} of the window",
            "strand": row.locus.strand if row.locus else row.strand,
            "REF score (bits)": row.reference_score,
            "ALT score (bits)": row.alternate_score,
            "change (bits)": row.change,
            "REF p-value": row.reference_p,
            "ALT p-value": row.alternate_p,
            "attribution": row.attribution,
        }
        for row in changes
    ]


@lru_cache(maxsize=1)
def known_motifs() -> tuple[Motif, ...]:
    """The built-in list: motifs of the ten factors of `pwm.encode10`, then consensus sites of other factors.

    The first come from HOCOMOCO v12 and JASPAR 2018, see that model's card. The others are those of `genoviz.motifs.sites`
    whose factors are not among the ten, and `YEAST_SITES`; a consensus knows only its best words.
    """
    from genoviz.models.load import load_model

    model = load_model(SCANNED)
    weights = dict(model.named_parameters())["net.motifs.weight"].detach().double().numpy()  # type: ignore[attr-defined]
    names = model.card.outputs[0].tracks
    scanned = [
        Motif(name, _rows(0.25 * 2.0 ** weights[2 * i, :, :width].T), source=SCANNED)
        for i, (name, width) in enumerate(zip(names, model.card.config["widths"], strict=True))
    ]
    others = [site for site in SITES if not set(site.factors.split(", ")) & set(names)]
    return (*scanned, *(consensus_motif(site) for site in (*others, *YEAST_SITES)))


def consensus_motif(site: KnownSite) -> Motif:
    """A consensus as a motif: each base that a letter allows is equally likely there."""
    rows = [[(base in IUPAC[letter]) / len(IUPAC[letter]) for base in BASES] for letter in site.consensus]
    return Motif(site.name, _rows(np.array(rows)), source=site.source)


def _rows(matrix: NDArray[np.float64]) -> tuple[Row, ...]:
    return tuple((a, c, g, t) for a, c, g, t in matrix.tolist())


def _on_strand(
    windows: AlleleWindows,
    motif: Motif,
    strand: str,
    scan: MotifScan,
    threshold: float,
    attributions: dict[str, NDArray[np.floating] | None],
) -> Iterator[MotifChange]:
    """Changes of a motif on one strand of the windows; a pair of matches is given once, as the reference's."""
    ref, alt = scan.scores(windows.reference.bases), scan.scores(windows.alternate.bases)
    partner = windows.partners
    inverse = np.full(len(partner), -1)
    inverse[partner[partner >= 0]] = np.flatnonzero(partner >= 0)
    width, paired = len(motif), set()
    for allele, here, there, span, to in (
        ("REF", ref, alt, windows.reference_span, partner),
        ("ALT", alt, ref, windows.alternate_span, inverse),
    ):
        for start in range(max(0, span[0] - width + 1), min(len(here), span[1])):
            p = scan.p_value(int(here[start]))
            if p > threshold or (allele == "ALT" and start in paired):
                continue
            other = _counterpart(start, width, to, there)
            other_p = 1.0 if other is None else scan.p_value(int(there[other]))
            if other is not None and other_p <= threshold:
                paired.add(other)
                if there[other] == here[start]:
                    continue
            score, other_score = here[start] * STEP, float("nan") if other is None else there[other] * STEP
            scores, ps = (score, other_score), (p, other_p)
            if allele == "ALT":
                scores, ps = scores[::-1], ps[::-1]
            status = "changed" if other_p <= threshold else "lost" if allele == "REF" else "gained"
            values = attributions[allele]
            total = None if values is None else float(np.nansum(values[start : start + width]))
            place = _locus(windows, start, width, strand, None if allele == "REF" else inverse)
            yield MotifChange(motif, allele, start, start + width, strand, place, *scores, *ps, status, total)


def _counterpart(start: int, width: int, to: NDArray[np.int64], there: NDArray[np.int64]) -> int | None:
    """Where the other allele has the match's place: aligned at its first or at its last base, the better one."""
    first, last = int(to[start]), int(to[start + width - 1])
    places = [place for base, place in ((first, first), (last, last - width + 1)) if base >= 0]
    inside = [place for place in places if 0 <= place < len(there)]
    return max(inside, key=lambda place: int(there[place]), default=None)


def _locus(
    windows: AlleleWindows, start: int, width: int, strand: str, inverse: NDArray[np.int64] | None
) -> Locus | None:
    """Place of a match in the genome; for the alternate allele, where all its bases are those of the reference."""
    if inverse is not None:
        bases = inverse[start : start + width]
        if (bases < 0).any() or (np.diff(bases) != 1).any():
            return None
        start = int(bases[0])
    where = windows.locus
    plus = start if where.strand == "+" else len(windows.reference) - start - width
    low = where.start - windows.before + plus
    turned = strand if where.strand == "+" else "-" if strand == "+" else "+"
    return None if low < 0 else Locus(where.chrom, low, low + width, turned, where.assembly)
