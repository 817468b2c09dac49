"""The plan of the teaching genome: two synthetic chromosomes with everything of interest planted at recorded places.

Over a background drawn from a Markov model lie genes, promoters, enhancers, repeats and gaps, in ten sections of 10 kb on
each chromosome. The rule that makes the record complete: no site of `genoviz.motifs.sites`, no full donor and no full acceptor
consensus stands anywhere, on either strand, that was not planted. Accidental ones are broken by changing a base of
background.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from genoviz.errors import BadGenome
from genoviz.lessons.teaching_genome.background import ACCEPTOR, DONOR, Draw, matches, reverse_complement, slug
from genoviz.motifs.sites import SITES, KnownSite, get_site
from genoviz.sequences.bases import BASES

SEED = 6
LENGTH = 100_000
CHROMOSOMES = ("chrT1", "chrT2")
SECTION = 10_000
BRANCH = "CTRAY"
KOZAK = "GCCRCCATGG"
INITIATOR = "YYANWYY"  # its A is the first transcribed base (Javahery et al. 1994, Mol Cell Biol 14:116)
POLY_A = "AATAAA"
STOPS = ("TAA", "TAG", "TGA")
PROMOTER = 120  # bases before the transcription start that a gene brings along
_EXONS = (3, 1, 4, 2, 2, 4, 3)
_GAPS = {("chrT1", 4): 1500, ("chrT2", 7): 500}
_ENHANCER_SITES = tuple(site for site in SITES if site.name not in ("TATA box", "GC box"))


@dataclass(frozen=True)
class Element:
    """Something planted: where (0-based, half-open), what, in which gene or enhancer, and what its bases must fit.

    `pattern` is in IUPAC letters, 5' to 3' on `strand`; empty where the bases are not fixed.
    """

    chrom: str
    start: int
    end: int
    strand: str
    kind: str
    name: str
    parent: str = ""
    pattern: str = ""


@dataclass
class Block:
    """A stretch being written 5' to 3': its letters, which of them must stay, and what lies where."""

    bases: list[str] = field(default_factory=list)
    fixed: list[bool] = field(default_factory=list)
    parts: list[Element] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.bases)

    def add(self, bases: str, *, fixed: bool = False) -> int:
        """Write bases at the end; gives the place of the first."""
        start = len(self)
        self.bases.extend(bases)
        self.fixed.extend([fixed] * len(bases))
        return start

    def over(self, start: int, bases: str) -> None:
        """Write fixed bases over what stands at `start`."""
        self.bases[start : start + len(bases)] = bases
        self.fixed[start : start + len(bases)] = [True] * len(bases)

    def note(self, start: int, end: int, kind: str, name: str, pattern: str = "", strand: str = "+") -> None:
        """Record an element at a place of this block."""
        self.parts.append(Element("", start, end, strand, kind, name, "", pattern))


@dataclass
class Chromosome:
    """A chromosome being built."""

    name: str
    bases: list[str]
    fixed: bytearray
    elements: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Letters of the plus strand."""
        return "".join(self.bases)

    def place(self, block: Block, start: int, strand: str, parent: str) -> None:
        """Write a block at `start`, on either strand, and record its parts."""
        end = start + len(block)
        bases = "".join(block.bases)
        fixed = block.fixed if strand == "+" else block.fixed[::-1]
        self.bases[start:end] = bases if strand == "+" else reverse_complement(bases)
        self.fixed[start:end] = bytes(fixed)
        for part in block.parts:
            low, high = (part.start, part.end) if strand == "+" else (len(block) - part.end, len(block) - part.start)
            same = part.strand == strand
            self.elements.append(
                replace(
                    part,
                    chrom=self.name,
                    start=start + low,
                    end=start + high,
                    strand="+" if same else "-",
                    parent="" if part.name == parent else parent,
                )
            )


def build() -> list[Chromosome]:
    """Both chromosomes with their elements; the same on every machine."""
    draw = Draw(SEED)
    repeat = draw.background(280)
    built = []
    for c, name in enumerate(CHROMOSOMES):
        chromosome = Chromosome(name, list(draw.background(LENGTH)), bytearray(LENGTH))
        for section in range(LENGTH // SECTION):
            _fill(chromosome, section, c * (LENGTH // SECTION) + section, draw, repeat)
        _break_accidents(chromosome, draw)
        chromosome.elements.sort(key=lambda e: (e.start, -e.end, e.kind, e.name))
        built.append(chromosome)
    return built


def _fill(chromosome: Chromosome, section: int, number: int, draw: Draw, repeat: str) -> None:
    begin = section * SECTION
    short = chromosome.name.removeprefix("chr")
    name = f"enh{short}_{2 * section + 1:02d}"
    chromosome.place(_enhancer(draw, name, 2 * number), begin + 500 + draw.below(500), draw.one("+-"), name)
    gene = f"TEACH{number + 1:02d}"
    chromosome.place(_gene(draw, gene, number), begin + 2200 + draw.below(600), draw.one("+-"), gene)
    gap = _GAPS.get((chromosome.name, section))
    block = Block()
    if gap:
        name = f"gap{short}"
        block.note(0, gap, "gap", name)
        block.add("N" * gap, fixed=True)
        chromosome.place(block, begin + 7000, "+", name)
    else:
        name = f"enh{short}_{2 * section + 2:02d}"
        chromosome.place(_enhancer(draw, name, 2 * number + 1), begin + 7000 + draw.below(600), draw.one("+-"), name)
    name, block = f"rep{short}_{section + 1:02d}", Block()
    copy = "".join(draw.one(BASES) if draw.below(100) < 8 else base for base in repeat)
    block.note(0, len(copy), "repeat", name)
    block.add(copy)
    chromosome.place(block, begin + 8400 + draw.below(200), draw.one("+-"), name)
    unit, count = (("CA", 20), ("A", 18))[section % 2]
    name, block = f"run{short}_{section + 1:02d}", Block()
    block.note(0, len(unit) * count, "tandem_repeat", name, unit * count)
    block.add(unit * count, fixed=True)
    chromosome.place(block, begin + 9200 + draw.below(100), "+", name)


def _enhancer(draw: Draw, name: str, number: int) -> Block:
    """Three to five sites on either strand; every second enhancer also has a site but for one base."""
    block = Block()
    block.add(draw.background(40))
    count = 3 + draw.below(3)
    for i in range(count):
        _site(block, draw, _ENHANCER_SITES[(5 * number + 3 * i) % len(_ENHANCER_SITES)], f"{name}.{i + 1}")
    if number % 2:
        site = _ENHANCER_SITES[(7 * number + 1) % len(_ENHANCER_SITES)]
        exact = [i for i, letter in enumerate(site.consensus) if letter in BASES]
        at = exact[len(exact) // 2]
        bases = draw.like(site.consensus)
        wrong = draw.one("".join(base for base in BASES if base != bases[at]))
        bases = bases[:at] + wrong + bases[at + 1 :]
        start = block.add(bases, fixed=True)
        block.note(start, start + len(bases), "near_site", f"{name}.near.{slug(site.name)}", bases)
        block.add(draw.background(40))
    block.note(0, len(block), "enhancer", name)
    return block


def _site(block: Block, draw: Draw, site: KnownSite, name: str) -> None:
    strand = draw.one("+-")
    bases = draw.like(site.consensus)
    start = block.add(bases if strand == "+" else reverse_complement(bases), fixed=True)
    block.note(start, start + len(bases), "site", f"{name}.{slug(site.name)}", site.consensus, strand)
    block.add(draw.background(20 + draw.below(30)))


def _gene(draw: Draw, name: str, number: int) -> Block:
    """Promoter, exons and introns; the coding sequence runs from a Kozak ATG to a stop without another in frame."""
    block = Block()
    block.add(draw.background(PROMOTER))
    # TATA box from -31 in three of four genes; the others have a second GC box instead.
    planted = [("GC box", -76), ("TATA box", -31) if number % 4 != 3 else ("GC box", -52)]
    if number % 2:
        planted.append(("NFY", -98))
    for i, (site_name, offset) in enumerate(planted):
        site = get_site(site_name)
        if site is not None:
            start = PROMOTER + offset
            block.over(start, draw.like(site.consensus))
            end = start + len(site.consensus)
            block.note(start, end, "site", f"{name}.{i + 1}.{slug(site.name)}", site.consensus)
    block.add(draw.background(5 + 40 + draw.below(60)))
    block.over(PROMOTER - 2, draw.like(INITIATOR))
    block.note(PROMOTER - 2, PROMOTER + 5, "initiator", f"{name}.Inr", INITIATOR)
    block.note(PROMOTER, PROMOTER + 1, "tss", f"{name}.tss")
    block.note(0, PROMOTER, "promoter", f"{name}.promoter")
    _transcribed(block, draw, name, _EXONS[number % len(_EXONS)])
    block.note(PROMOTER, len(block), "gene", name)
    return block


def _transcribed(block: Block, draw: Draw, name: str, count: int) -> None:
    start = block.add(draw.like(KOZAK), fixed=True)
    block.note(start, len(block), "kozak", f"{name}.kozak", KOZAK)
    block.note(start + 6, start + 9, "start_codon", f"{name}.start", "ATG")
    coding = list(range(start + 6, start + 10))  # places of the coding bases in the block
    exon, cds = PROMOTER, start + 6
    for i in range(1, count + 1):
        end = block.add(draw.background(90 + draw.below(110)))
        coding.extend(range(end, len(block)))
        if i == count:
            break
        donor = draw.like(DONOR)
        end = block.add(donor, fixed=True)
        coding.extend(range(end, end + 3))
        block.note(end, end + 9, "donor", f"{name}.donor{i}", DONOR)
        block.note(exon, end + 3, "exon", f"{name}.exon{i}")
        block.note(cds, end + 3, "CDS", f"{name}.cds{i}")
        block.add(draw.background(200 + draw.below(300)))
        branch = block.add(draw.like(BRANCH), fixed=True)
        block.note(branch, branch + 5, "branch_point", f"{name}.branch{i}", BRANCH)
        block.add(draw.background(8 + draw.below(8)))
        acceptor = block.add(draw.like(ACCEPTOR), fixed=True)
        block.note(acceptor, len(block), "acceptor", f"{name}.acceptor{i}", ACCEPTOR)
        exon = cds = len(block) - 1
        coding.append(exon)
    filler = block.add(draw.background(-len(coding) % 3))
    coding.extend(range(filler, len(block)))
    for codon in zip(*[iter(coding)] * 3, strict=True):
        # C is in no stop codon; three planted bases never make one, so there is always a free base.
        if "".join(block.bases[i] for i in codon) in STOPS:
            block.bases[next(i for i in codon if not block.fixed[i])] = "C"
    stop = block.add(STOPS[draw.below(3)], fixed=True)
    block.note(stop, stop + 3, "stop_codon", f"{name}.stop", "".join(block.bases[stop:]))
    block.note(cds, stop + 3, "CDS", f"{name}.cds{count}")
    block.add(draw.background(100 + draw.below(120)))
    tail = block.add(POLY_A, fixed=True)
    block.note(tail, tail + 6, "polya_signal", f"{name}.polyA", POLY_A)
    block.add(draw.background(20))
    block.note(exon, len(block), "exon", f"{name}.exon{count}")


def _break_accidents(chromosome: Chromosome, draw: Draw) -> None:
    planted = {(e.start, e.end) for e in chromosome.elements if e.kind in ("site", "donor", "acceptor")}
    transcribed = [e for e in chromosome.elements if e.kind == "gene"]
    for _ in range(100):
        accidents = sorted({(s, e) for *_, s, e in matches(chromosome.text) if (s, e) not in planted})
        if not accidents:
            return
        for start, end in accidents:
            _break(chromosome, start, end, transcribed, draw)
    raise BadGenome("The background of the teaching genome keeps making sites by accident.")


def _break(chromosome: Chromosome, start: int, end: int, transcribed: list[Element], draw: Draw) -> None:
    """Change a free base, near the middle, of an accidental site."""
    middle = (start + end) // 2
    for i in sorted(range(start, end), key=lambda i: (abs(i - middle), i)):
        gene = next((g for g in transcribed if g.start <= i < g.end), None)
        base = chromosome.bases[i]
        # In genes the new base is a C on their strand: it makes no stop codon.
        choices = BASES if gene is None else "C" if gene.strand == "+" else "G"
        choices = choices.replace(base, "")
        if not chromosome.fixed[i] and choices:
            chromosome.bases[i] = draw.one(choices)
            return
    raise BadGenome(f"An accidental site at {chromosome.name}:{start + 1:,} has no base that may change.")
