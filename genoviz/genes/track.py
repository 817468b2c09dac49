"""Genes along a window: exons, untranslated parts, introns and transcription starts as spans of the window's bases.

Also what the teaching genome has planted there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from genoviz.genes.transcripts import Transcript
from genoviz.genomes.teaching import PlantedElement
from genoviz.sequences.locus import Locus

PLANTED = ("site", "near_site", "donor", "acceptor", "branch_point", "initiator", "kozak", "polya_signal")


@dataclass(frozen=True)
class GeneSpan:
    """A part of a gene, or another element, in a window.

    Attributes
    ----------
    start, end
        Bases of the sequence read 5' to 3' from the window (0-based, half-open).
    style
        `exon` (coding, or of a gene without coding part), `utr`, `intron`, `tss`, or `box` for other elements.
    label
        Such as `BRCA1 exon 11`.
    strand
        `+` where the gene reads in the direction of the window, else `-`.
    note
        Transcript and place in the genome.
    """

    start: int
    end: int
    style: str
    label: str
    strand: str
    note: str


def gene_spans(transcripts: Iterable[Transcript], window: Locus) -> tuple[GeneSpan, ...]:
    """The primary transcript of each gene in a window, cut to it.

    Parameters
    ----------
    transcripts
        As `GeneModels.within(window)` gives them; of each gene the one that ranks first is shown.
    window
        Where the sequence lies, on its strand.
    """
    best: dict[tuple[Any, ...], Transcript] = {}
    for transcript in transcripts:
        key = transcript.gene_key
        if key not in best or transcript.rank < best[key].rank:
            best[key] = transcript
    found = [span for transcript in best.values() for span in _spans(transcript, window)]
    return tuple(sorted(found, key=lambda span: (span.start, span.end, span.label)))


def planted_spans(elements: Iterable[PlantedElement], window: Locus) -> tuple[GeneSpan, ...]:
    """Sites that the teaching genome has planted in a window: binding sites, promoter and splice elements; cut to it."""
    found = []
    for element in elements:
        if element.kind in PLANTED and element.chrom == window.chrom:
            bases = _in_window(Locus(element.chrom, element.start, element.end), window)
            if bases is not None:
                strand = "+" if element.strand == window.strand else "-"
                label = element.name.rpartition(".")[2] if element.kind == "site" else element.kind.replace("_", " ")
                note = f"{element.name}, {element.pattern}".rstrip(", ")
                found.append(GeneSpan(*bases, "box", label.replace("_", " "), strand, note))
    return tuple(sorted(found, key=lambda span: (span.start, span.end, span.label)))


def _spans(transcript: Transcript, window: Locus) -> list[GeneSpan]:
    name = transcript.gene or transcript.identifier
    strand = "+" if transcript.strand == window.strand else "-"
    parts: list[tuple[Locus, str, str]] = []
    for i, exon in enumerate(transcript.exons, start=1):
        coding = [part for part in transcript.coding if exon.contains(part)]
        label = f"{name} exon {i}"
        if not transcript.coding:
            parts.append((exon, "exon", label))
            continue
        parts += [(part, "exon", label) for part in coding]
        low, high = exon.start, exon.end
        for part in sorted(coding, key=lambda part: part.start):
            parts += _utr(exon, low, part.start, label)
            low = part.end
        parts += _utr(exon, low, high, label)
    parts += [(intron, "intron", f"{name} intron {i}") for i, intron in enumerate(transcript.introns, start=1)]
    if not transcript.exons:
        parts.append((transcript.locus, "exon", name))
    spans = [
        GeneSpan(*bases, style, label, strand, f"{transcript.identifier}, {part}")
        for part, style, label in parts
        if (bases := _in_window(part, window)) is not None
    ]
    # A start that the annotation does not give is not drawn.
    if not transcript.inferred and window.start <= transcript.tss < window.end:
        start = window.to_relative(transcript.tss)
        label = f"{name} transcription start"
        note = f"{transcript.identifier}, {transcript.locus.chrom}:{transcript.tss + 1:,}"
        spans.append(GeneSpan(start, start + 1, "tss", label, strand, note))
    return spans


def _utr(exon: Locus, low: int, high: int, label: str) -> list[tuple[Locus, str, str]]:
    if low >= high:
        return []
    return [(Locus(exon.chrom, low, high, exon.strand, exon.assembly), "utr", f"{label}, untranslated")]


def _in_window(part: Locus, window: Locus) -> tuple[int, int] | None:
    low, high = max(part.start, window.start), min(part.end, window.end)
    if low >= high:
        return None
    ends = window.to_relative(low), window.to_relative(high - 1)
    return min(ends), max(ends) + 1
