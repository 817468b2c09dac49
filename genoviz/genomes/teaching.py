"""The teaching genome `synthetic-1`: small, synthetic, and with nothing in it that is not recorded.

Its files come with the package; `python -m genoviz.lessons.teaching_genome FOLDER` builds them again, byte for byte. See
docs/teaching-genome.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ASSEMBLY = "synthetic-1"
TITLE = "Teaching genome (SYNTHETIC, no real organism)"
FOLDER = Path(__file__).parent / "teaching_genome"


@dataclass(frozen=True)
class TeachingGenome:
    """Paths of the teaching genome's files.

    Attributes
    ----------
    fasta
        Two chromosomes of 100 kb; its index lies beside it.
    genes
        GFF3: genes, transcripts, exons, coding sequences, enhancers and binding sites.
    variants
        VCF: causal variants and matched neutral ones, with the truth in INFO.
    truth
        Tab-separated table of every planted element.
    assembly, title
        `synthetic-1`, and what to call it.
    """

    fasta: Path
    genes: Path
    variants: Path
    truth: Path
    assembly: str = ASSEMBLY
    title: str = TITLE


@dataclass(frozen=True)
class PlantedElement:
    """A row of the truth table; places are 0-based and half-open.

    `pattern` is what the bases fit, in IUPAC letters 5' to 3' on `strand`; empty where they are not fixed.
    """

    chrom: str
    start: int
    end: int
    strand: str
    kind: str
    name: str
    parent: str
    pattern: str


def teaching_genome() -> TeachingGenome:
    """The files that come with the package."""
    return files_in(FOLDER)


def files_in(folder: Path) -> TeachingGenome:
    """The files of a teaching genome that was built into `folder`."""
    stem = folder / ASSEMBLY
    return TeachingGenome(Path(f"{stem}.fa"), Path(f"{stem}.gff3"), Path(f"{stem}.vcf"), Path(f"{stem}.truth.tsv"))


def truth() -> tuple[PlantedElement, ...]:
    """Every planted element, by place."""
    rows = []
    for line in teaching_genome().truth.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            chrom, start, end, strand, kind, name, parent, pattern = line.split("\t")
            rows.append(PlantedElement(chrom, int(start), int(end), strand, kind, name, parent, pattern))
    return tuple(rows)
