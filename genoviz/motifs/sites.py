"""Well-known binding sites by name: consensus sequences to drop into a construct or to compare a stretch with.

Facts of the literature, one consensus each in IUPAC letters. They are no substitute for a motif collection: a consensus
knows only its best site.
"""

from __future__ import annotations

from dataclasses import dataclass

from genoviz.errors import BadSequence, UnknownName
from genoviz.motifs.collection import find
from genoviz.motifs.motif import Motif
from genoviz.sequences.bases import BASES, IUPAC
from genoviz.sequences.sequence import Sequence


@dataclass(frozen=True)
class KnownSite:
    """A consensus site: name for people, IUPAC letters, factors that bind it, source."""

    name: str
    consensus: str
    factors: str
    source: str

    @property
    def bases(self) -> str:
        """The consensus with each ambiguous letter replaced by the first base it allows."""
        return "".join(IUPAC[letter][0] for letter in self.consensus)


GOOD = 0.85  # share of letters that a stretch must have in common with a site
SITES = (
    KnownSite("AP-1", "TGASTCA", "FOS, JUN", "Angel et al. 1987, Cell 49:729"),
    KnownSite("CRE", "TGACGTCA", "CREB1, ATF1", "Montminy et al. 1986, PNAS 83:6682"),
    KnownSite("CTCF", "CCASYAGRKGGC", "CTCF, CTCFL", "Kim et al. 2007, Cell 128:1231"),
    KnownSite("E-box", "CACGTG", "MYC, MAX, USF1", "Blackwell et al. 1990, Science 250:1149"),
    KnownSite("ETS", "ACCGGAAGTG", "GABPA, ELK1, ETS1", "Wei et al. 2010, EMBO J 29:2147"),
    KnownSite("FOX", "TGTTTAC", "FOXA1, FOXA2", "Overdier et al. 1994, Mol Cell Biol 14:2755"),
    KnownSite("GATA", "AGATAAG", "GATA1, GATA2", "Merika and Orkin 1993, Mol Cell Biol 13:3999"),
    KnownSite("GC box", "GGGGCGGGG", "SP1, KLF", "Kadonaga et al. 1986, Trends Biochem Sci 11:20"),
    KnownSite("NFY", "CCAATCA", "NFYA, NFYB", "Mantovani 1999, Gene 239:15"),
    KnownSite("NRF1", "GCGCATGCGC", "NRF1", "Scarpulla 2002, Gene 286:81"),
    KnownSite("p53", "RRRCATGYYYRRRCATGYYY", "TP53", "el-Deiry et al. 1992, Nat Genet 1:45"),
    KnownSite("RE1 / NRSE", "TTCAGCACCATGGACAGCGCC", "REST", "Schoenherr et al. 1996, PNAS 93:9881"),
    KnownSite("TATA box", "TATAWAAR", "TBP", "Bucher 1990, J Mol Biol 212:563"),
    KnownSite("YY1", "AAGATGGCGGC", "YY1", "Hyde-DeRuyscher et al. 1995, Nucleic Acids Res 23:4457"),
)


def get_site(name: str) -> KnownSite | None:
    """Site by name in any case, or None."""
    return next((site for site in SITES if site.name.lower() == name.strip().lower()), None)


SITE_HELP = (
    "Bases (A C G T; N keeps the base of the background), or a name: "
    + ", ".join(site.name for site in SITES)
    + ", or any motif of JASPAR CORE by factor or accession, such as Reb1 or MA0139."
)


def read_site(text: str) -> Sequence:
    """A site from what was typed: the name of a known site, bases, or a motif's name (its best word).

    Raises
    ------
    BadSequence
        If it is none of these; with near matches.
    """
    words = " ".join(text.split())
    known = get_site(words)
    if known is not None:
        return Sequence(known.bases, known.name)
    if words and not set(words.upper().replace(" ", "")) - set("ACGTUN"):
        return Sequence(words.upper().replace(" ", "").replace("U", "T"))
    try:
        motif = find(words)
    except UnknownName as error:
        raise BadSequence(f"`{words}` is neither bases nor the name of a motif.", error.accepted, SITE_HELP) from None
    return Sequence(best_word(motif), motif.name)


def best_word(motif: Motif) -> str:
    """The most probable base at each position, without the positions at both ends that tell little."""
    return "".join(BASES[int(i)] for i in motif.trim().matrix.argmax(1))


def best_match(bases: str) -> tuple[KnownSite, str, int, int] | None:
    """The site that fits a stretch best: site, strand, 0-based start, matching letters.

    None if no site fits inside with at least `GOOD` of its letters. Sites are ranked by matching letters minus mismatches, so that a long good match beats a short perfect one.
    """
    found: list[tuple[int, KnownSite, str, int, int]] = []
    for site in SITES:
        reverse = Sequence(site.consensus).reverse_complement().bases
        for strand, pattern in (("+", site.consensus), ("-", reverse)):
            for start in range(len(bases) - len(pattern) + 1):
                pairs = zip(bases[start : start + len(pattern)], pattern, strict=True)
                hits = sum(base in IUPAC[letter] and base != "N" for base, letter in pairs)
                found.append((2 * hits - len(pattern), site, strand, start, hits))
    good = [row for row in found if row[4] >= GOOD * len(row[1].consensus)]
    if not good:
        return None
    _, site, strand, start, hits = max(good, key=lambda row: row[0])
    return site, strand, start, hits
