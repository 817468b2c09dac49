"""Where a place lies among the genes: which transcript, which part of it, how far from a splice site and from a start.

One transcript says it, and the rule by which it was chosen is named; all others that are there are listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genoviz.genes.transcripts import Gene, Transcript
from genoviz.sequences.locus import Locus

if TYPE_CHECKING:
    from genoviz.genes.models import GeneModels

AROUND_START = 1000  # bases on either side of a transcription start that count as its promoter


@dataclass(frozen=True)
class Whereabouts:
    """A place among the genes.

    Attributes
    ----------
    place
        On the plus strand.
    transcript
        The one that holds the place and says where it is; None between genes.
    rule
        Why it was chosen, in words.
    part
        `exon 2 of 5`, `intron 1 of 4`; empty between genes.
    leader
        Whether the place lies in the transcript's 5' UTR.
    site, to_site
        The nearest end of an intron (`donor of exon 2`), and how far it is: 1 for the base next to it on either side, 0
        for a place that spans it. Empty and None without introns.
    start, to_start
        The transcript whose start is nearest within `AROUND_START`, and bases from it on its strand: 0 is the start,
        negative lies before it. None where no start is that near.
    others
        Further transcripts that hold the place, primary ones of each gene first.
    annotated
        Whether there are gene models to ask.
    """

    place: Locus
    transcript: Transcript | None = None
    rule: str = ""
    part: str = ""
    leader: bool = False
    site: str = ""
    to_site: int | None = None
    start: Transcript | None = None
    to_start: int | None = None
    others: tuple[Transcript, ...] = ()
    annotated: bool = True

    @property
    def strand(self) -> str:
        """Strand of the transcript, else of the gene whose start is near; plus without either."""
        known = self.transcript or self.start
        return known.strand if known is not None else "+"

    @property
    def start_name(self) -> str:
        """`the start of GENE`, with the transcript where it is another than the one that holds the place."""
        if self.start is None:
            return ""
        other = self.transcript is not None and self.start.identifier != self.transcript.identifier
        return f"the start of {self.start.gene}{f' ({self.start.identifier})' if other else ''}"

    @property
    def sentence(self) -> str:
        """The place in words."""
        if not self.annotated:
            return "No gene models are registered for this genome, so the gene and its strand are not known."
        near = ""
        if self.to_start is not None:
            side = "before" if self.to_start < 0 else "behind"
            near = (
                f"{bases_away(abs(self.to_start))} {side} {self.start_name}"
                if self.to_start
                else f"At {self.start_name}"
            )
        if self.transcript is None:
            return f"{near}, in no transcript." if near else "Between genes."
        said = f"{self.part[:1].upper()}{self.part[1:]}" if self.part else "Inside"
        words = f"{said} of {self.transcript.gene}" if self.part else f"In {self.transcript.gene}"
        words += " (5' UTR)" if self.leader else ""
        if self.to_site == 0:
            words += f", across the {self.site}"
        elif self.to_site is not None:
            words += f", {bases_away(self.to_site)} from the {self.site}"
        return (
            f"{words}{f'; {near}' if near else ''}. Transcript {self.transcript.identifier} ({self.rule}), "
            f"{'plus' if self.strand == '+' else 'minus'} strand."
        )


def whereabouts(models: GeneModels | None, place: Locus, strand: str = "") -> Whereabouts:
    """Where a place lies; `strand` leaves only the genes of one strand, where it is given."""
    if models is None:
        return Whereabouts(place, annotated=False)
    low = max(0, place.start - AROUND_START)
    near = models.within(Locus(place.chrom, low, place.end + AROUND_START, "+", place.assembly))
    here = [one for one in near if one.locus.overlaps(place)]
    genes = {one.gene_key: one for one in here}
    known = list(near)
    for one in genes.values():  # the primary transcript of a gene may lie beside the place
        if one.gene_locus is not None:
            known += [other for other in models.within(one.gene_locus) if other.gene_key == one.gene_key]
    return where(list(dict.fromkeys(known)), place, strand)


def where(transcripts: Iterable[Transcript], place: Locus, strand: str = "") -> Whereabouts:
    """As `whereabouts`, among given transcripts: all those of the genes that hold the place.

    Of several genes that of an exon says it before that of an intron, then the one whose splice site is nearer; of the
    transcripts of a gene the primary one, if it holds the place.
    """
    known = [one for one in transcripts if strand in ("", one.strand)]
    here = [one for one in known if one.locus.overlaps(place)]
    genes: dict[tuple[object, ...], list[Transcript]] = {}
    for one in here:
        genes.setdefault(one.gene_key, []).append(one)
    firsts = [min(found, key=lambda one: one.rank) for found in genes.values()]
    firsts.sort(key=lambda one: (_in_exon(one, place) is None, _nearest(one, place)[0], one.rank))
    start, to_start = _nearest_start(known, place)
    if not firsts:
        return Whereabouts(place, start=start, to_start=to_start)
    chosen = firsts[0]
    every = sorted((one for one in known if one.gene_key == chosen.gene_key), key=lambda one: one.rank)
    others = [*firsts[1:], *sorted((one for one in here if one not in firsts), key=lambda one: one.rank)]
    distance, site = _nearest(chosen, place)
    return Whereabouts(
        place,
        chosen,
        _rule(every, chosen),
        _part(chosen, place),
        _is_leader(chosen, place),
        site,
        int(distance) if site else None,
        start,
        to_start,
        tuple(others),
    )


def _rule(every: Sequence[Transcript], chosen: Transcript) -> str:
    """Why a transcript was chosen among all of its gene, the primary one first."""
    gene = Gene(chosen.gene, chosen.gene_identifier, chosen.gene_locus or chosen.locus, "", tuple(every))
    if gene.primary is chosen:
        return gene.primary_reason
    return f"the primary one, {gene.primary.identifier}, does not reach this place"


def _in_exon(transcript: Transcript, place: Locus) -> int | None:
    """Number of the first exon that shares a base with the place."""
    return next((n for n, exon in enumerate(transcript.exons, start=1) if exon.overlaps(place)), None)


def _part(transcript: Transcript, place: Locus) -> str:
    exon = _in_exon(transcript, place)
    if exon is not None:
        return f"exon {exon} of {len(transcript.exons)}"
    introns = transcript.introns
    number = next((n for n, intron in enumerate(introns, start=1) if intron.overlaps(place)), None)
    return f"intron {number} of {len(introns)}" if number is not None else ""


def _nearest(transcript: Transcript, place: Locus) -> tuple[float, str]:
    """Bases to the nearest end of an intron, and its name; infinite without introns."""
    best: tuple[float, str] = (float("inf"), "")
    plus = transcript.strand == "+"
    for number, intron in enumerate(transcript.introns, start=1):
        for edge, is_donor in ((intron.start, plus), (intron.end, not plus)):
            distance = _to_edge(place, edge)
            if distance < best[0]:
                name = f"donor of exon {number}" if is_donor else f"acceptor of exon {number + 1}"
                best = (distance, name)
    return best


def _to_edge(place: Locus, edge: int) -> int:
    """Bases from a place to the border between the bases `edge - 1` and `edge`: 1 beside it, 0 across it."""
    if place.start < edge < place.end:
        return 0
    return edge - place.end + 1 if place.end <= edge else place.start - edge + 1


def _is_leader(transcript: Transcript, place: Locus) -> bool:
    if not transcript.coding or _in_exon(transcript, place) is None:
        return False
    first = transcript.coding[0]
    return place.end <= first.start if transcript.strand == "+" else place.start >= first.end


def _nearest_start(transcripts: Iterable[Transcript], place: Locus) -> tuple[Transcript | None, int | None]:
    """The transcript with the nearest start within reach, and the place's bases from it."""
    best: tuple[int, tuple[object, ...], Transcript, int] | None = None
    for one in transcripts:
        first = place.start - one.tss if one.strand == "+" else one.tss - (place.end - 1)
        last = place.end - 1 - one.tss if one.strand == "+" else one.tss - place.start
        away = 0 if first <= 0 <= last else last if last < 0 else first
        if abs(away) <= AROUND_START and (best is None or (abs(away), one.rank) < best[:2]):
            best = abs(away), one.rank, one, away
    return (best[2], best[3]) if best is not None else (None, None)


def bases_away(number: int) -> str:
    """A distance in words."""
    return "1 base" if number == 1 else f"{number:,} bases"
