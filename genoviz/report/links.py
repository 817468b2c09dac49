"""Links that show a place in other browsers of the genome.

Every site counts from 1 with both ends included, as the text of a `Locus` does; only this module writes their URLs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from genoviz.genomes.chromosome_names import ACCESSIONS, chromosome_key
from genoviz.sequences.assemblies import same_assembly
from genoviz.sequences.locus import Locus
from genoviz.variants.variant import Variant


@dataclass(frozen=True)
class Link:
    """A page about a place.

    Parameters
    ----------
    site
        Name of the site.
    url
        Its address.
    """

    site: str
    url: str


@dataclass(frozen=True)
class _Build:
    """What the sites call a build; empty where a site has not got it."""

    ucsc: str
    ensembl: str
    gnomad: str


_BUILDS = {
    "GRCh38": _Build("hg38", "https://www.ensembl.org/Homo_sapiens", "gnomad_r4"),
    "GRCh37": _Build("hg19", "https://grch37.ensembl.org/Homo_sapiens", "gnomad_r2_1"),
    "R64": _Build("sacCer3", "https://www.ensembl.org/Saccharomyces_cerevisiae", ""),
}


def links(place: Locus | Variant) -> tuple[Link, ...]:
    """Links to the sites that know the build and chromosome of a place; none when its assembly is not named.

    Assemblies are hg38 (GRCh38), hg19 (GRCh37) and sacCer3 (R64), chromosomes their whole ones. The mitochondrion of
    hg19 is left out: UCSC and the others number two different sequences there.
    """
    rows: tuple[tuple[str, Callable[[Locus | Variant], str]], ...] = (
        ("UCSC Genome Browser", ucsc),
        ("Ensembl", ensembl),
        ("gnomAD", gnomad),
        ("IGV", igv),
        ("AlphaGenome Atlas", atlas),
    )
    return tuple(Link(site, url) for site, make in rows if (url := make(place)))


def ucsc(place: Locus | Variant) -> str:
    """Page of the UCSC Genome Browser, `chr8:140300616-140300700`; empty when the site has not got the place."""
    found = _at(place)
    if found is None:
        return ""
    build, key, locus = found
    return f"https://genome.ucsc.edu/cgi-bin/hgTracks?db={build.ucsc}&position=chr{key}%3A{locus.start + 1}-{locus.end}"


def ensembl(place: Locus | Variant) -> str:
    """Page of Ensembl, `8:140300616-140300700`; empty when the site has not got the place."""
    found = _at(place)
    if found is None:
        return ""
    build, key, locus = found
    if key == "M":
        key = "Mito" if build.ucsc == "sacCer3" else "MT"
    return f"{build.ensembl}/Location/View?r={key}%3A{locus.start + 1}-{locus.end}"


def gnomad(place: Locus | Variant) -> str:
    """Page of gnomAD on a variant, `8-140300616-T-G`, or a region; empty when the site has not got it."""
    found = _at(place)
    if found is None or not found[0].gnomad:
        return ""
    build, key, locus = found
    if isinstance(place, Variant):
        page = f"variant/{key}-{place.pos}-{quote(place.ref)}-{quote(place.alt)}"
    else:
        page = f"region/{key}-{locus.start + 1}-{locus.end}"
    return f"https://gnomad.broadinstitute.org/{page}?dataset={build.gnomad}"


def igv(place: Locus | Variant) -> str:
    """IGV in the browser at `chr8:140300616-140300700`; empty when it has not got the place."""
    found = _at(place)
    if found is None:
        return ""
    build, key, locus = found
    return f"https://igv.org/app/?genome={build.ucsc}&locus=chr{key}%3A{locus.start + 1}-{locus.end}"


def atlas(place: Locus | Variant) -> str:
    """Page of the AlphaGenome Atlas on a substitution of one base of hg38, `chr8:140300616:T>G`; empty for all else."""
    found = _at(place)
    if found is None or not isinstance(place, Variant) or found[0].ucsc != "hg38" or place.kind != "SNV":
        return ""
    if found[1] == "M" or "N" in place.ref + place.alt:
        return ""
    query = quote(f"chr{found[1]}:{place.pos}:{place.ref}>{place.alt}", safe="")
    return f"https://deepmind.google.com/science/alphagenome/atlas?q={query}&m=variant"


def _at(place: Locus | Variant) -> tuple[_Build, str, Locus] | None:
    """Build, chromosome without `chr`, and locus; None for other builds, scaffolds and places past the end."""
    locus = place.locus if isinstance(place, Variant) else place
    name = next((name for name in _BUILDS if place.assembly and same_assembly(place.assembly, name)), None)
    key = chromosome_key(locus.chrom)
    if name is None or (name == "GRCh37" and key == "M"):
        return None
    if key == "M" and name == "GRCh38":
        known = [ACCESSIONS["NC_012920.1"]]
    else:
        known = [a for a in ACCESSIONS.values() if a.chromosome == key and a.assembly == name]
    named = ACCESSIONS.get(locus.chrom.upper())
    if not known or (named is not None and named not in known) or locus.end > known[0].length:
        return None
    return _BUILDS[name], key, locus
