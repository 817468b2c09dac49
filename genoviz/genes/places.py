"""A place in words to a place in the genome: a locus, a gene, `promoter of GENE`, `exon 11 of GENE +- 200`.

    place   = [part "of"] gene [flank] | gene part [flank] | locus [flank] | landmark [flank]
    part    = "promoter" | "TSS" | "exon" N | "intron" N | ("donor" | "acceptor") "of" ("exon" | "intron") N
    N       = a number counted from the 5' end, "first" or "last"
    gene    = a name, identifier, alias or transcript, and a place where several share it: `PB.1 chr1`
    flank   = ("+-" | "±" | "+/-") bases ["bp" | "kb"]

Exons count in the transcript that is named, else in the gene's primary one, and the place says which. The locus is on
the strand of the gene.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from genoviz.errors import BadInput, BadLocus, GenovizError, UnknownName
from genoviz.genes.landmarks import Landmark, get_landmark, search_landmarks
from genoviz.genes.transcripts import Gene, Transcript, folded
from genoviz.sequences.locus import Locus, clip, plain_dashes

if TYPE_CHECKING:
    from genoviz.genes.models import GeneModels

ACCEPTED = (
    "A place is a locus, a gene, `promoter of GENE`, `TSS of GENE`, `exon 11 of GENE`, `intron 3 of GENE` or `donor of "
    "exon 11 of GENE`, each with `+- 200` if wanted."
)
UPSTREAM, DOWNSTREAM = 1000, 100  # bases around the transcription start that count as promoter
_MOST_FLANK = 100_000_000

_FLANK = re.compile(
    r"\s*(?:±|\+\s*/?\s*-|plus[ /]?minus)\s*(?P<n>[0-9]{1,3}(?:[,' _][0-9]{3})+|[0-9]{1,12})\s*(?P<unit>bp|b|bases?|kb|kbp)?",
    re.IGNORECASE,
)
_NUMBER = r"(?P<number>[0-9]{1,6}|first|last)"
_COUNTED = (
    rf"(?:(?P<counted>exon|intron)\s*(?:number|no\.?|#)?\s*{_NUMBER}|(?P<ordinal>first|last)\s+(?P<named>exon|intron))"
)
_SITE = r"(?:(?:splice\s+)?(?P<site>donor|acceptor)(?:\s+(?:splice\s+)?site)?\s+(?:of\s+|for\s+)?(?:the\s+)?)?"
_PART = (
    r"(?:the\s+)?(?:(?P<promoter>promoter)|"
    rf"(?P<tss>tss|transcription\s+start(?:\s+site)?)|{_SITE}{_COUNTED})"
)
_GENE = r"(?:the\s+)?(?:gene\s+)?(?P<gene>\S+(?:\s\S+)*?)(?:\s+gene)?"
_PART_FIRST = re.compile(rf"{_PART}\s+(?:of\s+|for\s+|in\s+)?{_GENE}", re.IGNORECASE)
_GENE_FIRST = re.compile(rf"(?P<gene>\S+?(?:\s\S+)?)(?:'s|,)?\s+{_PART}", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """A place that was asked for in words.

    Attributes
    ----------
    locus
        On the strand of the gene; on the written strand (else plus) for a locus.
    title
        What it is, such as `exon 10 of BRCA1`.
    anchor
        0-based position to centre a window at: the transcription start of a gene or promoter, the first base on its
        strand of a donor or acceptor, else the middle.
    gene, transcript
        Name of the gene and identifier of the transcript that it was counted in; empty for a locus.
    notes
        What the reader has to know, in sentences: which transcript and why, what was cut or is not certain.
    at_start
        Whether the anchor is a transcription start: of a gene, its promoter or TSS, not of an exon.
    annotated
        The transcript itself, as the gene models give it: several may go by its identifier.
    """

    locus: Locus
    title: str
    anchor: int
    gene: str = ""
    transcript: str = ""
    notes: tuple[str, ...] = ()
    at_start: bool = False
    annotated: Transcript | None = None

    def window(self, length: int, index: int | None = None) -> Locus:
        """The locus of `length` bases whose base at `index` (0-based, read 5' to 3') is the anchor.

        Without an index the anchor is the base in the middle, `length // 2`.

        Raises
        ------
        BadInput
            If the index lies outside the window.
        BadLocus
            If it would begin before the chromosome.
        """
        return _window(self.locus, self.anchor, length, length // 2 if index is None else index)


def tss_window(transcript: Transcript, length: int, tss_index: int) -> Locus:
    """The window of a model that expects the transcription start at one base of its input.

    Parameters
    ----------
    length
        Bases the model reads.
    tss_index
        0-based index of the first transcribed base in the sequence read 5' to 3' from the window.

    Raises
    ------
    BadInput
        If the index lies outside the window.
    BadLocus
        If the window would begin before the chromosome.
    """
    return _window(transcript.locus, transcript.tss, length, tss_index)


def find_place(
    text: str,
    *,
    assembly: str,
    genes: GeneModels | None = None,
    landmarks: bool = True,
    upstream: int = UPSTREAM,
    downstream: int = DOWNSTREAM,
) -> Place:
    """Read a place in words.

    Parameters
    ----------
    text
        See the grammar at the head of this module.
    assembly
        Build of the genome at hand; noted on the locus.
    genes
        Gene models of that build.
    landmarks
        Also look into the table of well-known elements, after the gene models.
    upstream, downstream
        Bases of a promoter before the transcription start, and from it on (the start itself is the first of them).

    Raises
    ------
    UnknownName
        If there is no such gene, exon or intron; near matches or the number of exons are said.
    BadLocus, BadInput
        If the text is no place, or one that cannot be: before the chromosome, on another assembly.
    """
    plain = " ".join(plain_dashes(text).replace("\u2213", "±").replace("\u00a0", " ").split())
    if not plain or len(plain) > 300:
        raise BadLocus("The place is empty." if not plain else "The text is too long.", ACCEPTED, "Type a gene name.")
    if upstream < 0 or downstream < 1:
        raise BadInput(
            f"A promoter of {upstream:,} bases upstream and {downstream:,} downstream was asked for.",
            "Upstream is 0 or more, downstream 1 or more: it begins with the transcription start.",
            "Choose other numbers.",
        )
    found = re.fullmatch(rf"(?P<core>.*?\S){_FLANK.pattern}", plain, re.IGNORECASE)
    core = found["core"] if found else plain
    place = _read(core, text, assembly, genes, landmarks, (upstream, downstream))
    return _widened(place, _bases(found["n"], found["unit"] or "")) if found else place


def suggest(text: str, *, assembly: str, genes: GeneModels | None = None, limit: int = 20) -> list[tuple[str, str]]:
    """Type-ahead: `(what to type, where it lies)` for genes and landmarks that match `text`, best first."""
    found: dict[str, str] = {}
    for gene in genes.search(text, limit) if genes else ():
        found.setdefault(genes.handle(gene) if genes else gene.name, f"{gene.kind or 'gene'}, {gene.locus}")
    for mark in search_landmarks(text, assembly=assembly, limit=limit):
        if mark.title not in found:
            strand = f" on the {'plus' if mark.strand == '+' else 'minus'} strand" if mark.strand else ""
            found[mark.title] = f"{mark.kind}{strand}, {mark.locus(assembly)} ({mark.source})"
    return list(found.items())[:limit]


def _read(
    core: str, text: str, assembly: str, genes: GeneModels | None, landmarks: bool, promoter: tuple[int, int]
) -> Place:
    """The place without its flank. A gene's own name comes first, so that no gene is unreachable."""
    gene = _gene_or_none(core, genes)
    if gene is not None and genes is not None:
        return _gene_place(gene, genes.bare_name(core))
    mark = get_landmark(core, assembly=assembly) if landmarks else None
    if mark is not None:
        return _landmark_place(mark, assembly)
    part = _PART_FIRST.fullmatch(core) or _GENE_FIRST.fullmatch(core)
    if part is not None:
        return _part(part, assembly, genes, landmarks, promoter)
    bare_gene = re.fullmatch(r"(?:the\s+)?(?:gene\s+(\S+)|(\S+)\s+gene)", core, re.IGNORECASE)
    if bare_gene:
        return _read(bare_gene[1] or bare_gene[2], text, assembly, genes, landmarks, promoter)
    try:
        locus = Locus.parse(core, assembly=assembly)
    except BadLocus as error:
        if re.fullmatch(r"[^\s:]+", core):
            raise _no_gene(core, assembly, genes) from None
        raise BadLocus(error.read, ACCEPTED if ":" not in core else error.accepted, error.fix) from None
    return Place(locus, str(locus), _middle(locus))


def _part(
    part: re.Match[str], assembly: str, genes: GeneModels | None, landmarks: bool, promoter: tuple[int, int]
) -> Place:
    name = part["gene"]
    gene = _gene_or_none(name, genes)
    if gene is None or genes is None:
        mark = get_landmark(name, assembly=assembly, kind="promoter") if landmarks and part["promoter"] else None
        if mark is None:
            raise _no_gene(name, assembly, genes)
        return _landmark_place(mark, assembly)
    transcript, notes = _transcript(gene, genes.bare_name(name))
    here = gene.name, transcript.identifier, notes
    if part["promoter"] or part["tss"]:
        here = gene.name, transcript.identifier, notes + _doubts(transcript)
        tss = Locus(gene.locus.chrom, transcript.tss, transcript.tss + 1, gene.strand, gene.locus.assembly)
        if part["tss"]:
            return Place(tss, f"TSS of {gene.name}", tss.start, *here, at_start=True, annotated=transcript)
        upstream, downstream = promoter
        place = Place(tss, f"promoter of {gene.name}", tss.start, *here, at_start=True, annotated=transcript)
        return _grown(place, upstream, downstream - 1)
    counted = (part["counted"] or part["named"]).lower()
    word = (part["number"] or part["ordinal"]).lower()
    parts = transcript.exons if counted == "exon" else transcript.introns
    number = {"first": 1, "last": max(len(parts), 1)}.get(word) or (int(word) if word.isdecimal() else 0)
    locus = transcript.exon(number) if counted == "exon" else transcript.intron(number)
    title = f"{counted} {number} of {gene.name}"
    if not part["site"]:
        return Place(locus, title, _middle(locus), *here, annotated=transcript)
    site = part["site"].lower()
    locus = _splice_site(transcript, site, counted, number)
    return Place(locus, f"{site} of {title}", locus.to_genomic(0), *here, annotated=transcript)


def _splice_site(transcript: Transcript, site: str, counted: str, number: int) -> Locus:
    """The two intron bases (GT of a donor, AG of an acceptor)."""
    last = len(transcript.exons)
    if counted == "exon" and ((site == "donor" and number == last) or (site == "acceptor" and number == 1)):
        end = "last" if site == "donor" else "first"
        raise UnknownName(
            read=f"Exon {number} is the {end} of {transcript.gene} ({transcript.identifier}), so it has no {site}.",
            accepted="A donor ends every exon but the last, an acceptor begins every exon but the first.",
            fix="Choose another exon.",
        )
    intron = transcript.intron(number if counted == "intron" or site == "donor" else number - 1)
    at_start = (site == "donor") == (intron.strand == "+")
    return replace(intron, end=intron.start + 2) if at_start else replace(intron, start=intron.end - 2)


def _gene_place(gene: Gene, name: str) -> Place:
    transcript, notes = _transcript(gene, name)
    locus = gene.locus if transcript is gene.primary else transcript.locus
    notes += _doubts(transcript)
    here = gene.name, transcript.identifier, notes
    return Place(locus, gene.name, transcript.tss, *here, at_start=True, annotated=transcript)


def _transcript(gene: Gene, name: str) -> tuple[Transcript, tuple[str, ...]]:
    """The transcript that was named, or the primary one, and a sentence that says which."""
    transcript, reason = gene.primary, gene.primary_reason
    if folded(name) not in map(folded, (gene.name, gene.identifier, *gene.aliases)):
        with suppress(UnknownName):  # the gene goes by this name without its version
            transcript, reason = gene.transcript(name), "named"
    count = len(transcript.exons)
    exons = f", {count} exon{'' if count == 1 else 's'}" if count else ", exons not in the annotation"
    return transcript, (f"Transcript {transcript.identifier} ({reason}{exons}).",)


def _doubts(transcript: Transcript) -> tuple[str, ...]:
    """Where a file gives no transcript, its first base may not be the transcription start."""
    coded = bool(transcript.coding) and transcript.coding[0].to_genomic(0) == transcript.tss
    if not transcript.inferred or (transcript.exons and not coded):
        return ()
    what = "start codon" if coded else "gene's start"
    return (f"The annotation has no transcript here: its {what} stands for the transcription start.",)


def _landmark_place(mark: Landmark, assembly: str) -> Place:
    locus = mark.locus(assembly)
    if locus is None:  # get_landmark gives only those that the assembly has
        raise UnknownName.among("landmark", mark.title, ())
    notes = (f"Coordinates from {mark.source}.",)
    unknown = () if mark.strand else ("The source gives no strand: shown on the plus strand.",)
    anchor = locus.to_genomic(0) if mark.kind == "gene" else _middle(locus)
    name = mark.name if mark.kind == "gene" else ""
    return Place(locus, mark.title, anchor, name, "", notes + unknown, at_start=bool(name and mark.strand))


def _gene_or_none(name: str, genes: GeneModels | None) -> Gene | None:
    """None only where no gene goes by the name; several genes of one name are still an error."""
    if genes is None or not genes.has(name):
        return None
    return genes.gene(name)


def _no_gene(name: str, assembly: str, genes: GeneModels | None) -> GenovizError:
    if genes is not None:
        try:
            genes.gene(name)
        except UnknownName as error:
            return error
    near = [mark.title for mark in search_landmarks(name, assembly=assembly, limit=5)]
    return UnknownName(
        read=f"{clip(name, 40)} is no locus, and no gene models are at hand to look it up as a gene"
        + (f" on {clip(assembly, 20)}." if assembly else "; the assembly is not known either."),
        accepted=f"Known without gene models: {', '.join(f'`{title}`' for title in near)}." if near else ACCEPTED,
        fix="Choose a genome with gene models, or type a locus such as `chr8:140,300,616-140,300,700`.",
    )


def _bases(digits: str, unit: str) -> int:
    n = int(re.sub("[^0-9]", "", digits)) * (1000 if unit.lower().startswith("k") else 1)
    if n > _MOST_FLANK:
        raise BadInput(f"A flank of {n:,} bases was asked for.", "No chromosome is that long.", "Choose fewer bases.")
    return n


def _widened(place: Place, n: int) -> Place:
    return _grown(replace(place, title=f"{place.title} ± {n:,}"), n, n)


def _grown(place: Place, upstream: int, downstream: int) -> Place:
    """The place with bases added on its own strand; cut, and said so, at the first base of the chromosome."""
    locus = place.locus
    left, right = (upstream, downstream) if locus.strand == "+" else (downstream, upstream)
    notes = place.notes
    if left > locus.start:
        notes += (f"Cut at the first base of {locus.chrom}: {left - locus.start:,} bases fewer than asked for.",)
    return replace(place, locus=replace(locus, start=max(0, locus.start - left), end=locus.end + right), notes=notes)


def _window(locus: Locus, anchor: int, length: int, index: int) -> Locus:
    if not 0 <= index < length:
        raise BadInput(
            f"Base {index + 1:,} of a window of {length:,} bases was asked for.",
            f"The window has bases 1 to {length:,}.",
            "Choose a base inside.",
        )
    start = anchor - index if locus.strand == "+" else anchor + index + 1 - length
    return replace(locus, start=start, end=start + length)


def _middle(locus: Locus) -> int:
    return locus.to_genomic(len(locus) // 2)
