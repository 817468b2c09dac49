"""Annotation files of a few lines, and what genoviz reads from them in one line per transcript."""

from __future__ import annotations

from pathlib import Path

from genoviz.genes.models import GeneModels, open_genes


def tabs(text: str) -> str:
    """Lines whose columns are parted by single spaces, as tab-separated text; `~` is a space inside of a column."""
    return "".join("\t".join(line.split(" ")) + "\n" for line in text.strip().splitlines()).replace("~", " ")


def gtf(gene: str, transcript: str, *rows: str) -> str:
    """Rows `chrom type start end strand [exon_number]` of one transcript as GTF."""
    made = []
    for row in rows:
        chrom, kind, start, end, strand, *number = row.split()
        numbered = f' exon_number "{number[0]}";' if number else ""
        names = f'gene_id "{gene}"; transcript_id "{transcript if kind != "gene" else ""}";{numbered}'
        made.append(f"{chrom}\tx\t{kind}\t{start}\t{end}\t.\t{strand}\t.\t{names}\n")
    return "".join(made)


def opened(folder: Path, text: str | bytes, name: str = "genes.gff3") -> GeneModels:
    """The gene models of a text."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return open_genes(path)


def summary(genes: GeneModels) -> list[str]:
    """`gene transcript chrom strand exons` with 1-based exons 5' to 3', by place; a transcript without exons has its ends."""
    found = []
    for chrom in genes.chromosomes:
        for gene in {str(g.locus): g for name in dict.fromkeys(genes.names()) for g in genes.search(name, 99)}.values():
            if gene.locus.chrom == chrom:
                found += [(t.locus.start, t.identifier, gene.name, t) for t in gene.transcripts]
    return [
        f"{gene} {name} {t.locus.chrom} {t.strand} "
        + (",".join(f"{e.start + 1}-{e.end}" for e in t.exons) or f"[{t.locus.start + 1}-{t.locus.end}]")
        for _, name, gene, t in sorted(found, key=lambda row: (row[3].locus.chrom, *row[:3]))
    ]
