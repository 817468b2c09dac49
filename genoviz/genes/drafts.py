"""Genes and transcripts while their rows are gathered, and the names that a gene goes by."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from genoviz.genes.features import COPY, Span
from genoviz.genes.stretches import Stretch, merged
from genoviz.genes.transcripts import unversioned

_ID_PREFIX = re.compile(r"(?:gene|transcript|rna|mRNA|cds|CDS)[-:]")
_LEVELS = {"exon": "exons", "coding": "coding", "stop": "coding", "utr": "utrs"}  # of rows, and where their places go


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

    @classmethod
    def of(cls, key: str, stretch: Stretch, gene: str) -> TranscriptDraft:
        """A transcript from its rows at one place; one that only its parts speak of is `inferred`."""
        row = (stretch.rows or stretch.parts)[0]
        inferred, ends = not stretch.rows, (stretch.start, stretch.end, stretch.strand)
        draft = cls(key, *ends, row.kind, (key,) if inferred else row.parents, gene, inferred, dict(row.names))
        for part in stretch.parts:
            if part.level in _LEVELS:
                getattr(draft, _LEVELS[part.level]).add((part.start, part.end))
            if inferred:  # any of its rows may be the one that has a name
                draft.names = part.names | draft.names
        return draft

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


def bare(identifier: str) -> str:
    """`gene:ENSG00000184937` and `gene-CDH23` without what only the file needs, and without the number of a copy."""
    return _ID_PREFIX.sub("", identifier, count=1).split(COPY)[0]


def gene_names(gene: GeneDraft) -> tuple[str, str, list[str]]:
    """(name, identifier, other names) of a gene, in the order in which people know them."""
    names = gene.names
    wanted = ("gene_name", "gene", "Name", "locus_tag", "gene_id")
    every = [value for key in wanted for value in names.get(key, ()) if value]
    identifier = next(iter(names.get("gene_id", ())), "") or bare(gene.key)
    name = bare(every[0]) if every else identifier
    others = [*every, *names.get("Alias", ()), *names.get("gene_synonym", ()), bare(gene.key)]
    found = dict.fromkeys(
        other for other in (*others, unversioned(identifier)) if other and other not in (name, identifier)
    )
    return name, identifier, list(found)
