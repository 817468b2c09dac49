"""The teaching genome as files: FASTA with its index, GFF3, VCF and the table of what is true."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from genoviz.genomes.teaching import ASSEMBLY, TITLE, TeachingGenome, files_in
from genoviz.lessons.teaching_genome.background import slug
from genoviz.lessons.teaching_genome.plan import LENGTH, Chromosome, Element, build
from genoviz.lessons.teaching_genome.variants import PlantedVariant, plant

_WIDTH = 60
_NOTE = f"{TITLE}; assembly {ASSEMBLY}; built by genoviz"
_INFO = (
    ("TRUTH", "1", "String", "causal or neutral, by construction"),
    ("EFFECT", "1", "String", "site_lost, site_gained, donor_lost, acceptor_lost or none"),
    ("SITE", "1", "String", "Kind of site lost or gained"),
    ("ELEMENT", "1", "String", "Element of the truth table that is changed; of a neutral variant, its partner's"),
    ("PAIR", "1", "String", "ID of the matched variant"),
    ("SYNTHETIC", "0", "Flag", "Variant of a synthetic genome"),
)


def write(folder: Path) -> TeachingGenome:
    """Build everything into `folder`; the same bytes on every machine."""
    folder.mkdir(parents=True, exist_ok=True)
    chromosomes = build()
    found = files_in(folder)
    _save(found.fasta, _fasta(chromosomes))
    _save(Path(f"{found.fasta}.fai"), _index(chromosomes))
    _save(found.genes, _gff(chromosomes))
    _save(found.variants, _vcf(plant(chromosomes, ASSEMBLY)))
    _save(found.truth, _table(chromosomes))
    return found


def _save(path: Path, lines: Iterable[str]) -> None:
    path.write_bytes("".join(f"{line}\n" for line in lines).encode())


def _header(chromosome: Chromosome) -> str:
    return f">{chromosome.name} {_NOTE}"


def _fasta(chromosomes: list[Chromosome]) -> Iterable[str]:
    for chromosome in chromosomes:
        text = chromosome.text
        yield _header(chromosome)
        yield from (text[i : i + _WIDTH] for i in range(0, len(text), _WIDTH))


def _index(chromosomes: list[Chromosome]) -> Iterable[str]:
    """Name, length, offset of the first base, bases and bytes a line: what samtools faidx writes."""
    offset = 0
    for chromosome in chromosomes:
        offset += len(_header(chromosome)) + 1
        length = len(chromosome.bases)
        yield f"{chromosome.name}\t{length}\t{offset}\t{_WIDTH}\t{_WIDTH + 1}"
        offset += length + -(-length // _WIDTH)


def _gff(chromosomes: list[Chromosome]) -> Iterable[str]:
    yield "##gff-version 3"
    yield f"# {_NOTE}"
    for chromosome in chromosomes:
        yield f"##sequence-region {chromosome.name} 1 {LENGTH}"
        phases = _phases(chromosome.elements)
        for e in chromosome.elements:
            if e.kind == "gene":
                yield _row(e, "gene", f"ID=gene:{e.name};Name={e.name};biotype=protein_coding;Note=SYNTHETIC")
                yield _row(e, "mRNA", f"ID=transcript:{e.name}.1;Parent=gene:{e.name};Name={e.name}.1;Note=SYNTHETIC")
            elif e.kind in ("exon", "CDS"):
                name = f"cds:{e.parent}" if e.kind == "CDS" else f"exon:{e.name}"
                yield _row(e, e.kind, f"ID={name};Parent=transcript:{e.parent}.1", phases.get(e.name, "."))
            elif e.kind in ("enhancer", "promoter", "site"):
                yield _row(e, "TF_binding_site" if e.kind == "site" else e.kind, f"Name={e.name};Note=SYNTHETIC")


def _row(e: Element, kind: str, attributes: str, phase: str = ".") -> str:
    return f"{e.chrom}\tgenoviz\t{kind}\t{e.start + 1}\t{e.end}\t.\t{e.strand}\t{phase}\t{attributes}"


def _phases(elements: list[Element]) -> dict[str, str]:
    """For each coding part, how many of its first bases finish a codon that an earlier part began."""
    done: dict[str, int] = {}
    phases = {}
    parts = [e for e in elements if e.kind == "CDS"]
    for e in sorted(parts, key=lambda e: e.start if e.strand == "+" else -e.start):
        coded = done.get(e.parent, 0)
        phases[e.name] = str(-coded % 3)
        done[e.parent] = coded + e.end - e.start
    return phases


def _vcf(variants: list[PlantedVariant]) -> Iterable[str]:
    yield "##fileformat=VCFv4.2"
    yield f"##source={_NOTE}"
    yield f"##reference={ASSEMBLY}"
    for chrom in dict.fromkeys(v.variant.chrom for v in variants):
        yield f"##contig=<ID={chrom},length={LENGTH},assembly={ASSEMBLY}>"
    for name, number, kind, text in _INFO:
        yield f'##INFO=<ID={name},Number={number},Type={kind},Description="{text}">'
    yield "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
    for v in variants:
        info = f"TRUTH={v.truth};EFFECT={v.effect}"
        info += f";SITE={slug(v.site)}" if v.site else ""
        info += f";ELEMENT={v.element}" + (f";PAIR={v.partner}" if v.partner else "") + ";SYNTHETIC"
        here = v.variant
        yield f"{here.chrom}\t{here.pos}\t{v.identifier}\t{here.ref}\t{here.alt}\t.\tPASS\t{info}"


def _table(chromosomes: list[Chromosome]) -> Iterable[str]:
    yield f"# {_NOTE}"
    yield "# start and end are 0-based, half-open; pattern is in IUPAC letters, 5' to 3' on the strand"
    yield "#chrom\tstart\tend\tstrand\tkind\tname\tparent\tpattern"
    for chromosome in chromosomes:
        for e in chromosome.elements:
            yield f"{e.chrom}\t{e.start}\t{e.end}\t{e.strand}\t{e.kind}\t{e.name}\t{e.parent}\t{e.pattern}"
