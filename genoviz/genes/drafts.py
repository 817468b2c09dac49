"""Genes put together from the rows of an annotation file.

The dialects differ in what they leave out. Genes may have no transcripts, transcripts no exons, parts a parent that is
never described; GTF may name genes only on their exons. Here all of them become the same thing, once. A part that the
file does not give is left open and never made up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from genoviz.genes.rows import Row, Span, rows_by_chromosome

_ID_PREFIX = re.compile(r"(?:gene|transcript|rna|mRNA|cds|CDS)[-:]")
_CHILD_SUFFIX = re.compile(r"(?:[_.-](?:mRNA|transcript|RNA|CDS)|[_.-]?t\d+|-R[A-Z]|\.\d+)$")


@dataclass
class TranscriptDraft:
    """A transcript while its rows are gathered; spans are 0-based half-open in order of the plus strand."""

    key: str
    start: int
    end: int
    strand: str
    kind: str = ""
    parents: tuple[str, ...] = ()
    gene: str = ""
    inferred: bool = False
    names: dict[str, list[str]] = field(default_factory=dict)
    exons: set[Span] = field(default_factory=set)
    coding: set[Span] = field(default_factory=set)
    utrs: set[Span] = field(default_factory=set)

    def add(self, row: Row) -> None:
        {"exon": self.exons, "coding": self.coding, "utr": self.utrs}[row.level].add((row.start, row.end))
        self.start, self.end = min(self.start, row.start), max(self.end, row.end)

    @property
    def exon_spans(self) -> list[Span]:
        """The exons given, else what coding and untranslated parts cover; empty when the file has none of them."""
        return sorted(self.exons) or merged(self.coding | self.utrs)


@dataclass
class GeneDraft:
    """A gene while its rows are gathered."""

    key: str
    start: int
    end: int
    strand: str
    kind: str = ""
    names: dict[str, list[str]] = field(default_factory=dict)
    transcripts: list[TranscriptDraft] = field(default_factory=list)

    def add(self, transcript: TranscriptDraft) -> None:
        self.transcripts.append(transcript)
        self.start, self.end = min(self.start, transcript.start), max(self.end, transcript.end)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans that touch or overlap joined, in order."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def read_genes(path: Path, skipped: Counter[str]) -> Iterator[tuple[str, list[GeneDraft]]]:
    """Every chromosome's genes; memory holds one chromosome at a time. See `rows_by_chromosome`."""
    for chrom, rows in rows_by_chromosome(path, skipped):
        yield chrom, _assemble(list(rows))


def _assemble(rows: list[Row]) -> list[GeneDraft]:
    """The genes of one chromosome, whatever the order of the rows."""
    genes: dict[str, GeneDraft] = {}
    transcripts: dict[str, TranscriptDraft] = {}
    for row in rows:
        if row.level == "gene":
            gene = genes.setdefault(row.key, GeneDraft(row.key, row.start, row.end, row.strand, row.kind, row.names))
            gene.start, gene.end = min(gene.start, row.start), max(gene.end, row.end)
        elif row.level == "transcript":
            draft = TranscriptDraft(
                row.key, row.start, row.end, row.strand, row.kind, row.parents, row.gene, names=row.names
            )
            found = transcripts.setdefault(row.key, draft)
            found.start, found.end = min(found.start, row.start), max(found.end, row.end)
    own: dict[str, TranscriptDraft] = {}
    for row in rows:
        if row.level not in ("gene", "transcript"):
            for parent in row.parents or (row.key or row.names.get("Name", [f"part@{row.start}"])[0],):
                found = transcripts.get(parent) or own.setdefault(parent, _inferred(parent, row))
                found.add(row)
                if found.inferred:  # any of its rows may be the one that has a name
                    found.names = row.names | found.names
    described = set(genes)
    for transcript in transcripts.values():
        _gene_of(transcript, genes, transcripts, described).add(transcript)
    # RefSeq lists exons of a gene beside those of its transcripts: they count only where there are no transcripts.
    for transcript in own.values():
        gene = _gene_of(transcript, genes, transcripts, described)
        if not (transcript.key == gene.key and gene.transcripts):
            gene.add(transcript)
    for gene in genes.values():
        if not gene.transcripts:
            gene.add(TranscriptDraft(gene.key, gene.start, gene.end, gene.strand, gene.kind, inferred=True))
    return sorted(genes.values(), key=lambda gene: (gene.start, gene.end, gene.key))


def _inferred(key: str, row: Row) -> TranscriptDraft:
    """A transcript that only its parts speak of."""
    return TranscriptDraft(key, row.start, row.end, row.strand, row.kind, (key,), row.gene, inferred=True)


def _gene_of(
    transcript: TranscriptDraft,
    genes: dict[str, GeneDraft],
    transcripts: dict[str, TranscriptDraft],
    described: set[str],
) -> GeneDraft:
    """The gene a transcript belongs to: by its parents, by the gene's name on its rows, else a gene made for it."""
    seen: set[str] = set()
    parents = list(transcript.parents)
    while parents:  # a microRNA's parent may be a transcript itself
        parent = parents.pop(0)
        if parent in genes:
            return genes[parent]
        if parent in transcripts and parent not in seen:
            seen.add(parent)
            parents.extend(transcripts[parent].parents)
    shorter = _CHILD_SUFFIX.sub("", transcript.key)
    if shorter in described and genes[shorter].strand == transcript.strand:
        return genes[shorter]
    # Rows far apart may share a name (UCSC numbers no copies), so only transcripts that overlap are put together.
    base = transcript.gene or transcript.key
    copy = 0
    while True:
        key = f"{base}#{copy}" if copy else base
        gene = genes.get(key)
        if gene is None:
            names = dict(transcript.names) | ({"gene_id": [transcript.gene]} if transcript.gene else {})
            genes[key] = GeneDraft(
                base, transcript.start, transcript.end, transcript.strand, transcript.kind, names=names
            )
            return genes[key]
        overlap = gene.start < transcript.end and transcript.start < gene.end
        if gene.strand == transcript.strand and overlap:
            return gene
        copy += 1


def bare(identifier: str) -> str:
    """`gene:ENSG00000184937`, `gene-CDH23` and `CDH23#2` without what only the file needs."""
    return _ID_PREFIX.sub("", identifier, count=1).split("#")[0]


def gene_names(gene: GeneDraft) -> tuple[str, str, list[str]]:
    """(name, identifier, other names) of a gene, in the order in which people know them."""
    names = gene.names
    wanted = ("gene_name", "gene", "Name", "locus_tag", "gene_id")
    every = [value for key in wanted for value in names.get(key, ()) if value]
    identifier = next(iter(names.get("gene_id", ())), "") or bare(gene.key)
    name = bare(every[0]) if every else identifier
    others = [*every, *names.get("Alias", ()), *names.get("gene_synonym", ()), bare(gene.key)]
    unversioned = re.sub(r"(?<=\d)\.\d+$", "", identifier)
    found = dict.fromkeys(other for other in (*others, unversioned) if other and other not in (name, identifier))
    return name, identifier, list(found)
