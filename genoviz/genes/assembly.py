"""Genes put together from the rows of an annotation file.

The dialects differ in what they leave out. Genes may have no transcripts, transcripts no exons, parts a parent that is
never described; GTF may name genes only on their exons. Here all of them become the same thing, once. A part that the
file does not give is left open and never made up. What lies in no stretch is left out, with its reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from genoviz.genes.drafts import GeneDraft, TranscriptDraft, bare, gene_names
from genoviz.genes.features import Row
from genoviz.genes.lineage import Key, Lineage, lineage
from genoviz.genes.rows import rows_by_chromosome
from genoviz.genes.stretches import AGAINST_ORDER, BOTH_STRANDS, in_order, in_pieces, merged, stretches

_CHILD_SUFFIX = re.compile(r"(?:[_.-](?:[A-Za-z]*RNA|[a-z]*rna|(?:[a-z]+_)?transcript|CDS)|[_.-]?t\d+|-R[A-Z]|\.\d+)$")


@dataclass
class Report:
    """What a reader of genes has to know about its file.

    Attributes
    ----------
    skipped
        Reasons, and how many lines, or transcripts and genes, each of them left out.
    left_out
        Genes and transcripts that were left out: their names, the reason, chromosome, start and end (0-based half-open).
    copies
        Names that stand at several places of a chromosome; each place is read as a gene of its own.
    """

    skipped: Counter[str] = field(default_factory=Counter)
    left_out: list[tuple[list[str], str, str, int, int]] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)

    def leave_out(self, reason: str, names: Iterable[str], rows: Sequence[Row]) -> None:
        """Count one transcript or gene, and remember its names and where its rows lie."""
        self.skipped[reason] += 1
        place = rows[0].chrom, min(row.start for row in rows), max(row.end for row in rows)
        self.left_out.append((list(dict.fromkeys(names)), reason, *place))


def read_genes(path: Path, report: Report, folder: Path | None = None) -> Iterator[tuple[str, list[GeneDraft]]]:
    """Every chromosome's genes; memory holds one chromosome at a time. See `rows_by_chromosome`."""
    for chrom, rows in rows_by_chromosome(path, report.skipped, folder):
        yield chrom, _Assembly(lineage(list(rows)), report).genes()


class _Assembly:
    """The genes of one chromosome, by the names of their rows; one name may have several places."""

    def __init__(self, found: Lineage, report: Report) -> None:
        self.found, self.report = found, report
        self.places = {key: _gene_places(key, rows) for key, rows in found.genes.items()}
        self.torn = {key: reason for key, rows in found.genes.items() if (reason := _torn(rows))}
        self.left: dict[str, list[tuple[str, Key, list[Row]]]] = {}  # reasons and transcripts by gene

    def genes(self) -> list[GeneDraft]:
        for key in self.found.transcripts:
            self._place(key, self.found.transcripts[key], self.found.parts.get(key, []))
        # RefSeq lists exons of a gene beside those of its transcripts: they count only where there are no transcripts.
        for key, parts in self.found.parts.items():
            if key not in self.found.transcripts and not self._has_transcripts(key):
                self._place(key, [], parts)
        self._finish()
        found = [gene for places in self.places.values() for gene in places]
        return sorted(found, key=lambda gene: (gene.start, gene.end, gene.key, gene.strand))

    def _has_transcripts(self, key: Key) -> bool:
        given = self.places.get(key[1], ()) if key[1] in self.found.genes else ()
        return any(gene.transcripts for gene in given) or (key[1] in self.left and key[1] in self.found.genes)

    def _place(self, key: Key, rows: list[Row], parts: list[Row]) -> None:
        """A transcript into its gene: at each of its places."""
        above = self._gene_key(key, rows)
        at, reason = stretches(rows, parts, self.found.genes.get(above, ()))
        if not rows and above == key[1] and above in self.torn:
            reason = reason or self.torn[above]
        if reason:
            self.left.setdefault(above, []).append((reason, key, [*rows, *parts]))
            return
        for stretch in at:
            draft = TranscriptDraft.of(key[1], stretch, key[0])
            self._gene(above, draft).add(draft)

    def _gene_key(self, key: Key, rows: list[Row]) -> str:
        """Whose transcript it is: by its parents, by the gene's name on its rows, by its own name without its ending; else
        the name of a gene to be made for it."""
        named, own = key
        parents = [parent for row in rows for parent in row.parents] or [own]
        above = self.found.gene_above(parents) or (named if named in self.found.genes else "")
        if above:
            return above
        shorter = _CHILD_SUFFIX.sub("", own)
        if shorter in self.found.genes and {row.strand for row in self.found.genes[shorter]} == {
            row.strand for row in rows or self.found.parts[key]
        }:
            return shorter
        missing = next((p for p in parents if p not in self.found.above and p not in self.found.sequences), own)
        return named or (missing if ("", missing) not in self.found.transcripts else own)

    def _gene(self, key: str, transcript: TranscriptDraft) -> GeneDraft:
        """The place of a gene that holds a transcript, made where there is none: rows far apart may share a name."""
        places = self.places.setdefault(key, [])
        at = [gene for gene in places if _shares_bases(gene, transcript)]
        for other in at[1:]:  # what a transcript spans is one place
            at[0].start, at[0].end = min(at[0].start, other.start), max(at[0].end, other.end)
            at[0].transcripts += other.transcripts
            places.remove(other)
        if at:
            return at[0]
        ends, given = (transcript.start, transcript.end, transcript.strand), self.found.genes.get(key)
        if given:
            made = GeneDraft(key, *ends, given[0].kind, given[0].names)
        else:
            names = dict(transcript.names) | ({"gene_id": [transcript.gene]} if transcript.gene else {})
            made = GeneDraft(key, *ends, transcript.kind, names)
        places.append(made)
        return made

    def _finish(self) -> None:
        """Copies of a transcript apart, genes without transcripts as their own, and what was left out by name."""
        for key, places in self.places.items():
            places[:] = [part for gene in places for part in _parted(gene)]
            if sum(bool(gene.transcripts) or key not in self.torn for gene in places) > 1:
                self.report.copies.append(gene_names(places[0])[0])
            whole = [gene for gene in places if gene.transcripts]
            empty = [gene for gene in places if not gene.transcripts]
            if not empty:
                continue
            reason = self.torn.get(key) or next((reason for reason, *_ in self.left.get(key, ())), "")
            if reason and not whole:
                names = [name for gene in empty for name in _all_names(gene)]
                names += [bare(own) for _, (_, own), _ in self.left.get(key, ())]
                rows = [row for *_, own in self.left.pop(key, ()) for row in own]
                self.report.leave_out(reason, names, [*self.found.genes.get(key, ()), *rows])
            if reason:
                places[:] = whole
                continue
            for gene in empty:
                ends = gene.start, gene.end, gene.strand
                gene.add(TranscriptDraft(gene.key, *ends, gene.kind, inferred=True))
        for above, left in self.left.items():
            for reason, (_, own), rows in left:
                names = [bare(own)] if self.places.get(above) else [bare(above), bare(own), *_named(rows)]
                self.report.leave_out(reason, names, rows)


def _gene_places(key: str, rows: list[Row]) -> list[GeneDraft]:
    """A gene at each place where its rows lie; numbered pieces in their order are one."""
    found = []
    for strand in "+-":
        own = [row for row in rows if row.strand == strand]
        spans = [(row.start, row.end) for row in own]
        whole = in_pieces(own) and in_order(own)
        for start, end in [(min(spans)[0], max(end for _, end in spans))] if whole else merged(spans, 1):
            first = next(row for row in own if row.start >= start)
            found.append(GeneDraft(key, start, end, strand, first.kind, first.names))
    return found


def _torn(rows: list[Row]) -> str:
    """Why the rows of a gene are no single stretch, where they say so; copies say nothing."""
    said = next((row.torn for row in rows if row.torn), "")
    if said or not in_pieces(rows) or in_order(rows):
        return said
    return BOTH_STRANDS if len({row.strand for row in rows}) > 1 else AGAINST_ORDER


def _shares_bases(gene: GeneDraft, transcript: TranscriptDraft) -> bool:
    return gene.strand == transcript.strand and gene.start < transcript.end and transcript.start < gene.end


def _parted(gene: GeneDraft) -> list[GeneDraft]:
    """The gene; or one for each copy, where one row of it spans several copies of a transcript."""
    keys = [transcript.key for transcript in gene.transcripts]
    if len(set(keys)) == len(keys):
        return [gene]
    made: list[GeneDraft] = []
    for transcript in sorted(gene.transcripts, key=lambda t: (t.start, t.end)):
        at = next(
            (
                copy
                for copy in made
                if _shares_bases(copy, transcript) and transcript.key not in [t.key for t in copy.transcripts]
            ),
            None,
        )
        if at is None:
            at = GeneDraft(gene.key, transcript.start, transcript.end, gene.strand, gene.kind, gene.names)
            made.append(at)
        at.add(transcript)
    return made


def _named(rows: list[Row]) -> list[str]:
    """Names that rows without a gene of their own give it."""
    return [name for row in rows for key in ("gene_name", "gene", "Name") for name in row.names.get(key, ())]


def _all_names(gene: GeneDraft) -> list[str]:
    name, identifier, others = gene_names(gene)
    return [name, identifier, *others]
