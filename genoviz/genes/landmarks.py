"""Well-known genes and regulatory elements with their places, for type-ahead where no annotation is at hand.

Each row is a fact of the source it names. Where a source does not say on which strand an element acts, neither does the
table.
"""

from __future__ import annotations

from dataclasses import dataclass

from genoviz.genes.transcripts import folded
from genoviz.sequences.assemblies import same_assembly
from genoviz.sequences.locus import Locus

_KIRCHER = "Kircher et al. 2019, Nat Commun 10:3583"
_REFSEQ = "RefSeq gene models of GRCh38"


@dataclass(frozen=True)
class Landmark:
    """A named stretch of the human genome.

    Attributes
    ----------
    name
        Gene symbol, or gene symbol and what distinguishes the element.
    kind
        `promoter`, `enhancer` or `gene`.
    places
        1-based closed `chrom:start-end` per assembly that the source gives.
    strand
        `+` or `-`; empty where the source gives none.
    source
        Where the coordinates are from.
    """

    name: str
    kind: str
    places: tuple[tuple[str, str], ...]
    strand: str
    source: str

    @property
    def title(self) -> str:
        """`HBB promoter`; of a gene its name alone."""
        return self.name if self.kind == "gene" else f"{self.name} {self.kind}"

    def locus(self, assembly: str) -> Locus | None:
        """The place on an assembly (UCSC or GRC name), or None where the source has none; plus without a strand."""
        for name, text in self.places:
            if assembly and same_assembly(name, assembly):
                return Locus.parse(text, assembly=assembly, strand=self.strand or "+")
        return None


def _element(name: str, kind: str, hg19: str, hg38: str) -> Landmark:
    return Landmark(name, kind, (("hg19", hg19), ("hg38", hg38)), "", _KIRCHER)


def _gene(name: str, hg38: str, strand: str, source: str = _REFSEQ) -> Landmark:
    return Landmark(name, "gene", (("hg38", hg38),), strand, source)


LANDMARKS = (
    _element("BCL11A", "enhancer", "chr2:60722075-60722674", "chr2:60494940-60495539"),
    _element("FOXE1", "promoter", "chr9:100615537-100616136", "chr9:97853255-97853854"),
    _element("HBB", "promoter", "chr11:5248252-5248438", "chr11:5227022-5227208"),
    _element("HBG1", "promoter", "chr11:5271035-5271308", "chr11:5249805-5250078"),
    _element("IRF4", "enhancer", "chr6:396143-396593", "chr6:396143-396593"),
    _element("LDLR", "promoter", "chr19:11199907-11200224", "chr19:11089231-11089548"),
    _element("MSMB", "promoter", "chr10:51548988-51549578", "chr10:46046244-46046834"),
    _element("MYC rs11986220", "enhancer", "chr8:128531515-128531977", "chr8:127519270-127519732"),
    _element("MYC rs6983267", "enhancer", "chr8:128413074-128413673", "chr8:127400829-127401428"),
    _element("RET", "enhancer", "chr10:43581927-43582526", "chr10:43086479-43087078"),
    _element("SORT1", "enhancer", "chr1:109817274-109817873", "chr1:109274652-109275251"),
    _element("TCF7L2", "enhancer", "chr10:114757999-114758598", "chr10:112998240-112998839"),
    _element("TERT", "promoter", "chr5:1295104-1295362", "chr5:1294989-1295247"),
    _element("UC88", "enhancer", "chr2:162094919-162095509", "chr2:161238408-161238998"),
    _element("ZRS", "enhancer", "chr7:156583813-156584298", "chr7:156791119-156791604"),
    _gene("BRCA1", "chr17:43044295-43125483", "-", "GENCODE v19, moved to GRCh38"),
    _gene("BRCA2", "chr13:32315480-32399672", "+"),
    _gene("CDH23", "chr10:71396920-71815947", "+"),
    _gene("CYP2D6", "chr22:42126499-42130810", "-"),
    _gene("KIF1A", "chr2:240713764-240820308", "-"),
    _gene("MYH11", "chr16:15703135-15857028", "-"),
    _gene("PCCB", "chr3:136250340-136330169", "+"),
    _gene("SAMD11", "chr1:923923-944574", "+"),
    _gene("SLC5A1", "chr22:32043261-32113029", "+"),
    _gene("TP53", "chr17:7668402-7687550", "-"),
    _gene("USH2A", "chr1:215622894-216423396", "-"),
    _gene("WT1", "chr11:32387775-32435564", "-", "Ensembl gene models of GRCh38"),
)


def search_landmarks(text: str, *, assembly: str, limit: int = 20) -> list[Landmark]:
    """Landmarks known on `assembly` whose title is, begins with or holds `text`, in this order; any case."""
    wanted = folded(text)
    if not wanted:
        return []
    hits = [mark for mark in LANDMARKS if wanted in folded(mark.title) and mark.locus(assembly) is not None]

    def order(mark: Landmark) -> tuple[bool, bool, str]:
        title = folded(mark.title)
        return wanted not in (title, folded(mark.name)), not title.startswith(wanted), title

    return sorted(hits, key=order)[:limit]


def get_landmark(name: str, *, assembly: str, kind: str = "") -> Landmark | None:
    """The landmark with this name or title on `assembly`, of one kind where it is given; None if there is none."""
    wanted = folded(name)
    for mark in search_landmarks(name, assembly=assembly, limit=len(LANDMARKS)):
        if wanted in (folded(mark.title), folded(mark.name)) and kind in ("", mark.kind):
            return mark
    return None
